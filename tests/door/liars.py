"""Whoever answers where a back office should."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from contextlib import contextmanager


@contextmanager
def a_door(authority, folder, *, hosts=("localhost",), shows=None, answer=None, tells=None):
    """Somebody who answers like a door; what is posted to them is heard.

    Args:
        authority: Signs their certificate.
        folder: Where that is written.
        hosts: The names in it.
        shows: The authority that they show; else their own.
        answer: The bytes they answer; else what they show.
        tells: What they answer to what is posted: returns a status and bytes.
    """
    heard = []
    shown = shows or authority.certificate
    body = answer or json.dumps({"authority": shown.decode()}).encode()

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.tell(200, body)

        def do_POST(self):
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.tell(*((200, body) if tells is None else tells(heard[-1])))

        def tell(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with _listening(authority, folder, hosts, Door) as port:
        yield port, heard


@contextmanager
def a_slow_door(authority, folder, begins, drips, enough):
    """Somebody who answers every request with ``begins`` and then ``drips``, until it is enough."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.wfile.write(begins)
            while not enough.wait(0.05):
                self.wfile.write(drips)

        def log_message(self, *_):
            pass

    with _listening(authority, folder, ("localhost",), Door) as port:
        yield port


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever hangs up on a liar need not be told of."""


@contextmanager
def _listening(authority, folder, hosts, handler):
    authority.issue_server(hosts).write(folder / "server.pem", folder / "server.key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server = _Server(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
