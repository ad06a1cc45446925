"""A shop whose register is the machine under test: broker, door and back office stand here."""

from __future__ import annotations

import shutil
from pathlib import Path

from provisioning.image.__main__ import KEYS
from provisioning.image.bundle import CERTIFICATE
from tests.door.way import Shop
from tests.image.machine import DRAWER_LINE, HEIGHT, SENSOR_LINE, WIDTH
from tests.world.shop import DEVICE

HERE = "10.0.2.2"
"""What this machine is called by QEMU's own network; its loopback answers there."""

PROFILE = "bench"

COUNTER = f"""\
[screen]
width = {WIDTH}
height = {HEIGHT}
fullscreen = true
[drawer]
driver = "gpio"
chip = 0
pin = "GPIO{DRAWER_LINE}"
sensor_pin = "GPIO{SENSOR_LINE}"
[printer]
answer_timeout_s = 30.0
"""
"""What stands on the machine's counter; its scanner is the one that reads the code."""

ON_THE_CABLE = 'driver = "serial"\nport = "/dev/ttyUSB0"\nflow_control = "none"\n'


class GuestShop(Shop):
    """The back office, and nothing of the device: that comes by being let in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environment |= {
            "BALIE_DOOR": f"{HERE}:{self.door_port}",
            "BALIE_DEVICES_BROKER": f"{HERE}:{self.port}",
        }

    def make(self) -> None:
        """Lay out the back office and the broker, bring in what is sold, and open the door."""
        self.collector("migrate")
        self.collector("authority", "init")
        place = ("--folder", self.folder / "broker", "--port", self.port)
        self.collector("broker-config", *place, "--host", HERE)
        self.keep_profile(ON_THE_CABLE)
        self.stock()
        signers = self.folder / "state" / "updates"
        signers.mkdir(exist_ok=True)
        shutil.copyfile(KEYS / CERTIFICATE, signers / CERTIFICATE)
        self.start("broker", "ingest", "door")

    def keep_profile(self, printer: str) -> None:
        """Keep what stands on the machine's counter, with this printer: its device is told."""
        counter = self.folder / "counter.toml"
        counter.write_text(f"{COUNTER}{printer}", encoding="ascii")
        self.collector("profile", "set", PROFILE, counter)

    def code(self, device: str = DEVICE, *more: object) -> str:
        """Make a one-time code in the terminal, and return what its QR says."""
        return super().code(device, "--language", "en", *more)


def printer_at(host: str, port: int) -> str:
    """Return the settings of a printer that listens here, as the machine sees it."""
    assert host == "127.0.0.1"
    return f'driver = "network"\nhost = "{HERE}"\nport = {port}\n'
