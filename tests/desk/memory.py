"""The desk's four ports, kept in memory."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handoff.case import Case, ConsentKind, Line, Status
from handoff.desk.limiter import Count, counted
from handoff.life import Move, moved, refusal
from handoff.port import CASEWORKERS, Act, Change, Entry, Invitation, Refused, Role, User
from nlu.interpretation import Language

_RANK = {"urgent": 0, "high": 1, "normal": 2}


class MemoryUsers:
    """People and sessions."""

    def __init__(self, *users: User) -> None:
        self._users = {user.name: user for user in users}
        self.sessions: dict[str, tuple[str, datetime]] = {}
        self.invitations: dict[str, tuple[Invitation, datetime]] = {}
        self._steps: dict[str, int] = {}
        self._counts: dict[str, Count] = {}

    async def user(self, name: str) -> User | None:
        return self._users.get(name)

    async def users(self) -> Sequence[User]:
        return list(self._users.values())

    async def add_user(self, user: User) -> None:
        if user.name in self._users:
            raise ValueError(user.name)
        self._users[user.name] = user

    async def set_password(self, name: str, password_hash: str) -> None:
        self._users[name] = replace(self._users[name], password_hash=password_hash, must_change=False)

    async def open_session(self, name: str, token: str, until: datetime) -> None:
        self.sessions[token] = (name, until)

    async def session_user(self, token: str, at: datetime) -> User | None:
        name, until = self.sessions.get(token, ("", at))
        user = self._users.get(name)
        return user if user and user.active and at < until else None

    async def close_session(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def change(self, name: str, role: Role, languages: tuple[Language, ...], *, active: bool) -> None:
        self._users[name] = replace(self._users[name], role=role, languages=languages, active=active)

    async def set_totp(self, name: str, secret: str | None) -> None:
        self._users[name] = replace(self._users[name], totp=secret)

    async def use_step(self, name: str, step: int) -> bool:
        used = self._steps.get(name, 0)
        self._steps[name] = max(used, step)
        return step > used

    async def seen(self, name: str, at: datetime) -> None:
        self._users[name] = replace(self._users[name], seen_at=at)

    async def attempt(self, name: str, at: datetime) -> timedelta:
        count, wait = counted(self._counts.get(name.casefold()), at)
        if count:
            self._counts[name.casefold()] = count
        return wait

    async def succeed(self, name: str) -> None:
        self._counts.pop(name.casefold(), None)

    async def invite(self, invitation: Invitation, token: str, until: datetime) -> None:
        self.invitations = {t: kept for t, kept in self.invitations.items() if kept[0].name != invitation.name}
        self.invitations[token] = (invitation, until)

    async def invitation(self, token: str, at: datetime) -> Invitation | None:
        invitation, until = self.invitations.get(token, (None, at))
        return invitation if at < until else None

    async def accept(self, token: str, password_hash: str, at: datetime) -> User | None:
        invited = await self.invitation(token, at)
        if invited is None:
            return None
        del self.invitations[token]
        user = User(invited.name, invited.role, password_hash, languages=invited.languages)
        self._users[user.name] = user
        return user


class MemoryTrail:
    """What was noted, in order."""

    def __init__(self) -> None:
        self.noted: list[Act] = []

    async def note(self, act: Act) -> None:
        self.noted.append(act)

    async def acts(self, *, reference: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[Act]:
        found = [act for act in reversed(self.noted) if reference in (None, act.reference)]
        return found[offset : offset + limit]


class MemoryChanges:
    """Tells every follower, from any thread."""

    def __init__(self) -> None:
        self._followers: list[tuple[asyncio.AbstractEventLoop, asyncio.Queue[Change]]] = []

    def follow(self) -> AsyncIterator[Change]:
        follower = (asyncio.get_running_loop(), asyncio.Queue[Change]())
        self._followers.append(follower)
        return self._read(follower)

    def tell(self, reference: str, *, alarm: bool = False) -> None:
        for loop, queue in self._followers:
            loop.call_soon_threadsafe(queue.put_nowait, Change(reference, alarm))

    async def _read(self, follower: tuple[asyncio.AbstractEventLoop, asyncio.Queue[Change]]) -> AsyncIterator[Change]:
        try:
            while True:
                yield await follower[1].get()
        finally:
            self._followers.remove(follower)


class MemoryCases:
    """Cases with their entries."""

    def __init__(self, changes: MemoryChanges, *cases: tuple[Entry, Case]) -> None:
        self._changes = changes
        self._kept = {entry.reference: (entry, case) for entry, case in cases}
        # The test writes from its thread while the server writes from another.
        self._writing = threading.RLock()

    async def entries(self, *, open_only: bool = True, limit: int = 200, offset: int = 0) -> Sequence[Entry]:
        over = (Status.CLOSED, Status.WITHDRAWN) if open_only else ()
        entries = [entry for entry, _ in self._kept.values() if entry.status not in over]
        return sorted(entries, key=lambda e: (_RANK[e.priority] > 0, e.requested_at or e.opened_at))[
            offset : offset + limit
        ]

    async def overdue(self, today: date, *, limit: int = 200, offset: int = 0) -> Sequence[Entry]:
        late = [e for e in await self.entries() if e.due and e.due < today]
        return sorted(late, key=lambda e: e.due or today)[offset : offset + limit]

    async def how_many_late(self, today: date) -> int:
        return len(await self.overdue(today))

    async def entry(self, reference: str) -> Entry | None:
        return self._kept[reference][0] if reference in self._kept else None

    async def case(self, reference: str) -> Case | None:
        return self._kept[reference][1] if reference in self._kept else None

    def add(self, entry: Entry, case: Case) -> None:
        """Keeps one more case."""
        self._kept[entry.reference] = (entry, case)
        self._changes.tell(entry.reference)

    def kept(self, reference: str) -> Case:
        """A case as it stands."""
        return self._kept[reference][1]

    def change(self, reference: str, **fields: object) -> None:
        """Changes fields of a case's entry."""
        with self._writing:
            entry, case = self._kept[reference]
            self._kept[reference] = (replace(entry, **fields), case)  # type: ignore[arg-type]
        self._changes.tell(reference)

    def rewrite(self, reference: str, **fields: object) -> None:
        """Changes fields of a case."""
        with self._writing:
            entry, case = self._kept[reference]
            self._kept[reference] = (entry, case.model_copy(update=fields))
        self._changes.tell(reference)

    def write(self, reference: str, sender: str, text: str) -> None:
        """Adds a message, a minute after the one before."""
        with self._writing:
            case = self._kept[reference][1]
            at = case.transcript[-1].at + timedelta(minutes=1)
            line = Line.model_validate({"at": at, "from": sender, "text": text})
            self.rewrite(reference, transcript=(*case.transcript, line))

    def forget(self, reference: str) -> None:
        """Erases a case."""
        del self._kept[reference]
        self._changes.tell(reference)


class MemoryRelay:
    """Acts on the cases in memory; ``said`` is what has left for the child."""

    def __init__(self, cases: MemoryCases, users: MemoryUsers) -> None:
        self._cases, self._users = cases, users
        self._keys: set[str] = set()
        self.typed: list[tuple[str, str]] = []
        self.said: list[tuple[str, str, str]] = []

    async def take(self, reference: str, counsellor: str) -> Refused | None:
        entry = await self._cases.entry(reference)
        if entry is None:
            return Refused("gone")
        if entry.status is Status.CLOSED:
            return Refused("closed")
        if entry.taken_by not in (None, counsellor):
            return Refused("taken", entry.taken_by)
        self._cases.change(reference, owner="counsellor", taken_by=counsellor)
        return None

    async def say(
        self, reference: str, counsellor: str, text: str, key: str, answers: int | None = None
    ) -> Refused | None:
        refused = await self._refusal(reference, counsellor)
        if refused or key in self._keys:
            return refused
        if answers is not None:
            lines = self._cases.kept(reference).transcript
            if answers >= len(lines) or lines[answers].from_ != "child":
                return Refused("no_line")
            text = f"« {lines[answers].text} »\n{text}"
        self._keys.add(key)
        self.said.append((reference, counsellor, text))
        self._cases.write(reference, "counsellor", text)
        return None

    async def typing(self, reference: str, counsellor: str) -> None:
        if await self._refusal(reference, counsellor) is None:
            self.typed.append((reference, counsellor))

    async def invite(self, reference: str, counsellor: str, key: str) -> Refused | None:
        if not self._cases.kept(reference).agrees("recontact"):
            return Refused("not_agreed")
        return await self.say(reference, counsellor, "On continue ici quand tu veux.", key)

    async def ask_consent(self, reference: str, counsellor: str, kind: ConsentKind) -> Refused | None:
        if self._cases.kept(reference).basis != "consent":
            return Refused("no_record")
        refused = await self._refusal(reference, counsellor)
        if not refused:
            self._cases.write(reference, "system", f"On le signale pour toi ? ({kind})")
        return refused

    async def release(self, reference: str, by: str, *, over: bool = False) -> Refused | None:
        entry = await self._cases.entry(reference)
        refused = await self._refusal(reference, entry.taken_by or by if entry and over else by)
        if not refused:
            self._cases.change(reference, owner="queue", taken_by=None)
        return refused

    async def resume(self, reference: str, counsellor: str) -> Refused | None:
        refused = await self._refusal(reference, counsellor)
        if not refused:
            self._cases.change(reference, owner="bot", taken_by=None)
        return refused

    async def hand(self, reference: str, counsellor: str, to: str) -> Refused | None:
        refused = await self._refusal(reference, counsellor) or await self._colleague(counsellor, to)
        if not refused:
            self._cases.change(reference, taken_by=to, offered_to=None, offer=None)
        return refused

    async def offer(self, reference: str, counsellor: str, to: str, note: str) -> Refused | None:
        refused = await self._refusal(reference, counsellor) or await self._colleague(counsellor, to)
        if not refused:
            self._cases.change(reference, offered_to=to, offer=note)
        return refused

    async def accept(self, reference: str, counsellor: str) -> Refused | None:
        entry = await self._cases.entry(reference)
        if entry is None or entry.offered_to != counsellor:
            return Refused("gone" if entry is None else "not_offered")
        self._cases.change(reference, taken_by=counsellor, offered_to=None, offer=None)
        return None

    async def decline(self, reference: str, counsellor: str) -> Refused | None:
        entry = await self._cases.entry(reference)
        if entry is None or not entry.offered_to or counsellor not in (entry.offered_to, entry.taken_by):
            return Refused("gone" if entry is None else "not_offered")
        self._cases.change(reference, offered_to=None, offer=None)
        return None

    async def _colleague(self, counsellor: str, to: str) -> Refused | None:
        user = await self._users.user(to)
        fit = user is not None and user.active and user.role in CASEWORKERS and to != counsellor
        return None if fit else Refused("nobody")

    async def close(self, reference: str, counsellor: str, disposition: str, note: str = "") -> Refused | None:
        if refused := await self._refusal(reference, counsellor):
            return refused
        case = self._cases.kept(reference)
        move = Move(case.status, Status.CLOSED, note, (disposition,))
        refused = refusal(case, move, Role.COUNSELLOR, ())
        if not refused:
            told = moved(case, move, counsellor, case.opened_at)
            self._cases.rewrite(reference, **told.model_dump(include={"status", "disposition"}), timeline=told.timeline)
            self._cases.change(reference, owner="bot", taken_by=None, status=Status.CLOSED)
        return refused

    async def _refusal(self, reference: str, counsellor: str) -> Refused | None:
        entry = await self._cases.entry(reference)
        if entry is None:
            return Refused("gone")
        if entry.status is Status.CLOSED:
            return Refused("closed")
        if entry.taken_by != counsellor:
            return Refused("not_yours", entry.taken_by)
        return None
