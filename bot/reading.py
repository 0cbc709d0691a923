"""Reading a message: what the child was asked, and the messages of a burst that came before it."""

from dataclasses import dataclass, field

from dialogs.params import variants_of
from dialogs.slot import SLOTS
from dialogs.state import State
from nlu.interpretation import Interpretation, Interpreter, Question


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message is read in the light of. It is read outside the transaction, which makes sure of it.

    Args:
        question: what the bot has asked.
        held: the messages that are held, in order.
    """

    question: Question = field(default_factory=Question)
    held: tuple[str, ...] = ()

    @classmethod
    def of(cls, state: State | None) -> "Reading":
        """The light in which the next message of a conversation is read."""
        if state is None:
            return cls()
        slot = SLOTS.get(state.question.slot) if state.question else None
        expects = (slot and slot.expects) or "consent" if state.question else None
        language = state.language if state.settled or state.intake.done else None
        question = Question(expects, language, other="other" in variants_of(state))
        return cls(question, state.held)

    async def read(
        self, interpreter: Interpreter, text: str = ""
    ) -> tuple[Interpretation | None, Interpretation | None]:
        """Reads a message.

        Returns:
            the message together with what is held, and the message alone where something is held; None where
            there is nothing to read.
        """
        texts = (*self.held, text) if text else self.held
        if not texts:
            return None, None
        together = await interpreter.parse("\n".join(texts), self.question)
        alone = await interpreter.parse(text, self.question) if text and self.held else None
        return together, alone
