"""What is wrong with a secret: too short, too plain, or one that stands in every guide."""

_SHORTEST, _LETTERS = 8, 5
_KEY, _KEY_LETTERS = 44, 12
"""The letters of a key, and how many different ones it has at least, unless somebody made it up."""
_KNOWN = (
    "secret", "password", "changeme", "change-me", "change_me", "default", "example", "m3ak", "telegram", "whatsapp",
    "token", "verify", "webhook", "motdepasse", "azerty", "qwerty", "123456", "12345678", "letmein",
)  # fmt: skip
LONG_ENOUGH = 24
"""From here on nobody guesses it, whatever it is made of."""


def weak_secret(value: str) -> str | None:
    """What is wrong with a secret that whoever installs the helpline chose, or None."""
    plain = value.strip().casefold()
    if len(plain) < _SHORTEST or len(set(plain)) < _LETTERS:
        return f"is too easily guessed; choose {LONG_ENOUGH} random letters and digits or more"
    for known in _KNOWN:
        # "changeme123", "my-secret" still pass only where something of their own is left.
        if len(plain.replace(known, "").strip("0123456789-_.! ")) < 2:
            return "is one that stands in every guide; choose random letters and digits"
    return None


def weak_keys(value: str) -> str | None:
    """What is wrong with the key that seals, the first one; whether they are keys at all the vault says."""
    first = value.split(",")[0].strip()
    if len(first) == _KEY and len(set(first)) < _KEY_LETTERS:
        return "begins with a key that was not made at random; make one as deploy/example.env shows"
    return None
