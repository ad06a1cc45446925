"""An update as the back office offers it, and how far a device has got with it.

The offers stand in the directory's setting ``update``, the same for every device::

    {"offers": [{"version": "0.2.0", "sha256": "...", "size": 290000000, "where": "https://...",
                 "ring": 1, "turn": 1}],
     "rings": {"register-1": 1, "register-9": 0}}

A device is in a *ring*: the first take an update before the others. An offer to a ring holds for
all rings before it. The first offer of the list that reaches a device is its own. A device that is
not named is in the last ring; one in ring 0 is held back and takes none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from appliance.domain.errors import DomainError

SETTING = "update"
"""Its key in the directory."""

HELD_BACK, FIRST, EARLY, EVERYONE = 0, 1, 2, 3
"""The rings, in the order in which they take an update; the first is none."""

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+~_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_LONGEST_DETAIL, _LONGEST_VERSION = 300, 64


class OfferError(DomainError, ValueError):
    """An offer that no device could take; the message names what is wrong."""


class Stage(StrEnum):
    """How far a device has got with an update."""

    FETCHING = "fetching"
    FETCHED = "fetched"
    WAITING = "waiting"
    """Something must happen first; the reason says what."""
    INSTALLING = "installing"
    INSTALLED = "installed"
    """It is in the other slot and waits for a quiet moment."""
    TRYING = "trying"
    """It was started and has not yet shown that it can sell."""
    RUNNING = "running"
    FELL_BACK = "fell_back"
    """It could not sell, so the system before it runs."""
    REFUSED = "refused"


class Why(StrEnum):
    """Why an update does not go on, or did not stay."""

    UNSENT = "unsent"
    """Something has not left the device for longer than it should be."""
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    """The back office does not give it to this device."""
    SPACE = "space"
    TORN = "torn"
    """What was fetched is not what was offered."""
    SIGNATURE = "signature"
    OLDER = "older"
    """It is older than what runs, and somebody brought it on a stick."""
    WITHDRAWN = "withdrawn"
    """The back office offers it no longer."""
    SIZE = "size"
    INSTALL = "install"
    START = "start"
    """It did not start."""
    DESK = "desk"
    """The desk did not open, or its screen showed no pictures."""
    GRAPHICS = "graphics"
    INPUTS = "inputs"
    PERIPHERALS = "peripherals"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class Offer:
    """One version, offered.

    Attributes:
        version: What people call it.
        sha256: Of the bundle, in small hexadecimal digits.
        size: Of the bundle, in bytes.
        where: The https address it is fetched from.
        ring: The last ring it is offered to.
        turn: Counts up when it is offered again to devices on which it failed.
    """

    version: str
    sha256: str
    size: int
    where: str
    ring: int = EVERYONE
    turn: int = 1

    def __post_init__(self) -> None:
        if not is_version(self.version):
            raise OfferError(f"A version such as 0.2.0 was expected, found {self.version!r}.")
        if not _SHA256.fullmatch(self.sha256):
            raise OfferError(f"64 hexadecimal digits were expected, found {self.sha256!r}.")
        if self.size <= 0 or self.turn < 1 or self.ring not in (FIRST, EARLY, EVERYONE):
            raise OfferError("A size in bytes, a ring from 1 to 3 and a turn from 1 were expected.")
        if not self.where.startswith("https://"):
            raise OfferError(f"An https address was expected, found {self.where!r}.")

    def to_data(self) -> dict[str, Any]:
        """Return it as it stands in the setting."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Offer:
        """Read it; what a later back office adds is passed over.

        Raises:
            OfferError: Something is missing or impossible.
        """
        try:
            return cls(
                version=str(data["version"]),
                sha256=str(data["sha256"]),
                size=int(data["size"]),
                where=str(data["where"]),
                ring=int(data.get("ring", EVERYONE)),
                turn=int(data.get("turn", 1)),
            )
        except OfferError:
            raise
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise OfferError(
                f"An offer with version, sha256, size and where was expected: {error!r}."
            ) from error


def is_version(text: str) -> bool:
    """Tell whether people may call a version so."""
    return _VERSION.fullmatch(text) is not None


def offered(setting: Any, device: str) -> Offer | None:
    """Return what a device is to run, None where nothing is offered to it.

    Args:
        setting: The value of the setting ``update``.
        device: The device's name.

    Raises:
        OfferError: The setting is not what it should be.
    """
    if not setting:
        return None
    if not isinstance(setting, Mapping) or not isinstance(setting.get("rings", {}), Mapping):
        raise OfferError("The setting 'update' was expected to hold offers and rings.")
    ring, said = setting.get("rings", {}).get(device, EVERYONE), setting.get("offers", ())
    if not isinstance(ring, int) or not isinstance(said, list | tuple):
        raise OfferError("The setting 'update' was expected to hold a list, and rings by number.")
    if ring == HELD_BACK:
        return None
    offers = (Offer.from_data(each) for each in said)
    return next((offer for offer in offers if offer.ring >= ring), None)


@dataclass(frozen=True, slots=True)
class Report:
    """How far a device has got with an update, as it tells the back office and its own screen.

    Attributes:
        version: Of the update.
        stage: How far.
        why: Why it does not go on, or did not stay; None while all is well.
        detail: More of that for the technician, in English, or empty.
        have: Bytes that were fetched.
        size: Bytes to be fetched.
    """

    version: str
    stage: Stage
    why: Why | None = None
    detail: str = ""
    have: int = 0
    size: int = 0

    def to_data(self) -> dict[str, Any]:
        """Return it as it stands in the device's status."""
        data: dict[str, Any] = {"version": self.version, "stage": self.stage.value}
        if self.why is not None:
            data["why"] = self.why.value
        if self.detail:
            # It may quote the name of a file that somebody brought, whatever is in that name.
            said = self.detail[:_LONGEST_DETAIL].encode("utf-8", "replace").decode()
            data["detail"] = said.replace("\0", "?")
        if self.size:
            data |= {"have": self.have, "size": self.size}
        return data

    @classmethod
    def from_data(cls, data: Any) -> Report | None:
        """Read it; None where it is not understood, such as a later device's."""
        try:
            why = data.get("why")
            return cls(
                version=str(data["version"])[:_LONGEST_VERSION],
                stage=Stage(data["stage"]),
                why=None if why is None else Why(why),
                detail=str(data.get("detail", ""))[:_LONGEST_DETAIL],
                have=max(0, int(data.get("have", 0))),
                size=max(0, int(data.get("size", 0))),
            )
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            return None


def is_older(version: str, than: str) -> bool:
    """Tell whether a version comes before another, by the numbers in their names, in order.

    What has no number comes before nothing and after nothing: people call versions what they like.
    """
    first, second = (tuple(int(n) for n in _NUMBER.findall(each)) for each in (version, than))
    return bool(first and second) and first < second
