"""How the messengers lay out choices: what they show, and what the simulator shows of them."""

from collections.abc import Sequence

Choice = tuple[str, str]
"""The id of a choice and its title."""

# Limits: Meta, "Interactive reply buttons messages" of the Cloud API.
_BUTTONS, _BUTTON_TITLE = 3, 20

LIST_BUTTON = {"ary": "اختيار", "ary-Latn": "Khtiyar", "ar": "اختيار", "fr": "Choisir"}
"""What stands on the button that opens a list on WhatsApp: a noun, so that it suits girls and boys."""

# Titles up to this length stand two in a row on a narrow phone.
_SHORT_TITLE = 14


def in_list(choices: Sequence[Choice]) -> bool:
    """Whether WhatsApp shows choices as a list, which opens, rather than as buttons."""
    return len(choices) > _BUTTONS or any(len(title) > _BUTTON_TITLE for _, title in choices)


def in_row(choices: Sequence[Choice]) -> int:
    """How many buttons stand in a row on Telegram."""
    return 2 if all(len(title) <= _SHORT_TITLE for _, title in choices) else 1
