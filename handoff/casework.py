"""What counsellors keep beside a case, declared for the desk and implemented by the store: notes, tasks, quick replies.

None of it is ever sent to the child but the text of a quick reply, once a counsellor has read it and pressed "send".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from handoff.case import Status
from handoff.port import Refused
from nlu.interpretation import Language

Guides = Mapping[Language, Mapping[str, str]]
"""How to report and block in each app, in the bot's own sentences: by language, then by platform."""

LONGEST_NOTE = 4000
"""Characters of a note or of a quick reply."""
LONGEST_TASK = 300
LONGEST_HOLD = 500


@dataclass(frozen=True, slots=True)
class Note:
    """What a counsellor wrote for colleagues alone."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do about a case.

    Args:
        id: its name within the case.
        text: what.
        due: the day by which.
        by: who wrote it down.
        done_at, done_by: when and by whom it was done, or None.
    """

    id: str
    text: str
    due: date | None
    by: str
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Another case of the same contact. Who the contact is, nobody is told."""

    reference: str
    status: Status
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps a case from being erased when its time is over. The child's own withdrawal goes before it.

    Args:
        at: since when.
        by: the supervisor.
        reason: why.
    """

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Work:
    """What is kept beside one case.

    Args:
        notes: the oldest first.
        tasks: open ones first, by the day they are due.
        links: other cases of this contact, where no child asked to stay anonymous.
        hold: what keeps the case from being erased, or None.
    """

    notes: tuple[Note, ...] = ()
    tasks: tuple[Task, ...] = ()
    links: tuple[Link, ...] = ()
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A sentence that counsellors often need.

    Args:
        id: its name; empty for a new one.
        title: what counsellors call it.
        texts: the sentence in the four varieties, with ``{counsellor}``, ``{reference}`` and ``{helpline}``.
    """

    id: str
    title: str
    texts: Mapping[Language, str]


class Casework(Protocol):
    """Every call is one transaction. A ``key`` is made by the browser once a form: what is sent twice is kept once."""

    async def work(self, reference: str) -> Work: ...

    async def note(self, reference: str, by: str, text: str, key: str) -> Refused | None: ...

    async def add_task(self, reference: str, by: str, text: str, due: date | None, key: str) -> Refused | None: ...

    async def finish_task(self, reference: str, task: str, by: str) -> Refused | None: ...

    async def hold(self, reference: str, by: str, reason: str) -> Refused | None:
        """Keeps a case from being erased when its time is over; the reason of a hold that there is, is replaced.

        ``Refused("gone")`` where the child has withdrawn: no hold goes before that.
        """
        ...

    async def let_go(self, reference: str, by: str) -> Refused | None:
        """Ends a hold: the case is erased when its time is over, or tonight where that has passed."""
        ...

    async def correct(
        self, reference: str, by: str, before: Mapping[str, object], after: Mapping[str, object], *, over: bool = False
    ) -> Refused | None:
        """Corrects fields of a case; its timeline says who changed what.

        Args:
            reference: the case's reference.
            by: who corrects; must hold the case.
            before: the fields as the form showed them. Where one is another by now, nothing is changed, and
                ``Refused("changed", field)`` says which.
            after: the fields as they should be.
            over: a supervisor may correct what a colleague holds, and what nobody does.
        """
        ...

    async def quick_replies(self) -> Sequence[QuickReply]: ...

    async def save_quick_reply(self, reply: QuickReply) -> None:
        """Writes a quick reply, a new one where it has no id."""
        ...

    async def delete_quick_reply(self, id_: str) -> None: ...
