from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import WrongSettings, load_settings
from tests.conftest import ROOT

CONFIG = ROOT / "config.yml"


def _config(folder: Path, text: str) -> Path:
    path = folder / "config.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_file_is_good() -> None:
    settings = load_settings(CONFIG)
    assert settings.helpline.police == "19"
    assert settings.storage.url.startswith("sqlite:///")


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M3AK_STORAGE__URL", "postgresql://helpline@db/m3ak")
    monkeypatch.setenv("M3AK_CHANNELS__TELEGRAM__API_BASE", "http://127.0.0.1:9")
    monkeypatch.setenv("M3AK_HELPLINE__HOURS__OPENS", "09:30")
    settings = load_settings(CONFIG)
    assert settings.storage.url == "postgresql://helpline@db/m3ak"
    assert settings.channels.telegram.api_base == "http://127.0.0.1:9"
    assert settings.helpline.hours.opens.hour == 9
    assert settings.helpline.phone, "what the environment does not name stays as the file says"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("engine: embedded", "engine: crystal_ball", "nlu.engine"),
        ("zone: Africa/Casablanca", "zone: Africa/Atlantis", "helpline.hours.zone"),
        ('opens: "10:00"', 'opens: "soon"', "helpline.hours.opens"),
        ("retention_days: 90", "retention_days: -1", "privacy.retention_days"),
        ("days: [mon,", "days: [someday,", "helpline.hours.days"),
        ("storage:", "storrage:", "unknown setting 'storrage'"),
        ("  secure_cookies: false", "  secure_cookie: false", "desk.secure_cookie"),
        ("api_base: https://api.telegram.org", "token: abc", "M3AK_CHANNELS__TELEGRAM__TOKEN in the environment"),
        ("helpline:", "helpline: [", "is not YAML"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = CONFIG.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(WrongSettings) as refused:
        load_settings(_config(tmp_path, text.replace(old, new, 1)))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_an_empty_one_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="--config"):
        load_settings(tmp_path / "none.yml")
    with pytest.raises(WrongSettings, match="holds no settings"):
        load_settings(_config(tmp_path, "just words"))
    with pytest.raises(WrongSettings, match=r"helpline\.phone"):
        load_settings(_config(tmp_path, "helpline: {}"))


@pytest.mark.parametrize("secret", ["password", "changeme123", "12345678", "aaaaaaaaaaaa", "short"])
@pytest.mark.parametrize("name", ["TELEGRAM__SECRET", "WHATSAPP__APP_SECRET", "WHATSAPP__VERIFY_TOKEN"])
def test_a_secret_that_anybody_guesses_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, secret: str) -> None:
    monkeypatch.setenv(f"M3AK_CHANNELS__{name}", secret)
    with pytest.raises(WrongSettings, match=name.replace("__", ".").lower()) as caught:
        load_settings(CONFIG)
    assert secret not in str(caught.value)


def test_a_key_that_somebody_made_up_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up, made = "A" * 43 + "=", Fernet.generate_key().decode()
    monkeypatch.setenv("M3AK_PRIVACY__KEYS", made_up)
    with pytest.raises(WrongSettings, match=r"privacy\.keys"):
        load_settings(CONFIG)
    monkeypatch.setenv("M3AK_PRIVACY__KEYS", f"{made},{made_up}")
    assert load_settings(CONFIG).privacy.keys, "the old one still opens what it sealed"
