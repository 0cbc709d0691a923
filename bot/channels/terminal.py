"""The terminal as a messenger: what is sent is handed to whoever chats."""

from bot.channels.channel import Outbound, Sent


class TerminalChannel:
    """Collects what the child would read."""

    name = "terminal"

    def __init__(self) -> None:
        self.messages: list[Outbound] = []

    async def send(self, address: str, message: Outbound) -> Sent:
        self.messages.append(message)
        return Sent()

    def take(self) -> list[Outbound]:
        """What has come since the last call."""
        messages, self.messages = self.messages, []
        return messages

    async def close(self) -> None:
        """Nothing to end."""
