"""Writing down that a device was let in: whole, or not at all, whenever the power goes.

::

    arriving/      the key, made at the first start; the rest is put beside it
    identity/      the same folder, renamed once all of it is on the card
    enrolment.toml, commissioning.json, counter.toml, balie.toml
                   moved out of it, balie.toml last: with it the device is let in

A power cut before the renaming leaves a device that was not let in and still has its key; the same
code then works again. One after it is finished at the next start.

``balie.toml`` keeps all that the device found itself, ``counter.toml`` what the back office told of
the counter, which stands in its place (see `appliance.counter_files`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance import counter_files, enrolment
from appliance.config import ConfigError
from appliance.counter_check import checked, reason
from appliance.domain import counter as counters
from appliance.domain.admission import fingerprint_of
from appliance.domain.counter import CounterError
from appliance.door.asking import Answer
from appliance.door.refusals import NotLetInError
from appliance.journal import signing
from appliance.journal.errors import KeyUnreadable
from appliance.small_files import sync_folder

SETTINGS = "balie.toml"
COMMISSIONING = "commissioning.json"
"""What the register prints on its first slip, and does once."""
IDENTITY = "identity"
_ARRIVING, _BEFORE = "arriving", "identity-before"
_OUTSIDE = (enrolment.FILE, COMMISSIONING, counter_files.TOLD, SETTINGS)
"""What the desk reads, in the order in which it is moved out: it sees nothing of the identity."""


def own_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key with which a device arrives; it is made the first time.

    Args:
        folder: The device's own.

    Raises:
        NotLetInError: The card refuses.
    """
    file = folder / _ARRIVING / "device.key"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists():
            try:
                return signing.load_private(file)
            except KeyUnreadable:
                file.unlink()  # torn by a power cut, before anybody knew it
        aside = file.with_suffix(".new")
        aside.unlink(missing_ok=True)
        signing.save(signing.generate(), aside)
        aside.replace(file)
        sync_folder(file.parent)
        sync_folder(folder)
        return signing.load_private(file)
    except OSError as error:
        raise NotLetInError("card") from error


def fingerprint(key: Ed25519PrivateKey) -> str:
    """Return what people compare a device by."""
    return fingerprint_of(key.public_key().public_bytes_raw())


def is_let_in(folder: Path) -> bool:
    """Tell whether the device has been let in."""
    return (folder / SETTINGS).exists()


def write(folder: Path, answer: Answer, key: Ed25519PrivateKey, counter: Mapping[str, Any]) -> None:
    """Write down what the back office told.

    Args:
        folder: The device's own.
        answer: What it told.
        key: The device's own key, which lies in the folder.
        counter: What stands on the counter, for what the back office says nothing of.

    Raises:
        NotLetInError: The settings cannot be used, or the card refuses.
    """
    arriving = folder / _ARRIVING
    try:
        for name, text in {
            "ca.pem": answer.authority,
            "collector.pem": answer.collector,
            "device.pem": answer.certificate,
            enrolment.FILE: answer.enrolment,
            COMMISSIONING: _commissioning(answer, key),
            counter_files.TOLD: _told(answer),
            SETTINGS: _settings(answer, counter),
        }.items():
            _put(arriving / name, text)
        if not answer.settings:  # nothing was told, and nothing of an answer before may say so
            (arriving / counter_files.TOLD).unlink()
        sync_folder(arriving)
        _check(arriving, answer.settings)
        _make_room(folder)
        (folder / _ARRIVING).rename(folder / IDENTITY)
        sync_folder(folder)
        finish(folder)
    except OSError as error:
        raise NotLetInError("card") from error


def finish(folder: Path) -> bool:
    """Move out what the desk reads, where a power cut came in between; tell whether it did.

    Raises:
        OSError: The card refuses.
    """
    identity = folder / IDENTITY
    if is_let_in(folder) or not (identity / SETTINGS).exists():
        return False
    for name in _OUTSIDE:
        if (identity / name).exists():
            (identity / name).replace(folder / name)
            sync_folder(folder)
    return True


def _make_room(folder: Path) -> None:
    """Put the identity aside that a device had before its settings were taken from it.

    What was told of its counter in that life goes: it would stand in the place of what is found now.
    """
    for name in counter_files.FILES:
        (folder / name).unlink(missing_ok=True)
    sync_folder(folder)
    identity, before = folder / IDENTITY, folder / _BEFORE
    if identity.exists() and any(identity.iterdir()):
        if before.exists():
            shutil.rmtree(before)
        identity.rename(before)


def _told(answer: Answer) -> str:
    """Return what is told of the counter, once it can be read."""
    try:
        counters.read(answer.settings)
    except CounterError as error:
        raise NotLetInError("settings", {"detail": error.detail}) from error
    return answer.settings


def _settings(answer: Answer, counter: Mapping[str, Any]) -> str:
    """Write balie.toml: who the device is, where it sends to, and what it found on its counter."""
    own = {name: found for name, found in counter.items() if name in counters.SECTIONS}
    own["screen"] = {"fullscreen": True, **counter.get("screen", {})}
    keys = {"ca": "ca.pem", "certificate": "device.pem", "key": "device.key"}
    identity = {name: f"{IDENTITY}/{file}" for name, file in keys.items()}
    sections: dict[str, Any] = {
        "device": {**answer.device, "data": "data"},
        "broker": {**answer.broker, **identity},
        "door": dict(answer.door),
        **own,
    }
    head = (
        "# Written when this device was let in, with what it found on its counter. What the back\n"
        f"# office tells of that lies in {counter_files.TOLD} and stands in its place.\n"
    )
    return "\n".join([head, *(_section(*each) for each in sections.items())])


def _section(name: str, told: Any) -> str:
    if isinstance(told, list):
        return "\n".join(_lines(f"[[{name}]]", each) for each in told)
    return _lines(f"[{name}]", told)


def _lines(head: str, told: Mapping[str, Any]) -> str:
    # A value of JSON that is no list and no null is one of TOML.
    values = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
    return "\n".join([head, *values, ""])


def _check(arriving: Path, told: str) -> None:
    """Refuse now what the desk or the uplink would refuse at its start."""
    try:
        settings = checked(arriving / SETTINGS, told)
    except ConfigError as error:
        raise NotLetInError("settings", {"detail": reason(error)}) from error
    place = f"{settings.door.host}:{settings.door.port}" if settings.door else ""
    try:
        signing.load_public(arriving / "collector.pem")
        numbers = enrolment.read_file(arriving / enrolment.FILE)
    except (ConfigError, KeyUnreadable) as error:
        raise NotLetInError("odd", {"place": place}) from error
    if numbers.device != settings.device.id:
        raise NotLetInError("wrong")


def _commissioning(answer: Answer, key: Ed25519PrivateKey) -> str:
    end = x509.load_pem_x509_certificate(answer.certificate.encode()).not_valid_after_utc
    return json.dumps(
        {
            "fingerprint": fingerprint(key),
            "office": f"{answer.door['host']}:{answer.door['port']}",
            "broker": f"{answer.broker['host']}:{answer.broker['port']}",
            "certificate_until": f"{end:%Y-%m-%d}",
        }
    )


def _put(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
