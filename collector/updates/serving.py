"""``GET /updates/<sha256>`` at the door: pieces of a bundle, for devices that show a certificate.

It asks for ranges only, so that nobody holds a line for long; TLS has checked the certificate.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable
from typing import Any

from django.db import close_old_connections

from collector.ingest.models import Device
from collector.updates.models import Bundle
from collector.updates.offering import ADDRESS, file_of

LARGEST_PIECE = 4 << 20
"""Bytes."""

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})$")
_PATH = re.compile(re.escape(ADDRESS) + r"([0-9a-f]{64})/?$")

Environment = dict[str, Any]
Start = Callable[..., Any]


def application(environment: Environment, start: Start) -> Iterable[bytes]:
    """Answer one device."""
    close_old_connections()
    try:
        status, headers, body = _answer(environment)
    finally:
        close_old_connections()
    start(status, [*headers, ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
    return [body]


def _answer(environment: Environment) -> tuple[str, list[tuple[str, str]], bytes]:
    asked = _PATH.match(environment.get("PATH_INFO", ""))
    if asked is None or environment["REQUEST_METHOD"] != "GET":
        return "404 Not Found", [], b""
    name = device_of(environment)
    if not name or not Device.objects.filter(pk=name, revoked=None).exists():
        return "403 Forbidden", [], b""
    bundle = Bundle.objects.filter(pk=asked[1], paused=False, reach__gt=0).first()
    file = file_of(asked[1])
    if bundle is None or not file.exists():
        return "404 Not Found", [], b""
    wanted = _RANGE.match(environment.get("HTTP_RANGE", ""))
    first, last = (int(wanted[1]), int(wanted[2])) if wanted else (0, -1)
    last = min(last, bundle.size - 1)
    if not 0 <= last - first < LARGEST_PIECE:
        return "416 Range Not Satisfiable", [("Content-Range", f"bytes */{bundle.size}")], b""
    with file.open("rb") as source:
        source.seek(first)
        piece = source.read(last - first + 1)
    said = [
        ("Content-Type", "application/octet-stream"),
        ("Content-Range", f"bytes {first}-{last}/{bundle.size}"),
    ]
    return "206 Partial Content", said, piece


def device_of(environment: Environment) -> str:
    """Return the name in the certificate that the caller showed, or nothing."""
    line = environment.get("gunicorn.socket")
    if not isinstance(line, ssl.SSLSocket):
        return ""
    shown: Any = line.getpeercert() or {}
    pairs = [pair for part in shown.get("subject", ()) for pair in part]
    names = [value for key, value in pairs if key == "commonName"]
    return str(names[0]) if len(names) == 1 else ""
