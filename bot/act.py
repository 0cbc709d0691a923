"""Acts: what a turn of a story (``story.py``) makes happen in a chat: by the child, the desk, or time."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.channels.channel import Inbound, Outbound
from bot.chat import Chat
from bot.clock import new_id
from dialogs.event import Jumped
from handoff.case import Case, Happening, Status
from handoff.report.door import Outcome
from store.database import Connection

BEGIN = datetime.fromisoformat("2027-03-02T11:00:00+00:00")
"""When a story begins that says nothing else: a Tuesday, while counsellors are there."""
COUNSELLOR = "salma"
MEDIA = ("image", "video", "voice", "document", "sticker", "location", "contact")
_LONGEST, _BURST, _MOST = 10_000, 20, 600
_YEARS = (2020, 2200)


class NotNow(Exception):
    """An act cannot be done as the chat stands.

    Args:
        why: a word for it: a refusal of the desk (``handoff.port.Refused``), ``no_case`` or ``no_step``.
    """

    def __init__(self, why: str):
        super().__init__(f"it cannot be done now: {why}")
        self.why = why


def sound(turn: object) -> bool:
    """Whether something from outside is one act that can be tried."""
    if not isinstance(turn, dict):
        return False
    match turn:
        case {"child": str(text)}:
            good, rest = 0 < len(text) <= _LONGEST, {"child", "more"}
        case {"child": list(texts)}:
            good = 0 < len(texts) <= _BURST and all(isinstance(t, str) and len(t) <= _LONGEST for t in texts)
            rest = {"child", "more"}
        case {"media": str(kind)}:
            caption = turn.get("caption", "")
            good, rest = kind in MEDIA and isinstance(caption, str) and len(caption) <= _LONGEST, {"media", "caption"}
        case {"clock": str(moment)}:
            good, rest = _is_moment(moment), {"clock"}
        case {"counsellor": str(text)}:
            good, rest = bool(text.strip()), {"counsellor"}
        case {"status": str(status)}:
            good, rest = status in list(Status), {"status"}
        case {"minutes": int(number)} | {"others": int(number)}:
            good, rest = 0 < number <= _MOST, {"minutes", "others"}
        case {"choice": str()} | {"jump": str()}:
            good, rest = True, {"choice", "jump"}
        case _:
            return False
    return good and set(turn) <= rest and turn.get("more", True) is True


def _is_moment(text: str) -> bool:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment.tzinfo is not None and _YEARS[0] <= moment.year < _YEARS[1]
    return False


async def perform(chat: Chat, turn: Mapping[str, Any]) -> list[Outbound]:
    """Makes one turn of a story happen.

    Returns:
        what the child reads then.

    Raises:
        NotNow: when it cannot be done as the chat stands.
    """
    more = turn.get("more") is True
    if "child" in turn:
        *first, last = turn["child"] if isinstance(turn["child"], list) else [turn["child"]]
        messages = [message for text in first for message in await chat.send(text=str(text), more=True)]
        return messages + await chat.send(text=str(last), more=more)
    if "choice" in turn:
        return await chat.send(choice=str(turn["choice"]))
    if "typed" in turn:
        title = chat.app.flows.messages.title(str(turn["typed"]), (await chat.state()).language)
        return await chat.send(text=title, more=more)
    if "media" in turn:
        kind = str(turn["media"])
        return await chat.send(media=kind, ref=str(turn.get("ref", f"{kind}-1")), text=str(turn.get("caption", "")))
    if "clock" in turn:
        return await chat.wait_until(datetime.fromisoformat(str(turn["clock"])))
    if "counsellor" in turn:
        await _counsel(chat, str(turn["counsellor"]))
    elif "minutes" in turn:
        chat.app.turns.minutes = int(turn["minutes"])
    elif "status" in turn:
        await _change(chat, lambda case: {"status": Status(turn["status"])})
    elif "outcome" in turn:
        line = Happening(at=chat.clock.now(), what=f"outcome.{Outcome(turn['outcome'])}", by=COUNSELLOR)
        await _change(chat, lambda case: {"timeline": (*case.timeline, line)})
    elif "jump" in turn:
        await _jump(chat, str(turn["jump"]))
    else:
        await _queue(chat, int(turn["others"]))
    return await chat.read()


async def _counsel(chat: Chat, act: str) -> None:
    """A counsellor does something at the desk; anything that is no act is written to the child."""
    relay, reference = chat.app.relay, chat.reference or ""
    match act:
        case "takes":
            refused = await relay.take(reference, COUNSELLOR)
        case "gives back":
            refused = await relay.release(reference, COUNSELLOR)
        case "gives to the bot":
            refused = await relay.resume(reference, COUNSELLOR)
        case "closes":
            refused = await relay.close(reference, COUNSELLOR, "helped")
        case _:
            refused = await relay.say(reference, COUNSELLOR, act, new_id())
    if refused is not None:
        raise NotNow(refused.why if chat.reference else "no_case")


async def _change(chat: Chat, change: Callable[[Case], dict[str, object]]) -> None:
    """The team has got further with the case."""
    app, state, reference = chat.app, await chat.state(), chat.reference or ""

    def work(connection: Connection) -> bool:
        cases = app.turns.transaction(connection).cases
        case = cases.get(reference)
        if case:
            cases.update(reference, case.model_copy(update=change(case)), state)
        return case is not None

    if not await app.database.write(work):
        raise NotNow("no_case")


async def _jump(chat: Chat, place: str) -> None:
    """A trainer goes to a step, named ``FLOW.STEP``."""
    flow, _, step = place.partition(".")
    flows = chat.app.flows.flows
    if flow not in flows or all(one.id != step for one in flows[flow].steps):
        raise NotNow("no_step")
    await chat.happen(lambda at, facts: Jumped(at, facts, flow, step))


async def _queue(chat: Chat, others: int) -> None:
    """Other children come to wait for a counsellor."""
    turns = chat.app.turns
    for number in range(others):
        for text, choice in (("je veux parler à une personne", None), ("", "consent.yes")):
            now, address = chat.clock.now(), f"other-{number}"
            await turns.accept([Inbound("terminal", address, new_id(), now, text, choice=choice)])
    await chat.app.delivery.drain()
    await chat.read()
