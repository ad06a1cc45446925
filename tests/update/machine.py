"""A device of files: a start partition, two slots, data; and what the start-up script does with it.

RAUC is played by `Rauc`, which asks the same backend (`appliance.update.rauc`) in the same order as
the real one does: `test_real_rauc.py` holds it to that. Power can be cut before any step that
reaches the card: every step counts, `cut_at` ends the run there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from appliance import small_files
from appliance.domain.update import Offer, Why
from appliance.journal.reader import JournalReader
from appliance.journal.store import Event, Journal
from appliance.update import rauc as backend
from appliance.update.health import Health, commit_or_leave
from appliance.update.installing import Installing, settle
from appliance.update.notes import Notes
from appliance.update.slots import Slots, State, other
from appliance.update.switching import Switching
from appliance.update.system import OtherSlot, Pulse, Started, UpdateError

BLOCK = 4096
OLD, NEW = "0.1.0", "0.2.0"
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


class PowerCutError(BaseException):
    """The power is gone; nothing catches it."""


class Power:
    """Counts what reaches the card, and fails when told to."""

    def __init__(self):
        self.steps = 0
        self.cut_at = None

    def step(self):
        self.steps += 1
        if self.cut_at is not None and self.steps >= self.cut_at:
            raise PowerCutError


class Rauc:
    """RAUC, played; a slot is a file of blocks, a bundle a file whose first line is its version."""

    def __init__(self, machine):
        self._machine = machine

    def version_of(self, bundle):
        first = bundle.read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace")
        if not first.startswith("signed "):
            raise UpdateError(Why.SIGNATURE, f"{bundle.name} is not signed")
        return first.removeprefix("signed ")

    def install(self, bundle):
        machine, target = self._machine, other(self._machine.runs)
        self._ask("set-state", target, "bad")
        self._note(target, "", whole=False)
        data = bundle.read_bytes()
        with machine.slot(target).open("r+b") as slot:
            for start in range(0, len(data), BLOCK):
                machine.power.step()
                slot.write(data[start : start + BLOCK])
            slot.truncate()
        self._note(target, self.version_of(bundle), whole=True)

    def other(self):
        name = other(self._machine.runs)
        said = json.loads(self._machine.status.read_text()) if self._machine.status.exists() else {}
        version, whole = said.get(name, ("", False))
        return OtherSlot(name, version, whole, Slots(self._machine.start).read().bad == name)

    def try_other(self):
        self._ask("set-primary", other(self._machine.runs))

    def keep(self):
        self._ask("set-state", self._machine.runs, "good")

    def give_up(self):
        self._ask("set-state", self._machine.runs, "bad")

    def refuse_other(self):
        self._ask("set-state", other(self._machine.runs), "bad")

    def _ask(self, *words):
        assert backend.main(words, self._machine.start) == 0

    def _note(self, name, version, *, whole):
        said = json.loads(self._machine.status.read_text()) if self._machine.status.exists() else {}
        self._machine.power.step()
        small_files.write(self._machine.status, {**said, name: [version, whole]})


class Machine:
    """The device.

    Args:
        folder: Where it is made.
        journal: Its journal, where one is at hand.
    """

    def __init__(self, folder: Path, journal: bytes = b"") -> None:
        self.folder, self.power = folder, Power()
        self.start, self.data = folder / "start", folder / "data"
        self.status = folder / "rauc.status"
        for each in (self.start, self.data, folder / "run"):
            each.mkdir()
        self.name_in_tree("soc/v3d@7ec00000", "brcm,2711-v3d")
        for name in "AB":
            self.slot(name).write_bytes(f"signed {OLD}\n".encode())
        Slots(self.start).write(State("A"))
        self.runs, self.started = "A", Started("A")
        self.notes = Notes(self.data, folder / "run")
        self.rauc = Rauc(self)
        if journal:
            (self.data / "journal.db").write_bytes(journal)
            return
        signed_in = Event("balie.staff.signed_in.v1", {"person": "p1", "method": "pin"}, NOW)
        with Journal.open(self.data / "journal.db", "register-1") as made:
            made.append(signed_in)

    def name_in_tree(self, node, *kinds):
        """Let the board's device tree name something, and nothing but that."""
        tree = self.folder / "proc" / "device-tree"
        shutil.rmtree(tree, ignore_errors=True)
        for place, said in (("", ("raspberrypi,4-model-b",)), (node, kinds)):
            (tree / place).mkdir(parents=True)
            (tree / place / "compatible").write_bytes(b"".join(b"%s\0" % k.encode() for k in said))

    def journal(self):
        """Return the bytes of the journal."""
        return (self.data / "journal.db").read_bytes()

    def slot(self, name):
        return self.folder / f"slot{name}"

    def holds(self, name):
        """Return the version in a slot, None where it is not whole."""
        data = self.slot(name).read_bytes()
        first, _, body = data.partition(b"\n")
        whole = first.startswith(b"signed ") and (not body or body.endswith(b"end"))
        return first.decode("utf-8", "replace").removeprefix("signed ") if whole else None

    def boot(self) -> bool:
        """Do what the start-up script does; tell whether a slot starts.

        It is the script of ``image/start/boot.cmd``, line by line; the script itself runs in QEMU.
        """
        place = Slots(self.start)
        state = place.read()
        slot, trying, tries = state.slot, state.trying, state.tries
        if trying:
            if tries > 0:
                tries -= 1
            else:
                trying, slot = False, other(slot)
            place.write(replace(state, slot=slot, trying=trying, tries=tries))
        for each in (slot, other(slot)):
            if self.holds(each):
                self.runs = each
                self.started = Started(each, trying, tries)
                return True
        return False

    def bundle(self, version=NEW, *, size=3 * BLOCK):
        """Return a bundle's bytes."""
        head = f"signed {version}\n".encode() + b"\1"
        return head + b"." * (size - len(head) - 3) + b"end"

    def offer(self, version=NEW, turn=1):
        """Return it as the back office offers it."""
        data = self.bundle(version)
        digest = hashlib.sha256(data).hexdigest()
        return Offer(version, digest, len(data), "https://office/updates/1", turn=turn)

    def show(self, **facts):
        """What the desk shows of itself when all is well."""
        well = {
            "renderer": "V3D 4.2",
            "inputs": 2,
            "inputs_shut": [],
            "away": [],
            "selling": False,
            "canary": self.canary(),
        }
        self.notes.desk.write_text(json.dumps({**well, **facts}))

    def canary(self):
        with JournalReader.open(self.data / "journal.db") as reader:
            return asdict(reader.head)

    def install(self, *, oldest=None, runs=""):
        """Run ``balie update``."""
        return Installing(
            self.notes,
            self.rauc,
            started=self.started,
            runs=runs,
            oldest_unsent=lambda: oldest,
            clock=lambda: NOW,
        )

    def switch(self, *, desk_runs=lambda: True, wait=None):
        """Run ``balie update --start``, at a desk that agrees at once."""
        times = Times()
        return Switching(
            self.notes,
            self.rauc,
            desk_runs=desk_runs,
            wait=wait or (lambda _s: self.notes.agree()),
            monotonic=times.monotonic,
        ).run()

    def health(self, *, pulse=None, **facts):
        """Run ``balie health`` at a desk that shows what is well but for ``facts``."""
        self.show(**facts)
        times = Times()
        health = Health(
            self.notes,
            self.data / "journal.db",
            pulse=pulse or times.pulse,
            wait=times.wait,
            monotonic=times.monotonic,
            root=self.folder,
        )
        finding = commit_or_leave(health, self.notes, self.rauc, self.started)
        if finding is None:
            # As the unit's mark says from then on (`system.KEPT`).
            self.started = replace(self.started, trying=False)
        return finding

    def settle(self):
        """Run ``balie health --settle``."""
        return settle(self.notes, self.rauc, self.started)


class Times:
    """A clock that only goes when somebody waits, and a heart that beats with it."""

    def __init__(self):
        self.now_s = 0.0

    def monotonic(self):
        return self.now_s

    def wait(self, seconds):
        self.now_s += seconds

    def pulse(self):
        return Pulse(is_open=True, beat_at=int(self.now_s * 1_000_000) + 1, restarts=0)
