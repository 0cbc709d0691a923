"""The engine of a Rasa 3.6 server: it names the intent, everything else is read by the fallback engine.

Rasa hears one message and never what was asked, and it knows neither our varieties nor danger. So the
fallback, which takes about a millisecond, reads every message first; Rasa's word replaces its intent.
"""

import asyncio
import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from nlu.interpretation import Intent, Interpretation, Interpreter, Question

_LONGEST = 2000  # characters that are sent
_RANKED = 5
_ANSWERS = frozenset((Intent.AFFIRM, Intent.DENY, Intent.UNSURE))
_BACKGROUND = "nlu_fallback"  # what Rasa's FallbackClassifier says of a message that it does not understand

_log = logging.getLogger(__name__)

Ranking = tuple[tuple[Intent, float], ...]


class RasaInterpreter:
    """Asks a Rasa server, within a time limit; an ``Interpreter``. Where Rasa fails, the fallback's word stands.

    Args:
        url: the server's address, such as ``http://127.0.0.1:5005``.
        token: what ``rasa run --auth-token`` was started with, or None.
        timeout: how long one message may take, in seconds.
        fallback: reads every message; its language, entities and danger are kept.
        rest: seconds for which a server that is down or slow is not asked again, so that it delays one message
            and not all.
        missed: called for each message that Rasa was to read and did not.
    """

    def __init__(
        self,
        url: str,
        token: str | None,
        timeout: float,
        fallback: Interpreter,
        rest: float = 5.0,
        missed: Callable[[], None] = lambda: None,
    ) -> None:
        self._missed = missed
        self._fallback = fallback
        self._timeout = timeout
        self._rest = rest
        self._asks_again = 0.0
        # Rasa reads its token from the query alone. A proxy of the environment must not see children's words.
        # No connection is kept: a new one costs little, and an old one may lead to a server that has gone.
        self._client = httpx.AsyncClient(
            base_url=url,
            params={"token": token} if token else {},
            timeout=timeout,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def parse(self, text: str, question: Question) -> Interpretation:
        """Reads one message; answers for any string, and never raises."""
        ours = await self._fallback.parse(text, question)
        if _answered(ours, question) or not text.strip():
            return ours
        ranking = await self._ask(text[:_LONGEST]) if time.monotonic() >= self._asks_again else None
        if ranking is None:
            self._missed()
            return ours
        intent, confidence = ranking[0]
        return replace(ours, intent=intent, confidence=confidence, ranking=ranking)

    async def answers(self) -> bool:
        """Whether the server understands a message now: for those who must not take the fallback's word for Rasa's."""
        return await self._ask("salam") is not None

    async def _ask(self, text: str) -> Ranking | None:
        """Rasa's intents, best first, or None where it did not answer in time or to the point."""
        # Escaped by json, a lone surrogate is no reason to fail.
        body = json.dumps({"text": text}).encode()
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(
                    "/model/parse", content=body, headers={"Content-Type": "application/json"}
                )
        except (TimeoutError, httpx.HTTPError) as error:
            self._asks_again = time.monotonic() + self._rest
            _log.warning("Rasa did not answer (%s); it is left alone for %g s", type(error).__name__, self._rest)
            return None
        try:
            response.raise_for_status()
            return _ranking(response.json())
        except (httpx.HTTPStatusError, ValueError, TypeError, KeyError, RecursionError) as error:
            # The answer may hold the child's words: what it says is not logged.
            _log.warning("Rasa's answer is unusable (%s, status %d)", type(error).__name__, response.status_code)
            return None


def _answered(ours: Interpretation, question: Question) -> bool:
    """Whether the message answers what was asked: then it was read in a light that Rasa does not have."""
    if question.expects is None:
        return False
    slot = "birth_year" if question.expects == "age" else question.expects
    return ours.intent in _ANSWERS or bool(ours.values(question.expects) or ours.values(slot))


def _ranking(answer: Mapping[str, Any]) -> Ranking:
    """Reads Rasa's answer.

    Raises:
        ValueError, TypeError, KeyError: it is not what Rasa answers.
    """
    found: dict[Intent, float] = {}
    for said in (answer["intent"], *answer["intent_ranking"]):
        intent = Intent.OUT_OF_SCOPE if said["name"] == _BACKGROUND else Intent(said["name"])
        confidence = float(said["confidence"])
        if not (math.isfinite(confidence) and 0 <= confidence <= 1):
            raise ValueError("a confidence lies between 0 and 1")
        found.setdefault(intent, confidence)
    return tuple(found.items())[:_RANKED]
