"""Access: all that is kept of a child's case, on one sheet, for a request that comes by another way than the chat."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.administration import COMMAND_LINE, open_office
from bot.script import read_script
from handoff.case import Case, Status
from handoff.casework import Work
from handoff.desk.facts import Told, sections
from handoff.desk.words import Words, load_words
from handoff.port import Act
from store.casework import StoredCasework
from store.desk import StoredCases
from store.trail import StoredTrail


async def sheet(config: Path, reference: str, language: str) -> str | None:
    """What is kept of a case, in plain words; the trail notes that it was asked for.

    Args:
        config: the settings.
        reference: the case's.
        language: ``fr`` or ``ar``.

    Returns:
        None when there is no case; no content of a sealed one, which a supervisor alone may read.
    """
    async with open_office(config) as office:
        case = await StoredCases(office.database, office.vault).case(reference.upper())
        if case is None:
            return None
        now = datetime.now(UTC)
        await StoredTrail(office.database).note(Act(now, COMMAND_LINE, "access", case.reference))
        work = Work()
        if case.status is Status.SEALED:
            case = Case(reference=case.reference, opened_at=case.opened_at, status=case.status, basis=None,
                        priority=None, anonymous=None, accompaniment=None, own_details=None)  # fmt: skip
        else:
            work = await StoredCasework(office.database, office.vault, lambda: now).work(case.reference)
        words = load_words(office.settings.helpline.hours.hours().zone)[language]
        return "\n".join(_lines(case, work, words, read_script(office.settings).messages.told))


def _lines(case: Case, work: Work, t: Words, told: Told) -> Iterator[str]:
    yield f"{case.reference}  {t.moment(case.opened_at)}"
    for section in sections(case, t, told):
        yield f"\n{section.title}"
        for fact in section.facts:
            yield f"  {fact.label}: {', '.join(f'{value.note} {value.text}'.strip() for value in fact.values)}"
    if work.notes:
        yield f"\n{t('note.title')}"
    for note in work.notes:
        yield f"  {t.moment(note.at)}  {note.text}"
    if case.transcript:
        yield f"\n{t('case.transcript')}"
    for line in case.transcript:
        yield f"  {t.moment(line.at)}  {t(f'from.{line.from_}')}: {line.text or line.media or ''}"
