"""What the stand-ins share: a server in a thread, a list of calls, and faults on demand."""

import asyncio
import socket
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True)
class Answer:
    """A fault: this answer instead of the real one. A body that is text is sent as it is."""

    status: int
    body: dict[str, Any] | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """A fault: no answer for so many seconds, then the real one."""

    seconds: float


@dataclass(frozen=True)
class Reset:
    """A fault: the connection is cut without an answer."""


Fault = Answer | Hang | Reset


@dataclass(frozen=True)
class Call:
    """A call that came in.

    Args:
        name: the method of the platform (``sendMessage``, ``messages``).
        values: its arguments, decoded.
        fault: what was done instead of answering it, or None.
    """

    name: str
    values: dict[str, Any]
    fault: Fault | None = None


class StandIn:
    """A server on a free loopback port, from ``start`` to ``stop`` (or as a context manager).

    Every call is kept in ``calls``, in order, those that met a fault too.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._faults: deque[tuple[str | None, Fault]] = deque()
        self._came = threading.Condition()
        self._app = Starlette(routes=[Route("/{path:path}", self._serve, methods=["GET", "POST"])])
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self._socket: socket.socket | None = None

    @property
    def url(self) -> str:
        """The address of the server: the setting ``api_base``."""
        assert self._socket is not None, "not started"
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> Self:
        """Serves from now on."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            self._app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < until, "the stand-in did not start"
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Ends the server."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fail(self, fault: Fault, times: int = 1, *, only: str | None = None) -> None:
        """Lets the next calls (those of the name ``only``, if given) meet a fault."""
        self._faults.extend([(only, fault)] * times)

    def taken(self, name: str) -> list[dict[str, Any]]:
        """Returns the arguments of the calls of a name that met no fault, in order."""
        return [call.values for call in self.calls if call.name == name and call.fault is None]

    def wait_for(self, count: int, name: str, timeout: float = 10.0) -> list[dict[str, Any]]:
        """Blocks until so many calls of a name were taken, and returns them.

        Raises:
            TimeoutError: they did not come in ``timeout`` seconds.
        """
        with self._came:
            if not self._came.wait_for(lambda: len(self.taken(name)) >= count, timeout):
                raise TimeoutError(f"{len(self.taken(name))} of {count} {name} calls came")
        return self.taken(name)

    async def answer(self, request: Request) -> tuple[Call, Callable[[], Awaitable[Response]]]:
        """Reads a call; returns it, and what answers it."""
        raise NotImplementedError

    async def _serve(self, request: Request) -> Response:
        try:
            call, respond = await self.answer(request)
        except ClientDisconnect:
            # Whoever called was killed while calling.
            return Response()
        fault = self._next_fault(call.name)
        with self._came:
            self.calls.append(Call(call.name, call.values, fault))
            self._came.notify_all()
        match fault:
            case Answer(status, str(body), headers):
                return Response(body, status, headers)
            case Answer(status, body, headers):
                return JSONResponse(body, status, headers)
            case Hang(seconds):
                await asyncio.sleep(seconds)
            case Reset():
                # uvicorn's cycle of request and response owns the connection.
                request._receive.__self__.transport.abort()  # type: ignore[attr-defined]
                return Response()
        return await respond()

    def _next_fault(self, name: str) -> Fault | None:
        for at, (only, fault) in enumerate(self._faults):
            if only in (None, name):
                del self._faults[at]
                return fault
        return None
