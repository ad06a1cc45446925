"""The door: where a device comes that has nothing but a code. TLS only, four addresses, no pages.

=====================  ==============================================================================
``GET /door``          the authority's certificate: a device compares it with its code, and believes
                       nothing before that
``POST /door``         token and certificate request in, everything a device needs out
``POST /door/renew``   a request by the key that the device has; its newest certificate out. The
                       request proves the key, so nobody gains by asking for another
``GET /updates/…``     pieces of a new version, for a device that shows its certificate (see
                       ``collector.updates.serving``)
=====================  ==============================================================================
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from collector.enrolment.admissions import REFUSALS, RefusedError, admit
from collector.enrolment.authority import Authority, AuthorityError, RequestRefused
from collector.enrolment.models import Admission
from collector.enrolment.places import PlaceError
from collector.enrolment.renewing import newest_certificate
from collector.enrolment.shutting_out import tell_broker
from collector.updates.offering import ADDRESS as UPDATES
from collector.updates.serving import application as pieces

log = logging.getLogger("collector.enrolment")

LARGEST = 16 * 1024
"""Bytes; a device asks with some 800."""

Environment = dict[str, Any]
Answer = tuple[str, dict[str, Any]]
OK, REFUSED, UNKNOWN, BROKEN = (
    "200 OK", "403 Forbidden", "404 Not Found", "503 Service Unavailable",
)  # fmt: skip


def application(environment: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one device; the WSGI application of ``balie-collector door``."""
    if environment.get("PATH_INFO", "").startswith(UPDATES):
        return pieces(environment, start)
    close_old_connections()
    try:
        status, answer = _answer(environment)
    finally:
        close_old_connections()
    body = orjson.dumps(answer)
    start(
        status,
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ],
    )
    return [body]


def _answer(environment: Environment) -> Answer:
    wanted = (environment["REQUEST_METHOD"], environment.get("PATH_INFO", "").rstrip("/"))
    ways = {
        ("GET", "/door"): _introduce,
        ("POST", "/door"): _admit,
        ("POST", "/door/renew"): _renew,
    }
    way = ways.get(wanted)
    if way is None:
        return UNKNOWN, {"sentence": "Here devices are let in; the pages are elsewhere."}
    try:
        return way(environment)
    except RefusedError as refused:
        return REFUSED, {"refused": refused.reason, "sentence": str(refused)}
    except RequestRefused:
        return REFUSED, {"refused": "request", "sentence": REFUSALS["request"]}
    except (AuthorityError, DatabaseError, OSError, PlaceError):
        log.exception("a device could not be answered")
        return BROKEN, {"refused": "office", "sentence": REFUSALS["office"]}


def _introduce(_: Environment) -> Answer:
    return OK, {"authority": _authority().certificate.decode()}


def _admit(environment: Environment) -> Answer:
    said = _read(environment)
    token, request = _bytes(said.get("token")), _text(said.get("request"))
    authority = _authority()
    try:
        answer = admit(token, request, authority, now=timezone.now())
    except RefusedError as refused:
        # Never the token: what stands in a log may be read by many.
        log.warning("%s was not let in: %s", _who(environment), refused.reason)
        raise
    device = answer["device"]["id"]
    log.info("%s was let in as %s", _who(environment), device)
    if Admission.objects.filter(device=device, replaces=True).exists() and (
        left := tell_broker(authority)
    ):
        log.warning("%s took another's place. %s", device, left)
    return OK, answer


def _renew(environment: Environment) -> Answer:
    said = _read(environment)
    authority = _authority()
    certificate = newest_certificate(authority, _text(said.get("request")), timezone.now())
    if certificate is None:
        log.warning("%s asked for a certificate and has none", _who(environment))
        raise RefusedError("unknown")
    return OK, {"certificate": certificate.decode()}


def _authority() -> Authority:
    return Authority.open(Path(settings.BALIE_STATE) / "authority")


def _who(environment: Environment) -> str:
    return str(environment.get("REMOTE_ADDR", "somebody"))


def _read(environment: Environment) -> dict[str, Any]:
    try:
        length = int(environment.get("CONTENT_LENGTH") or 0)
    except ValueError as odd:
        raise RefusedError("request") from odd
    if not 0 < length <= LARGEST:
        raise RefusedError("request")
    try:
        said = orjson.loads(environment["wsgi.input"].read(length))
    except orjson.JSONDecodeError as torn:
        raise RefusedError("request") from torn
    if not isinstance(said, dict):
        raise RefusedError("request")
    return said


def _bytes(said: object) -> bytes:
    try:
        return base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError) as odd:
        raise RefusedError("request") from odd


def _text(said: object) -> bytes:
    if not isinstance(said, str):
        raise RefusedError("request")
    return said.encode("utf-8", "replace")
