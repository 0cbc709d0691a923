import pytest

from dialogs.effect import Forget, Hold, OpenCase, RequestHandoff, Say, Withdraw
from dialogs.engine import advance
from dialogs.event import Said
from dialogs.safety import SEAL
from dialogs.state import Owner, State
from nlu.interpretation import Danger, DangerKind, Entity, Intent, Interpretation, Language
from tests.dialogs.talker import FLOWS, NOW, Talker


def test_a_greeting_is_greeted_and_asked_what_happened() -> None:
    assert Talker().say("salam", Intent.GREET) == ["greeting.hello", "narrative.ask"]


def test_a_first_message_that_tells_is_received_before_anything_is_asked() -> None:
    talker = Talker()
    assert talker.say("wa7d kayhddedni", category="threats") == [
        "greeting.short",
        "story.received",
        "threats.advice",
        "consent.ask",
    ]
    assert talker.state.case is None
    assert talker.state.story == ("wa7d kayhddedni",)


def test_the_same_events_give_the_same_effects() -> None:
    def run() -> list[object]:
        talker = Talker()
        seen: list[object] = []
        for text in ("wa7d kayhddedni", "ah", "14"):
            talker.say(text, category="threats")
            seen.append((talker.state.model_dump_json(), talker.effects))
        return seen

    assert run() == run()


def test_consent_opens_the_case_with_the_sentence_that_was_read() -> None:
    talker = Talker()
    talker.to_consent()
    talker.choose("consent.yes")
    assert talker.of(OpenCase) == [OpenCase("K7Q2-9MXD", "consent")]
    (agreement,) = talker.state.agreements
    assert agreement.text_id == "consent.ask"
    assert len(agreement.text_version) == 12
    assert talker.keys == ["intake.begin", "reporter.ask"]


def test_a_refusal_forgets_in_that_turn_and_shows_the_doors() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.choose("consent.no") == ["consent.refused", "doors.all", "consent.still"]
    assert talker.of(Forget)
    assert talker.state.story == ()
    assert talker.state.case is None
    assert set(talker.state.slots) == {"consent"}
    assert talker.say("blabla blabla", Intent.OUT_OF_SCOPE) == ["consent.later"]


def test_after_a_refusal_the_child_may_change_its_mind_and_may_ask_for_a_human() -> None:
    talker = Talker()
    talker.to_consent()
    talker.choose("consent.no")
    assert talker.choose("consent.yes") == ["narrative.ask"]

    talker = Talker()
    talker.to_consent()
    talker.choose("consent.no")
    assert talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN) == ["human.not_kept", "human.open"]
    assert talker.of(OpenCase) == [OpenCase("K7Q2-9MXD", "chat_only")]
    assert talker.state.owner is Owner.QUEUE


def test_what_a_message_says_is_never_asked_again() -> None:
    talker = Talker()
    talker.say(
        "ana 3ndi 14 3am wa7d kayhddedni f whatsapp b les messages",
        category="threats",
        age=14,
        platform="whatsapp",
        content_type="message",
        reporter="self",
    )
    assert talker.choose("consent.yes") == ["intake.begin", "safety.ask"]


def test_an_answer_that_is_not_understood_is_asked_once_more_in_other_words_and_then_left() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("hmm", Intent.OUT_OF_SCOPE) == ["reporter.again"]
    assert talker.say("hmm", Intent.OUT_OF_SCOPE) == ["lost.go_on", "age.ask"]
    assert talker.state.slots["reporter"] is None


def test_three_questions_that_were_not_understood_call_a_human() -> None:
    talker = Talker()
    talker.to_intake()
    for _ in range(6):
        talker.say("hmm", Intent.OUT_OF_SCOPE)
    assert talker.of(RequestHandoff) == [RequestHandoff("not_understood")]
    assert "lost.human" in talker.keys


def test_i_do_not_know_is_an_answer_everywhere() -> None:
    talker = Talker()
    talker.to_intake()
    for _ in range(30):
        if talker.state.question is None or talker.state.question.slot == "summary":
            break
        talker.say("jsp", Intent.UNSURE)
    assert talker.state.question
    assert talker.state.question.slot == "summary"


def test_consent_is_never_taken_from_silence_and_never_asked_three_times_alike() -> None:
    talker = Talker()
    talker.to_consent()
    asked = [talker.keys[-1]]
    for _ in range(6):
        talker.say("hmm", Intent.OUT_OF_SCOPE)
        asked.append(talker.keys[-1])
    assert asked[:3] == ["consent.ask", "consent.again", "consent.wait"]
    assert all(len(set(asked[i : i + 3])) > 1 for i in range(len(asked) - 2))
    assert talker.state.case is None


def test_more_about_consent_is_told_before_it_is_asked_again() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.choose("consent.more") == ["consent.more", "consent.ask"]


def test_a_story_goes_on_while_something_else_is_asked() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("w zid sift tswer l s7abi", category="intimate_image") == [
        "image.advice",
        "story.more",
        "reporter.again",
    ] or (talker.keys == ["story.more", "reporter.again"])
    assert talker.state.story[-1] == "w zid sift tswer l s7abi"


def test_a_question_in_between_is_answered_and_the_thread_is_kept() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("chkoun ghaychouf hadchi", Intent.ASK_PRIVACY) == ["privacy.who", "privacy.limit", "reporter.ask"]
    assert talker.say("ana", Intent.REPORT_INCIDENT, reporter="self") == ["age.ask"]


def test_the_summary_can_be_corrected_by_text_and_by_choice() -> None:
    talker = Talker()
    talker.to_intake()
    talker.choose("reporter.self")
    talker.choose("age.14")
    talker.choose("platform.whatsapp")
    talker.choose("content_type.message")
    talker.choose("safety.yes")
    talker.choose("anonymous.yes")
    talker.choose("accompaniment.no")
    assert talker.keys == ["summary.ask"]
    assert talker.say("la 3ndi 13", Intent.DENY, age=13) == ["summary.ask"]
    assert talker.state.slots["age"] == 13
    assert talker.choose("summary.no") == ["summary.which"]
    assert talker.choose("correct.platform") == ["platform.ask"]
    assert talker.choose("platform.tiktok") == ["summary.ask"]
    assert talker.choose("summary.yes") == ["handoff.open", "meanwhile.open", "meanwhile.alone"]
    assert talker.of(RequestHandoff) == [RequestHandoff("intake_complete")]
    assert talker.state.slots["platform"] == ("tiktok",)


@pytest.mark.parametrize("kind", list(DangerKind))
def test_danger_comes_first_at_every_step(kind: DangerKind) -> None:
    steps = ["consent.yes", "reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes",
             "anonymous.yes", "accompaniment.no", "summary.yes"]  # fmt: skip
    for count in range(-1, len(steps) + 1):
        talker = Talker()
        if count >= 0:
            talker.to_consent()
        for choice in steps[: max(count, 0)]:
            talker.choose(choice)
        waiting = talker.state.question
        talker.say("…", danger=kind)
        assert talker.keys[0] == f"danger.{kind.value}.now"
        assert talker.state.owner is Owner.QUEUE
        assert talker.state.case
        assert not any(say.expects for say in talker.says), "no question in the turn of danger"
        if waiting and waiting.slot not in (*talker.state.slots, "consent"):
            assert talker.state.question == waiting, "the thread is kept"


def test_danger_out_of_hours_says_when_somebody_will_answer() -> None:
    talker = Talker(is_open=False)
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    assert talker.keys == [
        "danger.self_harm.now",
        "danger.self_harm.team_closed",
        "danger.self_harm.noted",
    ]
    assert talker.of(RequestHandoff) == [RequestHandoff("danger")]


def test_no_to_are_you_safe_is_danger() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message"):
        talker.choose(choice)
    talker.choose("safety.no")
    assert talker.keys == ["danger.immediate_danger.now", "danger.immediate_danger.team_open"]
    assert talker.say("ok", Intent.AFFIRM) == ["after.danger", "anonymous.ask"]
    assert talker.state.danger


def test_while_a_counsellor_owns_the_chat_only_system_notices_appear() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN)
    assert talker.taken() == ["handoff.taken"]
    for intent in Intent:
        talker.say("chi klam", intent)
        assert all(say.voice == "system" for say in talker.says)
    talker.taken()
    assert talker.say("bghit nmout", danger=DangerKind.SELF_HARM) == ["danger.self_harm.now"]
    assert talker.say("bghit nmout", danger=DangerKind.SELF_HARM) == []
    assert talker.say("fin weslat", Intent.ASK_STATUS) == []
    assert talker.say("bghit ns7eb", Intent.WITHDRAW_CASE) == ["withdraw.ask_urgent"]
    assert talker.choose("withdraw.yes") == ["withdraw.sealed"]
    assert talker.of(Withdraw) == [Withdraw(SEAL)]


def test_withdrawal_asks_once_and_empties_the_state() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("bghit ns7eb chikaya", Intent.WITHDRAW_CASE) == ["withdraw.ask"]
    assert talker.choose("withdraw.no") == ["withdraw.kept", "reporter.ask"]
    talker.say("bghit ns7eb chikaya", Intent.WITHDRAW_CASE)
    assert talker.choose("withdraw.yes") == ["withdraw.done"]
    assert talker.of(Withdraw) == [Withdraw(None)]
    assert talker.state.story == ()
    assert talker.state.slots == {}
    assert talker.say("chokran", Intent.THANK) == ["thanks.welcome"]


def test_the_erase_word_counts_alone_on_its_line_only() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghitkom tmse7o lvidéo li nchar", category="intimate_image")
    assert talker.state.case
    assert talker.say("Mse7", Intent.OUT_OF_SCOPE) == ["erase.done"]
    assert talker.state.case is None


def test_somebody_who_writes_for_a_child_is_asked_in_the_third_person() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.choose("reporter.friend") == ["age.ask.other"]


def test_an_intimate_picture_is_not_kept() -> None:
    talker = Talker()
    talker.say("nchar tswira dyali", category="intimate_image")
    talker.choose("consent.yes")
    assert talker.share("image")[0] == "media.not_kept"
    assert talker.state.evidence == ()
    assert talker.share("voice")[0] == "media.voice"


@pytest.mark.parametrize("kind", ["image", "video", "voice", "document", "sticker", "location", "contact", "other"])
def test_media_of_every_kind_is_met_with_a_sentence_of_its_own(kind: str) -> None:
    talker = Talker()
    told = kind in ("image", "video", "voice", "document")
    then = ["story.received", "consent.ask"] if told else ["narrative.ask"]
    assert talker.share(kind) == ["greeting.hello", f"media.{kind}", *then]


def test_the_language_is_that_of_the_first_message() -> None:
    talker = Talker()
    talker.say("salut", Intent.GREET, language=Language.FR)
    assert {say.language for say in talker.says} == {Language.FR}


@pytest.mark.parametrize("language", list(Language))
def test_the_language_changes_by_button_and_by_word(language: Language) -> None:
    talker = Talker()
    talker.say("salut", Intent.GREET, language=Language.FR)
    assert talker.choose(f"language.{language}") == ["language.changed", "narrative.ask"]
    assert {say.language for say in talker.says} == {language}

    talker = Talker()
    talker.say("salut", Intent.GREET, language=Language.FR)
    assert talker.say("autre langue", Intent.CHANGE_LANGUAGE, language=Language.FR) == ["language.ask"]
    assert talker.choose(f"language.{language}") == ["language.changed", "narrative.ask"]
    assert {say.language for say in talker.says} == {language}

    entity = Entity("language", language.value, 0, 1)
    said = Interpretation("…", Language.FR, Intent.CHANGE_LANGUAGE, 0.9, entities=(entity,))
    talker.state, effects = advance(FLOWS, talker.state, Said(NOW, talker.facts, said))
    assert [e.key for e in effects if isinstance(e, Say)] == ["language.changed", "narrative.ask"]
    assert talker.state.language == language


def test_the_state_survives_being_stored() -> None:
    talker = Talker()
    talker.to_intake()
    talker.choose("platform.whatsapp")
    assert State.model_validate_json(talker.state.model_dump_json()) == talker.state


def test_a_text_of_any_kind_never_raises() -> None:
    for text in ("", " ", "\u0000", "🙏" * 300, "1" * 500, "{lines}"):
        said = Interpretation(text, Language.ARY, Intent.OUT_OF_SCOPE, 0.1)
        state = State(language=Language.ARY)
        for _ in range(8):
            state, effects = advance(FLOWS, state, Said(NOW, Talker().facts, said))
            assert any(isinstance(effect, Say | Hold) for effect in effects)


def test_an_answer_may_say_more_than_was_asked() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes"):
        talker.choose(choice)
    assert talker.say("smiti Sara", name="Sara") == ["accompaniment.ask"]
    assert (talker.state.slots["anonymous"], talker.state.slots["name"]) == (False, "Sara")
    assert talker.say("نفسي", Intent.REPORT_INCIDENT) == ["summary.ask"]
    assert talker.state.slots["accompaniment_kind"] == "psychological"


def test_the_model_alone_raises_no_alarm_over_a_plain_answer() -> None:
    talker = Talker()
    talker.to_intake()
    said = Interpretation(
        "ana", Language.ARY, Intent.REPORT_INCIDENT, 0.9, danger=Danger(DangerKind.SELF_HARM, "model")
    )
    talker.state, effects = advance(FLOWS, talker.state, Said(NOW, talker.facts, said))
    assert [e.key for e in effects if isinstance(e, Say)] == ["age.ask"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ممكن أن أنتحر الليلة", Intent.UNSURE),
        ("ما عرفتش كيفاش نكمل حياتي", Intent.UNSURE),
        ("wakha walakin ghedda ma nb9ach hna", Intent.AFFIRM),
        ("oui mais je pense que demain je ne serai plus", Intent.AFFIRM),
    ],
)
def test_what_passes_the_question_over_or_says_more_is_no_plain_answer(text: str, intent: Intent) -> None:
    talker = Talker()
    talker.to_consent()
    said = Interpretation(text, Language.AR, intent, 0.97, danger=Danger(DangerKind.SELF_HARM, "model"))
    talker.state, effects = advance(FLOWS, talker.state, Said(NOW, talker.facts, said))
    assert "danger.self_harm.now" in [e.key for e in effects if isinstance(e, Say)]


def test_a_button_told_as_the_story_is_received_too() -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    assert talker.choose("narrative.blackmail") == ["story.received", "blackmail.advice", "consent.ask"]


def test_fear_is_no_refusal_and_a_doubtful_yes_no_consent() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.say("la khayfa mn mama t3ref hadchi", Intent.DENY) == ["privacy.who", "consent.again"]
    assert talker.say("qanoun", Intent.AFFIRM, confidence=0.49) == ["consent.wait"]
    assert talker.state.story
    assert talker.say("la chokran", Intent.DENY) == ["consent.refused", "doors.all", "consent.still"]


def test_who_asks_for_a_human_and_never_answers_consent_gets_one_all_the_same() -> None:
    talker = Talker()
    talker.to_consent()
    talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN)
    for _ in range(3):
        asked = talker.say("hmm", Intent.OUT_OF_SCOPE)
        assert len(asked) <= 3
    assert talker.keys == ["human.not_kept", "human.open"]
    assert talker.state.owner is Owner.QUEUE
    assert talker.state.story == ()


def test_the_erase_word_counts_whatever_else_is_asked_and_on_a_line_of_its_own() -> None:
    for question in (Intent.ASK_HUMAN, Intent.WITHDRAW_CASE, Intent.RESTART, Intent.CHANGE_LANGUAGE):
        talker = Talker()
        talker.to_intake()
        talker.say("…", question)
        assert talker.say("bonjour\neffacer", Intent.GREET) == ["erase.done"]
        assert talker.state.case is None


def test_a_picture_that_came_before_it_was_known_to_be_intimate_is_dropped() -> None:
    talker = Talker()
    talker.share("image")
    assert talker.state.evidence
    assert "media.not_kept" in talker.say("hadik tswirti 3ryana nchrha", category="intimate_image")
    assert talker.state.evidence == ()


@pytest.mark.parametrize("choice", ["reporter.evil", "age.abc", "age.400", "consent.maybe", "summary.x", "nothing", ""])
def test_a_forged_button_changes_nothing(choice: str) -> None:
    talker = Talker()
    talker.to_intake()
    slots = talker.state.slots
    assert talker.choose(choice)[0] == "media.other"
    assert talker.state.slots == slots


def test_after_an_end_everything_can_begin_anew() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit ns7eb", Intent.WITHDRAW_CASE)
    talker.choose("withdraw.yes")
    assert talker.say("chokran", Intent.THANK) == ["thanks.welcome"]
    assert talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN) == ["greeting.hello", "consent.human"]
    assert talker.choose("consent.yes")[0] == "human.open"
    assert not talker.state.ended
    assert talker.state.owner is Owner.QUEUE


def test_after_danger_a_child_is_not_sent_back_to_a_form() -> None:
    talker = Talker()
    talker.to_consent()
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    assert talker.say("bo7di f dar") == ["story.more", "safety.ask"]
    assert talker.say("ma 3ndi li ngolha lih") == ["danger.self_harm.again"]
    assert talker.say("safi") == ["story.more", "safety.ask"]
    assert talker.say("wakha", Intent.AFFIRM) == ["after.danger", "consent.ask"]


@pytest.mark.parametrize("slot", ["anonymous", "accompaniment", "summary", "police_complaint"])
def test_after_danger_a_yes_says_i_am_here_and_answers_nothing_else(slot: str) -> None:
    talker = Talker()
    talker.say("kayhddedni", category="threats")
    for choice in ("consent.yes", "reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes",
                   "anonymous.yes", "accompaniment.yes", "accompaniment_kind.legal", "summary.yes"):  # fmt: skip
        if choice.startswith(f"{slot}."):
            break
        talker.choose(choice)
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    assert talker.say("ah ana hna", Intent.AFFIRM)[-2:] == ["after.danger", f"{slot}.ask"]
    assert slot not in talker.state.slots
    talker.choose(f"{slot}.yes")
    assert talker.state.slots[slot] is True
    assert "after.danger" not in talker.keys


@pytest.mark.parametrize(
    ("text", "named"),
    [("ana f ddar, labas", False), ("la la ma kayn ta khatar, ghir bghit njaweb", True),
     ("شنو؟ لا لا، أنا بيخير", False), ("mais non, je suis en sécurité", True), ("لست في خطر، كنت أمزح", True)],
)  # fmt: skip
def test_an_alarm_is_taken_back_in_the_child_s_words(text: str, named: bool) -> None:
    for kind in DangerKind:
        talker = Talker()
        talker.to_intake()
        talker.choose("reporter.self")
        talker.say("ana f khatar", danger=kind)
        if wanted_to_die := kind is DangerKind.SELF_HARM:  # it is asked plainly
            assert talker.say(text) == ["story.more", "safety.ask"]
        assert talker.say("ah, labas" if wanted_to_die else text) == ["after.danger", "age.ask"]
        safe = True if named or wanted_to_die else None
        assert talker.state.slots.get("safety") is safe, "what is not said plainly is asked later"


def test_what_a_child_in_danger_asks_is_answered_with_the_numbers_and_without_a_form() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    assert talker.say("wach fabor?", question="free") == ["free.answer", "danger.self_harm.again"]
    assert talker.say("bslama", Intent.GOODBYE) == ["goodbye.stay", "danger.self_harm.again"]


def test_whether_the_danger_is_over_can_be_answered_by_button_and_by_word() -> None:
    for answer in ("safety.yes", "ah"):
        talker = Talker()
        talker.to_intake()
        talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
        talker.say("chno ndir")
        talker.choose(answer) if "." in answer else talker.say(answer, Intent.AFFIRM)
        assert talker.keys == ["after.danger", "reporter.ask"]
        assert talker.state.slots["safety"] is True
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    talker.say("chno ndir")
    assert talker.say("la", Intent.DENY)[0] == "danger.self_harm.again"
    assert talker.state.slots["safety"] is False


def test_after_danger_a_value_in_few_words_is_heard_and_not_met_with_the_numbers() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    assert talker.say("14", age=14)[-1] == "reporter.ask"
    assert talker.state.slots["age"] == 14
    assert talker.say("labas") == ["story.more", "safety.ask"]


def test_danger_is_answered_once_and_again_when_the_child_says_it_is_not_safe() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    talker.say("ah", Intent.AFFIRM)
    for choice in ("reporter.self", "age.14", "platform.whatsapp"):
        talker.choose(choice)
    assert talker.choose("content_type.message") == ["anonymous.ask"]
    assert talker.choose("safety.no")[0] == "danger.self_harm.again"


def test_the_old_button_of_not_safe_is_heard_while_another_question_is_open() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes"):
        talker.choose(choice)
    assert talker.choose("safety.no")[0] == "danger.immediate_danger.now"


def test_what_is_asked_and_told_in_one_message_with_danger_is_kept() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp"):
        talker.choose(choice)
    talker.say("sift lia tsawer w vidéo, bghit nmout", danger=DangerKind.SELF_HARM, content_type=("photo", "video"))
    assert talker.state.slots["content_type"] == ("photo", "video")
    assert talker.say("ah", Intent.AFFIRM) == ["after.danger", "anonymous.ask"]


def test_what_is_asked_and_told_after_danger_is_kept() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp"):
        talker.choose(choice)
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    assert talker.say("sift lia tswira", content_type="photo") == ["after.danger", "anonymous.ask"]


def test_what_is_asked_and_told_at_length_after_danger_is_not_asked_again() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp"):
        talker.choose(choice)
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    long = "ma 3reftch chno ndir w sift lia tsawer bzaf f lil"
    assert talker.say(long, content_type="photo") == ["story.more", "safety.ask"]
    assert talker.say("ah", Intent.AFFIRM) == ["after.danger", "anonymous.ask"]


def test_a_story_in_pieces_is_received_and_advised_on_before_consent_is_asked_again() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.say("w bgha lflous", category="blackmail") == ["blackmail.advice", "consent.again"]
    assert talker.say("w 3ref dari", category="threats") == ["story.more"]
    assert talker.say("ah", Intent.AFFIRM) == ["intake.begin", "reporter.ask"]


def test_a_no_to_something_else_is_no_answer_to_a_question_that_is_gone() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message"):
        talker.choose(choice)
    for _ in range(3):
        talker.say("chkoun ychouf", Intent.ASK_PRIVACY)
    assert "danger" not in " ".join(talker.say("la", Intent.DENY))
    assert talker.keys == ["safety.again"]


def test_a_child_who_wants_to_die_is_never_told_to_lock_the_door() -> None:
    talker = Talker()
    talker.say("kayd7ko 3lia", category="mockery")
    talker.choose("consent.yes")
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    for text in ("comment", "ma bghitch njaweb", "walo", "ma3reftch", "14", "walo"):
        talker.say(text, Intent.UNSURE)
        assert "danger.immediate_danger.now" not in talker.keys
        assert talker.state.danger is not None and talker.state.danger.kind is DangerKind.SELF_HARM


def test_a_greeting_that_is_both_keeps_the_language_that_the_chat_began_in() -> None:
    for language in (Language.AR, Language.ARY):
        talker = Talker(language=language)
        other = Language.ARY if language is Language.AR else Language.AR
        said = Interpretation(
            text="مرحبا",
            language=other,
            language_sure=False,
            intent=Intent.GREET,
            confidence=0.9,
            ranking=((Intent.GREET, 0.9),),
        )
        state, _ = advance(FLOWS, talker.state, Said(NOW, talker.facts, said))
        assert state.language is language


def test_a_bare_number_that_was_not_asked_for_does_not_change_the_age() -> None:
    talker = Talker()
    talker.say("3ndi 14 3am w wa7d kayhdedni", age=14, category="threats")
    talker.say("5", age=5)
    assert talker.state.slots["age"] == 14
    talker.say("la 3ndi 13", age=13)
    assert talker.state.slots["age"] == 13
