"""The children of a storm: what each says, and how a messenger would deliver it."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.chat import Chat
from bot.settings import Settings
from dialogs.messages import load_messages
from handoff.case import Reason
from nlu.interpretation import Language
from tests.standins.whatsapp import PHONE_ID

_STORY = "wa7d kayhddedni f whatsapp w tiktok, ana bnt 3ndi 14 3am, hadi tlata chhor, saken f casa"
_WORDS = {"city": "casablanca", "name": "Salma", "age": "14", "narrative": _STORY}
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that a child does: it writes a text, or presses a button."""

    text: str = ""
    choice: str = ""

    def message(self, child: str, number: int) -> dict[str, Any]:
        """As WhatsApp would report it."""
        head = {"from": child, "id": f"wamid.{child}.{number}", "timestamp": "1700000000"}
        if self.text:
            return {**head, "type": "text", "text": {"body": self.text}}
        reply = {"type": "button_reply", "button_reply": {"id": self.choice, "title": "-"}}
        return {**head, "type": "interactive", "interactive": reply}


def body(messages: Sequence[dict[str, Any]]) -> bytes:
    """One webhook call with several messages."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "212600000000", "phone_number_id": PHONE_ID},
        "contacts": [{"profile": {"name": "X"}, "wa_id": message["from"]} for message in messages],
        "messages": list(messages),
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def titles(sayings: Sequence[Saying], settings: Settings) -> dict[str, str]:
    """The ids of the buttons by their titles in every variety: as the transcript shows them."""
    messages = load_messages(settings.constants())
    return {
        messages.text(messages.title_key(saying.choice), language): saying.choice
        for saying in sayings
        for language in Language
        if saying.choice
    }


async def script(settings: Settings, folder: Path) -> list[Saying]:
    """Talks once to a helpline of its own, answering all it asks; what it says until its intake is complete."""
    chat = Chat(settings, folder)
    await chat.open()
    try:
        sayings = [Saying(_STORY)]
        messages = await chat.send(text=_STORY)
        for _ in range(_LONGEST):
            case = await chat.case()
            if case and case["handoff"]:
                assert case["handoff"]["reason"] == Reason.INTAKE_COMPLETE, case["handoff"]
                return sayings
            asked = next(message for message in reversed(messages) if message.expects)
            slot = asked.expects or ""
            saying = Saying(_WORDS[slot]) if slot in _WORDS else Saying(choice=asked.choices[0][0])
            sayings.append(saying)
            messages = await chat.send(text=saying.text, choice=saying.choice or None)
    finally:
        await chat.close()
    raise AssertionError("the intake does not come to its end")


def disordered(count: int, dice: random.Random, share: float) -> list[int]:
    """The numbers of a child's messages in the order they are delivered: some neighbours are swapped.

    The first stays the first: it settles the language.
    """
    order = list(range(count))
    for number in range(1, count - 1):
        if dice.random() < share:
            order[number], order[number + 1] = order[number + 1], order[number]
    return order
