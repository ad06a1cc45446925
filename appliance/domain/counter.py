"""What stands on a device's counter, as the back office tells it.

The directory holds one setting for each device that is told anything, `key`, whose value is
``{"settings": "<TOML>"}``. The TOML has the sections that `SECTIONS` names and no others, in the
same words as the device's own file; where it has one, it stands in the place of the device's own.
Empty, or without a value, the device takes what it found itself when it was let in.

A device takes new settings when nobody is at its counter, and goes on with those it had where it
cannot use them. It says in its status which ones it has: by their `digest`, because the text may
be long and the status goes round often.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.domain.errors import DomainError

SECTIONS = (
    "printer",
    "drawer",
    "scanner",
    "terminal",
    "scale",
    "display",
    "screen",
    "customer_screen",
)
"""The sections of a device's settings that say what stands on its counter: all that a back office
tells of what is written in them."""

LONGEST_BYTES = 16_384
"""Far more than any counter needs; each device hears of all."""

_LONGEST_WHY = 300


class CounterError(DomainError, ValueError):
    """Settings of a counter that no device would take; the message says what to do.

    Attributes:
        detail: What is wrong, short: a section, or the place of a slip.
    """

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(message)
        self.detail = detail


class Stage(StrEnum):
    """How far a device has got with its counter's settings."""

    IN_USE = "in_use"
    WAITING = "waiting"
    """They are there and wait until nobody is at the counter."""
    REFUSED = "refused"
    """It cannot use them and goes on with those it had."""


def key(device: str) -> str:
    """Return the key of a device's setting in the directory."""
    return f"counter/{device}"


def to_setting(text: str) -> dict[str, Any]:
    """Return settings as the directory holds them."""
    return {"settings": text}


def from_setting(value: Any) -> str:
    """Return the settings the directory holds; empty where it says nothing that can be read."""
    text = value.get("settings") if isinstance(value, Mapping) else None
    return text if isinstance(text, str) else ""


def read(text: str) -> dict[str, Any]:
    """Return the sections of a counter's settings.

    Raises:
        CounterError: They are no TOML, too long, or say more than what stands on a counter.
    """
    if not text.isascii() and text.encode("utf-8", "replace").decode() != text:
        raise CounterError(
            "Expected settings that can be written to a file, found half a sign. Type them anew.",
            "half a sign",
        )
    if len(text.encode("utf-8", "replace")) > LONGEST_BYTES:
        raise CounterError(
            f"Expected at most {LONGEST_BYTES} bytes of settings, found more. Shorten them.",
            "too long",
        )
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CounterError(f"Expected a TOML file, found: {error}. Correct it.", str(error)) from (
            error
        )
    for section, value in told.items():
        if section not in SECTIONS:
            raise CounterError(
                f"Expected what stands on the counter ({', '.join(SECTIONS)}), found [{section}]. "
                "Leave that out: each device is told by itself.",
                f"[{section}]",
            )
        if not isinstance(value, Mapping | list):
            raise CounterError(
                f"Expected [{section}] with lines below it, found {section} = {value!r}. "
                "Write it as a section.",
                f"[{section}]",
            )
    return told


def digest(text: str) -> str:
    """Return what tells one text from another: 16 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Taken:
    """How a device stands to its counter's settings, as it says in its status.

    Attributes:
        digest: Of the newest it knows, whatever became of them.
        stage: How far it has got with them.
        why: Why it cannot use them, for the technician, in English; else empty.
    """

    digest: str
    stage: Stage
    why: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return it as it stands in the device's status."""
        data: dict[str, Any] = {"digest": self.digest, "stage": self.stage.value}
        if self.why:
            data["why"] = self.why[:_LONGEST_WHY].replace("\0", "?")
        return data

    @classmethod
    def from_data(cls, data: Any) -> Taken | None:
        """Read it; None where it is not understood, such as a later device's."""
        try:
            return cls(
                digest=str(data["digest"])[:64],
                stage=Stage(data["stage"]),
                why=str(data.get("why", ""))[:_LONGEST_WHY],
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
