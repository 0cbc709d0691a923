"""The studio: what is tried in it, who may, and that nothing of it is real."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.app import App
from bot.clock import Clock
from bot.simulator.script import in_variety, story_names
from bot.simulator.speaker import Speaker, danger_place
from bot.simulator.trials import Trials
from bot.simulator.view import LOOKS
from bot.story import load_stories
from bot.web import web_app
from dialogs.effect import Effect, Say
from dialogs.flow import Branch
from handoff.desk.words import load_words
from handoff.port import Role, User
from nlu.interpretation import Danger, DangerKind, Language
from store.tables import metadata
from tests.conftest import ROOT, settings_in

TRANSCRIPTS = ROOT / "tests" / "transcripts"
STUDIO = ROOT / "bot" / "simulator"
CONSENTED = [{"child": "on me menace tous les jours"}, {"choice": "consent.yes"}]


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    app = App(settings_in(tmp_path), clock=Clock())
    await app.open(upgrade=True)
    yield app
    await app.database.close()


@asynccontextmanager
async def calling(app: App, *, loopback: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the helpline's address, from its start to its end."""
    web = web_app(app, loopback=loopback, stories=TRANSCRIPTS)
    base = "http://127.0.0.1" if loopback else "http://helpline.example"
    async with (
        web.router.lifespan_context(web),
        httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url=base) as client,
    ):
        yield client


@pytest.fixture
async def caller(app: App) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield client


async def play(caller: httpx.AsyncClient, record: list[Any], act: Any = None, **more: Any) -> dict[str, Any]:
    body = {"language": "fr", "record": record, "act": act, **more}
    answer = await caller.post("/simulator/studio/play", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _rows(app: App) -> dict[str, list[Any]]:
    """All that is stored, without the house's own timers, which belong to no conversation."""

    def work(c: Any) -> dict[str, list[Any]]:
        rows = {table.name: list(c.execute(table.select()).all()) for table in metadata.sorted_tables}
        return {**rows, "timer": [row for row in rows["timer"] if row.conversation_id]}

    return await app.database.read(work)


async def test_nothing_that_is_tried_is_real(app: App, caller: httpx.AsyncClient) -> None:
    before = await _rows(app)
    came = await play(caller, CONSENTED, {"child": "je veux mourir"})
    assert "19" in came["chat"]
    came = await play(caller, came["record"], {"counsellor": "takes"})
    assert "owner.counsellor" not in came["now"] and "Conseiller" in came["now"]
    assert await _rows(app) == before, "not a row has come into any table"
    assert list(app.channels) == ["simulator"], "no messenger has been given to the trial, nor taken from it"


async def test_going_back_is_leaving_out_what_was_done_last(caller: httpx.AsyncClient) -> None:
    further = await play(caller, CONSENTED, {"choice": "reporter.self"})
    assert "intake.age" in further["now"]
    back = await play(caller, further["record"][:-1])
    assert "intake.reporter" in back["now"]
    assert (back["record"], len(back["turns"])) == (CONSENTED, 2)


async def test_another_process_goes_on_from_what_was_done(app: App) -> None:
    first, second = (Trials(app.settings, lambda: app.flows, app.interpreter) for _ in range(2))
    async with first.at(Language.FR, CONSENTED) as trial:
        asked = trial.turns[-1].after.question
    async with second.at(Language.FR, CONSENTED) as trial:
        assert trial.turns[-1].after.question == asked
        await trial.act({"choice": "reporter.self"})
        folder = trial.chat.folder
    await first.close()
    await second.close()
    assert not folder.exists(), "nothing is kept"


async def test_a_change_of_the_flows_is_seen_at_the_next_turn(app: App) -> None:
    flows = [app.flows]
    trials = Trials(app.settings, lambda: flows[0], app.interpreter)
    async with trials.at(Language.FR, CONSENTED) as trial:
        pass
    async with trials.at(Language.FR, CONSENTED) as same:
        assert same is trial
    flows[0] = replace(app.flows)
    async with trials.at(Language.FR, CONSENTED) as other:
        assert other is not trial
    await trials.close()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ({"counsellor": "takes"}, "Il n'y a pas encore de dossier"),
        ({"jump": "intake.nowhere"}, "Cette étape n'existe pas"),
        ({"clock": "2027-03-01T10:00"}, "L'horloge ne recule pas"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    caller: httpx.AsyncClient, act: dict[str, str], sentence: str
) -> None:
    came = await play(caller, [], act)
    assert sentence in came["refused"]
    assert came["record"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"record": 3}', b'{"record": [{"child": ""}]}', b'{"record": [{"erase": "all"}]}',
        b'{"record": [], "act": {"media": "smell"}}', b'{"record": [], "act": {"clock": "soon"}}',
        b'{"record": [], "language": "nl"}', b'{"record": [], "act": {"child": "a", "choice": "b"}}',
        b'{"record": [], "shown": {}}', b"[" * 5000,
    ],
)  # fmt: skip
async def test_what_the_page_does_not_send_is_refused(caller: httpx.AsyncClient, body: bytes) -> None:
    answer = await caller.post("/simulator/studio/play", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_elsewhere_than_on_loopback_the_studio_is_for_trainers(app: App) -> None:
    until = app.clock.now().replace(year=app.clock.now().year + 1)
    async with calling(app, loopback=False) as client:
        assert (await client.get("/simulator/studio/")).status_code == 303
        for path in ("play", "compare", "save"):
            assert (await client.post(f"/simulator/studio/{path}", json={"record": []})).status_code == 403
        for name, role, statuses in (("nadia", Role.TRAINER, (200, 200)), ("salma", Role.COUNSELLOR, (303, 403))):
            await app.users.add_user(User(name, role, "unused"))
            await app.users.open_session(name, f"token-{name}", until)
            client.cookies.set("m3ak_session", f"token-{name}")
            page = await client.get("/simulator/studio/")
            played = await client.post("/simulator/studio/play", json={"record": []})
            assert (page.status_code, played.status_code) == statuses
        form = await client.post("/simulator/studio/play", data={"record": "[]"})
        assert form.status_code == 403


async def test_every_sentence_has_a_file_and_a_line(app: App) -> None:
    trials, speaker = Trials(app.settings, lambda: app.flows, app.interpreter), Speaker(app.settings.dialogs.folder)
    places = [f"{flow.name}.{step.id}" for flow in app.flows.flows.values() for step in flow.steps]
    acts = [*({"jump": place} for place in places), {"child": "je veux mourir"}, {"counsellor": "takes"}]
    said = 0
    async with trials.at(Language.FR, []) as trial:
        for act in acts:
            turn = await trial.act(act)
            for moment in turn.moments:
                for say in (effect for effect in moment.effects if isinstance(effect, Say)):
                    by, sentence = speaker.of(say, moment, app.flows), speaker.sentence(say.key, say.language)
                    assert by and sentence, say.key
                    assert (ROOT / by.file).exists() and f'"{say.key}"' in _line(sentence.file, sentence.line)
                    said += 1
                    if by.step:
                        assert by.step.partition(".")[2] in _line(by.file, by.line)
    await trials.close()
    assert said > len(places)
    rule = danger_place(Danger(DangerKind.SELF_HARM, "lexicon.wants_to_die"))
    assert rule and "wants_to_die" in _line(rule.file, rule.line)
    assert danger_place(Danger(DangerKind.SELF_HARM, "model")) is None


def _line(file: str, number: int) -> str:
    return (ROOT / file).read_text(encoding="utf-8").splitlines()[number - 1]


async def test_a_story_is_replayed_act_by_act_as_it_says(caller: httpx.AsyncClient) -> None:
    (story,) = [one for one in load_stories(TRANSCRIPTS / "thread.yml") if one.name == "thread 1 fr"]
    record: list[Any] = []
    cursor: Any = {}
    while cursor is not None:
        came = await play(caller, record, story="thread 1", cursor=cursor)
        assert came["refused"] is None
        record, cursor = came["record"], came["cursor"] or None
    said = [act for act in record if "child" in act]
    assert {"child": "c'est pas insta c'est snap"} in said
    assert not any("until" in act for act in record)
    assert len(record) == len(story.turns)
    assert "restart" not in came["now"]
    unknown = await caller.post(
        "/simulator/studio/play", json={"record": [], "language": "fr", "story": "none", "cursor": {}}
    )
    assert "n'existe pas" in unknown.json()["refused"]


def test_a_broken_transcript_is_named_and_the_others_are_there(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text("story: a\nturns: [{child: salam}]")
    (tmp_path / "bad.yml").write_text("turns: [")
    found, wrong = story_names(tmp_path)
    assert found == [("good", ["good"])]
    assert len(wrong) == 1 and "bad.yml" in wrong[0]
    assert in_variety(tmp_path, {"child": "salam"}, Language.FR) == {"child": "salam"}


def test_what_the_tests_say_in_four_varieties_is_compared_in_each() -> None:
    said = in_variety(TRANSCRIPTS, {"child": ["je veux mourir", "il sait où j'habite"]}, Language.ARY)
    assert said == {"child": ["بغيت نموت", "كيعرف فين كنسكن"]}
    assert in_variety(TRANSCRIPTS, {"choice": "consent.yes"}, Language.ARY) == {"choice": "consent.yes"}


def test_every_word_is_there_in_both_languages() -> None:
    words = load_words(ZoneInfo("Africa/Casablanca"), "bot.simulator", "simulator")
    templates = "".join(path.read_text(encoding="utf-8") for path in (STUDIO / "templates").glob("*.html"))
    programs = "".join(path.read_text(encoding="utf-8") for path in STUDIO.glob("*.py"))
    asked = set(re.findall(r'\bt\("([\w.-]+)"', templates + programs))
    asked |= set(re.findall(r"\bt\('([\w.-]+)'", templates)) | set(re.findall(r'words\("([\w.-]+)"', programs))
    asked |= set(re.findall(r'"(clock\.\w+)"', templates))
    asked |= {f"effect.{kind.__name__}" for kind in get_args(Effect) if kind is not Say}
    asked |= {f"branch.{branch}" for branch in get_args(Branch)} | {f"look.{look}" for look in LOOKS}
    asked |= {f"language.{language.value}" for language in Language}
    open_sets = ("media.", "from.", "owner.", "status.", "around.", "refused.", "desk.", "slot.")
    asked = {key for key in asked if not key.endswith(".")}
    unused = {key for key in words["fr"].texts if key not in asked and not key.startswith(open_sets)}
    assert asked <= set(words["fr"].texts)
    assert unused == set()
