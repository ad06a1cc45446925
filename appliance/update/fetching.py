"""Fetches a bundle in pieces, a little at a time and never while something is sold.

It runs on a thread of the uplink's process, beside sending and apart from it: whatever goes wrong
here, sales leave the building. A piece counts once it is on the card, so a power cut costs one
piece. What is whole is checked against the offer; the signature is RAUC's to check.
"""

from __future__ import annotations

import hashlib
import http.client
import logging
import os
import shutil
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from appliance import small_files
from appliance.domain.update import Offer, Stage, Why
from appliance.update.notes import Fetched, Notes

log = logging.getLogger("balie.update")

PIECE = 1024 * 1024
"""Bytes asked for at once."""
SPARE = 128 * 1024 * 1024
"""Bytes of the card that an update leaves to selling."""
LOOK_S = 15.0
"""How often it is looked whether something is offered."""
PAUSE_S = 0.05
"""Between two pieces, so that the card and the line are mostly the register's."""
LONGEST_S = 900.0
_TIMEOUT_S = 20.0
TORN_S = 3600.0
"""Whole and not what was offered: it is fetched again after so long, then after twice as long, and
so on up to a week. Each time it is all of the card's writing and of the shop's line."""
_LONGEST_TORN_S = 7 * 86_400.0
_PARTIAL = 206
_DENIED = (401, 403, 404, 410)


class FetchError(Exception):
    """A piece did not come; see its reason."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


class Source(Protocol):
    """Where pieces come from."""

    def piece(self, offer: Offer, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to and without ``end``.

        Raises:
            FetchError: They do not come.
        """


class Office:
    """The back office's own door: both ends show a certificate.

    One connection serves piece after piece: a handshake takes a small board longer than a piece.
    The office looks with each piece whether this device may still have it.

    Args:
        context: Makes the TLS context from the certificates as they are now.
    """

    def __init__(self, context: Callable[[], ssl.SSLContext]) -> None:
        self._context = context
        self._line: http.client.HTTPSConnection | None = None
        self._to = ""

    def piece(self, offer: Offer, start: int, end: int) -> bytes:
        """Ask for one piece; see `Source`."""
        where = offer.where
        try:
            place = urlsplit(where)
            status, came = self._ask(place, start, end)
        except (OSError, http.client.HTTPException, ValueError) as error:
            # ValueError: an address that is none, such as one with a port beyond 65535.
            self.close()
            raise FetchError(Why.UNREACHABLE, f"{where}: {error}") from error
        if status != _PARTIAL or len(came) != end - start or end == offer.size:
            self.close()
        if status in _DENIED:
            raise FetchError(Why.DENIED, f"{place.netloc} answered {status}")
        if status != _PARTIAL or len(came) != end - start:
            raise FetchError(
                Why.UNREACHABLE,
                f"{end - start} bytes were expected, found {len(came)} and status {status}",
            )
        return came

    def close(self) -> None:
        """Hang up; the next piece calls again."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, place: SplitResult, start: int, end: int) -> tuple[int, bytes]:
        if self._line is not None and self._to == place.netloc:
            try:
                return _said(self._line, place.path, start, end)
            except (OSError, http.client.HTTPException):
                pass  # the office hangs up when a device pauses, as it does while it sells
        self.close()
        self._to = place.netloc
        self._line = http.client.HTTPSConnection(
            place.hostname or "", place.port, timeout=_TIMEOUT_S, context=self._context()
        )
        return _said(self._line, place.path, start, end)


def _said(line: http.client.HTTPSConnection, path: str, start: int, end: int) -> tuple[int, bytes]:
    line.request("GET", path, headers={"Range": f"bytes={start}-{end - 1}"})
    answer = line.getresponse()
    return answer.status, answer.read(end - start + 1)


class Fetcher:
    """Brings what is offered onto the card.

    Args:
        notes: Where it is kept.
        offer: Tells what is offered to this device now.
        source: Where pieces come from.
        may: Tells whether nothing is sold just now.
        runs: The version that runs here, or empty: a card that was flashed with it needs no more.
        room: Tells how many bytes of a folder's disk are free.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        notes: Notes,
        *,
        offer: Callable[[], Offer | None],
        source: Source,
        may: Callable[[], bool],
        runs: str = "",
        room: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notes = notes
        self._offer = offer
        self._source = source
        self._may = may
        self._runs = runs
        self._room = room
        self._monotonic = monotonic
        self._failures = 0
        self._torn = _Torn()

    def step(self) -> float:
        """Do the next little thing.

        Returns:
            After how many seconds there is something to do again.

        Raises:
            OSError: The card refuses.
        """
        offer = self._offer()
        self._clear(offer)
        if offer is None or self._is_settled(offer) or self._is_there(offer):
            return LOOK_S
        fetched = self._resumed(offer)
        if fetched.is_whole and self._notes.bundle(offer).exists():
            return LOOK_S
        if self._torn.sha256 == offer.sha256 and self._monotonic() < self._torn.not_before:
            return LOOK_S
        if not self._may():
            return 1.0
        try:
            self._take(offer, fetched)
        except FetchError as error:
            return self._fail(fetched, error)
        self._failures = 0
        return PAUSE_S

    def _take(self, offer: Offer, fetched: Fetched) -> None:
        part, have = self._notes.part(offer), fetched.have
        missing = offer.size - have
        if missing and self._room(self._notes.folder) < missing + SPARE:
            raise FetchError(
                Why.SPACE, f"{missing + SPARE} free bytes were expected on the card, found fewer"
            )
        if missing:
            came = self._source.piece(offer, have, min(have + PIECE, offer.size))
            with part.open("r+b" if part.exists() else "w+b") as target:
                target.seek(have)
                target.write(came)
                target.truncate()
                target.flush()
                os.fsync(target.fileno())
            fetched = Fetched(offer, have + len(came))
            self._notes.fetched = fetched
        if fetched.have == offer.size:
            self._finish(offer, part)

    def _finish(self, offer: Offer, part: Path) -> None:
        with part.open("rb") as whole:
            found = hashlib.file_digest(whole, "sha256").hexdigest()
        if found != offer.sha256:
            part.unlink()
            self._notes.fetched = Fetched(offer)
            raise FetchError(Why.TORN, f"SHA-256 {offer.sha256} was expected, found {found}")
        part.replace(self._notes.bundle(offer))
        small_files.sync_folder(self._notes.folder)
        self._notes.fetched = Fetched(offer, offer.size)
        log.info("update %s is here", offer.version)

    def _resumed(self, offer: Offer) -> Fetched:
        """Return how far this offer is fetched; what is not on the card for certain does not count."""
        fetched, part = self._notes.fetched, self._notes.part(offer)
        if fetched is None or fetched.offer.sha256 != offer.sha256:
            fetched = Fetched(offer)
        there = part.stat().st_size if part.exists() else 0
        if self._notes.bundle(offer).exists():
            fetched = replace(fetched, have=offer.size, why=None, detail="")
        elif there < fetched.have:
            fetched = Fetched(offer)
        fetched = replace(fetched, offer=offer)
        if fetched != self._notes.fetched:
            self._notes.fetched = fetched
        return fetched

    def _fail(self, fetched: Fetched, error: FetchError) -> float:
        """Note why it does not go on, once, and wait longer each time."""
        self._failures += 1
        if error.why is Why.TORN:
            self._torn = self._torn.once_more(fetched.offer.sha256, self._monotonic())
        now = self._notes.fetched or fetched
        told = replace(now, why=error.why, detail=error.detail)
        if told != now:
            log.warning("update %s: %s", fetched.offer.version, error)
            self._notes.fetched = told
        return float(min(LOOK_S * 2 ** (self._failures - 1), LONGEST_S))

    def _is_settled(self, offer: Offer) -> bool:
        """Tell whether the device has done with this offer, one way or the other."""
        if offer.version == self._runs:
            return True
        installed = self._notes.installed
        return installed is not None and f"{offer.sha256} {offer.turn}" in installed.done_with

    def _is_there(self, offer: Offer) -> bool:
        """Tell whether it waits in the other slot: taken back and offered again, it still is."""
        installed = self._notes.installed
        return (
            installed is not None
            and installed.stage is Stage.INSTALLED
            and (installed.sha256, installed.turn) == (offer.sha256, offer.turn)
        )

    def _clear(self, offer: Offer | None) -> None:
        """Give back the room of what is not offered any more, or is done with."""
        installed = self._notes.installed
        if installed is not None and installed.stage is Stage.INSTALLING:
            return  # RAUC reads it
        kept = set()
        if offer is not None and not self._is_settled(offer):
            kept = {self._notes.part(offer), self._notes.bundle(offer)}
        for pattern in ("*.part", "*.raucb"):
            for file in self._notes.folder.glob(pattern):
                if file not in kept:
                    file.unlink()


@dataclass(frozen=True, slots=True)
class _Torn:
    """What came whole and was not what was offered.

    Attributes:
        sha256: Of the offer.
        times: How often.
        not_before: When it may be fetched again.
    """

    sha256: str = ""
    times: int = 0
    not_before: float = 0.0

    def once_more(self, sha256: str, now: float) -> _Torn:
        times = self.times + 1 if sha256 == self.sha256 else 1
        return _Torn(sha256, times, now + min(TORN_S * 2 ** (times - 1), _LONGEST_TORN_S))


class FetchThread:
    """Takes one step after the other until it is told to stop.

    Args:
        fetcher: What takes the steps.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fetch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End after the piece that is on its way; again is allowed."""
        self._told.set()
        if self._thread.is_alive():
            self._thread.join(_TIMEOUT_S)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._told.wait(pause_s):
            try:
                pause_s = self._fetcher.step()
            except Exception:
                # A supervising loop: an update that cannot be fetched must not stop sending.
                log.exception("the update cannot be fetched")
                pause_s = LONGEST_S
