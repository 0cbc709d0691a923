"""The studio: the simulator where everything can be tried and looked at, and nothing leaves it.

What was done so far stays in the browser and comes with each request; a trial is played again from it where none
stands at that point, so that any process can answer, and going back is leaving out the last act.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.act import NotNow, sound
from bot.simulator.drawing import Drawing
from bot.simulator.keeping import NotKept, keep
from bot.simulator.script import NoSuchStory, find_story, in_variety, next_act, story_names
from bot.simulator.speaker import Speaker
from bot.simulator.trial import Act, Moment, Trial, Turn
from bot.simulator.trials import Trials
from bot.simulator.view import Bubble, bubbles, effects, heard, runs, slots, spoken, steps
from bot.story import BrokenStory
from dialogs.flow import Flows
from handoff.case import Status
from handoff.desk.words import Words
from nlu.interpretation import Language

STORIES = Path("tests/transcripts")
_MOST = 300
"""Acts in one trial."""
_TITLE = 40
_STATUSES = [s.value for s in Status if s not in (Status.CLOSED, Status.SEALED, Status.WITHDRAWN)]

Allowed = Callable[[Request], Awaitable[bool]]


class _Wrong(Exception):
    """What was posted is no request of the page."""


class Studio:
    """The studio's page, and what it asks.

    Args:
        trials: where conversations are tried.
        flows: the flows as they are now.
        drawing: how pages are drawn.
        allowed: whether somebody may use the simulator.
        speaker: finds who said a sentence.
        stories: the folder of the transcripts, and where chats are kept as tests; without it there are none.
        language: what the helpline begins in.
    """

    def __init__(
        self,
        trials: Trials,
        flows: Callable[[], Flows],
        drawing: Drawing,
        allowed: Allowed,
        speaker: Speaker,
        language: Language,
        stories: Path = STORIES,
    ):
        self._trials, self._flows, self._drawing, self._allowed = trials, flows, drawing, allowed
        self._speaker, self._language, self._stories = speaker, language, stories

    def routes(self) -> list[Route]:
        """The studio's routes, within the simulator's."""
        posts = {"play": self._play, "compare": self._compare, "save": self._save}
        return [
            Route("/studio/", self._page),
            *(Route(f"/studio/{name}", self._guarded(work), methods=["POST"]) for name, work in posts.items()),
        ]

    async def _page(self, request: Request) -> Response:
        if not await self._allowed(request):
            return RedirectResponse("/desk/login", 303)
        if chosen := self._drawing.choose(request, "/simulator/studio/"):
            return chosen
        stories, wrong = story_names(self._stories)
        return self._drawing.page(
            request, "studio.html", flows=self._flows().flows.values(), languages=list(Language), stories=stories,
            wrong=wrong, statuses=_STATUSES, keeps=self._stories.is_dir(),
        )  # fmt: skip

    def _guarded(self, work: Callable[[Request, dict[str, Any]], Awaitable[Response]]) -> Any:
        """Only who may, only from the page itself (a form of another site cannot send JSON), and only what it sends."""

        async def guarded(request: Request) -> Response:
            if not await self._allowed(request) or request.headers.get("content-type") != "application/json":
                return PlainTextResponse("Open /simulator/studio/ first.", 403)
            try:
                return await work(request, _read(await request.body()))
            except _Wrong:
                return PlainTextResponse("Not a request of this page.", 400)
            except (NotNow, NoSuchStory, BrokenStory, NotKept) as error:
                return JSONResponse({"refused": self._refusal(request, error)})

        return guarded

    def _refusal(self, request: Request, error: Exception) -> str:
        t = self._drawing.words_of(request)
        if isinstance(error, NotNow | NotKept):
            return t.maybe(f"refused.{error.why}", t("refused"))
        return t("refused.story") if isinstance(error, NoSuchStory) else str(error)

    async def _play(self, request: Request, data: dict[str, Any]) -> Response:
        """One act more, or one less, or what a story does next."""
        language, record = self._told(data)
        cursor, shown = data.get("cursor"), data.get("shown", 0)
        if not isinstance(shown, int):
            raise _Wrong
        async with self._trials.at(language, record) as trial:
            refused = None
            try:
                if isinstance(cursor, dict):
                    story = find_story(self._stories, str(data.get("story")), language)
                    act, cursor = next_act(story, cursor, await trial.chat.state(), trial.flows.messages)
                else:
                    act = self._act(data["act"], trial) if data.get("act") is not None else None
                if act is not None:
                    await trial.act(act)
            except NotNow as error:
                refused, cursor = self._refusal(request, error), None
            return JSONResponse({**self._drawn(request, trial, shown), "cursor": cursor, "refused": refused})

    def _told(self, data: Mapping[str, Any]) -> tuple[Language, list[Act]]:
        """What the browser says was done so far."""
        record = data.get("record")
        if not isinstance(record, list) or len(record) > _MOST or not all(sound(act) for act in record):
            raise _Wrong
        language = data.get("language") or self._language
        if language not in list(Language):
            raise _Wrong
        return Language(language), record

    def _act(self, act: object, trial: Trial) -> Act:
        """An act as the page asks for it: its clock goes on by minutes, or to an hour of the helpline's day."""
        if isinstance(act, dict) and isinstance(act.get("clock"), str):
            now, wanted = trial.chat.clock.now(), act["clock"]
            if wanted.startswith("+") and wanted[1:].isdecimal():
                then = now + timedelta(minutes=int(wanted[1:7]))
            else:
                with suppress(ValueError):
                    wanted = datetime.fromisoformat(wanted).replace(tzinfo=self._drawing.zone).isoformat()
                if not sound({"clock": wanted}):
                    raise _Wrong
                then = datetime.fromisoformat(wanted)
            if then <= now:
                raise NotNow("past")
            act = {"clock": then.isoformat()}
        if not sound(act):
            raise _Wrong
        return act  # type: ignore[return-value]  # a mapping, or it were not sound

    def _drawn(self, request: Request, trial: Trial, shown: int) -> dict[str, Any]:
        """The turns that the page does not show yet, and how the chat stands."""
        draw, t = self._drawing.draw, self._drawing.words_of(request)
        chat, turns = [], []
        for number, turn in enumerate(trial.turns[shown:], shown + 1):
            chat += [draw(request, "bubble.html", bubble=one, turn=number) for one in bubbles(turn, trial, t)]
            first = next(bubbles(turn, trial, t))
            title = first.text or t(f"media.{first.media}")
            turns.append(
                draw(
                    request, "turn.html", number=number, turn=turn, last=number == len(trial.turns),
                    title=title if len(title) <= _TITLE else f"{title[:_TITLE]}…", missed=_missed(turn),
                    slots=slots(turn.before, turn.after, t),
                    runs=[self._run(run, trial, t) for run in runs(turn)],
                )
            )  # fmt: skip
        return {
            "language": trial.language.value, "record": trial.acts, "shown": shown,
            "chat": "".join(chat), "turns": turns, "now": self._now(request, trial),
        }  # fmt: skip

    def _run(self, run: Moment, trial: Trial, t: Words) -> dict[str, Any]:
        """One run of the dialog, for its template."""
        return {
            "heard": heard(run), "steps": steps(run, self._speaker),
            "spoken": spoken(run, trial.flows, self._speaker), "effects": effects(run, t),
        }  # fmt: skip

    def _now(self, request: Request, trial: Trial) -> str:
        at = trial.chat.clock.now()
        state = trial.record.before or trial.start
        asked = state.question
        return self._drawing.draw(
            request, "now.html", at=at, state=state, step=self._speaker.step(asked.flow, asked.step) if asked else None,
            local=f"{at.astimezone(self._drawing.zone):%Y-%m-%dT%H:%M}",
        )  # fmt: skip

    async def _compare(self, request: Request, data: dict[str, Any]) -> Response:
        """One chat in the four varieties, turn by turn."""
        _, record = self._told(data)
        columns = [await self._column(request, language, record) for language in Language]
        rows = []
        for cells in zip(*columns, strict=True):
            keys = [[bubble.key for bubble in cell if bubble.key] for cell in cells]
            rows.append({"cells": cells, "differs": any(key != keys[0] for key in keys)})
        html = self._drawing.draw(request, "compared.html", rows=rows, languages=list(Language))
        return JSONResponse({"html": html})

    async def _column(self, request: Request, language: Language, record: Sequence[Act]) -> list[list[Bubble]]:
        """What is said in one variety; what cannot be done in it is left out, and what comes after it goes on."""
        t = self._drawing.words_of(request)
        acts = [in_variety(self._stories, act, language) for act in record]
        cells: list[list[Bubble]] = []
        async with self._trials.at(language, [], settled=True) as trial:
            for act in acts:
                try:
                    cells.append(list(bubbles(await trial.act(act), trial, t)))
                except NotNow:
                    cells.append([Bubble("note", t("refused"))])
        return cells

    async def _save(self, request: Request, data: dict[str, Any]) -> Response:
        """The chat as a test: as text, and in the folder of the transcripts where that is wanted."""
        language, record = self._told(data)
        name = str(data.get("name", ""))
        async with self._trials.at(language, record) as trial:
            text = await trial.record.story(trial.chat, name)
        kept = keep(self._stories, name, text) if data.get("keep") is True else None
        t = self._drawing.words_of(request)
        return JSONResponse({"yaml": text, "notice": t("save.done", path=kept.as_posix()) if kept else ""})


def _read(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _Wrong from None
    if not isinstance(data, dict):
        raise _Wrong
    return data


def _missed(turn: Turn) -> str | None:
    """The step that a jump did not come to."""
    place = turn.act.get("jump")
    gone = {f"{flow}.{step}" for moment in turn.moments for flow, step, branch in moment.steps if branch == "taken"}
    return None if place is None or place in gone else str(place)
