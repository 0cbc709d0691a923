"""Telephone numbers, web addresses and account names. All are invented."""

import pytest

from nlu.extraction import extract
from nlu.interpretation import Question


def values(text: str, entity: str) -> list[object]:
    return [e.value for e in extract(text, Question()) if e.entity == entity]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("06 12 34 56 78", "+212612345678"),
        ("رقمو 0612345678", "+212612345678"),
        ("رقم:0612345678", "+212612345678"),
        ("nmra0612345678", "+212612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "+212612345678"),
        ("06-12-34-56-78", "+212612345678"),
        ("06.12.34.56.78", "+212612345678"),
        ("+212 6 12 34 56 78", "+212612345678"),
        ("00212612345678", "+212612345678"),
        ("212612345678", "+212612345678"),
        ("+212 (0) 6 12 34 56 78", "+212612345678"),
        ("612345678", "+212612345678"),
        ("0537123456", "+212537123456"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0034 612 34 56 78", "+34612345678"),
    ],
)
def test_a_number_is_read_in_every_notation(text: str, phone: str) -> None:
    assert values(text, "phone") == [phone]


def test_two_numbers_in_a_row_stay_two() -> None:
    assert values("0612345678 0798765432", "phone") == ["+212612345678", "+212798765432"]


@pytest.mark.parametrize(
    "text", ["14", "né en 2012", "code 123456", "500 dh", "0612", "19", "2511", "12/05/2024 10:30", "000000000000"]
)
def test_other_digits_are_no_number(text: str) -> None:
    assert values(text, "phone") == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("voila https://www.instagram.com/p/EXEMPLE1.", "https://www.instagram.com/p/EXEMPLE1"),
        ("شوفو www.exemple-fdayh.ma دابا", "www.exemple-fdayh.ma"),
        ("le lien c instagram.com/affiche_x", "instagram.com/affiche_x"),
        ("(t.me/exemple_77)", "t.me/exemple_77"),
    ],
)
def test_a_web_address_is_read_without_what_follows(text: str, url: str) -> None:
    assert values(text, "url") == [url]


def test_a_mail_address_and_a_missing_space_are_no_web_address() -> None:
    assert values("ecris a nom@exemple.ma", "url") == []
    assert values("oui.non", "url") == []


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("son compte c'est @dark_boy.77", "dark_boy.77"),
        ("smiya dyalo wld_lhouma99", "wld_lhouma99"),
        ("pseudo: ghost212", "ghost212"),
        ("اليوزر: ghost212", "ghost212"),
    ],
)
def test_an_account_name_is_read(text: str, handle: str) -> None:
    assert values(text, "handle") == [handle]


def test_the_tail_of_a_web_address_is_no_account_name() -> None:
    assert values("https://www.tiktok.com/@inconnu_00/video/1", "handle") == []
