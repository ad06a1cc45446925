"""A machine that starts the image, seen and touched from outside only, as a person would.

    with Machine(card, folder) as machine:
        machine.await_text("Balie: slot A")
        machine.scan("4006381333931")
        picture = machine.look()

QEMU's ``virt`` board has another processor's timing, another graphics chip and no firmware of a
Raspberry Pi; what these tests cannot show is said in ``tests/image/README.md``. Its scanner is a
USB keyboard, its printer stands at a USB-to-serial cable, its drawer hangs on lines of a PL061,
its screen is a virtio graphics card without acceleration, its finger a tablet.
"""

from __future__ import annotations

import itertools
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from PIL import Image

from appliance.update.slots import COPIES, State
from provisioning.image import recipe
from tests.image.monitor import Lines, Monitor
from tests.image.paper import Paper

Found = TypeVar("Found")

FIRMWARE = Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin")
MIB = 1024 * 1024
WIDTH, HEIGHT = 800, 480
CEILING_S = 1800.0
"""An emulated start takes three minutes, and many more where the host also does other things."""

STILL_S = 2.0
"""Between two pictures; the desk has no clock with seconds."""

DRAWER_LINE, SENSOR_LINE = 4, 5

CARD_MIB = 4096
"""A card larger than the image, as every card is; QEMU's Pi wants a power of two."""

_DISK = recipe.read().disk
SLOTS_MIB = {"A": 1 + _DISK.start_mib, "B": 1 + _DISK.start_mib + _DISK.root_mib}
"""Where each slot begins on the card."""

_SETTINGS = "/var/lib/balie/balie.toml"
PATIENCE = {
    "/usr/lib/systemd/system/balie-desk.service.d/patience.conf": (
        "[Service]\nTimeoutStartSec=infinity\nWatchdogSec=30min\n"
    ),
    "/usr/lib/systemd/system/balie-health.service.d/patience.conf": (
        "[Service]\nTimeoutStartSec=1h\nExecStart=\n"
        f"ExecStart=/usr/bin/balie health --patience 1800 --config {_SETTINGS}\n"
    ),
    "/etc/systemd/system.conf.d/patience.conf": (
        "[Manager]\nDefaultTimeoutStartSec=30min\nDefaultDeviceTimeoutSec=30min\n"
        "RuntimeWatchdogSec=0\n"
    ),
}
"""What a slow machine's slots are given: settings of systemd, and where they lie."""

_KEYS = {" ": "spc", "-": "minus", ".": "dot", "/": "slash", "=": "equal", ";": "semicolon"}
_KEYS |= {"\n": "ret", ",": "comma", "'": "apostrophe", "[": "bracket_left", "\\": "backslash"}
_SHIFTED = dict(zip('!@#$%^&*()_+:"?<>', "1234567890-=;'/,.", strict=True))


class Board(ABC):
    """An emulated board with a card; leaving the context takes its power away.

    Args:
        card: What it starts from; written to.
        folder: Where its sockets and logs lie.

    Attributes:
        log: What its serial line has said since it was switched on.
    """

    def __init__(self, card: Path, folder: Path) -> None:
        self.card, self.folder = card, folder
        self.log = folder / "serial.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def start(self) -> None:
        """Switch it on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._starts += 1
        self.log = self.folder / f"serial-{self._starts}.log"
        said = (self.folder / f"qemu-{self._starts}.log").open("wb")
        self._process = subprocess.Popen(
            self._command(), stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self.folder
        )
        said.close()

    def cut_power(self) -> None:
        """Take its power away, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def text(self) -> str:
        """Return what its serial line has said since it was switched on."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def await_text(self, wanted: str, *, times: int = 1) -> str:
        """Wait until the serial line has said something so often, and return all it said."""
        return self.wait(
            f"“{wanted}” on the serial line",
            lambda: self.text() if self.text().count(wanted) >= times else None,
        )

    def wait(self, what: str, look: Callable[[], Found | None], *, pause_s: float = 0.5) -> Found:
        """Wait for something while the machine runs."""
        end = time.monotonic() + CEILING_S
        while True:
            found = look()
            if found is not None and found is not False:
                return found
            self.alive()
            if time.monotonic() > end:
                raise AssertionError(f"waited for {what}, in vain; it said:\n{self.text()[-3000:]}")
            time.sleep(pause_s)

    def alive(self) -> None:
        """Raise when it has stopped by itself."""
        if self._process is None or self._process.poll() is not None:
            raise AssertionError(f"the machine stopped; it said:\n{self.text()[-3000:]}")

    @abstractmethod
    def _command(self) -> list[str]:
        """Return how it is switched on."""


class Pi(Board):
    """QEMU's Raspberry Pi 3: the card in its own slot, begun by the Pi's own U-Boot.

    QEMU has no firmware of the Pi: U-Boot and the device tree are taken off the card for it.
    """

    TREE = "bcm2837-rpi-3-b.dtb"

    def _command(self) -> list[str]:
        for name in ("u-boot.bin", self.TREE):
            source = ("-i", f"{self.card}@@{MIB}", f"::{name}")
            subprocess.run(["mcopy", "-o", *source, str(self.folder / name)], check=True)
        return [
            *("qemu-system-aarch64", "-M", "raspi3b", "-accel", "tcg,thread=multi"),
            *("-display", "none", "-nic", "none", "-monitor", "none"),
            *("-serial", "null", "-serial", f"file:{self.log}"),
            *("-kernel", "u-boot.bin", "-dtb", self.TREE),
            *("-drive", f"file={self.card},format=raw,if=sd,cache=writethrough"),
        ]


class Machine(Board):
    """A register: screen, finger, scanner, printer, drawer, network at 10.0.2.2.

    Attributes:
        monitor: Asks QEMU.
        lines: The board's own lines: the drawer's coil and its switch.
        paper: What its printer printed since it was switched on.
    """

    monitor: Monitor
    lines: Lines
    paper: Paper

    def start(self) -> None:
        """Switch it on."""
        for old in ("monitor", "lines", "printer"):
            (self.folder / old).unlink(missing_ok=True)
        super().start()
        self.monitor = Monitor(self.folder / "monitor", self.alive)
        self.lines = Lines(self.folder / "lines", self.monitor, self.alive)
        self.lines.answer(DRAWER_LINE, SENSOR_LINE)
        self.paper = Paper(self.folder / "printer", self.alive)

    def look(self, name: str = "screen") -> Image.Image:
        """Take a picture of its screen."""
        raw = self.folder / f"{name}.ppm"
        self.monitor.do("screendump", filename=str(raw))
        with Image.open(raw) as picture:
            seen = picture.convert("RGB")
        seen.save(raw.with_suffix(".png"))
        raw.unlink()
        return seen

    def settle(self, name: str) -> Image.Image:
        """Wait until two pictures one after the other are the same, and return it."""
        before = self.look(name)

        def still() -> Image.Image | None:
            nonlocal before
            time.sleep(STILL_S)
            now = self.look(name)
            before, same = now, now.tobytes() == before.tobytes()
            return now if same else None

        return self.wait(f"the screen to rest ({name})", still, pause_s=0)

    def scan(self, code: str) -> None:
        """Hold a code before the scanner: a keyboard that types it and ends with Enter."""
        for sign in f"{code}\n":
            self.monitor.do("send-key", keys=_keys(sign), **{"hold-time": 20})
            time.sleep(0.06)

    def plug_in(self, stick: Path) -> None:
        """Plug a stick into one of its USB sockets."""
        file = {"driver": "file", "filename": str(stick)}
        self.monitor.do("blockdev-add", driver="raw", **{"node-name": "stick"}, file=file)
        self.monitor.do("device_add", driver="usb-storage", id="stick", drive="stick")

    def touch(self, x: int, y: int) -> None:
        """Touch the screen, in its pixels from the upper left."""
        place = [
            {"type": "abs", "data": {"axis": "x", "value": x * 32767 // WIDTH}},
            {"type": "abs", "data": {"axis": "y", "value": y * 32767 // HEIGHT}},
        ]
        self.monitor.do("input-send-event", events=place)
        time.sleep(0.3)
        for down in (True, False):
            press = {"type": "btn", "data": {"down": down, "button": "left"}}
            self.monitor.do("input-send-event", events=[press])
            time.sleep(0.3)

    def _command(self) -> list[str]:
        return [
            # Without ACPI the board has the PL061 with its lines.
            *("qemu-system-aarch64", "-M", "virt,acpi=off", "-cpu", "cortex-a72"),
            *("-accel", "tcg,thread=multi", "-smp", "2"),
            *("-m", "1024", "-display", "none", "-bios", str(FIRMWARE)),
            *("-chardev", f"file,id=said,path={self.log}", "-serial", "chardev:said"),
            *("-drive", f"file={self.card},format=raw,if=none,id=card,cache=writethrough"),
            *("-device", "virtio-blk-device,drive=card"),
            *("-device", f"virtio-gpu-pci,edid=on,xres={WIDTH},yres={HEIGHT}"),
            *("-device", "qemu-xhci", "-device", "usb-kbd", "-device", "usb-tablet"),
            *("-chardev", "socket,id=paper,path=printer,server=on,wait=off"),
            *("-device", "usb-serial,chardev=paper,always-plugged=on"),
            *("-device", "i6300esb", "-action", "watchdog=reset"),
            *("-qmp", "unix:monitor,server=on,wait=off"),
            *("-qtest", "unix:lines,server=on,wait=off", "-qtest-log", "/dev/null"),
            *("-netdev", "user,id=net", "-device", "virtio-net-device,netdev=net"),
        ]


def flashed(image: Path, folder: Path) -> Path:
    """Return a card with the image on it, in both slots of which nothing gives up early."""
    card = folder / "card.img"
    subprocess.run(["cp", "--sparse=always", str(image), str(card)], check=True)
    with card.open("r+b") as file:
        file.truncate(CARD_MIB * MIB)
    give_time(card, *SLOTS_MIB.values())
    return card


def give_time(file: Path, *begins_mib: int) -> None:
    """Let nothing in some slots give up because an emulated machine is slow.

    Args:
        file: A card, or what fills a slot; small files of settings are added to each slot.
        begins_mib: Where the slots begin.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "settings"
        for begins, (place, words) in itertools.product(begins_mib, PATIENCE.items()):
            source.write_text(words, encoding="ascii")
            edit(file, begins, f"mkdir {Path(place).parent}", f"write {source} {place}")
            assert "Type: regular" in edit(file, begins, f"stat {place}")


def edit(file: Path, begins_mib: int, *orders: str) -> str:
    """Change a slot's file system from outside, and return what was said.

    Args:
        file: A card, or what fills a slot.
        begins_mib: Where the slot begins.
        orders: As debugfs(8) takes them.
    """
    target = f"{file}?offset={begins_mib * MIB}"
    command = ["debugfs", "-w", "-f", "-", target]
    said = "\n".join(orders) + "\n"
    return subprocess.run(command, input=said, check=True, capture_output=True, text=True).stdout


def choose(card: Path, state: State) -> None:
    """Write which slot starts onto a card, as the running system does."""
    with tempfile.TemporaryDirectory() as folder:
        state_file = Path(folder) / "state"
        state_file.write_bytes(state.pack())
        for copy in COPIES:
            start = f"{card}@@{MIB}"
            subprocess.run(["mcopy", "-o", "-i", start, str(state_file), f"::{copy}"], check=True)


def chosen(card: Path) -> State:
    """Return which slot a card starts: the newer whole copy."""
    found = []
    for copy in COPIES:
        command = ["mtype", "-i", f"{card}@@{MIB}", f"::{copy}"]
        said = subprocess.run(command, check=True, capture_output=True).stdout
        found.append(State.unpack(said))
    return max((each for each in found if each is not None), key=lambda each: each.turn)


def _keys(sign: str) -> list[dict[str, str]]:
    if sign in _SHIFTED:
        return [{"type": "qcode", "data": "shift"}, *_keys(_SHIFTED[sign])]
    if sign.isupper():
        return [{"type": "qcode", "data": "shift"}, *_keys(sign.lower())]
    return [{"type": "qcode", "data": _KEYS.get(sign, sign)}]
