from handoff.categories import KIN, MetaViolence, Violence, meta_of, seeds_of
from nlu.interpretation import Category


def test_every_category_counts_as_one_of_six_and_one_of_four() -> None:
    assert set(KIN) == set(Category)
    assert {kin.seeds for kin in KIN.values()} == set(Violence)
    assert {kin.meta for kin in KIN.values()} == set(MetaViolence)


def test_what_has_a_bar_of_its_own_is_not_counted_as_another() -> None:
    for kind in Violence:
        assert kind is Violence.OTHER or KIN[Category(kind)].seeds is kind
    assert KIN[Category.HATE_SPEECH].meta is MetaViolence.HATE_SPEECH
    assert KIN[Category.VIOLENCE].meta is MetaViolence.VIOLENCE


def test_a_case_is_counted_once_in_each_bar() -> None:
    told = [Category.BLACKMAIL, Category.THREATS, Category.INTIMATE_IMAGE]
    assert seeds_of(told) == (Violence.INTIMATE_IMAGE, Violence.THREATS)
    assert meta_of(told) == (MetaViolence.VIOLENCE, MetaViolence.OTHER)
    assert seeds_of([]) == ()
    assert meta_of([]) == ()
