"""``m3ak doctor`` against the stand-ins: what it finds well, and what to mend."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import doctor
from bot.doctor import examine
from bot.settings import HoursSettings
from store.database import Database
from tests.conftest import ROOT
from tests.standins import telegram, whatsapp
from tests.standins.server import Answer
from tests.standins.telegram import TelegramStandIn
from tests.standins.whatsapp import WhatsAppStandIn

LONG = "Zm9vYmFyYmF6cXV4cXV1eGNvcmdl"


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database that is up to date."""
    url = f"sqlite:///{tmp_path / 'm3ak.db'}"
    monkeypatch.setenv("M3AK_STORAGE__URL", url)
    monkeypatch.setenv("M3AK_PRIVACY__KEY_FILE", str(tmp_path / "keys"))
    monkeypatch.setenv("M3AK_NLU__MODEL", str(ROOT / "var" / "model.npz"))
    database = Database(url)
    await database.upgrade()
    await database.close()
    return tmp_path


async def findings() -> dict[str, list[str]]:
    """What is found, by its state."""
    found: dict[str, list[str]] = {"ok": [], "note": [], "mend": []}
    async for one in examine(ROOT / "config.yml"):
        found[one.state].append(one.text)
    return found


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody trusts unless told to, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "helpline")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "front.pem", folder / "front.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextmanager
def front(files: tuple[Path, Path], **headers: str) -> Iterator[str]:
    """A proxy with TLS, as far as the doctor sees one."""

    def login(_request: object) -> PlainTextResponse:
        return PlainTextResponse("", headers=headers)

    app = Starlette(routes=[Route("/desk/login", login)])
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, lifespan="off", ssl_certfile=files[0], ssl_keyfile=files[1])
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield f"https://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


@contextmanager
def platforms(monkeypatch: pytest.MonkeyPatch, address: str) -> Iterator[tuple[TelegramStandIn, WhatsAppStandIn]]:
    """Both platforms, with a webhook registered at our address."""
    with TelegramStandIn() as ours, WhatsAppStandIn() as metas:
        for name, value in {
            "TELEGRAM__TOKEN": telegram.TOKEN, "TELEGRAM__SECRET": LONG, "TELEGRAM__PUBLIC_URL": address,
            "TELEGRAM__API_BASE": ours.url, "WHATSAPP__TOKEN": whatsapp.TOKEN, "WHATSAPP__PHONE_ID": whatsapp.PHONE_ID,
            "WHATSAPP__APP_SECRET": LONG, "WHATSAPP__VERIFY_TOKEN": LONG, "WHATSAPP__API_BASE": metas.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(f"M3AK_CHANNELS__{name}", value)
        monkeypatch.setenv("M3AK_DESK__SECURE_COOKIES", "true")
        ours.info = {"url": f"{address}/telegram/webhook"}
        metas.webhooks = {"application": f"{address}/whatsapp/webhook"}
        yield ours, metas


async def test_a_good_deployment_has_nothing_to_mend(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(place)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    with front(files, **{"Strict-Transport-Security": "max-age=1"}) as address, platforms(monkeypatch, address):
        found = await findings()
    assert found["mend"] == []
    told = "\n".join(found["ok"])
    for word in ("settings", "keys", "key file", "database", "model", "catalogues", "hours", "clock", "telegram",
                 "whatsapp", f"tls: {address} is reached by https"):  # fmt: skip
        assert f"{word}" in told
    assert found["note"] == ["desk: nobody supervises it; run: m3ak user add NAME --role supervisor"]


async def test_what_stands_in_front_is_looked_at(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(place)
    with front(files) as address, platforms(monkeypatch, address):
        assert any("cannot be trusted" in line for line in (await findings())["mend"])
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
        assert any("does not say that it stands behind TLS" in line for line in (await findings())["mend"])
        monkeypatch.setenv("M3AK_CHANNELS__TELEGRAM__PUBLIC_URL", "http://helpline.example")
        monkeypatch.setenv("M3AK_DESK__SECURE_COOKIES", "false")
        told = "\n".join((await findings())["mend"])
    assert "http://helpline.example is not https" in told
    assert "desk.secure_cookies" in told
    assert "registered elsewhere" in told


async def test_what_the_platforms_say(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with platforms(monkeypatch, "https://127.0.0.1:9") as (ours, metas):
        ours.info = {"url": "https://127.0.0.1:9/telegram/webhook", "pending_update_count": 500,
                     "last_error_message": "Connection timed out"}  # fmt: skip
        metas.webhooks = {"application": "http://elsewhere.example/"}
        late = "Mon, 01 Jan 2024 00:00:00 GMT"
        metas.fail(Answer(200, {"webhook_configuration": {}}, {"Date": late}))
        found = await findings()
        told = "\n".join(found["mend"])
        assert "500 messages wait" in told and "https://127.0.0.1:9 cannot be reached" in told
        assert "no webhook https://…/whatsapp/webhook" in told
        assert "clock: it differs from whatsapp's" in told
        assert "telegram: the last delivery failed: Connection timed out" in found["note"]
        monkeypatch.setenv("M3AK_CHANNELS__TELEGRAM__TOKEN", "1:wrong")
        monkeypatch.setenv("M3AK_CHANNELS__WHATSAPP__TOKEN", "wrong")
        told = "\n".join((await findings())["mend"])
    assert "telegram: it does not know this token" in told and "whatsapp: the access token is expired" in told
    told = "\n".join((await findings())["mend"])
    assert "telegram: its server cannot be reached" in told and "whatsapp: its server cannot be reached" in told


async def test_a_webhook_that_keeps_polling_from_messages(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with platforms(monkeypatch, "https://127.0.0.1:9"):
        monkeypatch.delenv("M3AK_CHANNELS__TELEGRAM__PUBLIC_URL")
        assert any("polling gets nothing" in line for line in (await findings())["mend"])


async def test_what_is_wrong_on_this_machine(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await findings()
    (place / "keys").chmod(0o644)
    (place / "model.npz").write_bytes(b"no model")
    monkeypatch.setenv("M3AK_NLU__MODEL", str(place / "model.npz"))
    monkeypatch.setenv("M3AK_STORAGE__URL", f"sqlite:///{place / 'other.db'}")
    monkeypatch.setenv("M3AK_HELPLINE__HOURS__CLOSES", "10:00")
    told = "\n".join((await findings())["mend"])
    assert f"chmod 600 {place / 'keys'}" in told
    assert "m3ak train" in told and "m3ak db upgrade" in told and "no counsellor is ever there" in told
    assert telegram.TOKEN not in told


async def test_a_real_server_s_time_and_password(
    place: Path, postgres: object, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("M3AK_STORAGE__URL", database_url)
    database = Database(database_url)
    await database.upgrade()
    await database.close()
    assert (await findings())["mend"] == []
    if not database.embedded:
        monkeypatch.setattr(doctor, "_APART", -1.0)
        assert any("clock: it differs from the database's" in line for line in (await findings())["mend"])


def test_hours_in_which_somebody_comes_are_well() -> None:
    assert doctor._hours(HoursSettings()).state == "ok"
