"""Counsellors are written to, by a real SMTP server with TLS: that somebody waits, and nothing about whom."""

import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.app import build_herald
from bot.channels.channel import Never, Outbound
from bot.delivery import Delivery
from bot.settings import WrongSettings
from tests.bot.house import House, house_in
from tests.bot.listening import Hourglass
from tests.bot.test_watch import DAY, later, staffed
from tests.conftest import settings_in


class Postbox:
    """A mail server's hand: takes what comes, or refuses it for as long as it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refusals: list[str] = []

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 OK"


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, secret = folder / "mail.pem", folder / "mail.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, secret


def _may(_server: object, _session: object, _envelope: object, _mechanism: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"m3ak", b"an invented password"))


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(tmp_path: Path, postbox: Postbox) -> Iterator[Any]:
    """A mail server that talks to nobody who does not encrypt and log in."""
    chain, secret = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        postbox, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True,
        auth_required=True, authenticator=_may,
    )  # fmt: skip
    controller.start()
    yield controller
    controller.stop()


def _mail(server: Any, folder: Path) -> dict[str, object]:
    return {
        "mail": {
            "server": "localhost", "port": server.port, "ca_file": folder / "mail.pem",
            "user": "m3ak", "password": "an invented password", "sender": "m3ak@helpline.example",
            "to": ["salma@helpline.example", "omar@helpline.example"], "desk": "https://helpline.example/desk/",
        }
    }  # fmt: skip


@pytest.fixture
async def writing(tmp_path: Path, database_url: str, server: Any) -> AsyncIterator[House]:
    """A house that writes mails."""
    async with house_in(tmp_path, database_url, handoff=_mail(server, tmp_path)) as house:
        yield house


async def test_a_child_in_danger_is_written_about_and_nothing_of_it(writing: House, postbox: Postbox) -> None:
    await writing.say("bghit nmout, smiti Salma")
    (reference,) = [row.reference for row in (await writing.rows())["case_"]]
    await writing.app.herald.drain()
    (mail,) = postbox.taken
    assert mail["To"] == "salma@helpline.example, omar@helpline.example"
    assert mail["Subject"] == "Un cas urgent attend / حالة مستعجلة تنتظر"
    text = mail.get_content()
    assert text.count("https://helpline.example/desk/") == 2
    whole = mail.as_string() + text
    assert not [word for word in (reference, "nmout", "+2126", "terminal", "self_harm") if word in whole]
    assert (await writing.rows())["hook"] == []


async def test_a_server_that_refuses_is_asked_again_until_it_takes_one_mail(
    writing: House, postbox: Postbox, server: Any
) -> None:
    postbox.refusals = ["451 try later", "554 no"]
    await writing.say("bghit nmout")
    herald, hourglass = writing.app.herald, Hourglass()
    herald._clock = lambda _: hourglass.at
    for _ in range(3):
        await herald.drain()
        hourglass.turn(5)
    assert len(postbox.taken) == 1


async def test_at_most_one_mail_of_a_kind_in_a_quarter_of_an_hour_and_the_last_word_is_not_lost(
    writing: House, postbox: Postbox
) -> None:
    herald, hourglass = writing.app.herald, Hourglass()
    herald._clock = lambda _: hourglass.at
    for number in range(3):
        address = f"+21260000020{number}"
        await writing.send(writing.message("bghit nmout", address=address))
        await herald.drain()
    assert len(postbox.taken) == 1
    assert len((await writing.rows())["hook"]) == 1, "one mail waits for all that came since"
    hourglass.turn(16 * 60)
    await herald.drain()
    assert len(postbox.taken) == 2
    assert len({mail["Message-ID"] for mail in postbox.taken}) == 2


async def test_a_long_wait_and_what_a_child_did_not_get_are_written_about(writing: House, postbox: Postbox) -> None:
    await staffed(writing, DAY)
    await writing.queued()
    await later(writing, minutes=10)

    class Refusing:
        name = "terminal"

        async def send(self, address: str, message: Outbound) -> Never:
            return Never("blocked")

        async def close(self) -> None:
            """Nothing to end."""

    app = writing.app
    await app.turns.accept([writing.message("salam")])
    await app.timers.flush()
    channels: Any = {"terminal": Refusing()}
    await Delivery(app.database, app.vault, channels, told=app.settings.handoff.told).drain()
    await app.herald.drain()
    assert {str(mail["Subject"]).partition(" / ")[0] for mail in postbox.taken} == {
        "Un enfant attend depuis longtemps", "Un message n'est pas arrivé à un enfant",
    }  # fmt: skip


async def test_a_server_whose_certificate_is_nobodys_gets_no_word(
    tmp_path: Path, postbox: Postbox, server: Any
) -> None:
    mail = _mail(server, tmp_path)
    settings: dict[str, object] = {"mail": {**mail["mail"], "ca_file": None}}  # type: ignore[dict-item]
    async with house_in(tmp_path, f"sqlite:///{tmp_path / 'm3ak.db'}", handoff=settings) as house:
        await house.say("bghit nmout")
        await build_herald(house.app.settings, house.app.database, house.clock).drain()
        (row,) = (await house.rows())["hook"]
        assert (row.why, row.attempts) == ("tls", 1)
    assert postbox.taken == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": []}, "need e-mail addresses"),
        ({"sender": "nobody"}, "need e-mail addresses"),
        ({"to": ["a@b.example\nBcc: c@d.example"]}, "need e-mail addresses"),
        ({"password": None}, "go together"),
        ({"security": "none", "server": "mail.example"}, "set starttls or tls"),
        ({"desk": "http://helpline.example/desk"}, "not encrypted"),
        ({"ca_file": "/nowhere.pem"}, "is not there"),
    ],
)
def test_a_mail_setting_that_cannot_work_is_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    good = {"server": "127.0.0.1", "user": "m3ak", "password": "an invented password", "to": ["a@b.example"],
            "sender": "m3ak@b.example", "desk": "https://b.example/desk/"}  # fmt: skip
    settings_in(tmp_path, handoff={"mail": good})
    with pytest.raises(WrongSettings, match=words):
        settings_in(tmp_path, handoff={"mail": {**good, **change}})
