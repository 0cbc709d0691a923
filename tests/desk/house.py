"""A desk on memory, with invented people and cases, and a client that logs in as one of them."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from handoff.case import Case
from handoff.desk.app import desk_routes
from handoff.desk.password import hash_password
from handoff.port import Entry, Role, User
from nlu.interpretation import Language
from tests.desk.block import MemoryBlocks
from tests.desk.casework import MemoryCasework
from tests.desk.figures import MemoryStatistics
from tests.desk.lessons import MemoryLessons
from tests.desk.life import PARTNERS, MemoryArrivals, MemoryLife
from tests.desk.media import MemoryMedia
from tests.desk.memory import MemoryCases, MemoryChanges, MemoryRelay, MemoryTrail, MemoryUsers
from tests.desk.reports import MemoryReports
from tests.desk.script import MemoryScript

PASSWORD = "une phrase assez longue"
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
_GUIDE = {"instagram": "Instagram : ⋯ puis Signaler.", "whatsapp": "واتساب: الاسم ثم تبليغ."}
GUIDES = dict.fromkeys(Language, _GUIDE)
ADDRESSES = {
    "meta": "www.signaler.example", "iwf": "https://iwf.example/maroc", "tiktok": "abus@tiktok.example",
    "police": "19", "gendarmerie": "177", "onde": "2511",
}  # fmt: skip
URGENT, HIGH, NORMAL, SEALED = "K7Q2-9MXD", "B3TR-55KW", "M8ZA-2HPN", "T4LE-7CSY"


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def full_case() -> Case:
    """A case in which every field is set."""
    at = NOW - timedelta(minutes=40)
    lines = [
        ("child", "السلام، عندي 14 عام وواحد كيهددني فواتساب", None),
        ("bot", "شكرا حيت حكيتي ليا. هادشي صعيب، وماشي الغلط ديالك.", None),
        ("child", "kaygol liya ghadi ysefet tsawer l khouya, 3afakom 3awnouni 🙏", None),
        ("child", "", "voice"),
        ("bot", "واش راك فأمان دابا؟", None),
        ("child", "oui, ana f dar. الرقم ديالو هو +212600000001 و https://example.org/profil?id=77", None),
        ("system", "Le dossier est dans la file d'attente.", None),
    ]
    transcript = [
        {"at": at + timedelta(minutes=n), "from": sender, "text": text, "media": media}
        for n, (sender, text, media) in enumerate(lines)
    ]
    return Case.model_validate({
        "schema": "m3ak.case/1", "reference": URGENT, "opened_at": at, "status": "analysis",
        "basis": "consent", "language": "ary", "channel": "whatsapp", "reporter": "self", "age": 14,
        "age_band": "under_16", "gender": "female", "city": "تازة", "platforms": ["whatsapp", "instagram"],
        "content_types": ["message", "photo"], "categories": ["threats", "blackmail"],
        "narrative": "واحد ما كنعرفوش كيهددني من ثلاث شهور.\nIl veut de l'argent.", "duration": "P3M",
        "impact": "ما بقيتش كنعس", "aggressor": "inconnu, change de numéro", "demands": "500 درهم",
        "safe": True, "trusted_adult": True, "family_knows": False, "further": {"teacher_told": False},
        "evidence": [
            {"kind": "phone", "value": "+212600000001", "whose": "aggressor"},
            {"kind": "url", "value": "https://example.org/profil?id=77", "whose": "aggressor"},
            {"kind": "video", "ref": "media-1"},
        ],
        "danger": {"kind": "self_harm", "source": "lexicon.want_to_die"}, "priority": "urgent",
        "anonymous": False, "accompaniment": {"wanted": True, "kinds": ["psychological", "legal"]},
        "consents": [
            {"kind": kind, "given": True, "at": at, "text_id": text, "text_version": "3f2a", "language": "ary"}
            for kind, text in (
                ("processing", "consent.ask"), ("platform_report", "platform_report.ask"),
                ("police_complaint", "police_complaint.ask"),
            )
        ],
        "contact": {"name": "Nour", "phone": "+212600000009", "recontact": True}, "transcript": transcript,
        "handoff": {"requested_at": at + timedelta(minutes=6), "reason": "danger"},
        "timeline": [{"at": at + timedelta(minutes=2), "what": "danger", "by": "bot"}],
    })  # fmt: skip


def _entry(reference: str, priority: str, waited: int, **fields: object) -> Entry:
    values = {
        "reference": reference, "status": "received", "priority": priority, "language": "fr",
        "channel": "telegram", "opened_at": NOW - timedelta(minutes=waited + 6),
        "requested_at": NOW - timedelta(minutes=waited), "reason": "intake_complete", "owner": "queue",
        "taken_by": None, "unread": 0,
    } | fields  # fmt: skip
    case = Case.model_validate({"schema": "m3ak.case/1"} | {
        k: v for k, v in values.items() if k in ("reference", "status", "priority", "language", "opened_at")
    })  # fmt: skip
    values |= {"status": case.status, "priority": case.priority, "language": case.language}
    return Entry(**values)  # type: ignore[arg-type]


def _short_case(entry: Entry) -> Case:
    return Case.model_validate({
        "schema": "m3ak.case/1", "reference": entry.reference, "opened_at": entry.opened_at,
        "status": entry.status, "language": entry.language, "channel": entry.channel,
        "priority": entry.priority,
        "transcript": [{"at": entry.opened_at, "from": "child", "text": "On se moque de moi au collège."}],
    })  # fmt: skip


class House:
    """The desk mounted under ``/desk``, its ports, and a clock that stands still until moved."""

    def __init__(self) -> None:
        people = {
            "Salma": Role.COUNSELLOR, "Yassine": Role.COUNSELLOR, "Hind": Role.SUPERVISOR,
            "Karim": Role.TRAINER, "Amina": Role.ADMINISTRATOR,
        }  # fmt: skip
        self.users = MemoryUsers(*(User(name, role, _password_hash()) for name, role in people.items()))
        self.changes = MemoryChanges()
        entries = [
            _entry(NORMAL, "normal", 150, owner="counsellor", taken_by="Yassine", language="ary-Latn"),
            _entry(HIGH, "high", 18, unread=1),
            _entry(SEALED, "urgent", 300, status="sealed"),
        ]
        urgent = _entry(
            URGENT,
            "urgent",
            4,
            status="analysis",
            language="ary",
            channel="whatsapp",
            reason="danger",
            unread=3,
        )
        self.cases = MemoryCases(
            self.changes, (urgent, full_case()), *((entry, _short_case(entry)) for entry in entries)
        )
        self.relay = MemoryRelay(self.cases, self.users)
        self.trail = MemoryTrail()
        self.casework = MemoryCasework(self.cases, lambda: self.now)
        self.blocks = MemoryBlocks(self.cases, lambda: self.now)
        self.reports = MemoryReports(self.cases, lambda: self.now)
        self.statistics = MemoryStatistics(ZoneInfo("Africa/Casablanca"))
        self.script = MemoryScript()
        self.life = MemoryLife(self.cases, lambda: self.now)
        self.arrivals = MemoryArrivals(self.cases, lambda: self.now)
        self.media = MemoryMedia(lambda: self.now)
        self.lessons = MemoryLessons(NOW)
        self.now = NOW
        self.app = self.mount(secure_cookies=False)

    def mount(self, *, secure_cookies: bool) -> Starlette:
        routes = desk_routes(
            self.users, self.cases, self.relay, self.changes, self.trail, self.casework, self.blocks,
            self.reports, self.statistics, self.script, self.life, self.arrivals, self.media, self.lessons,
            guides=GUIDES, addresses=ADDRESSES, partners=PARTNERS,
            helpline="EMC-Helpline", secure_cookies=secure_cookies, clock=lambda: self.now,
        )  # fmt: skip
        return Starlette(routes=[Mount("/desk", routes=routes)])


class Visitor(httpx.AsyncClient):
    """A browser without scripts: keeps its cookies and sends each form's token."""

    def __init__(self, house: House, address: str = "http://desk.test") -> None:
        super().__init__(transport=httpx.ASGITransport(house.app), base_url=address)

    async def fill(self, path: str, script: bool = False, **fields: str) -> httpx.Response:
        """Posts a form as the page at ``/desk/login`` would."""
        headers = {"HX-Request": "true"} if script else {}
        data = {"form_token": await self.form_token()} | fields
        return await self.post(f"/desk{path}", data=data, headers=headers)

    async def form_token(self) -> str:
        page = await self.get("/desk/login")
        found = re.search(r'name="form_token" value="([^"]+)"', page.text)
        assert found, page.text
        return found[1]

    async def log_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.fill("/login", name=name, password=password)
