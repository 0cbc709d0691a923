"""The desk as routes, to be mounted wherever the composition root likes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from handoff.arrival import Arrivals
from handoff.block import Blocks
from handoff.casework import Casework, Guides
from handoff.desk import (
    account,
    arrival,
    bell,
    block,
    casework,
    conversation,
    export,
    handover,
    hold,
    invitation,
    lesson,
    medium,
    move,
    overdue,
    paper,
    people,
    phrase,
    queue,
    report,
    second,
    sentence,
    statistics,
    stream,
    trail,
)
from handoff.desk.cookie import Cookies
from handoff.desk.desk import Desk
from handoff.desk.door import (
    ADMINISTRATORS,
    ALL,
    CASEWORKERS,
    COUNTERS,
    EXPORTERS,
    SUPERVISORS,
    TRAINERS,
    Page,
    route,
)
from handoff.desk.headers import SafeHeaders
from handoff.desk.static import serve_asset
from handoff.desk.visit import Visit
from handoff.desk.words import load_words
from handoff.lesson import Lessons
from handoff.life import Life
from handoff.media import Media
from handoff.port import Cases, Changes, Relay, Trail, Users
from handoff.report.door import Reports
from handoff.script import Script
from handoff.statistics import Statistics

_BIGGEST_FORM = 1_000_000


async def _nowhere(visit: Visit) -> Response:
    return visit.refuse(404, "refused.page")


_CASE = "/cases/{reference}"
PAGES = (
    Page("/login", "GET", account.login_page, None),
    Page("/login", "POST", account.login, None),
    Page("/logout", "POST", account.logout, None),
    Page("/language", "POST", account.language, None),
    Page("/password", "GET", account.password_page, ALL, before_password=True),
    Page("/password", "POST", account.password, ALL, before_password=True),
    Page("/second", "GET", second.second_page, ALL),
    Page("/second/on", "POST", second.turn_on, ALL),
    Page("/second/off", "POST", second.turn_off, ALL),
    Page("/invite/{token}", "GET", invitation.invitation_page, None),
    Page("/invite/{token}", "POST", invitation.accept, None),
    Page("/people", "GET", people.people, ADMINISTRATORS),
    Page("/people/invite", "POST", people.invite, ADMINISTRATORS),
    Page("/people/renew", "POST", people.renew, ADMINISTRATORS),
    Page("/people/change", "POST", people.change, ADMINISTRATORS),
    Page("/trail", "GET", trail.trail, SUPERVISORS),
    Page("/statistics", "GET", statistics.statistics, COUNTERS),
    Page("/statistics.csv", "GET", statistics.export, EXPORTERS),
    Page("/", "GET", queue.home, ALL),
    Page("/queue", "GET", queue.queue_rows, CASEWORKERS),
    Page("/new", "GET", arrival.new_case, CASEWORKERS),
    Page("/new", "POST", arrival.enter, CASEWORKERS),
    Page("/overdue", "GET", overdue.overdue, CASEWORKERS),
    Page("/events", "GET", stream.events, CASEWORKERS),
    Page("/bell", "GET", bell.bell, CASEWORKERS),
    Page("/phrases", "GET", phrase.phrases_page, SUPERVISORS),
    Page("/phrases", "POST", phrase.save_phrase, SUPERVISORS),
    Page("/phrases/delete", "POST", phrase.delete_phrase, SUPERVISORS),
    Page("/blocks", "GET", block.blocks_page, SUPERVISORS),
    Page("/blocks/lift", "POST", block.lift, SUPERVISORS),
    Page("/texts", "GET", sentence.sentences, TRAINERS),
    Page("/texts/{key}", "GET", sentence.sentence, TRAINERS),
    Page("/texts/{key}", "POST", sentence.write, TRAINERS),
    Page("/texts/{key}/sign", "POST", sentence.sign, TRAINERS),
    Page("/lessons", "GET", lesson.lessons, TRAINERS),
    Page("/lessons/label", "GET", lesson.lesson, TRAINERS),
    Page("/lessons/label", "POST", lesson.label, TRAINERS),
    Page("/lessons/trial/{id}", "GET", lesson.trial, TRAINERS),
    Page("/lessons/report", "GET", lesson.report, TRAINERS),
    Page(_CASE, "GET", conversation.conversation, CASEWORKERS, trace="read"),
    Page(f"{_CASE}/live", "GET", conversation.live, CASEWORKERS, trace="read", again=True),
    Page(f"{_CASE}/note", "POST", casework.note, CASEWORKERS, trace="noted"),
    Page(f"{_CASE}/task", "POST", casework.task, CASEWORKERS, trace="noted"),
    Page(f"{_CASE}/task-done", "POST", casework.finish, CASEWORKERS, trace="noted"),
    Page(f"{_CASE}/correct", "GET", casework.correct_form, CASEWORKERS, trace="read"),
    Page(f"{_CASE}/correct", "POST", casework.correct, CASEWORKERS, trace="corrected"),
    Page(f"{_CASE}/transcript", "GET", paper.transcript, CASEWORKERS, trace="printed"),
    Page(f"{_CASE}/case.json", "GET", export.case_json, CASEWORKERS, trace="exported_case"),
    Page(f"{_CASE}/report", "GET", report.overview, CASEWORKERS, trace="read"),
    Page(f"{_CASE}/report/meta", "GET", report.meta, CASEWORKERS, trace="exported_meta"),
    Page(f"{_CASE}/report/meta.json", "GET", report.meta_json, CASEWORKERS, trace="exported_meta"),
    Page(f"{_CASE}/report/meta.csv", "GET", report.meta_csv, CASEWORKERS, trace="exported_meta"),
    Page(f"{_CASE}/report/iwf", "GET", report.iwf, CASEWORKERS, trace="exported_iwf"),
    Page(f"{_CASE}/report/platform", "GET", report.platform, CASEWORKERS, trace="exported_platform"),
    Page(f"{_CASE}/report/police", "GET", report.police, CASEWORKERS, trace="read"),
    Page(f"{_CASE}/report/police/sheet", "GET", paper.police_sheet, CASEWORKERS, trace="exported_police"),
    Page(f"{_CASE}/report/sent", "POST", report.sent, CASEWORKERS),
    Page(f"{_CASE}/report/ask", "POST", report.ask, CASEWORKERS),
    Page(f"{_CASE}/report/agree", "POST", arrival.agree, CASEWORKERS),
    Page(f"{_CASE}/report/outcome", "POST", report.outcome, CASEWORKERS),
    Page(f"{_CASE}/media/{{key}}", "GET", medium.view, CASEWORKERS, trace="media_seen"),
    Page(f"{_CASE}/media/{{key}}/shown", "GET", medium.shown, CASEWORKERS, trace="media_seen", again=True),
    Page(f"{_CASE}/media/{{key}}/original", "GET", medium.original, CASEWORKERS, trace="media_saved"),
    Page(f"{_CASE}/media/{{key}}/fetch", "POST", medium.fetch, CASEWORKERS),
    Page(f"{_CASE}/take", "POST", conversation.take, CASEWORKERS),
    Page(f"{_CASE}/reply", "POST", conversation.reply, CASEWORKERS),
    Page(f"{_CASE}/typing", "POST", conversation.typing, CASEWORKERS),
    Page(f"{_CASE}/invite", "POST", conversation.invite, CASEWORKERS),
    Page(f"{_CASE}/release", "POST", conversation.release, CASEWORKERS),
    Page(f"{_CASE}/resume", "POST", handover.resume, CASEWORKERS),
    Page(f"{_CASE}/hand", "POST", handover.hand, CASEWORKERS),
    Page(f"{_CASE}/offer", "POST", handover.offer, CASEWORKERS),
    Page(f"{_CASE}/accept", "POST", handover.accept, CASEWORKERS),
    Page(f"{_CASE}/decline", "POST", handover.decline, CASEWORKERS),
    Page(f"{_CASE}/close", "POST", conversation.close, CASEWORKERS),
    Page(f"{_CASE}/block", "POST", block.block, SUPERVISORS),
    Page(f"{_CASE}/hold", "POST", hold.hold, SUPERVISORS),
    Page(f"{_CASE}/let-go", "POST", hold.let_go, SUPERVISORS),
    Page(f"{_CASE}/move", "POST", move.move, CASEWORKERS),
    Page(f"{_CASE}/withdraw", "POST", arrival.withdraw, CASEWORKERS),
    Page(f"{_CASE}/due", "POST", move.set_due, CASEWORKERS),
    Page("/{rest:path}", "GET", _nowhere, ALL),
)
"""Everything that the desk answers, and to whom."""


def desk_routes(
    users: Users,
    cases: Cases,
    relay: Relay,
    changes: Changes,
    trail: Trail,
    notes: Casework,
    blocks: Blocks,
    reports: Reports,
    figures: Statistics,
    script: Script,
    life: Life,
    arrivals: Arrivals,
    media: Media,
    lessons: Lessons,
    *,
    helpline: str,
    secure_cookies: bool,
    clock: Callable[[], datetime],
    demo: Callable[[], bool] = lambda: False,
    invited: timedelta = timedelta(days=3),
    guides: Guides | None = None,
    addresses: Mapping[str, str] | None = None,
    partners: tuple[str, ...] = (),
    zone: tzinfo | None = None,
) -> list[BaseRoute]:
    """The desk's routes, for a Starlette ``Mount``.

    Args:
        helpline: the helpline's name, shown on every page.
        secure_cookies: whether cookies go over HTTPS only; false on a loopback address alone.
        clock: the time now, with a time zone.
        demo: whether every case is invented, so that each page must say so.
        invited: how long an invitation lasts.
        guides: how to report and block in each app, for the child.
        addresses: where reports go, by door or platform, and the numbers that are called in danger.
        partners: who accompanies children with the helpline.
        zone: the time zone in which moments are shown; Morocco's by default.

    Raises:
        ValueError: when a sentence of the interface is missing in a language.
    """
    words = load_words(zone or ZoneInfo("Africa/Casablanca"))
    desk = Desk(
        users,
        cases,
        relay,
        changes,
        trail,
        notes,
        blocks,
        reports,
        figures,
        script,
        life,
        arrivals,
        media,
        lessons,
        guides or {},
        helpline,
        Cookies(secure_cookies),
        clock,
        words,
        addresses or {},
        demo,
        invited,
        partners,
    )

    async def asset(request: Request) -> Response:
        return serve_asset(desk.assets, request)

    routes = [Route("/static/{name}", asset), *(route(desk, page) for page in PAGES)]
    return [Mount("", routes=routes, middleware=[Middleware(SafeHeaders)], max_body_size=_BIGGEST_FORM)]
