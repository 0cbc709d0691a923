"""Serving: the web application in the foreground, until SIGTERM."""

import asyncio
import ctypes
import gc
import logging
import signal
import socket
from dataclasses import asdict
from pathlib import Path

import structlog
import uvicorn

from bot.administration import first_password, renewed_password
from bot.app import App
from bot.channels.quiet import quiet
from bot.settings import Settings, WrongSettings, load_settings
from bot.web import web_app
from handoff.port import Role

_MESSENGERS = ("telegram", "whatsapp")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(config: Path, host: str, port: int, *, first: bool) -> None:
    """Serves until SIGTERM or Ctrl-C.

    Args:
        config: the configuration file.
        host, port: the address.
        first: whether to make what is missing: tables, and a first supervisor (``m3ak run``).

    Raises:
        WrongSettings: when the address cannot be used, or another setting is wrong.
    """
    settings = load_settings(config)
    _log_quietly()
    listener = _listen(host, port)
    asyncio.run(_serve(settings, listener, host, first))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        raise WrongSettings(
            f"Cannot serve on {host}:{port} ({error.strerror}); choose others with --host and --port."
        ) from None
    return listener


async def _serve(settings: Settings, listener: socket.socket, host: str, first: bool) -> None:
    app = App(settings)
    try:
        web = web_app(app, loopback=first and host in _LOOPBACK)
        await app.open(upgrade=first)
        _keep_inside(app)
        login = await _first_login(app) if first else None
    except BaseException:
        await app.database.close()
        raise
    server = uvicorn.Server(
        uvicorn.Config(web, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5)
    )
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    print(f"Simulator  {address}/simulator", f"Desk       {address}/desk", sep="\n")
    if app.demo:
        print("           a training database: every case is invented")
    if login:
        print(f"           the first login: name {login[0]}, password {login[1]} (works once; choose another then)")
    print(f"Health     {address}/healthz", f"Metrics    {address}/metrics", "Ctrl-C stops.", sep="\n", flush=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn sends itself the signal again when it has stopped; by then there is nothing left to end.
        signal.signal(number, lambda *_: None)
    # What there is by now stays, and is never searched for garbage again.
    gc.freeze()
    gc.enable()
    _give_back()
    await server.serve(sockets=[listener])
    await app.database.close()


def _give_back() -> None:
    """Gives the system back the memory that only the start needed, where the C library knows how (glibc)."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _keep_inside(app: App) -> None:
    """Sees to it that nothing of a training database reaches anybody outside.

    Raises:
        WrongSettings: when a messenger, a webhook or mail is set.
    """
    if not app.demo:
        return
    outside = [name for name in _MESSENGERS if name in app.channels]
    outside += [name for name, told in asdict(app.settings.handoff.told).items() if told]
    if outside:
        raise WrongSettings(
            f"This is a training database, on which {outside[0]} must not run; unset its settings, or set storage.url"
            " to another database."
        )
    # Invented children have phones that nobody holds.
    app.channels.update(dict.fromkeys(_MESSENGERS, app.channels["simulator"]))


async def _first_login(app: App) -> tuple[str, str] | None:
    """Makes the first supervisor on a desk without anybody, or renews a first password that was never used."""
    users = await app.users.users()
    if not users:
        name = "supervisor"
        return name, await first_password(app.users, name, Role.SUPERVISOR)
    if len(users) == 1 and users[0].must_change:
        return users[0].name, await renewed_password(app.users, users[0].name)
    return None


def _log_quietly() -> None:
    """Logs say what happened, never what was said or by whom."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
    quiet()
