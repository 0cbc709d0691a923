"""Everything that a page of the desk may use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from handoff.arrival import Arrivals
from handoff.block import Blocks
from handoff.casework import Casework, Guides
from handoff.desk.cookie import Cookies
from handoff.desk.password import Passwords
from handoff.desk.static import Asset, load_assets
from handoff.desk.transcript import isolated
from handoff.desk.words import Words
from handoff.lesson import Lessons
from handoff.life import Life
from handoff.media import Media
from handoff.port import Cases, Changes, Relay, Trail, Users
from handoff.report.door import Reports
from handoff.script import Script
from handoff.statistics import Statistics


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("handoff.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Looking at the files again would cost more than drawing: a queue includes a template a line.
        auto_reload=False,
    )
    environment.filters["isolated"] = isolated
    return environment


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk was given, and what it keeps for itself.

    Args:
        helpline: the helpline's name, shown on every page.
        clock: the time now, with a time zone.
        addresses: where reports go, by door or platform, and the numbers that are called in danger.
    """

    users: Users
    cases: Cases
    relay: Relay
    changes: Changes
    trail: Trail
    casework: Casework
    blocks: Blocks
    reports: Reports
    statistics: Statistics
    script: Script
    life: Life
    arrivals: Arrivals
    media: Media
    lessons: Lessons
    guides: Guides
    helpline: str
    cookies: Cookies
    clock: Callable[[], datetime]
    words: dict[str, Words]
    addresses: Mapping[str, str]
    demo: Callable[[], bool] = lambda: False
    """Whether every case is invented: then each page says so."""
    invited: timedelta = timedelta(days=3)
    """How long an invitation lasts."""
    partners: tuple[str, ...] = ()
    """Who accompanies children with the helpline."""
    passwords: Passwords = field(default_factory=Passwords)
    templates: Environment = field(default_factory=_templates)
    assets: dict[str, Asset] = field(default_factory=load_assets)
    watched: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """Since when somebody has had a case open, as far as this process knows."""
