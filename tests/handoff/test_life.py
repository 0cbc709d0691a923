"""The life of a case as data: every step can be taken and leads to the end, and each asks for what it must."""

from datetime import UTC, datetime

import pytest

from handoff.case import Case, Happening, Status
from handoff.life import ASKS, BACK, GROUNDS, ON, ORDER, Move, moved, refusal, ways
from handoff.port import Role

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
PARTNERS = ("AUSIM", "Association Ibni")
_S = Status
CASE = Case(reference="K7Q2-9MXD", opened_at=NOW)


def at(status: Status, **fields: object) -> Case:
    return CASE.model_copy(update={"status": status, **fields})


def test_from_every_step_there_is_a_way_to_the_end() -> None:
    for status in ORDER[:-1]:
        reached, border = {status}, [status]
        while border:
            border = [step for one in border for step in ON.get(one, ()) if step not in reached]
            reached |= set(border)
        assert _S.CLOSED in reached
    assert {step for steps in ON.values() for step in steps} == set(ORDER) - {_S.RECEIVED} == set(ASKS)


def test_ends_lead_nowhere_and_others_than_caseworkers_move_nothing() -> None:
    for status in (_S.CLOSED, _S.SEALED, _S.WITHDRAWN):
        assert ways(at(status), Role.SUPERVISOR) == ()
    for role in (Role.TRAINER, Role.ADMINISTRATOR):
        assert ways(CASE, role) == ()
    assert ways(at(_S.RECEIVED, basis="chat_only"), Role.SUPERVISOR) == (_S.CLOSED,)


@pytest.mark.parametrize("status", BACK)
def test_a_supervisor_takes_up_again_what_was_done_and_says_why(status: Status) -> None:
    move = Move(status, _S.ANALYSIS, "", ("law.threats",))
    assert _why(at(status), move, Role.COUNSELLOR) == "no_step"
    assert _why(at(status), move, Role.SUPERVISOR) == "reason"
    assert _why(at(status), Move(status, _S.ANALYSIS, "Nouvelles preuves", ("law.threats",)), Role.SUPERVISOR) is None


@pytest.mark.parametrize(
    ("before", "to", "empty", "full"),
    [
        (_S.RECEIVED, _S.ANALYSIS, "grounds", {"chosen": ("law.threats", "rule.violence")}),
        (_S.ANALYSIS, _S.TREAT, "reason", {"why": "Menaces claires"}),
        (_S.ANALYSIS, _S.ARCHIVE, "reason", {"why": "Rien d'illégal"}),
        (_S.TREAT, _S.REPORTED, "report", {"why": "La famille l'a fait"}),
        (_S.TREAT, _S.ACCOMPANIED, "partner", {"chosen": ("AUSIM",)}),
        (_S.REPORTED, _S.ACCOMPANIED, "partner", {"chosen": ("Association Ibni",)}),
        (_S.ACCOMPANIED, _S.REPORTED, "report", {"why": "Par téléphone"}),
        (_S.REPORTED, _S.CLOSED, "disposition", {"chosen": ("helped",)}),
    ],
)
def test_each_step_asks_for_what_it_must(before: Status, to: Status, empty: str, full: dict[str, object]) -> None:
    assert _why(at(before), Move(before, to)) == empty
    assert _why(at(before), Move(before, to, **full)) is None  # type: ignore[arg-type]


def test_a_report_that_left_the_house_is_enough() -> None:
    case = at(_S.TREAT, timeline=(Happening(at=NOW, what="reported.meta", by="salma"),))
    assert _why(case, Move(_S.TREAT, _S.REPORTED)) is None


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (Move(_S.ANALYSIS, _S.TREAT, "x"), "moved"),
        (Move(_S.RECEIVED, _S.REPORTED, "x"), "no_step"),
        (Move(_S.RECEIVED, _S.WITHDRAWN, "x"), "no_step"),
        (Move(_S.RECEIVED, _S.RECEIVED, "x"), "no_step"),
        (Move(_S.RECEIVED, _S.ANALYSIS, "x" * 2001, GROUNDS), "too_long"),
        (Move(_S.RECEIVED, _S.ANALYSIS, "x", ("law.threats", "law.of_nature")), "grounds"),
        (Move(_S.RECEIVED, _S.CLOSED, "x", ("lost",)), "disposition"),
    ],
)
def test_what_is_no_step_is_refused(move: Move, why: str) -> None:
    assert _why(CASE, move) == why


def test_a_partner_that_is_not_ours_is_none() -> None:
    for chosen in ((), ("Quelqu'un",), PARTNERS):
        assert _why(at(_S.TREAT), Move(_S.TREAT, _S.ACCOMPANIED, "x", chosen)) == "partner"


def test_the_timeline_says_who_moved_it_from_where_and_why() -> None:
    case = moved(CASE, Move(_S.RECEIVED, _S.ANALYSIS, "Vu", ("law.threats",)), "salma", NOW)
    case = moved(case, Move(_S.ANALYSIS, _S.CLOSED, "", ("helped",)), "omar", NOW)
    first, last = case.timeline
    assert (first.what, first.was, first.by, first.why, first.chosen) == (
        "moved.analysis", "received", "salma", "Vu", ("law.threats",),
    )  # fmt: skip
    assert (last.what, last.was, case.status, case.disposition, case.closed_at) == (
        "closed", "analysis", "closed", "helped", NOW,
    )  # fmt: skip
    assert Case.model_validate(case.document()).timeline == case.timeline


def _why(case: Case, move: Move, role: Role = Role.COUNSELLOR) -> str | None:
    found = refusal(case, move, role, PARTNERS)
    return str(found.why) if found else None
