"""Passwords: argon2id, checked away from the event loop."""

from functools import cache

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
"""The length of a password, in characters. NIST SP 800-63B asks for length and for no other rule."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash of a password, as ``User.password_hash`` holds it."""
    return _hasher.hash(password)


class Passwords:
    """Checks and makes hashes, two at a time: each takes 64 MiB."""

    def __init__(self) -> None:
        self._room = CapacityLimiter(2)

    async def check(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; takes the same time for an unknown user (``None``)."""
        known = password_hash is not None
        matches = await to_thread.run_sync(_matches, password[: LONGEST + 1], password_hash, limiter=self._room)
        return matches and known

    async def hash(self, password: str) -> str:
        return await to_thread.run_sync(hash_password, password, limiter=self._room)


@cache
def _nobody() -> str:
    return hash_password("nobody's password")


def _matches(password: str, password_hash: str | None) -> bool:
    nobody = _nobody()  # for everybody, so that the first try of a process does not tell who is known either
    try:
        return _hasher.verify(password_hash or nobody, password)
    except (VerificationError, InvalidHashError):
        return False


def weakness(password: str, name: str) -> str | None:
    """What is wrong with a new password: the key of a sentence, or None."""
    if len(password) < SHORTEST:
        return "password.too_short"
    if len(password) > LONGEST:
        return "password.too_long"
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        return "password.too_simple"
    return None
