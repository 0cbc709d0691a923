"""A receiver of M3ak's webhook, in Python alone: it checks who speaks, does nothing twice, and keeps the order.

Run it:  WEBHOOK_SECRET=whsec_… python receiver.py 8080 cases.db
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE = 300
"""Seconds by which the two clocks may differ; what is older may be somebody's recording."""


def genuine(headers, raw, secret, now):
    """Whether a request comes from whoever knows the secret, and was signed just now."""
    id_, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(now - int(at)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, f"{id_}.{at}.".encode() + raw, hashlib.sha256).digest()).decode()
    # Several signatures come while the secret is being changed.
    given = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split()]
    return any(hmac.compare_digest(one.encode(), right.encode()) for one in given)


def take(database, event):
    """Takes an event once: a repeat, and what is older than what is known, change nothing."""
    with database:  # one transaction: it is taken whole or not at all
        database.execute(
            "INSERT INTO cases (reference, number, event, status, priority) VALUES"
            " (:reference, :number, :event, :status, :priority) ON CONFLICT (reference) DO UPDATE SET"
            " number = excluded.number, event = excluded.event, status = excluded.status,"
            " priority = excluded.priority WHERE excluded.number > cases.number",
            event,
        )


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not genuine(self.headers, raw, self.server.secret, time.time()):
            return self.answer(401)
        take(self.server.database, json.loads(raw))
        # Only now: what is answered 2xx never comes again.
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


def open_receiver(port, file, secret):
    """A server on this machine that keeps what it hears in an SQLite file."""
    server = HTTPServer(("127.0.0.1", port), Receiver)
    server.secret, server.database = secret, sqlite3.connect(file, check_same_thread=False)
    server.database.execute(
        "CREATE TABLE IF NOT EXISTS cases"
        " (reference TEXT PRIMARY KEY, number INTEGER, event TEXT, status TEXT, priority TEXT)"
    )
    return server


if __name__ == "__main__":
    open_receiver(int(sys.argv[1]), sys.argv[2], os.environ["WEBHOOK_SECRET"]).serve_forever()
