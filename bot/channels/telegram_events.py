"""Telegram updates, as JSON, to events.

We read the JSON itself: `telegram.Update.de_json` raises on one wrong-typed field, and a helpline may not
lose a child's message to a field it does not use. Fields: core.telegram.org/bots/api#update, Bot API 9.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot import metrics
from bot.channels.channel import Inbound, MediaKind
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

CHANNEL = "telegram"

ALLOWED_UPDATES = ("message", "callback_query")
"""What we ask Telegram to send; anything else that comes is counted and left."""

_IGNORED_UPDATES = frozenset({
    "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media",
    "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost",
})  # fmt: skip

# Notes that Telegram itself writes into a private chat: the child said nothing.
_SERVICE = frozenset({
    "pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "write_access_allowed",
    "connected_website", "boost_added", "proximity_alert_triggered", "users_shared", "chat_shared",
    "video_chat_scheduled", "video_chat_started", "video_chat_ended", "successful_payment",
    "refunded_payment", "passport_data", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
    "forum_topic_reopened", "gift", "unique_gift", "migrate_to_chat_id", "migrate_from_chat_id",
})  # fmt: skip

_Media = tuple[MediaKind, str | None]


def telegram_events(update: Mapping[str, Any]) -> tuple[Inbound, ...]:
    """Reads one update. What carries no message from a child is counted and gives none.

    Args:
        update: the decoded JSON of a webhook call, or one item of ``getUpdates``.
    """
    try:
        if "message" in update:
            event = _message(needed(update["message"]))
        elif "callback_query" in update:
            event = _press(needed(update["callback_query"]))
        else:
            event = next((kind for kind in _IGNORED_UPDATES if kind in update), "unknown")
    except WrongType:
        event = "malformed"
    if isinstance(event, str):
        metrics.IGNORED.labels(CHANNEL, event).inc()
        return ()
    metrics.RECEIVED.labels(CHANNEL).inc()
    return (event,)


def press_id(update: Mapping[str, Any]) -> str | None:
    """Returns the id of a button press, which has to be answered so that the button stops spinning."""
    return optional_identifier(record(update.get("callback_query")).get("id"))


def _private(message: Mapping[str, Any]) -> str | None:
    chat = needed(message.get("chat"))
    if not isinstance(chat.get("type"), str):
        raise WrongType
    return identifier(chat.get("id")) if chat["type"] == "private" else None


def _press(query: Mapping[str, Any]) -> Inbound | str:
    message = needed(query.get("message"))
    address = _private(message)
    if address is None:
        return "not_private"
    choice = words(query.get("data"))
    if not choice:
        raise WrongType
    # A press carries no time of its own; the message's is that of the question. So it is now.
    return Inbound(CHANNEL, address, f"press:{identifier(query.get('id'))}", moment(None), choice=choice)


def _message(message: Mapping[str, Any]) -> Inbound | str:
    address = _private(message)
    if address is None:
        return "not_private"
    text = words(message.get("text", message.get("caption")))
    kind, reference = _media(message)
    if kind is None and not text:
        if "text" in message:
            raise WrongType
        if not _SERVICE.isdisjoint(message):
            return "service"
        # A dice, a poll, a story, or what Telegram invents next: the child is answered.
        kind = "other"
    return Inbound(
        CHANNEL,
        address,
        # Message ids count up within one chat.
        f"{address}:{identifier(message.get('message_id'))}",
        moment(message.get("date")),
        text=text,
        media=kind,
        media_ref=reference,
        forwarded=any(key in message for key in ("forward_origin", "forward_date")),
    )


def _media(message: Mapping[str, Any]) -> _Media | tuple[None, None]:
    for key, read in _READERS.items():
        if key in message:
            return read(message[key])
    return None, None


def _file(kind: MediaKind) -> Callable[[object], _Media]:
    def read(value: object) -> _Media:
        return kind, optional_identifier(needed(value).get("file_id"))

    return read


def _photo(value: object) -> _Media:
    sizes = records(value)
    if not sizes:
        raise WrongType
    # The sizes come smallest first.
    return "image", optional_identifier(sizes[-1].get("file_id"))


def _document(value: object) -> _Media:
    file = needed(value)
    # A picture sent "as a file" is still a picture to the child.
    family = str(file.get("mime_type")).partition("/")[0]
    kind: MediaKind = "image" if family == "image" else "video" if family == "video" else "document"
    return kind, optional_identifier(file.get("file_id"))


# In this order: an animation comes with a document of the same file, a venue with a location.
_READERS: Mapping[str, Callable[[object], _Media]] = {
    "photo": _photo,
    "video": _file("video"),
    "video_note": _file("video"),
    "animation": _file("video"),
    "voice": _file("voice"),
    "audio": _file("voice"),
    "sticker": _file("sticker"),
    "document": _document,
    "location": _file("location"),
    "contact": _file("contact"),
}
