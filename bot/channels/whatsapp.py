"""Sending by WhatsApp: pywa's client for the Cloud API behind the `Channel` protocol."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
from pywa.errors import WhatsAppError
from pywa.types.callback import Button, Section, SectionList, SectionRow
from pywa.utils import Version
from pywa_async.client import WhatsApp

from bot import metrics
from bot.channels.channel import Later, Never, Outbound, Sent
from bot.channels.lanes import lanes
from bot.channels.layout import LIST_BUTTON, in_list
from bot.channels.pieces import head_and_tail, pieces
from bot.channels.quiet import quiet
from bot.channels.whatsapp_errors import refusal
from bot.channels.whatsapp_events import CHANNEL

# Limits: Meta, "Interactive list messages" of the Cloud API.
_LONGEST_BODY = 1024
_ROWS, _ROW_TITLE, _ROW_DESCRIPTION = 10, 24, 72

# Meta's form of a business-scoped user id: a country, a point, up to 128 letters and digits; linked
# businesses have "ENT." between. pywa 4.5 knows digits alone and would take others for the id of a group.
_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


class WhatsAppChannel:
    """A business phone number on the WhatsApp Cloud API.

    Args:
        phone_id: the id of the business phone number (not the number).
        token: the access token.
        api_base: the server, without a version: ``https://graph.facebook.com``.
        timeout: seconds to wait for an answer.
        template: the approved template for when free messages are no longer taken, or None.
    """

    name = CHANNEL
    # Meta, "Typing indicators": 25 seconds, or until a message comes.
    typing_lasts = 20.0

    def __init__(
        self,
        phone_id: str,
        token: str,
        api_base: str = "https://graph.facebook.com",
        *,
        timeout: float = 20.0,
        template: str | None = None,
    ) -> None:
        quiet()
        self._template = template
        self._phone_id = phone_id
        self._session = httpx.AsyncClient(timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)), transport=lanes())
        self._client = WhatsApp(phone_id=phone_id, token=token, session=self._session)
        # pywa points every session at graph.facebook.com.
        self._session.base_url = httpx.URL(f"{api_base.rstrip('/')}/v{Version.GRAPH_API.value}")

    async def send(self, address: str, message: Outbound) -> Sent | Later | Never:
        """Sends a message, in pieces when it is too long for one; the choices come with the last piece.

        Up to three choices are buttons, up to ten a list.

        Raises:
            ValueError: there are more than ten choices.
        """
        answers = message.answers
        lost = message.template and self._template is None
        outcome: Sent | Later | Never = Never("no_template") if lost else Sent()
        for kind, content in () if lost else _parts(message, self._template):
            outcome = await self._send_part(address, kind, content, answers)
            if answers and isinstance(outcome, Never):
                # It may be that message that Meta does not know any more: the quotation says it as well.
                return await self.send(address, replace(message, answers=None))
            if not isinstance(outcome, Sent):
                break
            answers = None
        why = "" if isinstance(outcome, Sent) else outcome.why
        metrics.SENDS.labels(self.name, type(outcome).__name__.lower(), why).inc()
        return outcome

    async def typing(self, address: str, last: str | None) -> None:
        """Shows "typing…" in the chat, and the child's last message as read: Meta does the one with the other."""
        if last is None:
            return
        try:
            await self._client.api.set_indicator(self._phone_id, last, "text")
        except (WhatsAppError, httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            metrics.SENDS.labels(self.name, "typing_unshown", "").inc()

    async def close(self) -> None:
        """Ends its connections."""
        await self._session.aclose()

    async def _send_part(
        self, address: str, kind: str, content: dict[str, Any], answers: str | None
    ) -> Sent | Later | Never:
        by_user_id = _BSUID.fullmatch(address) is not None
        try:
            # Not WhatsApp.send_message: it guesses what the address is, and raises on an answer that lacks
            # fields we do not need, after the message went out.
            answer = await self._client.api.send_message(
                sender=self._phone_id,
                to=None if by_user_id else address,
                recipient=address if by_user_id else None,
                recipient_type="individual",
                typ=kind,
                msg=content,
                reply_to_message_id=answers,
            )
        except WhatsAppError as error:
            return _refusal(error)
        except httpx.TimeoutException:
            return Later("timeout")
        except httpx.HTTPError:
            return Later("network")
        except (ValueError, KeyError, TypeError, AttributeError):
            # An answer that is no JSON, or an error without a code.
            return Later("bad_answer")
        try:
            return Sent(str(answer["messages"][0]["id"]))
        except (KeyError, IndexError, TypeError):
            return Sent()


def _refusal(error: WhatsAppError) -> Later | Never:
    response = error.raw_response
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return refusal(
        # 100 with this subcode: our own number is not there, or not ours to use.
        33 if (error.code, error.subcode) == (100, 33) else error.code,
        response.status_code if response is not None else 0,
        transient=error.is_transient is True,
        retry_after=float(asked) if asked.isdecimal() else None,
    )


def _parts(message: Outbound, template: str | None) -> list[tuple[str, dict[str, Any]]]:
    if message.template:
        # Who reads Latin letters reads the French one: Meta knows no Darija.
        code = "ar" if message.language in ("ary", "ar") else "fr"
        return [("template", {"name": template, "language": {"code": code}})]
    if not message.choices:
        return [_text(piece) for piece in pieces(message.text if message.answers else message.whole)]
    head, tail = head_and_tail(message.text, _LONGEST_BODY)
    before = [_text(piece) for piece in pieces(head)] if head else []
    return [*before, ("interactive", _interactive(tail, message))]


def _text(text: str) -> tuple[str, dict[str, Any]]:
    return "text", {"body": text, "preview_url": False}


def _interactive(body: str, message: Outbound) -> dict[str, Any]:
    choices = message.choices
    if len(choices) > _ROWS:
        raise ValueError(f"{len(choices)} choices, and a list holds {_ROWS}")
    if not in_list(choices):
        buttons = [Button(title=title, callback_data=choice).to_dict() for choice, title in choices]
        kind, action = "button", {"buttons": buttons}
    else:
        label = _label(LIST_BUTTON, message.language)
        rows = [_row(choice, title) for choice, title in choices]
        kind, action = "list", SectionList(label, [Section(label, rows)]).to_dict()
    return {"type": kind, "body": {"text": body}, "action": action}


def _label(table: Mapping[str, str], language: str) -> str:
    return table.get(language, table["ary"])


def _row(choice: str, title: str) -> SectionRow:
    if len(title) <= _ROW_TITLE:
        return SectionRow(title, choice)
    return SectionRow(f"{title[: _ROW_TITLE - 1]}…", choice, title[:_ROW_DESCRIPTION])
