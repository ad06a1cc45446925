"""The peer most tills resemble: one HTTP POST and one transaction for each sale.

A small server in the shape of what Odoo's and ERPNext's tills speak to: it reads the JSON, inserts
one row, commits durably and answers. It is given every advantage: nothing of a framework, a thread
that waits for this one till, one statement, no index but the key.

    python -m tests.benchmarks.posting PORT DATABASE_URL CERTIFICATE KEY AUTHORITY
"""

from __future__ import annotations

import http.client
import socket
import sqlite3
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import psycopg

_TABLE = "create table if not exists posted (id text primary key, at text, sale {binary})"
_INSERT = "insert into posted values ({0}, {0}, {0}) on conflict do nothing"
Keep = Callable[[str, str, bytes], None]


def keeper(address: str) -> Keep:
    """Open a database; returns what inserts a sale and commits."""
    if address.startswith("sqlite:///"):
        return _sqlite_keeper(Path(address.removeprefix("sqlite:///")))
    connection = psycopg.connect(address)
    connection.execute(_TABLE.format(binary="bytea"))
    connection.commit()

    def keep(number: str, at: str, sale: bytes) -> None:
        connection.execute(_INSERT.format("%s"), (number, at, sale))
        connection.commit()

    return keep


def _sqlite_keeper(file: Path) -> Keep:
    connection = sqlite3.connect(file, isolation_level=None, timeout=60)
    connection.executescript("pragma journal_mode=wal; pragma synchronous=full")
    connection.execute(_TABLE.format(binary="blob"))

    def keep(number: str, at: str, sale: bytes) -> None:
        connection.execute("begin immediate")
        connection.execute(_INSERT.format("?"), (number, at, sale))
        connection.execute("commit")

    return keep


class Post:
    """A till's connection, kept open."""

    def __init__(self, port: int, authority: Path, certificate: Path, key: Path) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        context.load_cert_chain(certificate, key)
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __call__(self, sale: bytes) -> None:
        """Send a sale and wait until the server has committed it."""
        kind = {"Content-Type": "application/json"}
        self._connection.request("POST", "/sale", body=sale, headers=kind)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise ConnectionError(f"the server answered {answer.status}")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def serve(port: int, address: str, certificate: str, key: str, authority: str) -> None:
    """Answer until killed."""
    local = threading.local()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def do_POST(self) -> None:
            if not hasattr(local, "keep"):
                local.keep = keeper(address)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sale = orjson.loads(body)
            local.keep(f"{sale['source']} {sale['id']}", sale["time"], body)
            self.send_response(http.client.OK)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Say nothing: writing a log costs, too."""

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", port), Answer) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), *sys.argv[2:])
