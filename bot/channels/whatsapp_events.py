"""WhatsApp webhook bodies, as JSON, to events.

We walk the JSON ourselves: pywa 4.5 reads only the first message of the first change of the first entry, and
drops a message whose contact has no business-scoped user id. Fields: Meta's "Messages webhook reference" and
"Business-scoped user IDs" pages of the WhatsApp Cloud API.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot import metrics
from bot.channels.channel import Failure, Inbound, Incoming, MediaKind, Reached
from bot.channels.field import (
    WrongType,
    identifier,
    moment,
    needed,
    optional_identifier,
    record,
    records,
    words,
)

CHANNEL = "whatsapp"

_MEDIA: Mapping[str, MediaKind] = {
    "image": "image",
    "video": "video",
    "audio": "voice",
    "voice": "voice",
    "document": "document",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
}

# Nothing that a child said to us, or nothing new.
_IGNORED_TYPES = {
    "reaction": "reaction",
    "system": "system",
    "request_welcome": "request_welcome",
    "edit": "edited_message",
    "revoke": "deleted_message",
}

_Object = Mapping[str, Any]


def whatsapp_events(body: _Object) -> tuple[Incoming, ...]:
    """Reads every message of every change of every entry, in their order, and what became of ours.

    What carries no message from a child is counted and left; one unreadable message leaves the others be.

    Args:
        body: the decoded JSON of a webhook call.
    """
    found: list[Incoming] = []
    if not isinstance(body.get("entry"), list):
        _ignore("unknown")
    for value in _values(body):
        found.extend(_statuses(value))
        contacts = records(value.get("contacts"))
        messages = value.get("messages")
        for message in messages if isinstance(messages, list) else []:
            try:
                event = _message(needed(message), contacts)
            except WrongType:
                event = "malformed"
            if isinstance(event, str):
                _ignore(event)
            else:
                metrics.RECEIVED.labels(CHANNEL).inc()
                found.append(event)
    return tuple(found)


def _ignore(kind: str) -> None:
    metrics.IGNORED.labels(CHANNEL, kind).inc()


def _values(body: _Object) -> Iterator[_Object]:
    for entry in records(body.get("entry")):
        for change in records(entry.get("changes")):
            value = change.get("value")
            if change.get("field") != "messages":
                _ignore("other_field")
            elif not isinstance(value, dict):
                _ignore("malformed")
            else:
                if value.get("errors"):
                    _ignore("errors")
                if "messages" in value and not isinstance(value["messages"], list):
                    _ignore("malformed")
                yield value


def _statuses(value: _Object) -> Iterator[Failure | Reached]:
    for status in records(value.get("statuses")):
        platform_id, how = status.get("id"), status.get("status")
        if not isinstance(platform_id, str) or not platform_id:
            _ignore("status")
        elif how == "failed":
            code = next((error.get("code") for error in records(status.get("errors"))), None)
            yield Failure(CHANNEL, platform_id, str(code) if isinstance(code, int) else "failed")
        elif how == "delivered" or how == "read":
            yield Reached(CHANNEL, platform_id, "read" if how == "read" else "delivered")
        else:
            _ignore("status")


def _sender(message: _Object, contacts: Sequence[_Object]) -> str:
    """Returns the business-scoped user id where one is given, else the phone number.

    A contact belongs to a message when its number is the message's, or when it is the only one and nothing
    speaks against it.
    """
    number = message.get("from")
    alone = len(contacts) == 1
    of_contact = next(
        (
            contact.get("user_id")
            for contact in contacts
            if (number and contact.get("wa_id") == number) or (alone and (not number or not contact.get("wa_id")))
        ),
        None,
    )
    contact_number = contacts[0].get("wa_id") if alone else None
    return identifier(
        message.get("from_user_id") or None,
        message.get("user_id") or None,
        of_contact,
        number,
        contact_number,
    )


def _message(message: _Object, contacts: Sequence[_Object]) -> Inbound | str:
    kind = words(message.get("type"))
    if kind in _IGNORED_TYPES:
        return _IGNORED_TYPES[kind]
    if "group_id" in message:
        return "not_private"
    context = record(message.get("context"))
    sender = _sender(message, contacts)
    text, choice, media, reference = _READERS.get(kind, _other)(message)
    return Inbound(
        CHANNEL,
        sender,
        identifier(message.get("id"), longest=1024),
        moment(message.get("timestamp")),
        text=text,
        choice=choice,
        media=media,
        media_ref=reference,
        forwarded=bool(context.get("forwarded") or context.get("frequently_forwarded")),
    )


_Content = tuple[str, str | None, MediaKind | None, str | None]


def _text(message: _Object) -> _Content:
    text = words(needed(message.get("text")).get("body"))
    if not text:
        raise WrongType
    return text, None, None, None


def _interactive(message: _Object) -> _Content:
    answer = needed(message.get("interactive"))
    kind = answer.get("type")
    if kind not in ("button_reply", "list_reply"):
        return _other(message)
    # The title is ours, not what the child wrote: the id says it all.
    choice = words(needed(answer.get(kind)).get("id"))
    if not choice:
        raise WrongType
    return "", choice, None, None


def _button(message: _Object) -> _Content:
    # The button of a template. Its payload may be none of our choices: the words on it speak for themselves.
    pressed = needed(message.get("button"))
    choice, text = words(pressed.get("payload")), words(pressed.get("text"))
    if not (choice or text):
        raise WrongType
    return text, choice or None, None, None


def _media(message: _Object) -> _Content:
    kind = str(message["type"])
    if kind == "contacts":
        return "", None, "contact", None
    file = needed(message.get(kind))
    return words(file.get("caption")), None, _MEDIA[kind], optional_identifier(file.get("id"))


def _other(message: _Object) -> _Content:
    # An order, a poll, a view-once picture that Meta withholds ("unsupported"): the child is answered.
    return "", None, "other", None


_READERS: Mapping[str, Callable[[_Object], _Content]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    **dict.fromkeys(_MEDIA, _media),
}
