"""The command line: ``m3ak``. Errors are one clear line and exit status 1; wrong usage is 2."""

import asyncio
import gc
import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NoReturn

import click

from bot.config_option import CONFIG
from bot.keeping import access, backup, restore, retention
from bot.keys import keys

_LANGUAGES = click.Choice(["ary", "ary-Latn", "ar", "fr"])
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _Errors(click.Group):
    """Turns what a user can cause into one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(0) from None
        except Exception as error:
            if not _expected(error):
                raise
            raise click.ClickException(str(error)) from None


def _expected(error: Exception) -> bool:
    """Whether an error is one that a user can cause; the rooms that raise them load only when they are used."""
    names = {"WrongSettings", "NoKeys", "Unreachable", "BrokenFlow", "BrokenCatalogue", "ModelMissing", "WrongLine",
             "LineFault", "DataFault", "WrongPeriod", "BrokenArchive", "NotEmpty",
             "PhraseError", "BrokenStory", "NoSuchFlow", "OSError"}  # fmt: skip
    return bool(names & {kind.__name__ for kind in type(error).__mro__})


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


@click.group(cls=_Errors)
@click.version_option(package_name="m3ak")
def main() -> None:
    """M3ak (معاك): a child is heard, and a counsellor takes over."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@CONFIG
def run(host: str, port: int, config: Path) -> None:
    """Serves the whole helpline on one address, on SQLite unless told otherwise."""
    _serve(config, host, port, first=True)


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@CONFIG
def serve_(host: str, port: int, config: Path) -> None:
    """Serves in production: the same application on PostgreSQL; run `m3ak db upgrade` before."""
    _serve(config, host, port, first=False)


def _serve(config: Path, host: str, port: int, *, first: bool) -> None:
    # What a start makes, stays: to look for garbage among it finds nothing. ``serve`` begins to look when it is up.
    gc.disable()
    from bot.serve import serve

    serve(config, host, port, first=first)


@main.command()
@click.option("--lang", type=_LANGUAGES, help="The language to begin in.")
@click.option("--json", "as_json", is_flag=True, help="The protocol: one JSON object a line.")
@click.option("--record", type=click.Path(path_type=Path), help="Write the chat as a test here when it ends.")
@CONFIG
def chat(lang: str | None, as_json: bool, record: Path | None, config: Path) -> None:
    """Chats in the terminal, through the whole real stack, on a database that goes when the chat ends."""
    from bot.console import chat_human, chat_json, stdin_lines
    from bot.settings import load_settings

    settings = load_settings(config)
    if as_json:
        _run(chat_json(settings, stdin_lines(), sys.stdout, lang, record))
    else:
        _run(chat_human(settings, lang, stdin_lines(), sys.stdout, record))


@main.command()
@click.option("--jsonl", is_flag=True, help='Read {"text": …, "expects": …} a line.')
@CONFIG
def parse(jsonl: bool, config: Path) -> None:
    """Reads one message a line and writes what each means, as JSON."""
    from bot.console import stdin_lines
    from bot.settings import load_settings
    from nlu import parse_lines
    from nlu.engine import EmbeddedInterpreter

    interpreter = EmbeddedInterpreter.load(load_settings(config).nlu.model)
    parse_lines.run(interpreter, stdin_lines(), jsonl, sys.stdout)


@main.command()
@click.option("--force", is_flag=True, help="Train even when nothing changed.")
@click.option("--counts", is_flag=True, help="Only say how many sentences there are, an intent and a variety.")
@CONFIG
def train(force: bool, counts: bool, config: Path) -> None:
    """Trains the embedded model from nlu/; does nothing when nothing changed."""
    from bot.settings import load_settings

    if counts:
        from nlu.counts import table

        click.echo(table(load_settings(config).nlu.data))
        return
    from nlu.train import train as train_model

    settings = load_settings(config)
    result = train_model(settings.nlu.data, settings.nlu.model, force=force)
    done = "Trained on" if result.trained else "Nothing has changed; the model was trained on"
    click.echo(f"{done} {result.examples} sentences.")


@main.group()
def case() -> None:
    """Cases: list them, show one, print the schema."""


@case.command("list")
@click.option("--all", "everything", is_flag=True, help="The ended ones too.")
@click.option("--json", "as_json", is_flag=True)
@CONFIG
def case_list(everything: bool, as_json: bool, config: Path) -> None:
    """The cases, urgent first."""
    from bot.administration import entries

    for entry in _run(entries(config, open_only=not everything)):
        line = (entry.reference, entry.status.value, entry.priority.value, entry.owner, entry.taken_by or "-",
                entry.channel or "-", f"{entry.opened_at:%Y-%m-%d %H:%M}")  # fmt: skip
        names = ("reference", "status", "priority", "owner", "taken_by", "channel", "opened_at")
        click.echo(json.dumps(dict(zip(names, line, strict=True))) if as_json else "  ".join(line))


@case.command("show")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="The document m3ak.case/1.")
@CONFIG
def case_show(reference: str, as_json: bool, config: Path) -> None:
    """One case."""
    from bot.administration import show_case

    document = _run(show_case(config, reference))
    if document is None:
        raise click.ClickException(f"There is no case {reference}; m3ak case list --all shows those there are.")
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if as_json else 2))


@case.command("schema")
def case_schema() -> None:
    """The JSON Schema of a case."""
    from handoff.case import case_schema as schema

    click.echo(json.dumps(schema(), indent=2))


@main.group()
def user() -> None:
    """The people of the desk."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["counsellor", "supervisor", "trainer", "administrator"]))
@CONFIG
def user_add(name: str, role: str, config: Path) -> None:
    """Adds somebody and prints the password of the first login."""
    from bot.administration import add_user

    try:
        password = _run(add_user(config, name, role))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{name} ({role}) can log in at /desk with this password, once, and then chooses another:\n{password}")


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@CONFIG
def db_upgrade(config: Path) -> None:
    """Brings the tables to this version."""
    from bot.administration import upgrade

    _run(upgrade(config))
    click.echo("The database is ready.")


@main.command()
@click.argument("reference")
@click.option("--yes", is_flag=True, help="Do not ask.")
@CONFIG
def erase(reference: str, yes: bool, config: Path) -> None:
    """Erases a case and its transcript for good."""
    from bot.administration import erase_case

    if not yes:
        click.confirm(f"Erase case {reference} for good?", abort=True)
    if not _run(erase_case(config, reference)):
        raise click.ClickException(f"There is no case {reference}; m3ak case list --all shows those there are.")
    click.echo(f"Case {reference} is erased.")


@main.group()
def test() -> None:
    """The trainers' tests: what the bot understands, and what it says."""


@test.command("nlu")
@click.option("--engine", type=click.Choice(["embedded", "rasa"]), multiple=True, default=["embedded"])
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here too.")
@click.option("--no-cross", is_flag=True, help="Skip the cross-validation, which takes most of the time.")
@CONFIG
def test_nlu(engine: tuple[str, ...], json_file: Path | None, no_cross: bool, config: Path) -> None:
    """Tests understanding on messages that were never trained on; writes reports/nlu.html."""
    from bot.app import build_interpreter
    from bot.settings import load_settings
    from nlu.examination import FOLDS, Examination
    from nlu.examination import run as examine

    settings = load_settings(config)
    engines = {
        name: build_interpreter(settings.model_copy(update={"nlu": settings.nlu.model_copy(update={"engine": name})}))
        for name in engine
    }

    async def examined() -> Examination:
        for name, interpreter in engines.items():
            if name == "rasa" and not await interpreter.answers():  # type: ignore[attr-defined]
                raise click.ClickException(
                    f"Rasa does not answer at {settings.nlu.rasa_url}; start it (see make rasa)."
                )
        return await examine(
            engines,
            data=settings.nlu.data,
            messages=settings.nlu.held_out,
            reports=Path("reports"),
            json_file=json_file,
            folds=0 if no_cross else FOLDS,
        )

    found = _run(examined())
    click.echo(found.table())
    if found.failures:
        _fail()


@test.command("dialogs")
@click.argument("stories", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the outcome here too.")
@CONFIG
def test_dialogs(stories: tuple[Path, ...], json_file: Path | None, config: Path) -> None:
    """Replays conversations (tests/transcripts/*.yml), compares them with what must come, and shows what of the
    flows they went through in each variety. All of it must be gone through when no STORIES are named. Writes
    reports/dialogs.html, with what was expected beside what came."""
    from bot.repertoire import replay
    from bot.review import write
    from bot.settings import load_settings
    from bot.story import story_files

    settings = load_settings(config)
    told = replay(settings, stories or story_files(Path("tests/transcripts")))
    click.echo(told.table())
    click.echo(f"\nThe same as a page: {write(told)}")
    if json_file:
        json_file.write_text(json.dumps(told.as_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if not stories:
        # For `m3ak dialogs graph`, which colours in what was gone through.
        kept = Path("reports/dialogs.json")
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(told.as_dict(), ensure_ascii=False) + "\n", encoding="utf-8")
    if told.failures or (not stories and told.missing):
        _fail()


@main.group()
def dialogs() -> None:
    """What the bot says."""


@dialogs.command("unsigned")
@CONFIG
def unsigned(config: Path) -> None:
    """Lists the sentences that no native speaker and psychologist has signed off yet."""
    from bot.script import read_script
    from bot.settings import load_settings

    waiting = read_script(load_settings(config)).messages.unsigned()
    for language, key in waiting:
        click.echo(f"{language.value}  {key}")
    click.echo(f"{len(waiting)} sentences wait to be signed off.", err=True)


@dialogs.command("check")
@CONFIG
def check_dialogs(config: Path) -> None:
    """Checks flows and texts: each finding with file, line and cure. Exit 1 on errors; unsigned texts are none."""
    from bot.settings import load_settings
    from dialogs.check import check

    settings = load_settings(config)
    folder = settings.dialogs.folder
    findings = check(settings.constants(), folder / "flows", folder / "locales")
    for finding in findings:
        click.echo(str(finding))
    weights = [finding.weight for finding in findings]
    click.echo(f"{weights.count('error')} errors, {weights.count('warning')} warnings.", err=True)
    if "error" in weights:
        _fail()


@dialogs.command("graph")
@click.argument("flows", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/flows"),
    show_default=True,
    help="The folder for the pictures.",
)
@click.option("--lang", type=_LANGUAGES, default="fr", show_default=True, help="The variety that is quoted.")
@click.option(
    "--coverage",
    type=click.Path(path_type=Path),
    default=Path("reports/dialogs.json"),
    show_default=True,
    help="What `m3ak test dialogs` wrote; coloured in where it exists.",
)
@CONFIG
def graph(flows: tuple[str, ...], out: Path, lang: str, coverage: Path, config: Path) -> None:
    """Draws each flow, or FLOWS, as FLOW.svg and FLOW.mmd (Mermaid)."""
    from bot.pictures import draw
    from bot.settings import load_settings

    for path in draw(load_settings(config), flows, lang, coverage, out):
        click.echo(path)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="The document m3ak.stats/1; counts under five are hidden.")
@click.option("--exact", is_flag=True, help="With --json: every count, for the helpline alone.")
@click.option("--from", "first", default="", help="The first day, such as 2026-06-01.")
@click.option("--to", "last", default="", help="The last day; today unless told otherwise.")
@click.option("--channel", help="One channel alone, such as whatsapp.")
@CONFIG
def stats(as_json: bool, exact: bool, first: str, last: str, channel: str | None, config: Path) -> None:
    """The helpline's counts, of the last six months unless told otherwise."""
    from bot.administration import statistics
    from bot.figures import lines
    from handoff.export import document

    counts, period = _run(statistics(config, first, last, channel))
    shown = document(counts, period, channel, exact=exact or not as_json)
    click.echo(json.dumps(shown) if as_json else "\n".join(lines(shown)))


@main.command()
@click.option("--out", default="var/demo.db", show_default=True, help="The new SQLite file, or a database's URL.")
@click.option("--children", default=200, show_default=True, type=click.IntRange(1, 5000), help="How many write.")
@click.option("--seed", default=7, show_default=True, help="The same seed invents the same children.")
@CONFIG
def demo(out: str, children: int, seed: int, config: Path) -> None:
    """Fills a training database with invented cases of half a year; takes about a minute for 200."""
    from bot.demo import fill
    from bot.settings import load_settings

    url, cases = _run(fill(load_settings(config), out, children, seed))
    click.echo(f"{children} invented children, {cases} cases. To train on them:\nM3AK_STORAGE__URL={url} m3ak run")


@main.command()
@CONFIG
def doctor(config: Path) -> None:
    """Checks the deployment and says what to mend."""
    from bot.doctor import examine

    async def show() -> bool:
        well = True
        async for finding in examine(config):
            click.echo(f"{'MEND' if finding.state == 'mend' else finding.state:<4}  {finding.text}")
            well = well and finding.state != "mend"
        return well

    if not _run(show()):
        _fail()


for command in (keys, backup, restore, retention, access):
    main.add_command(command)


def _fail() -> NoReturn:
    raise SystemExit(1)
