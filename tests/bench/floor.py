"""The floor: an endpoint that verifies the signature, does one durable insert and, where it is given a platform, sends
one message through the messenger's client, served as the helpline is. No helpline can do with less."""

import asyncio
import hmac
import socket
import sys
from typing import Any

import uvicorn
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.channel import Outbound
from bot.channels.whatsapp import WhatsAppChannel
from store.database import Database
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, TOKEN

_TABLE = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("body", LargeBinary))


_REPLY = Outbound("Wakha. 3ndek chhal f 3mrek? Ila ma bghitich tgol, kteb: douz.")


def app(database: Database, platform: str | None) -> Starlette:
    """The endpoint.

    Args:
        database: where the body is kept.
        platform: the address of the server that takes replies; None sends none.
    """
    channel = WhatsAppChannel(PHONE_ID, TOKEN, platform) if platform else None

    async def receive(request: Request) -> Response:
        raw = await request.body()
        expected = hmac.new(APP_SECRET.encode(), raw, "sha256").hexdigest()
        if not hmac.compare_digest(request.headers.get("x-hub-signature-256", ""), f"sha256={expected}"):
            return Response(status_code=403)
        await database.write(lambda c: c.execute(_TABLE.insert().values(body=raw)))
        if channel:
            await channel.send("212600000000", _REPLY)  # before the answer, so that none is left to be sent
        return Response()

    async def health(_request: Request) -> Response:
        return Response()

    return Starlette(
        routes=[Route("/whatsapp/webhook", receive, methods=["POST"]), Route("/healthz", health, methods=["GET"])]
    )


async def _serve(url: str, port: int, platform: str | None = None) -> None:
    database = Database(url)
    await database.write(_TABLE.metadata.create_all)
    listener = socket.create_server(("127.0.0.1", port))
    config: dict[str, Any] = {"log_config": None, "access_log": False}
    await uvicorn.Server(uvicorn.Config(app(database, platform), **config)).serve(sockets=[listener])
    await database.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
