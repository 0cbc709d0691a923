"""Where events go from a messenger: a function that makes them durable, or says that it could not."""

from collections.abc import Awaitable, Callable, Sequence

from bot.channels.channel import Incoming

Accept = Callable[[Sequence[Incoming]], Awaitable[None]]
"""Commits the events, in their order, and returns; raises `NotStored` when it could not."""


class NotStored(Exception):
    """The events could not be made durable: the platform must send them again."""
