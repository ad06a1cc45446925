"""What a device knows of an update, in small files that are written whole or not at all.

Everything lies in ``update`` in the device's data, each file with one writer::

    <sha256>.part, <sha256>.raucb   the bundle, while it is fetched and whole   the uplink
    fetched.json                    how far fetching got                       the uplink
    installed.json                  how far installing got, and what came of it   balie update
    brought.json                    what was on a stick and was not taken      balie update
    switch.json                     a new system waits to be started           balie update
    lock                            held while the other slot is written       balie update
    agreed                          nobody is at the counter: start it         the desk

What the desk shows of itself (``desk.json``) lies in memory, in the run-time folder that systemd
gives its unit, beside the data where there is none.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance import small_files
from appliance.domain.update import Offer, Report, Stage, Why

FOLDER = "update"
RUNNING_DESK = Path("/run/balie-desk")
"""The run-time folder of the desk's unit."""
SETTLED = (Stage.RUNNING, Stage.FELL_BACK, Stage.REFUSED)
"""A device has done with an update, one way or the other."""
_REMEMBERED = 16
"""So many updates a device remembers to have done with."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far fetching got.

    Attributes:
        offer: What is fetched.
        have: Bytes that are on the card for certain.
        why: Why it does not go on.
        detail: More of that, in English.
    """

    offer: Offer
    have: int = 0
    why: Why | None = None
    detail: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is there and is what was offered."""
        return self.have == self.offer.size and self.why is None

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON's own types."""
        return {"offer": self.offer.to_data(), "have": self.have, **_reason(self)}


@dataclass(frozen=True, slots=True)
class Installed:
    """How far installing got, and what came of it.

    Attributes:
        version: Of the update.
        sha256: Of its bundle.
        stage: How far.
        turn: Which offering of the same bundle.
        slot: Where it was put, empty before.
        why: Why it does not go on, or did not stay.
        detail: More of that, in English.
        before: What the system before it could do, as the desk showed it: what did not work then
            is no fault of the new one.
        offered: Whether the back office offered it; else somebody brought it.
        failures: How often writing it failed.
        runs: The version that ran before.
        settled: What the device had done with before, each by its `key`: an update is offered
            again, or brought, before it is done twice.
    """

    version: str
    sha256: str
    stage: Stage
    turn: int = 1
    slot: str = ""
    why: Why | None = None
    detail: str = ""
    before: dict[str, Any] | None = None
    offered: bool = False
    failures: int = 0
    runs: str = ""
    settled: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells one offering of one bundle from all others."""
        return f"{self.sha256} {self.turn}"

    @property
    def done_with(self) -> tuple[str, ...]:
        """What the device has done with by now."""
        own = (self.key,) if self.stage in SETTLED else ()
        return (*(each for each in self.settled if each not in own), *own)[-_REMEMBERED:]

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON's own types."""
        data = asdict(self) | {"stage": self.stage.value}
        data.pop("why")
        data.pop("detail")
        return data | _reason(self)


class Notes:
    """The files.

    Args:
        data: The device's data folder.
        desk: The folder where the desk shows itself; else found by its unit's environment.
    """

    def __init__(self, data: Path, desk: Path | None = None) -> None:
        self.folder = data / FOLDER
        self.desk = (desk or _desk_folder(self.folder)) / "desk.json"
        self._fetched = self.folder / "fetched.json"
        self._installed = self.folder / "installed.json"
        self._brought = self.folder / "brought.json"
        self._switch = self.folder / "switch.json"
        self._agreed = self.folder / "agreed"

    def part(self, offer: Offer) -> Path:
        """Return where a bundle grows."""
        return self.folder / f"{offer.sha256}.part"

    def bundle(self, offer: Offer) -> Path:
        """Return where a whole bundle lies."""
        return self.folder / f"{offer.sha256}.raucb"

    @property
    def fetched(self) -> Fetched | None:
        """How far fetching got, None where nothing was fetched."""
        data = small_files.read(self._fetched)
        try:
            offer = Offer.from_data(data["offer"])
            return Fetched(offer, int(data["have"]), *_read_reason(data))
        except (KeyError, TypeError, ValueError):
            return None

    @fetched.setter
    def fetched(self, value: Fetched) -> None:
        small_files.write(self._fetched, value.to_data())

    @property
    def installed(self) -> Installed | None:
        """How far installing got, None where nothing was installed."""
        return _read_installed(self._installed)

    @installed.setter
    def installed(self, value: Installed) -> None:
        if value != self.installed:  # what waits is looked at again and again: the card is spared
            small_files.write(self._installed, value.to_data())

    @property
    def brought(self) -> Installed | None:
        """What somebody brought on a stick and was not taken, since this start."""
        return _read_installed(self._brought)

    @brought.setter
    def brought(self, value: Installed | None) -> None:
        if value is None:
            self._brought.unlink(missing_ok=True)
        elif value != self.brought:
            small_files.write(self._brought, value.to_data())

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Hold off everybody else who would write the other slot or have it started.

        Returns:
            Whether nobody else does just now.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @property
    def waits_for_quiet(self) -> str:
        """The version that waits to be started at a quiet moment, or empty."""
        return str(small_files.read(self._switch).get("version", ""))

    def ask_for_quiet(self, version: str) -> None:
        """Ask the desk for a quiet moment, once."""
        if self.waits_for_quiet == version:
            return
        self.withdraw()
        small_files.write(self._switch, {"version": version})

    def hold(self) -> None:
        """Ask no more for now; a new system is there and must not be started yet."""
        if self.waits_for_quiet or not self._switch.exists():
            self.withdraw()
            small_files.write(self._switch, {})

    def asked_enough(self) -> None:
        """Ask no more."""
        self._switch.unlink(missing_ok=True)
        self.withdraw()

    @property
    def is_agreed(self) -> bool:
        """Whether the desk says that the device may be started anew now."""
        return self._agreed.exists()

    def agree(self) -> None:
        """Say, as the desk, that nobody is at the counter."""
        self._agreed.touch()

    def withdraw(self) -> None:
        """Say that it does not hold any more."""
        with contextlib.suppress(OSError):
            self._agreed.unlink(missing_ok=True)

    def report(self) -> Report | None:
        """Tell how far the device has got: with what is being fetched, else with what was installed."""
        fetched, installed = self.fetched, self.installed
        if fetched is not None and not _is_of(installed, fetched.offer):
            stage = Stage.FETCHED if fetched.is_whole else Stage.FETCHING
            return Report(
                fetched.offer.version,
                stage,
                fetched.why,
                fetched.detail,
                fetched.have,
                fetched.offer.size,
            )
        if installed is None:
            return None
        return Report(installed.version, installed.stage, installed.why, installed.detail)

    def at_counter(self) -> Report | None:
        """Tell the same to whoever stands there: what they brought and was not taken comes first."""
        brought = self.brought
        if brought is None:
            return self.report()
        return Report(brought.version, brought.stage, brought.why, brought.detail)


def _is_of(installed: Installed | None, offer: Offer) -> bool:
    """Tell whether installing has begun with what is offered."""
    return installed is not None and (installed.sha256, installed.turn) == (
        offer.sha256,
        offer.turn,
    )


def _read_installed(file: Path) -> Installed | None:
    data = small_files.read(file)
    try:
        why, detail = _read_reason(data)
        return Installed(
            version=data["version"],
            sha256=data["sha256"],
            stage=Stage(data["stage"]),
            turn=int(data["turn"]),
            slot=data["slot"],
            why=why,
            detail=detail,
            before=data["before"],
            offered=bool(data.get("offered", False)),
            failures=int(data.get("failures", 0)),
            runs=str(data.get("runs", "")),
            settled=tuple(str(each) for each in data.get("settled", ())),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _desk_folder(otherwise: Path) -> Path:
    if named := os.environ.get("RUNTIME_DIRECTORY", ""):
        return Path(named)
    return RUNNING_DESK if RUNNING_DESK.is_dir() else otherwise


def _reason(told: Fetched | Installed) -> dict[str, Any]:
    return {"why": None if told.why is None else told.why.value, "detail": told.detail}


def _read_reason(data: dict[str, Any]) -> tuple[Why | None, str]:
    why = data.get("why")
    return None if why is None else Why(why), str(data.get("detail", ""))
