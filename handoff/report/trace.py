"""What of a case leads to the content, and never to the child."""

from handoff.case import Case


def links(case: Case) -> tuple[str, ...]:
    """The addresses of what is reported. The child's own pages are not among them: it was told that its name
    would not be given."""
    found = (piece.value for piece in case.evidence if piece.kind == "url" and piece.whose != "own")
    return tuple(dict.fromkeys(value for value in found if value))


def accounts(case: Case) -> tuple[str, ...]:
    """Names and phone numbers that are plainly the aggressor's."""
    found = (piece.value for piece in case.evidence if piece.kind in ("handle", "phone") and piece.whose == "aggressor")
    return tuple(dict.fromkeys(value for value in found if value))
