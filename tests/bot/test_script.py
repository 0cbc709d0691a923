"""The script on disk: taken anew when it changes, kept while it is broken, and written line by line."""

import difflib
import os
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.chat import Chat
from bot.script import Script
from bot.settings import Settings
from dialogs.check import check
from dialogs.flow import FLOWS
from dialogs.messages import LOCALES
from nlu.interpretation import Language
from tests.bot.serving import running
from tests.conftest import settings_in

TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "dialogs"
    shutil.copytree(FLOWS, folder / "flows")
    shutil.copytree(LOCALES, folder / "locales")
    return folder


@pytest.fixture
def own(tmp_path: Path, folder: Path) -> Settings:
    return settings_in(tmp_path, dialogs={"folder": folder})


@pytest.fixture
def script(own: Settings) -> Script:
    return Script(own)


def po(folder: Path, language: str = "fr") -> Path:
    return folder / "locales" / language / "m3ak.po"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def wait_for(what: Callable[[], bool], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


async def test_the_next_turn_speaks_from_the_changed_files(own: Settings, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    chat = Chat(own, tmp_path / "chat")
    await chat.open()
    try:
        messages = await chat.send(text="bonjour")
        assert messages[0].text.startswith("Salut 👋")
        change(po(folder), "Salut, je suis là.", "Coucou, je suis toujours là.")
        assert chat.app.script.look()
        chat.app.script.tell()
        messages = await chat.send(text="bonjour")
        assert "Coucou, je suis toujours là." in [message.text for message in messages]
    finally:
        await chat.close()


async def test_a_question_that_the_flows_no_longer_ask_is_let_go(own: Settings, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    chat = Chat(own, tmp_path / "chat")
    await chat.open()
    try:
        for text in ("bonjour quelqu'un me menace", "oui d'accord", "moi"):
            messages = await chat.send(text=text)
        assert messages[-1].expects == "age"
        change(folder / "flows" / "intake.yml", "  - id: age\n", "  - id: years\n")
        assert chat.app.script.look()
        chat.app.script.tell()
        messages = await chat.send(text="14 ans")
        assert messages[-1].expects == "platform"
    finally:
        await chat.close()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("flows/status.yml", "flow: status", "flow: [status"),
        ("flows/status.yml", "say: status.none", "say: status.none\n    say: status.closed"),
        ("flows/status.yml", "say: status.none", "say: &a [*a]"),
        ("flows/status.yml", "steps:\n", "steps:\n" + "  - {id: again, say: status.none}\n" * 5000),
        ("locales/fr/m3ak.po", 'msgid "status.none"', 'msgid "status.none'),
        ("locales/fr/m3ak.po", 'msgid "status.none"', 'msgid "status.closed"'),
    ],
)
def test_while_the_files_are_broken_the_last_good_version_stays(
    script: Script, folder: Path, name: str, old: str, new: str
) -> None:
    before = script.flows
    text = (folder / name).read_text("utf-8")
    change(folder / name, old, new)
    assert not script.look()
    assert script.flows is before
    assert script.findings
    assert all(finding.line and finding.cure for finding in script.findings)
    assert {finding.file for finding in script.findings} == {f"dialogs/{name}"}
    (folder / name).write_text(text, "utf-8")
    assert script.look()
    assert not script.findings


def versions(script: Script, key: str) -> dict[Language, str]:
    one = next(one for one in script.sentences() if one.key == key)
    return {language: written.version for language, written in one.texts.items()}


def test_only_the_lines_of_the_sentence_change(script: Script, folder: Path) -> None:
    before = {language: po(folder, language).read_text("utf-8").splitlines() for language in Language}
    new = "Ton âge nous aide à te protéger.\nTu as quel âge, « environ » ?"
    assert script.write("age.ask", {Language.FR: new}, versions(script, "age.ask")) is None
    for language in Language:
        after = po(folder, language).read_text("utf-8").splitlines()
        changed = [line for line in difflib.ndiff(before[language], after) if line[0] in "+-"]
        assert len(changed) == (2 if language is Language.FR else 0)
    assert script.look()
    assert script.flows.messages.sentences[Language.FR]["age.ask"].text == new


def test_a_signature_is_void_when_the_wording_changes(own: Settings, script: Script, folder: Path) -> None:
    key, text = "age.ask", "Tu as quel âge ?"
    sign = script.sign(key, Language.FR, versions(script, key)[Language.FR], "N. Alami", TODAY)
    assert sign is None
    assert script.look()
    assert script.flows.messages.sentences[Language.FR][key].reviewed == "N. Alami, 2026-11-23"
    # Somebody changes the file by hand, and leaves the mark.
    change(po(folder), f'{text}"', 'Quel est ton âge ?"')
    assert script.look()
    assert script.flows.messages.sentences[Language.FR][key].reviewed is None
    found = check(own.constants(), folder / "flows", folder / "locales")
    assert [f.weight for f in found if "signed off in another wording" in f.text] == ["unsigned"]
    # In the page the mark goes with the wording.
    assert script.write(key, {Language.FR: text}, versions(script, key)) is None
    assert "reviewed: N. Alami" not in po(folder).read_text("utf-8")


def test_nothing_is_written_over_what_has_changed_meanwhile(script: Script, folder: Path) -> None:
    old = versions(script, "age.ask")
    change(po(folder), "Tu as quel âge ?", "Quel est ton âge ?")
    refused = script.write("age.ask", {Language.FR: "Et ton âge ?"}, old)
    assert refused
    assert refused.why == "changed"
    assert "Quel est ton âge ?" in po(folder).read_text("utf-8")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_files_are_known_as_such(script: Script, folder: Path) -> None:
    po(folder).parent.chmod(0o555)
    try:
        assert not script.writable
    finally:
        po(folder).parent.chmod(0o755)


def test_every_process_takes_the_change_and_stays_up_when_it_is_broken(folder: Path, tmp_path: Path) -> None:
    with running(tmp_path, DIALOGS__FOLDER=str(folder)) as helpline:
        change(folder / "flows" / "status.yml", "flow: status", "flow: [status")
        wait_for(lambda: any("script_broken" in line for line in helpline.output))
        assert httpx.get(f"{helpline.address}/healthz").status_code == 200
        change(folder / "flows" / "status.yml", "flow: [status", "flow: status")
        wait_for(lambda: any("script_taken" in line for line in helpline.output))
        broken = next(line for line in helpline.output if "script_broken" in line)
        assert "dialogs/flows/status.yml" in broken


def test_an_app_has_the_flows_of_its_script(own: Settings) -> None:
    app = App(own)
    assert app.flows is app.script.flows is app.turns.flows
