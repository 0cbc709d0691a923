import json
import re
from pathlib import Path

import pytest
import yaml

from tests.bot.serving import m3ak
from tests.conftest import ROOT
from tests.standins.telegram import TOKEN


def test_administration_from_an_empty_folder(tmp_path: Path) -> None:
    refused = m3ak(tmp_path, "case", "list")
    assert refused.returncode == 1
    assert "m3ak db upgrade" in refused.stderr
    assert m3ak(tmp_path, "db", "upgrade").returncode == 0
    assert m3ak(tmp_path, "db", "upgrade").returncode == 0
    added = m3ak(tmp_path, "user", "add", "salma", "--role", "counsellor")
    assert len(added.stdout.splitlines()[-1]) >= 12
    again = m3ak(tmp_path, "user", "add", "salma", "--role", "counsellor")
    assert (again.returncode, again.stderr) == (1, "Error: There is already a user named 'salma'.\n")
    assert m3ak(tmp_path, "case", "list").stdout == ""
    missing = m3ak(tmp_path, "case", "show", "AAAA-AAAA", "--json")
    assert missing.returncode == 1
    assert "There is no case AAAA-AAAA" in missing.stderr
    assert json.loads(m3ak(tmp_path, "stats", "--json").stdout)["cases"] == 0
    doctor = m3ak(tmp_path, "doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_the_schema_is_json_schema(tmp_path: Path) -> None:
    schema = json.loads(m3ak(tmp_path, "case", "schema").stdout)
    assert "m3ak.case/1" in json.dumps(schema)
    assert {"reference", "transcript", "handoff"} <= set(schema["properties"])


def test_a_fitting_message_is_parsed_as_the_contract_says(tmp_path: Path) -> None:
    given = "3ndi 14 3am, wa7d kayhdedni f whatsapp\n"
    parsed = json.loads(m3ak(tmp_path, "parse", given=given).stdout)
    assert parsed["language"] == "ary-Latn"
    assert parsed["intent"]["name"] == "report_incident"
    found = {(e["entity"], e["value"]): given[e["start"] : e["end"]] for e in parsed["entities"]}
    assert found[("age", 14)] == "3ndi 14 3am"
    assert ("category", "threats") in found
    assert ("platform", "whatsapp") in found
    assert parsed["danger"] is None
    bare = m3ak(tmp_path, "parse", "--jsonl", given='{"text": "14", "expects": "age"}\n')
    assert json.loads(bare.stdout)["entities"][0]["value"] == 14


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"STORAGE__URL": "postgresql://nobody@127.0.0.1:9/none"}, "storage.url"),
        ({"STORAGE__URL": "mysql://x"}, "storage.url"),
        ({"STORAGE__URL": "nonsense"}, "storage.url"),
        ({"STORAGE__URL": "sqlite:////proc/none/m3ak.db"}, "storage.url"),
        ({"PRIVACY__KEYS": "too-short"}, "M3AK_PRIVACY__KEYS"),
        ({"PRIVACY__KEY_FILE": "/proc/none/keys"}, "privacy.key_file"),
        ({"NLU__MODEL": "/nowhere/model.npz"}, "m3ak train"),
        ({"CHANNELS__WHATSAPP__TOKEN": "x"}, "M3AK_CHANNELS__WHATSAPP__"),
        ({"CHANNELS__TELEGRAM__TOKEN": TOKEN, "CHANNELS__TELEGRAM__PUBLIC_URL": "https://x"},
         "M3AK_CHANNELS__TELEGRAM__SECRET"),
        ({"CHANNELS__TELEGRAM__TOKEN": "no token"}, "M3AK_CHANNELS__TELEGRAM__TOKEN"),
        ({"HELPLINE__HOURS__OPENS": "soon"}, "helpline.hours.opens"),
    ],
)  # fmt: skip
def test_what_stops_the_start_is_one_line_that_names_the_setting(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    result = m3ak(tmp_path, "run", "--port", "0", **settings)
    assert result.returncode == 1, result.stdout + result.stderr
    assert words in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stderr


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    result = m3ak(tmp_path, "run", "--host", "192.0.2.1", "--port", "80")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "--port" in result.stderr


def test_wrong_usage_is_two(tmp_path: Path) -> None:
    assert m3ak(tmp_path, "dance").returncode == 2
    assert m3ak(tmp_path, "user", "add", "x", "--role", "king").returncode == 2


def test_a_broken_story_and_a_failing_one(tmp_path: Path) -> None:
    story = tmp_path / "story.yml"
    story.write_text("turns: [{child: salam, bot: [goodbye]}]", encoding="utf-8")
    failed = m3ak(tmp_path, "test", "dialogs", str(story))
    assert failed.returncode == 1
    assert re.search(r"≠ goodbye +greeting\.hello", failed.stdout)
    story.write_text("turns: [{kid: salam}]", encoding="utf-8")
    broken = m3ak(tmp_path, "test", "dialogs", str(story))
    assert (broken.returncode, broken.stderr.count("\n")) == (1, 1)


def test_rasa_and_m3ak_share_one_file() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert {"recipe", "language", "pipeline", "assistant_id"} <= set(config)
    assert {"helpline", "channels", "nlu", "storage", "desk", "privacy"} <= set(config)


def test_a_backup_is_taken_and_restored(tmp_path: Path) -> None:
    assert m3ak(tmp_path, "db", "upgrade").returncode == 0
    assert m3ak(tmp_path, "user", "add", "salma", "--role", "counsellor").returncode == 0
    assert " tables are in " in m3ak(tmp_path, "backup", str(tmp_path / "backup")).stdout
    refused = m3ak(tmp_path, "restore", str(tmp_path / "backup"))
    assert refused.returncode == 1 and "storage.url" in refused.stderr
    other = f"sqlite:///{tmp_path / 'restored.db'}"
    done = m3ak(tmp_path, "restore", str(tmp_path / "backup"), STORAGE__URL=other)
    assert done.returncode == 0 and "no rows" in done.stdout, done.stderr
    again = m3ak(tmp_path, "user", "add", "salma", "--role", "counsellor", STORAGE__URL=other)
    assert "already a user" in again.stderr


def test_the_main_key_is_changed_on_the_command_line(tmp_path: Path) -> None:
    assert m3ak(tmp_path, "db", "upgrade").returncode == 0
    first = m3ak(tmp_path, "keys", "list").stdout.split()[0]
    assert m3ak(tmp_path, "keys", "rotate").returncode == 0
    listed = m3ak(tmp_path, "keys", "list").stdout.splitlines()
    assert len(listed) == 2 and listed[1].startswith(first) and listed[0].endswith("newest")
    assert "1 older" in m3ak(tmp_path, "keys", "drop").stdout
    assert first not in m3ak(tmp_path, "keys", "list").stdout
