"""Every state a power cut may leave, made from the record of what a process wrote and synced.

The model: what was written to a file before its last sync is there. Each later write is kept,
dropped, or torn at the disk's sectors of 512 bytes. Creating, removing and renaming files holds
from the folder's last sync on only up to some point, in order. What the process showed the outside
world (its marks) stays as it was at the moment of the cut: that is what may not be lost.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
SOURCE = Path(__file__).with_name("recorder.c")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the process did; see recorder.c for the kinds."""

    kind: str
    path: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class State:
    """The files as found after the cut, and what the world had been shown before it."""

    files: dict[str, bytes]
    marks: bytes
    label: str

    def lay_out(self, folder: Path) -> None:
        """Write the files into an empty or reused folder."""
        for old in folder.iterdir():
            old.unlink()
        for name, data in self.files.items():
            # An index in shared memory is made anew when a database is opened after a cut.
            if not name.endswith("-shm"):
                (folder / name).write_bytes(data)


def build_recorder(folder: Path) -> Path:
    """Compile the recorder with the machine's C compiler."""
    library = folder / "recorder.so"
    command = ["cc", "-shared", "-fPIC", "-O2", str(SOURCE), "-o", str(library), "-ldl"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return library


def record(
    program: Sequence[str],
    *,
    recorder: Path,
    folder: Path,
    log: Path,
    marks: Path,
    ceiling_s: float,
    told: Mapping[str, str] | None = None,
) -> list[Operation]:
    """Run a Python program under the recorder and read what it did below the folder.

    Args:
        program: What comes after ``python``.
        recorder: The library.
        folder: What is recorded.
        log: Where the record goes.
        marks: Where the program marks what it shows.
        ceiling_s: How long it may take.
        told: More environment variables.
    """
    environment = os.environ | {
        "LD_PRELOAD": str(recorder),
        "PYTHONPATH": str(ROOT),
        "RECORD_FOLDER": str(folder),
        "RECORD_LOG": str(log),
        "RECORD_MARKS": str(marks),
        **(told or {}),
    }
    command = [sys.executable, *program]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=ceiling_s)
    return list(_read(log.read_bytes()))


def _read(text: bytes) -> Iterator[Operation]:
    at = 0
    while at < len(text):
        kind = chr(text[at])
        (length,) = struct.unpack_from("<I", text, at + 1)
        path = text[at + 5 : at + 5 + length].decode()
        offset, size = struct.unpack_from("<QI", text, at + 5 + length)
        start = at + 17 + length
        yield Operation(kind, path, offset, text[start : start + size])
        at = start + size


@dataclass(slots=True)
class _Disk:
    files: dict[str, bytearray] = field(default_factory=dict)

    def write(self, path: str, offset: int, data: bytes) -> None:
        file = self.files.setdefault(path, bytearray())
        if len(file) < offset:
            file.extend(bytes(offset - len(file)))
        file[offset : offset + len(data)] = data

    def truncate(self, path: str, length: int) -> None:
        file = self.files.setdefault(path, bytearray())
        del file[length:]
        file.extend(bytes(length - len(file)))


def power_cuts(operations: Sequence[Operation], *, count: int, seed: int) -> Iterator[State]:
    """Make states: cuts at random moments, unsynced writes dropped, kept, or each by chance.

    Args:
        operations: What was recorded.
        count: How many states.
        seed: The same seed makes the same states.
    """
    chance = random.Random(seed)
    modes = ("drop", "mix", "mix", "keep")
    for number in range(count):
        moment = chance.randrange(len(operations))
        mode = modes[number % len(modes)]
        yield _cut(operations[: moment + 1], mode, chance, f"{seed}:{number} {mode} @{moment}")


def _cut(done: Sequence[Operation], mode: str, chance: random.Random, label: str) -> State:
    synced = {op.path: at for at, op in enumerate(done) if op.kind == "s"}
    folder_synced = max((at for at, op in enumerate(done) if op.kind == "d"), default=-1)
    last_change = _last_change(done, folder_synced, mode, chance)
    disk = _Disk()
    marks = b""
    for at, op in enumerate(done):
        durable = mode == "keep" or at <= synced.get(op.path, -1)
        if op.kind == "m":
            marks += op.data
        elif op.kind in "cur":
            if at <= last_change:
                _change_folder(disk, op)
        elif op.kind == "w":
            for offset, data in [(op.offset, op.data)] if durable else _torn(op, mode, chance):
                disk.write(op.path, offset, data)
        elif op.kind == "t" and (durable or (mode == "mix" and chance.random() < 0.5)):
            disk.truncate(op.path, op.offset)
    return State({name: bytes(file) for name, file in disk.files.items()}, marks, label)


def _last_change(
    done: Sequence[Operation], folder_synced: int, mode: str, chance: random.Random
) -> int:
    """Tell up to where creating, removing and renaming of files has reached the disk."""
    unsynced = [at for at, op in enumerate(done) if op.kind in "cur" and at > folder_synced]
    if mode == "keep" or not unsynced or chance.random() < 0.5:
        return len(done)
    return chance.choice([folder_synced, *unsynced])


def _change_folder(disk: _Disk, op: Operation) -> None:
    if op.kind == "c":
        disk.files.setdefault(op.path, bytearray())
    elif op.kind == "u":
        disk.files.pop(op.path, None)
    elif op.path in disk.files:
        disk.files[op.data.decode()] = disk.files.pop(op.path)


def _torn(op: Operation, mode: str, chance: random.Random) -> Iterator[tuple[int, bytes]]:
    """Keep an unsynced write whole, some sectors of it, or nothing."""
    fate = chance.random()
    if mode == "drop" or fate < 0.4:
        return
    if fate < 0.7:
        yield op.offset, op.data
        return
    end = op.offset + len(op.data)
    edge = (op.offset // SECTOR + 1) * SECTOR
    for start in [op.offset, *range(edge, end, SECTOR)]:
        if chance.random() < 0.5:
            stop = min(end, (start // SECTOR + 1) * SECTOR)
            yield start, op.data[start - op.offset : stop - op.offset]
