"""The desk's three cookies: the session, the form token and the interface's language."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

SESSION_LENGTH = timedelta(hours=12)
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and sets them; all are HttpOnly and SameSite=Strict.

    Args:
        secure: only over HTTPS, and bound to this very host by the ``__Host-`` prefix.
    """

    secure: bool

    def session(self, request: Request) -> str | None:
        return request.cookies.get(self._name("session"))

    def form_token(self, request: Request) -> str | None:
        return request.cookies.get(self._name("form"))

    def language(self, request: Request) -> str | None:
        return request.cookies.get(self._name("language"))

    def set_session(self, response: Response, token: str) -> None:
        self._set(response, "session", token, int(SESSION_LENGTH.total_seconds()))

    def drop_session(self, response: Response) -> None:
        response.delete_cookie(self._name("session"), path="/", secure=self.secure, httponly=True, samesite="strict")

    def set_form_token(self, response: Response, token: str) -> None:
        """Lives as long as the browser, so that a form outlives the session it was made in."""
        self._set(response, "form", token, None)

    def set_language(self, response: Response, code: str) -> None:
        self._set(response, "language", code, _YEAR)

    def _name(self, what: str) -> str:
        return f"{'__Host-' if self.secure else ''}m3ak_{what}"

    def _set(self, response: Response, what: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self._name(what), value, max_age=max_age, path="/",
            secure=self.secure, httponly=True, samesite="strict",
        )  # fmt: skip
