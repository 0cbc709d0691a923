"""Consents: each is kept with the very sentence that was read when it was given or refused."""

from datetime import datetime
from typing import Any

from dialogs.messages import Messages
from dialogs.state import Agreement, State


def agreement(state: State, kind: Any, given: bool, key: str, at: datetime, messages: Messages) -> Agreement:
    """A consent as it is stored.

    Args:
        state: whose language the sentence was read in.
        kind: one of ``Agreement``'s kinds.
        given: whether it was given or refused.
        key: the sentence that asked for it.
        at: when it was answered.
        messages: the sentences, for the version.
    """
    return Agreement(
        kind=kind,
        given=given,
        at=at,
        text_id=key,
        text_version=messages.version(key, state.language),
        language=state.language,
    )
