"""RAUC and systemd, as far as an update needs them.

RAUC's own service does what takes privileges: it checks the signature, writes the other slot and
asks `appliance.update.rauc` to change which slot starts. Whoever calls it here needs none.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from appliance.domain.update import Why
from appliance.update.slots import Slot

COMPATIBLE = "balie-arm64"
COMMAND_LINE = Path("/proc/cmdline")
KEPT = Path("/run/balie-health/kept")
"""There once this start has shown that it can sell: what the kernel was told stays as it was."""
VARIABLE = "BALIE_COMMAND_LINE"
"""Names a file that says the same, where the kernel's own says nothing: in a container."""


class UpdateError(OSError):
    """An update does not go on; the message says why and what to do.

    Attributes:
        why: The same in one word.
    """

    def __init__(self, why: Why, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why
        self.sentence = sentence

    def __str__(self) -> str:
        """Return the sentence."""
        return self.sentence


def running_version() -> str:
    """Return the version of the program that runs here, or nothing where it was not installed."""
    try:
        return version("balie")
    except PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class Started:
    """How this system was started, as the start-up script told the kernel.

    Attributes:
        slot: From where; None on a machine without slots.
        trying: Whether it still has to show that it can sell.
        tries: Starts it has left to do so, after this one.
    """

    slot: Slot | None = None
    trying: bool = False
    tries: int = 0

    @classmethod
    def read(cls, command_line: Path | None = None, kept: Path = KEPT) -> Started:
        """Read the kernel's command line, and what became of this start."""
        place = command_line or Path(os.environ.get(VARIABLE) or COMMAND_LINE)
        try:
            said = place.read_text(encoding="ascii", errors="replace")
        except OSError:
            return cls()
        words = dict(re.findall(r"\b(rauc\.slot|balie\.trying|balie\.tries)=(\w+)", said))
        slot: Slot | None = {"A": "A", "B": "B"}.get(words.get("rauc.slot", ""))  # type: ignore[assignment]  # A or B
        tries = words.get("balie.tries", "0")
        trying = words.get("balie.trying") == "1" and not kept.exists()
        return cls(slot, trying, int(tries, 16) if tries.isalnum() else 0)


@dataclass(frozen=True, slots=True)
class OtherSlot:
    """The slot that does not run.

    Attributes:
        name: A or B.
        version: What is in it, or empty.
        is_whole: Whether it was written to the end.
        is_bad: Whether it must not be started as it is.
    """

    name: str
    version: str
    is_whole: bool
    is_bad: bool


class Rauc:
    """RAUC's command line.

    Args:
        command: How it is called.
    """

    def __init__(self, command: Sequence[str] = ("rauc",)) -> None:
        self._command = tuple(command)

    def version_of(self, bundle: Path) -> str:
        """Check who signed a bundle and for which kind of device, and return its version.

        Raises:
            UpdateError: It is not one of ours.
        """
        try:
            said = json.loads(self._run("info", "--output-format=json", str(bundle)))
        except (UpdateError, ValueError) as error:
            if "invalid bundle format" in str(error).lower():
                raise UpdateError(
                    Why.SIZE,
                    f"{bundle.name} is no update of Balie, or not all of one ({error}). "
                    "Copy it anew from where it was made.",
                ) from error
            if not any(word in str(error) for word in ("signature", "not allowed")):
                raise UpdateError(  # it was not even looked at
                    Why.INSTALL, f"{bundle.name} could not be checked ({error}). It is tried again."
                ) from error
            raise UpdateError(
                Why.SIGNATURE,
                f"{bundle.name} is not signed by whoever may update this device ({error}). "
                "Take a bundle of your own back office.",
            ) from error
        if said.get("compatible") != COMPATIBLE:
            raise UpdateError(
                Why.SIGNATURE,
                f"{bundle.name}: a bundle for {COMPATIBLE} was expected, found one for "
                f"{said.get('compatible')}.",
            )
        return str(said.get("version", ""))

    def install(self, bundle: Path) -> None:
        """Write a bundle into the other slot; what starts stays as it is.

        Raises:
            UpdateError: It could not be written whole.
        """
        try:
            self._run("install", str(bundle))
        except UpdateError as error:
            raise UpdateError(
                Why.INSTALL,
                f"{bundle.name} could not be written to the other slot ({error}). "
                "The device goes on as it is; try again, or change its storage card.",
            ) from error

    def other(self) -> OtherSlot:
        """Tell how the other slot is.

        Raises:
            UpdateError: RAUC does not answer.
        """
        text = self._run("status", "--detailed", "--output-format=json")
        try:
            said: dict[str, Any] = json.loads(text)
            slots = [details for each in said["slots"] for details in each.values()]
            (found,) = [each for each in slots if each["bootname"] != said["booted"]]
            status = found.get("slot_status", {})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UpdateError(
                Why.INSTALL, f"RAUC was expected to tell of two slots, found {text[:200]!r}."
            ) from error
        return OtherSlot(
            name=found["bootname"],
            version=status.get("bundle", {}).get("version") or "",
            is_whole=status.get("status") == "ok",
            is_bad=found.get("boot_status") == "bad",
        )

    def try_other(self) -> None:
        """Start the other slot next time.

        Raises:
            UpdateError: It could not be marked.
        """
        self._run("status", "mark-active", "other")

    def keep(self) -> None:
        """Start this slot for good.

        Raises:
            UpdateError: It could not be marked.
        """
        self._run("status", "mark-good", "booted")

    def give_up(self) -> None:
        """Never start this slot again; the other starts next time.

        Raises:
            UpdateError: It could not be marked.
        """
        self._run("status", "mark-bad", "booted")

    def refuse_other(self) -> None:
        """Never start the other slot as it is.

        Raises:
            UpdateError: It could not be marked.
        """
        self._run("status", "mark-bad", "other")

    def _run(self, *words: str) -> str:
        try:
            ended = subprocess.run(
                [*self._command, *words],
                capture_output=True,
                text=True,
                errors="replace",  # it quotes the names of files that somebody brought
                check=False,
            )
        except OSError as error:
            raise UpdateError(Why.INSTALL, f"RAUC cannot be called: {error}.") from error
        if ended.returncode:
            said = f"{ended.stdout}\n{ended.stderr}".strip().splitlines()
            why = [line.partition(": ")[2] for line in said if line.startswith("LastError: ")]
            told = [*said[-1:], *why] or [f"status {ended.returncode}"]
            raise UpdateError(Why.INSTALL, told[-1])
        return ended.stdout


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the desk's unit is doing.

    Attributes:
        is_open: Whether it said that it is ready.
        beat_at: When its heart last beat, in microseconds since the start; it beats after frames
            that were really shown.
        restarts: How often it was started again.
    """

    is_open: bool
    beat_at: int
    restarts: int


def pulse(unit: str = "balie-desk.service") -> Pulse:
    """Ask systemd how the desk is doing.

    Raises:
        OSError: systemd does not answer.
    """
    wanted = "ActiveState,WatchdogTimestampMonotonic,NRestarts"
    said = subprocess.run(
        ["systemctl", "show", unit, f"--property={wanted}"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    words = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    return Pulse(
        is_open=words.get("ActiveState") == "active",
        beat_at=int(words.get("WatchdogTimestampMonotonic") or 0),
        restarts=int(words.get("NRestarts") or 0),
    )
