"""One request at the desk, with who makes it and in which language."""

from dataclasses import dataclass
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from handoff.desk.desk import Desk
from handoff.desk.words import Words
from handoff.port import Role, User

LONGEST_REPLY = 4000
"""Characters in one reply; both platforms refuse more than 4,096."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that the door let in.

    Args:
        words: the interface's language.
        form_token: what every form of this browser must carry.
        form: what was posted; empty for a GET.
        somebody: who is logged in; None on the pages that need no login.
        session: the session's token.
    """

    desk: Desk
    request: Request
    words: Words
    form_token: str
    form: FormData
    somebody: User | None = None
    session: str | None = None

    @property
    def user(self) -> User:
        """Who is logged in.

        Raises:
            RuntimeError: on a page that was wrongly declared as open to all.
        """
        if self.somebody is None:
            raise RuntimeError("this page is open without a login")
        return self.somebody

    @property
    def reference(self) -> str:
        return str(self.request.path_params["reference"])

    @property
    def by_script(self) -> bool:
        """Whether htmx asked, and expects a piece of the page instead of a page."""
        return self.request.headers.get("hx-request") == "true"

    def field(self, name: str) -> str:
        """A posted value; empty where it is missing or a file."""
        value = self.form.get(name, "")
        return value.replace("\r\n", "\n").replace("\0", "") if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        """A posted day; None where it is missing or none."""
        try:
            return date.fromisoformat(self.field(name))
        except ValueError:
            return None

    def number(self, name: str) -> int:
        """A number from the address; 0 where it is missing or none."""
        value = self.request.query_params.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0

    def path(self, *parts: str) -> str:
        return "/".join((self.request.scope.get("root_path", ""), *parts))

    @property
    def here(self) -> str:
        """The page to come back to; for what was posted on a case, the case."""
        if "reference" in self.request.path_params:
            return self.path("cases", self.reference)
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def draw(self, template: str, **values: object) -> str:
        """A template's text, with what every template needs."""
        return self.desk.templates.get_template(template).render(
            visit=self, t=self.words, user=self.somebody, helpline=self.desk.helpline,
            assets=self.desk.assets, demo=self.desk.demo(), longest_reply=LONGEST_REPLY,
            sees_cases=self.somebody is not None and self.somebody.role in (Role.COUNSELLOR, Role.SUPERVISOR),
            **values,
        )  # fmt: skip

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        return self._dress(HTMLResponse(self.draw(template, **values), status))

    def go(self, *parts: str) -> Response:
        """On to another page, after a form or to the login."""
        return self._dress(RedirectResponse(self.path(*parts), 303))

    def refuse(self, status: int, key: str, **values: object) -> Response:
        """One clear sentence by its key: in the notice of the open page, or as a page that keeps what was typed."""
        return self.say_no(status, self.words(key, **values), at_case=status in (409, 422))

    def say_no(self, status: int, sentence: str, *, at_case: bool) -> Response:
        """The same with the sentence itself.

        Args:
            status: the answer's status.
            sentence: why not.
            at_case: whether somebody who came from a case goes back to it, rather than to the queue.
        """
        if self.by_script:
            return self._dress(HTMLResponse(self.draw("notice.html", notice=sentence, swapped=True), status))
        case = self.request.path_params.get("reference") if at_case else None
        return self.show("message.html", status, notice=sentence, typed=self.field("text"), case=case)

    def _dress(self, response: Response) -> Response:
        response.headers["Vary"] = "Cookie, HX-Request"
        if self.desk.cookies.form_token(self.request) != self.form_token:
            self.desk.cookies.set_form_token(response, self.form_token)
        return response
