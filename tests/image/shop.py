"""A shop whose register is the machine under test: broker, collector and back office stand here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from provisioning.image.disk import Builder
from provisioning.image.recipe import Recipe
from tests.image.machine import DRAWER_LINE, HEIGHT, SENSOR_LINE, WIDTH
from tests.world.shop import DEVICE, REGISTER, World

HERE = "10.0.2.2"
"""What this machine is called by QEMU's own network; its loopback answers there."""

BALIE = 640
"""The number of the account that everything on the device runs as: systemd/sysusers.conf."""

_EPOCH = 1_700_000_000


class GuestShop(World):
    """The back office, and a data partition for the machine as enrolling leaves it."""

    def make(self) -> None:
        """Lay out the back office and the broker, enrol the register, bring in what is sold."""
        self.collector("migrate")
        self.collector("authority", "init")
        place = ("--folder", self.folder / "broker", "--port", self.port)
        self.collector("broker-config", *place, "--host", HERE)
        self.enrol()
        self.stock()

    def balie_toml(self, *, broker_port: int = 0) -> str:
        """Return the machine's settings."""
        return (
            f'[device]\nid = "{DEVICE}"\nname = "Two"\nregister = "{REGISTER}"\n'
            'market = "nl"\nlanguage = "en"\ndata = "data"\n'
            f"[screen]\nwidth = {WIDTH}\nheight = {HEIGHT}\nfullscreen = true\n"
            '[printer]\ndriver = "serial"\nport = "/dev/ttyUSB0"\nflow_control = "none"\n'
            "answer_timeout_s = 30.0\n"
            f'[drawer]\ndriver = "gpio"\nchip = 0\npin = "GPIO{DRAWER_LINE}"\n'
            f'sensor_pin = "GPIO{SENSOR_LINE}"\n'
            '[[scanner]]\ndriver = "hid"\ndevice = "0627:0001"\n'
            f'[broker]\nhost = "{HERE}"\nport = {broker_port or self.port}\n'
            'ca = "identity/ca.pem"\ncertificate = "identity/device.pem"\n'
            'key = "identity/device.key"\n'
        )

    def partition(self, chosen: Recipe) -> Path:
        """Make the data partition of a device that has been let in and has sold nothing."""
        enrolled, folder = self.folder / "register", self.folder / "device"
        (folder / "data").mkdir(parents=True)
        (folder / "identity").mkdir(mode=0o700)
        shutil.copyfile(self.settings, folder / "balie.toml")
        for name in ("ca.pem", "device.pem", "device.key"):
            shutil.copyfile(enrolled / name, folder / "identity" / name)
        shutil.copyfile(
            self.environment["BALIE_BROKER_CERTIFICATE"], folder / "identity/collector.pem"
        )
        for each in (folder, *folder.rglob("*")):
            os.chown(each, BALIE, BALIE)
        target = self.folder / "data.part"
        built = Builder(_EPOCH, self.folder / "partition.log")
        built.data(target, mib=chosen.disk.data_mib, tree=folder)
        return target

    def has_articles(self) -> bool:
        """Say that nothing is to be waited for: the articles arrive in the machine."""
        return True
