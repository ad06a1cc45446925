"""Where devices reach the back office: the door that lets them in, and the broker."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from appliance.domain.admission import PORT

BROKER_PORT = 8883


class PlaceError(ValueError):
    """A setting names no place; the message says which and how it is written."""


@dataclass(frozen=True, slots=True)
class Place:
    """A host and its port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def door() -> Place:
    """Return where devices are let in.

    Raises:
        PlaceError: The setting cannot be read.
    """
    return _place("BALIE_DOOR", settings.BALIE_DOOR, PORT)


def broker() -> Place:
    """Return where devices reach the broker.

    Raises:
        PlaceError: The setting cannot be read.
    """
    told = settings.BALIE_DEVICES_BROKER
    return _place("BALIE_DEVICES_BROKER", told or f"{door().host}:{_port()}", BROKER_PORT)


def _port() -> int:
    try:
        return urlsplit(settings.BALIE_BROKER).port or BROKER_PORT
    except ValueError as odd:
        raise PlaceError(
            f"BALIE_BROKER should be mqtts://host:port, found {settings.BALIE_BROKER!r}. Correct it "
            "and start again."
        ) from odd


def _place(setting: str, text: str, usual: int) -> Place:
    host, colon, port = text.strip().lower().rpartition(":")
    if not colon:
        return Place(text.strip().lower(), usual)
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise PlaceError(
            f"{setting} should be a name and a port such as shop.example:{usual}, found {text!r}. "
            "Correct it and start again."
        )
    return Place(host, int(port))
