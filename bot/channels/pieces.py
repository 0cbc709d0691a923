"""Cutting a text that is longer than a platform takes, where a reader would pause."""

# The limit of one text message is 4096 on both platforms:
# core.telegram.org/bots/api#sendmessage, and Meta's "Text messages" page of the Cloud API.
LONGEST_TEXT = 4096


def length(text: str) -> int:
    """Returns the length in UTF-16 units: the larger of the ways in which the platforms count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, limit: int = LONGEST_TEXT) -> list[str]:
    """Cuts a text into pieces of at most ``limit`` UTF-16 units, at a paragraph, line, sentence or word.

    Nothing but the white space at a cut is lost. An empty text gives one empty piece.
    """
    found: list[str] = []
    rest = text
    while length(rest) > limit:
        cut = _cut(rest, limit)
        piece = rest[:cut].rstrip()
        if piece:
            found.append(piece)
        rest = rest[cut:].lstrip()
    if rest or not found:
        found.append(rest)
    return found


def head_and_tail(text: str, limit: int) -> tuple[str, str]:
    """Parts a text so that its last paragraph, the question, fits into ``limit`` UTF-16 units.

    Returns:
        What is to be said before (empty when all fits), and the last part.
    """
    if length(text) <= limit:
        return "", text
    for mark in ("\n\n", "\n"):
        head, _, tail = text.rstrip().rpartition(mark)
        if head.strip() and tail.strip() and length(tail) <= limit:
            return head.rstrip(), tail.lstrip()
    parts = pieces(text, limit)
    return text[: text.rindex(parts[-1])].rstrip(), parts[-1]


def _cut(text: str, limit: int) -> int:
    units, most = 0, 0
    for most, character in enumerate(text):  # noqa: B007
        units += 2 if character > "\uffff" else 1
        if units > limit:
            break
    window = text[: most + 1]
    for mark in ("\n\n", "\n", ". ", "؟ ", "? ", " "):
        # A cut in the first half would make more messages than needed.
        at = window.rfind(mark, most // 2, most)
        if at > 0:
            return at + len(mark.rstrip())
    return most
