"""Asking the back office: it is believed only when it fits the code, and told nothing before that.

Two connections. The first checks nothing and sends nothing: it fetches the certificate of the
authority, which must have the fingerprint that stands in the code. The second believes that
authority alone; only there the token is sent.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from appliance.domain.admission import Admission
from appliance.door.refusals import REFUSALS, NotLetInError

TIMEOUT_S = 10.0
"""For a piece of an answer."""
LONGEST_S = 30.0
"""For all of an answer: whoever tells it by drops is not waited for."""
LARGEST = 256 * 1024
"""Bytes of an answer; the books of cash of a replaced device are the longest part."""

WAY = "/door"
RENEWAL = "/door/renew"
_NOT_YET_VALID, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
"""What OpenSSL calls them: X509_V_ERR_CERT_NOT_YET_VALID and the like."""
_OK, _REFUSED, _BROKEN = 200, 403, 503


@dataclass(frozen=True, slots=True)
class Answer:
    """What the back office tells a device that it lets in. All of it was checked.

    Attributes:
        certificate: The device's own, as PEM.
        authority: Whose word is believed from now on, as PEM.
        collector: With what the directory's signatures are checked, as PEM.
        device: Id, name, register, market and language.
        broker: Host and port.
        door: Host and port.
        settings: What stands on the counter, as TOML; empty where nothing was set.
        enrolment: Where the journal and the receipts go on, as TOML.
    """

    certificate: str
    authority: str
    collector: str
    device: Mapping[str, str]
    broker: Mapping[str, str | int]
    door: Mapping[str, str | int]
    settings: str
    enrolment: str


def ask(code: Admission, key: Ed25519PrivateKey, counter: Mapping[str, Any]) -> Answer:
    """Ask to be let in.

    Args:
        code: What was scanned or typed.
        key: The device's own; it stays here.
        counter: What stands on the counter, for people to see.

    Raises:
        NotLetInError: The device is not let in.
    """
    place = f"{code.host}:{code.port}"
    authority = _introduced(code, place)
    said = {
        "token": base64.b64encode(code.token).decode(),
        "request": request_of(key),
        "counter": sorted(counter),
    }
    answer = send(code.host, code.port, WAY, said, believing(authority))
    return _checked(answer, authority, key, place)


def request_of(key: Ed25519PrivateKey) -> str:
    """Return a certificate request that proves a key, as PEM. It asks for no name."""
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, None)
    return request.public_bytes(serialization.Encoding.PEM).decode()


def believing(authority: str) -> ssl.SSLContext:
    """Return a context that believes one authority and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=authority)
    return context


def send(
    host: str, port: int, way: str, said: Mapping[str, Any], context: ssl.SSLContext
) -> dict[str, Any]:
    """Say something at the door and return the answer.

    Raises:
        NotLetInError: Nobody answers, or not the right one, or it refuses.
    """
    status, told = _exchange(host, port, ("POST", way, json.dumps(said)), context)
    if status == _OK:
        return told
    refused = told.get("refused")
    if status in {_REFUSED, _BROKEN} and isinstance(refused, str) and refused in REFUSALS:
        raise NotLetInError(refused)
    raise NotLetInError("odd", {"place": f"{host}:{port}"})


def _introduced(code: Admission, place: str) -> str:
    """Return the authority's certificate, once it fits the code."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Whoever answers is not believed yet, and is told nothing: only the code's fingerprint counts.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    status, told = _exchange(code.host, code.port, ("GET", WAY, None), context)
    if status != _OK or not isinstance(told.get("authority"), str):
        raise NotLetInError("odd", {"place": place})
    pem: str = told["authority"]
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as odd:
        raise NotLetInError("odd", {"place": place}) from odd
    der = certificate.public_bytes(serialization.Encoding.DER)
    if not code.trusts(der):
        raise NotLetInError("stranger", {"place": place})
    # What was compared is what is believed, whatever else the text held.
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _exchange(
    host: str, port: int, request: tuple[str, str, str | None], context: ssl.SSLContext
) -> tuple[int, dict[str, Any]]:
    place = f"{host}:{port}"
    connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
    late = threading.Timer(LONGEST_S, _hang_up, (connection,))
    late.daemon = True
    late.start()
    try:
        method, way, body = request
        connection.request(method, way, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read(LARGEST + 1)
    except ssl.SSLCertVerificationError as error:
        raise _not_believed(place, error) from error
    except ssl.SSLError as error:
        raise NotLetInError("odd", {"place": place}) from error
    except (OSError, socket.gaierror) as error:
        raise NotLetInError("unreachable", {"place": place}) from error
    except http.client.HTTPException as error:
        raise NotLetInError("odd", {"place": place}) from error
    except UnicodeError as error:  # a name that no network could have
        raise NotLetInError("unreachable", {"place": place}) from error
    finally:
        late.cancel()
        connection.close()
    try:
        told = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NotLetInError("odd", {"place": place})
    return answer.status, told


def _hang_up(connection: http.client.HTTPSConnection) -> None:
    line: socket.socket | None = connection.sock
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _not_believed(place: str, error: ssl.SSLCertVerificationError) -> NotLetInError:
    if error.verify_code in (_NOT_YET_VALID, _EXPIRED):
        return NotLetInError("clock", {"today": f"{datetime.now(UTC):%Y-%m-%d}"})
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return NotLetInError("named", {"place": place})
    return NotLetInError("stranger", {"place": place})


def _checked(told: Mapping[str, Any], authority: str, key: Ed25519PrivateKey, place: str) -> Answer:
    try:
        answer = Answer(
            certificate=_text(told["certificate"]),
            authority=authority,
            collector=_text(told["collector"]),
            device={name: _word(told["device"][name]) for name in _DEVICE},
            broker=_place(told["broker"]),
            door=_place(told["door"]),
            settings=_text(told.get("settings", "")),
            enrolment=_text(told["enrolment"]),
        )
        certificate = x509.load_pem_x509_certificate(answer.certificate.encode())
    except (LookupError, TypeError, ValueError) as odd:
        raise NotLetInError("odd", {"place": place}) from odd
    if not belongs(certificate, key, authority, answer.device["id"]):
        raise NotLetInError("wrong")
    return answer


def belongs(
    certificate: x509.Certificate, key: Ed25519PrivateKey, authority: str, device: str
) -> bool:
    """Tell whether a certificate is this device's: its key, its name, signed by its authority."""
    try:
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.encode()))
    except (ValueError, TypeError, InvalidSignature):
        return False
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return certificate.public_key() == key.public_key() and [name.value for name in names] == [
        device
    ]


_DEVICE = ("id", "name", "register", "market", "language")


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError(f"a text was expected, found {told!r}")
    told.encode()  # half of a character is no text: no file takes it
    return told


def _word(told: object) -> str:
    """Return a text of one line that people and settings can read."""
    word = _text(told)
    if not word.isprintable() or not word.strip():
        raise ValueError(f"a name was expected, found {word!r}")
    return word


def _place(told: Mapping[str, Any]) -> dict[str, str | int]:
    host, port = _word(told["host"]), told["port"]
    if type(port) is not int or not 0 < port < 1 << 16:
        raise ValueError(f"a port was expected, found {port!r}")
    return {"host": host, "port": port}
