"""The way to the back office: the certificate, the broker, and what waits to be sent."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate

from appliance.doctor.findings import Finding, Severity
from appliance.services.ports import Sending
from appliance.services.words import sentence
from appliance.uplink import validity
from appliance.uplink.validity import Validity

CERTIFICATE = sentence("Certificate")
NETWORK = sentence("Network")
QUEUE = sentence("To send")
_GOOD = sentence("The certificate is good until {day}, {days} days more.")
_RENEWS = sentence("It renews by itself while the back office can be reached; see to the network.")
_OVER = sentence("The certificate ran out on {day}: the device sells, and sends nothing.")
_BY_HAND = sentence("Have the back office renew it: balie-collector device renew.")
_NOT_TOLD = sentence("It is not known yet how long the certificate is good.")
_NOT_TOLD_REMEDY = sentence("Look again in a minute. If this stays, start the device anew.")
_UNREADABLE = sentence("The certificate cannot be read.")
_ENROL = sentence("Enrol the device anew.")
_ALONE = sentence("This device is not set up to send; everything stays in its journal.")
_STANDS = sentence("The connection to the back office stands.")
_BROKEN = sentence("There is no connection to the back office yet.")
_REACHED = sentence("The broker answers, and the connection does not come about.")
_REACHED_REMEDY = sentence("Look at the certificate and the clock; then enrol the device anew.")
_CHECK = sentence("Check the network cable and the router. Go on selling.")
_SENT = sentence("Everything is sent.")
_WAITS = sentence("{count} entries wait, the oldest since {since}.")
_AGAIN = sentence("It is tried again by itself. Go on selling.")

_SOON = timedelta(days=21)
"""It should have renewed itself by then, thirty days before its end."""
_NOT_KNOWN = ("unknown", "wrong")
"""The door's refusals that do not mend themselves."""
_FRESH, _LONG = timedelta(minutes=5), timedelta(days=3)
_REACH_S = 4.0

Reach = Callable[[str, int], str]
"""Tries to reach a host and port; returns why not, or nothing."""


def reach(host: str, port: int) -> str:
    """Open a connection and let go of it."""
    try:
        with socket.create_connection((host, port), timeout=_REACH_S):
            return ""
    except OSError as error:
        return str(error)


def check_certificate(file: Path | None, data: Path, now: datetime) -> list[Finding]:
    """Look how long the device's certificate is good.

    Args:
        file: The certificate; None for the desk, which may not see it.
        data: The device's data, where the uplink leaves how long it is good.
        now: What the clock says.
    """
    told = validity.read(data)
    try:
        end = None if file is None else load_pem_x509_certificate(file.read_bytes())
    except PermissionError:
        end = None
    except (OSError, ValueError) as error:
        return [
            Finding("certificate", Severity.BAD, CERTIFICATE, _UNREADABLE, _ENROL, {}, str(error))
        ]
    if end is not None:
        until = end.not_valid_after_utc
        told = Validity(until, told.renews, told.refusal) if told else Validity(until, renews=False)
    if told is None:
        return [Finding("certificate", Severity.LOOK, CERTIFICATE, _NOT_TOLD, _NOT_TOLD_REMEDY)]
    return [_of(told, now)]


def _of(told: Validity, now: datetime) -> Finding:
    left = told.until - now
    facts = {"day": f"{told.until:%Y-%m-%d}", "days": str(left.days)}
    if left > _SOON:
        return Finding("certificate", Severity.WELL, CERTIFICATE, _GOOD, "", facts)
    remedy = _RENEWS if told.renews else _BY_HAND
    if told.refusal in _NOT_KNOWN:
        remedy = _ENROL
    detail = f"not renewed: {told.refusal}" if told.refusal else ""
    if left <= timedelta(0):
        return Finding("certificate", Severity.BAD, CERTIFICATE, _OVER, remedy, facts, detail)
    return Finding("certificate", Severity.LOOK, CERTIFICATE, _GOOD, remedy, facts, detail)


def check_network(
    sending: Sending, address: tuple[str, int] | None, ask: Reach | None
) -> list[Finding]:
    """Look whether the broker is connected, and if not, whether it can be reached at all.

    Args:
        sending: How sending goes.
        address: The broker's.
        ask: Tries to reach it; None where there is no network to try.
    """
    if not sending.enabled or address is None:
        return [Finding("network", Severity.LOOK, NETWORK, _ALONE)]
    if sending.connected:
        return [Finding("network", Severity.WELL, NETWORK, _STANDS)]
    why = "not tried from here" if ask is None else ask(*address)
    detail = "; ".join(filter(None, (sending.detail, why)))
    if why:
        return [Finding("network", Severity.LOOK, NETWORK, _BROKEN, _CHECK, {}, detail)]
    return [Finding("network", Severity.LOOK, NETWORK, _REACHED, _REACHED_REMEDY, {}, detail)]


def check_queue(sending: Sending, now: datetime) -> list[Finding]:
    """Look what waits, and how long; a journal that cannot be read tells nothing of it."""
    if not sending.enabled or sending.problem == "journal":
        return []
    if not sending.unsent or sending.oldest is None:
        return [Finding("queue", Severity.WELL, QUEUE, _SENT)]
    age = now - sending.oldest
    since = f"{sending.oldest.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
    facts = {"count": str(sending.unsent), "since": since}
    severity = Severity.WELL
    with contextlib.suppress(OverflowError):
        severity = Severity.BAD if age > _LONG else Severity.LOOK if age > _FRESH else Severity.WELL
    return [Finding("queue", severity, QUEUE, _WAITS, _AGAIN, facts)]
