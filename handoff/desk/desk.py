"""Everything that a page of the desk may use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from handoff.desk.cookie import Cookies
from handoff.desk.limiter import Limiter
from handoff.desk.password import Passwords
from handoff.desk.static import Asset, load_assets
from handoff.desk.transcript import isolated
from handoff.desk.words import Words
from handoff.port import Cases, Changes, Relay, Users


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("handoff.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolated"] = isolated
    return environment


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk was given, and what it keeps for itself.

    Args:
        helpline: the helpline's name, shown on every page.
        clock: the time now, with a time zone.
    """

    users: Users
    cases: Cases
    relay: Relay
    changes: Changes
    helpline: str
    cookies: Cookies
    clock: Callable[[], datetime]
    words: dict[str, Words]
    passwords: Passwords = field(default_factory=Passwords)
    limiter: Limiter = field(default_factory=Limiter)
    templates: Environment = field(default_factory=_templates)
    assets: dict[str, Asset] = field(default_factory=load_assets)
