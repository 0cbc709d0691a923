"""Settings: ``config.yml``, overridden by the environment (``M3AK_…``) and a ``.env`` file."""

import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.secrecy import weak_keys, weak_secret
from bot.signature import read_secrets
from dialogs.effect import Phrase
from dialogs.flow import FLOWS
from dialogs.params import hour_words
from handoff.case import Status
from handoff.hours import Hours
from nlu.interpretation import Language, Platform
from store.hook import Told
from store.limits import Limits

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SECRETS = ("token", "secret", "password", "app_secret", "verify_token", "phone_id", "rasa_token", "keys")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MAIL = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
_LONGEST_NAME = 80
_RASA = ("recipe", "language", "pipeline", "policies", "assistant_id", "version")


class WrongSettings(Exception):
    """A setting is missing or wrong. The message names it and the cure."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _strong(secret: SecretStr | None) -> SecretStr | None:
    if secret and (wrong := weak_secret(secret.get_secret_value())):
        raise ValueError(f"it {wrong}")
    return secret


def _random(keys: SecretStr | None) -> SecretStr | None:
    if keys and keys.get_secret_value() and (wrong := weak_keys(keys.get_secret_value())):
        raise ValueError(f"it {wrong}")
    return keys


_Chosen = Annotated[SecretStr | None, AfterValidator(_strong)]
"""A secret that whoever installs the helpline chose."""


class HoursSettings(_Section):
    """When counsellors are there."""

    zone: str = "Africa/Casablanca"
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("mon", "tue", "wed", "thu", "fri")
    opens: time = time(10)
    closes: time = time(16)
    closed: tuple[date, ...] = ()
    open_anyway: tuple[date, ...] = ()

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{zone!r} is no time zone; write one such as Africa/Casablanca") from None
        return zone

    def hours(self) -> Hours:
        days = tuple(_DAYS.index(day) for day in self.days)
        return Hours(ZoneInfo(self.zone), days, self.opens, self.closes, self.closed, self.open_anyway)


class HelplineSettings(_Section):
    """The helpline's facts: every number and address that a child reads."""

    name: str = "EMC-Helpline"
    organisation: str = "Espace Maroc Cyberconfiance (CMRPI)"
    phone: str
    sms_word: str
    email: str
    form: str
    iwf: str
    police: str
    gendarmerie: str
    onde: str
    onde_site: str
    himaya: str
    report_links: dict[Platform | Literal["meta"], str] = {}
    """Where the team reports to a platform."""
    language: Language = Language.ARY
    hours: HoursSettings = HoursSettings()

    def addresses(self) -> dict[str, str]:
        """Where reports go, by platform or door, and who is called."""
        links = {str(name): address for name, address in self.report_links.items()}
        numbers = {"police": self.police, "gendarmerie": self.gendarmerie, "onde": self.onde}
        return links | numbers | {"iwf": self.iwf}


class TelegramSettings(_Section):
    """Telegram; it runs when ``token`` is set."""

    api_base: str = "https://api.telegram.org"
    public_url: str | None = None
    token: SecretStr | None = None
    secret: _Chosen = None


class WhatsAppSettings(_Section):
    """WhatsApp's Cloud API; it runs when all four secrets are set."""

    api_base: str = "https://graph.facebook.com"
    token: SecretStr | None = None
    phone_id: str | None = None
    app_secret: _Chosen = None
    verify_token: _Chosen = None
    template: str | None = None
    """The name of a template that Meta approved in Arabic and French, without variables: what ``reminder`` says."""


class ChannelSettings(_Section):
    """The messengers."""

    telegram: TelegramSettings = TelegramSettings()
    whatsapp: WhatsAppSettings = WhatsAppSettings()
    timeout: float = Field(default=20.0, gt=0)
    flood_per_minute: int = Field(default=60, ge=0)
    """Messages a minute from which on a contact is answered in fewer words; 0 for no limit."""


class NluSettings(_Section):
    """Which engine reads the messages."""

    engine: Literal["embedded", "rasa"] = "embedded"
    model: Path = Path("var/model.npz")
    data: Path = Path("nlu/data")
    held_out: Path = Path("tests/nlu/held-out")
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_timeout: float = Field(default=0.8, gt=0)
    rasa_token: SecretStr | None = None


class DialogSettings(_Section):
    """Where flows and texts are: a folder with ``flows/`` and ``locales/``."""

    folder: Path = FLOWS.parent


class StorageSettings(_Section):
    """Where everything lasts: a SQLAlchemy URL."""

    url: str = "sqlite:///var/m3ak.db"


class DueDays(_Section):
    """Days that a case may stay at each step before it is overdue."""

    received: int = Field(default=1, ge=0)
    analysis: int = Field(default=2, ge=0)
    treat: int = Field(default=2, ge=0)
    archive: int = Field(default=7, ge=0)
    reported: int = Field(default=14, ge=0)
    accompanied: int = Field(default=30, ge=0)


class DeskSettings(_Section):
    """The counsellors' desk."""

    secure_cookies: bool = False
    silent_minutes: int = Field(default=15, gt=0)
    away_minutes: int = Field(default=5, gt=0)
    offer_minutes: int = Field(default=5, gt=0)
    alarm_minutes: int = Field(default=10, gt=0)
    urgent_alarm_minutes: int = Field(default=3, gt=0)
    invitation_hours: int = Field(default=72, gt=0)
    partners: tuple[str, ...] = ()
    due_days: DueDays = DueDays()

    @field_validator("partners")
    @classmethod
    def _short(cls, partners: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := next((name for name in partners if not 0 < len(name) <= _LONGEST_NAME), None):
            raise ValueError(f"{wrong!r} is no partner's name; write 1 to {_LONGEST_NAME} characters")
        return partners

    def due(self, status: Status, today: date) -> date | None:
        """The day by which what follows a step is due, when a case comes to it today; None where nothing follows."""
        days: int | None = getattr(self.due_days, status, None)
        return today + timedelta(days=days) if days is not None else None


class WebhookSettings(_Section):
    """The other system that is told what happens to cases (``docs/WEBHOOK.md``)."""

    url: str | None = None
    timeout: float = Field(default=10.0, gt=0)
    secret: SecretStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.url is None:
            return self
        _check_address(self.url, "url")
        if self.secret is None:
            raise ValueError(
                "the url is set but M3AK_HANDOFF__WEBHOOK__SECRET is not; docs/WEBHOOK.md says how to make one"
            )
        read_secrets(self.secret.get_secret_value())
        return self


class MailSettings(_Section):
    """The mail server by which counsellors are written to that somebody waits."""

    server: str | None = None
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    """Certificates to trust instead of the machine's."""
    user: str | None = None
    password: SecretStr | None = None
    sender: str = ""
    to: tuple[str, ...] = ()
    desk: str = ""
    """The desk's address, as the counsellors' browsers know it."""
    every_minutes: int = Field(default=15, gt=0)
    timeout: float = Field(default=10.0, gt=0)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.server is None:
            return self
        wrong = [address for address in (self.sender, *self.to) if not _MAIL.fullmatch(address)]
        if wrong or not self.to:
            raise ValueError("sender and to need e-mail addresses, such as alert@helpline.example")
        _check_address(self.desk, "desk")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and M3AK_HANDOFF__MAIL__PASSWORD go together; set both or neither")
        if self.security == "none" and self.server not in _LOOPBACK:
            raise ValueError("security none is for a server on this machine; set starttls or tls")
        if self.ca_file and not self.ca_file.is_file():
            raise ValueError(f"ca_file {self.ca_file} is not there; name a file of certificates or remove it")
        return self


class HandoffSettings(_Section):
    """Who outside is told what happens."""

    webhook: WebhookSettings = WebhookSettings()
    mail: MailSettings = MailSettings()

    @property
    def told(self) -> Told:
        return Told(webhook=self.webhook.url is not None, mail=self.mail.server is not None)


def _check_address(url: str, name: str) -> None:
    """An address outside this machine must be one that nobody on the way can read or change.

    Raises:
        ValueError: when it is not.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError(f"{name} {url!r} is no address; write one such as https://system.example/m3ak")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(f"{name} {url!r} is not encrypted; write https")


class PrivacySettings(_Section):
    """Keys, and how long things are kept."""

    keys: Annotated[SecretStr | None, AfterValidator(_random)] = None
    key_file: Path = Path("var/keys")
    key_backups: Path = Path("var/key-backups")
    key_backup_days: int = Field(default=14, gt=0)
    unfinished_hours: int = Field(default=24, gt=0)
    sealed_hours: int = Field(default=72, gt=0)
    retention_days: int = Field(default=90, gt=0)
    transcript_days: int = Field(default=60, gt=0)
    address_days: int = Field(default=30, gt=0)
    trail_days: int = Field(default=1095, gt=365)
    repeats_days: int = Field(default=7, gt=0)
    sample_days: int = Field(default=60, gt=0)

    @property
    def unfinished(self) -> timedelta:
        return timedelta(hours=self.unfinished_hours)

    @property
    def limits(self) -> Limits:
        """How long each kind is kept."""
        return Limits(
            unfinished=self.unfinished,
            sealed=timedelta(hours=self.sealed_hours),
            transcript=timedelta(days=self.transcript_days),
            case=timedelta(days=self.retention_days),
            address=timedelta(days=self.address_days),
            trail=timedelta(days=self.trail_days),
        )


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        env_prefix="M3AK_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    helpline: HelplineSettings
    channels: ChannelSettings = ChannelSettings()
    nlu: NluSettings = NluSettings()
    dialogs: DialogSettings = DialogSettings()
    storage: StorageSettings = StorageSettings()
    desk: DeskSettings = DeskSettings()
    handoff: HandoffSettings = HandoffSettings()
    privacy: PrivacySettings = PrivacySettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # What load_settings reads from the file is given as arguments; the environment goes before it.
        return (env_settings, dotenv_settings, init_settings)

    def constants(self) -> dict[str, str | Phrase]:
        """The values that every sentence may use."""
        facts = self.helpline
        return {
            "organisation": facts.organisation, "phone": facts.phone, "sms": facts.sms_word, "email": facts.email,
            "form": facts.form, "iwf": facts.iwf, "police": facts.police, "gendarmerie": facts.gendarmerie,
            "onde": facts.onde, "onde_site": facts.onde_site, "himaya": facts.himaya,
            "closes": hour_words(facts.hours.closes),
            "retention_days": str(self.privacy.retention_days),
        }  # fmt: skip


def _secret_in(data: Any, path: str = "") -> str | None:
    if isinstance(data, dict):
        for key, value in data.items():
            here = f"{path}.{key}" if path else str(key)
            if key in _SECRETS and value is not None:
                return here
            if found := _secret_in(value, here):
                return found
    return None


def load_settings(path: Path = Path("config.yml"), **overrides: Any) -> Settings:
    """Reads the settings.

    Args:
        path: the configuration file.
        overrides: sections that go before the file's, for tests and the terminal chat.

    Raises:
        WrongSettings: in one sentence that names the setting.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise WrongSettings(f"{path} cannot be read; name a configuration file with --config.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise WrongSettings(f"{path} holds no settings; start from the config.yml of the project.")
    ours = {key: value for key, value in data.items() if key not in _RASA}
    if unknown := sorted(set(ours) - set(Settings.model_fields)):
        raise WrongSettings(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(Settings.model_fields)}.")
    if secret := _secret_in(ours):
        name = "M3AK_" + secret.upper().replace(".", "__")
        raise WrongSettings(f"{path}: {secret} is a secret; set {name} in the environment and remove it here.")
    for key, value in overrides.items():
        ours[key] = {**(ours.get(key) or {}), **value}
    try:
        return Settings(**ours)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise WrongSettings(f"The setting {where} is wrong: {message}.") from None
    except ValueError as error:
        raise WrongSettings(f"A setting is wrong: {' '.join(str(error).split())}") from None
