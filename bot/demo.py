"""A training database: for half a year invented children write to the real stack, and invented counsellors answer.

Everything in it came about as with real children, turn by turn; it is marked, and no messenger runs on it.
"""

import heapq
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.channels.channel import Channel, Inbound, Outbound, Sent
from bot.clock import new_id
from bot.invented import Invented
from bot.settings import HandoffSettings, Settings, WrongSettings
from dialogs.state import Owner, State
from handoff.case import DISPOSITIONS, Status
from handoff.life import Move
from handoff.port import Role
from store.conversations import Conversations
from store.database import Connection
from store.demo import in_use, is_demo, mark_demo
from store.keyring import Keyring

_MONTHS = timedelta(days=182)
_KEPT = 500
"""Days for which closed cases stay, so that half a year of them is there to be seen."""
_TEAM = ("Salma", "Yassine", "Hind")
_REASON = "Cas inventé, pour la formation."
_LONGEST = 40
"""Answers of one child at most."""
_OPEN = timedelta(days=10)
"""How old the cases are at most that are still open in the end, but for those that nobody has reached."""
_SILENCE = timedelta(hours=60)
"""After this a child who has fallen silent is sure to wait for a human."""
_STEP = timedelta(days=1)
"""How long time may go on before the timers are looked at."""


class _Phones:
    """Phones that nobody holds: what is sent to one lies there until the child reads it."""

    name = "demo"

    def __init__(self) -> None:
        self._come: defaultdict[str, list[Outbound]] = defaultdict(list)

    async def send(self, address: str, message: Outbound) -> Sent:
        self._come[address].append(message)
        return Sent()

    def take(self, address: str) -> list[Outbound]:
        return self._come.pop(address, [])

    async def close(self) -> None:
        """Nothing to end."""


class Demo:
    """Fills a training database.

    Args:
        settings: all settings; outside systems are told nothing.
        url: the database.
        seed: the same seed invents the same children.
    """

    def __init__(self, settings: Settings, url: str, seed: int):
        storage = settings.storage.model_copy(update={"url": url})
        privacy = settings.privacy.model_copy(update={"retention_days": _KEPT})
        changed = {"storage": storage, "privacy": privacy, "handoff": HandoffSettings()}
        self._phones = _Phones()
        channels: dict[str, Channel] = dict.fromkeys(("whatsapp", "telegram", "simulator"), self._phones)
        self._app = App(settings.model_copy(update=changed), channels)
        self._dice = random.Random(seed)  # noqa: S311  # no secret: the same seed must invent the same
        self._hours = settings.helpline.hours.hours()
        self._looked: datetime | None = None
        self._end = self._app.clock.now()

    async def fill(self, children: int) -> int:
        """Lets so many children write.

        Returns:
            how many cases there are now.

        Raises:
            WrongSettings: when the database is in use already.
        """
        app = self._app
        try:
            await app.database.upgrade()
            await app.database.read(_refuse)
            await app.open(upgrade=True)
            await app.database.write(lambda c: mark_demo(c, app.vault))
            await self._live(children)
            return len(await app.cases.entries(open_only=False, limit=10 * children))
        finally:
            await app.database.close()

    async def _live(self, children: int) -> None:
        end = self._end
        drawn = [Invented.drawn(self._dice, number) for number in range(children)]
        lives = [(self._beginning(end), number, self._life(child)) for number, child in enumerate(drawn)]
        heapq.heapify(lives)
        while lives and lives[0][0] < end:
            at, number, life = heapq.heappop(lives)
            await self._move_to(at)
            wait = await anext(life, None)
            if wait is not None:
                heapq.heappush(lives, (at + wait, number, life))
        await self._move_to(end)

    def _beginning(self, end: datetime) -> datetime:
        """When a child first writes: more of them late, as a helpline becomes known, and most after school."""
        day = end - _MONTHS * (1 - self._dice.betavariate(1.6, 1.1))
        hour = self._dice.triangular(6, 23.9, 19)
        return min(day.replace(hour=0, minute=0) + timedelta(hours=hour), end - timedelta(minutes=1))

    async def _move_to(self, at: datetime) -> None:
        self._app.clock.move_to(at)
        if self._looked is None or at - self._looked > _STEP:
            self._looked = at
            while await self._app.timers.fire():
                await self._app.delivery.drain()

    async def _life(self, child: Invented) -> AsyncIterator[timedelta]:
        """One child's way: each step gives the time until the next."""
        dice, said, choice = child.dice, child.opening(), None
        for _ in range(_LONGEST):
            read = await self._say(child, said, choice)
            asked = next((out for out in reversed(read) if out.expects), None)
            if asked is None or child.silent():
                break
            yield timedelta(seconds=dice.randint(15, 150))
            said, choice = child.answer(asked)
        state = await self._state(child)
        if state.case is None:
            return
        if dice.random() < 0.05:
            yield timedelta(minutes=dice.randint(5, 600))
            await self._say(child, child.says("withdraw"))
            await self._say(child, choice="withdraw.yes")
            return
        if state.owner is Owner.BOT:
            # Who falls silent is called to a human by a timer.
            yield _SILENCE
            state = await self._state(child)
        if state.owner is Owner.QUEUE and state.case:
            async for wait in self._answered(child, state.case):
                yield wait

    async def _answered(self, child: Invented, reference: str) -> AsyncIterator[timedelta]:
        """A counsellor takes the case, answers, and closes it."""
        dice, relay, by = child.dice, self._app.relay, child.dice.choice(_TEAM)
        yield self._until_open() + timedelta(minutes=dice.expovariate(1 / 35))
        if await relay.take(reference, by):
            return
        yield timedelta(minutes=dice.randint(1, 12))
        await relay.say(reference, by, child.told(), new_id())
        yield timedelta(minutes=dice.randint(2, 40))
        await self._say(child, child.says("thanks"))
        yield timedelta(hours=dice.expovariate(1 / 60))
        async for wait in self._moved(child, reference, by):
            yield wait
        if dice.random() < 0.12 and self._end - self._app.clock.now() < _OPEN:
            return
        await relay.close(reference, by, dice.choices(DISPOSITIONS, (6, 4, 4, 2, 1, 1))[0])
        await self._app.delivery.drain()
        if faces := child.faces(self._phones.take(child.address)):
            yield timedelta(minutes=dice.randint(1, 50))
            await self._say(child, choice=faces)

    async def _moved(self, child: Invented, reference: str, by: str) -> AsyncIterator[timedelta]:
        """The case goes some of the helpline's steps: analysis, decision, report, accompaniment."""
        dice, app = child.dice, self._app
        steps = [Move(Status.RECEIVED, Status.ANALYSIS, chosen=("law.threats",))]
        if dice.random() < 0.2:
            steps.append(Move(Status.ANALYSIS, Status.ARCHIVE, _REASON))
        else:
            steps.append(Move(Status.ANALYSIS, Status.TREAT, _REASON))
            steps.append(Move(Status.TREAT, Status.REPORTED, _REASON))
            partners = app.settings.desk.partners
            steps += [Move(Status.REPORTED, Status.ACCOMPANIED, chosen=partners[:1])] if partners else []
        for step in steps[: dice.randint(0, len(steps))]:
            if await app.life.move(reference, by, Role.COUNSELLOR, step):
                return
            yield timedelta(hours=dice.expovariate(1 / 12))

    def _until_open(self) -> timedelta:
        now = self._app.clock.now()
        opening = self._hours.opening(now)
        return opening - now if opening else timedelta()

    async def _say(self, child: Invented, text: str = "", choice: str | None = None) -> list[Outbound]:
        """One message of a child, and what it reads then."""
        app = self._app
        message = Inbound(child.channel, child.address, new_id(), app.clock.now(), text, choice)
        await app.turns.accept([message])
        await app.timers.flush()
        await app.delivery.drain()
        return self._phones.take(child.address)

    async def _state(self, child: Invented) -> State:
        vault = self._app.vault
        found = await self._app.database.read(
            lambda c: Conversations(c, Keyring(c, vault)).find(child.channel, child.address)
        )
        assert found
        return found


async def fill(settings: Settings, target: str, children: int, seed: int) -> tuple[str, int]:
    """Fills a training database.

    Args:
        settings: all settings.
        target: a file for SQLite, or the URL of a database.
        children: how many write.
        seed: the same seed invents the same children.

    Returns:
        the database's URL, and how many cases it has.

    Raises:
        WrongSettings: when it is in use already.
    """
    url = target if "://" in target else f"sqlite:///{Path(target)}"
    return url, await Demo(settings, url, seed).fill(children)


def _refuse(connection: Connection) -> None:
    if is_demo(connection):
        raise WrongSettings("This training database is filled already; delete it, or name another one with --out.")
    if in_use(connection):
        raise WrongSettings("This database holds real cases; name another one with --out.")
