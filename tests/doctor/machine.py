"""A Pi laid out in a folder: /sys, /proc and /run as its kernel would tell them."""

from __future__ import annotations

from pathlib import Path

from appliance.doctor.host import Host

INPUTS = """I: Bus=0003 Vendor=0eef Product=0005 Version=0111
N: Name="eGalax Touch"
H: Handlers=mouse0 event0
B: PROP=2
B: EV=b

I: Bus=0003 Vendor=05f9 Product=2204 Version=0110
N: Name="PSC Scanner"
H: Handlers=sysrq kbd leds event1
B: PROP=0

I: Bus=0019 Vendor=0000 Product=0000 Version=0000
N: Name="vc4-hdmi-0"
H: Handlers=kbd event2
B: PROP=0
"""


class Machine:
    """A Pi 4 with its card, a screen and a touchscreen; all is well with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = Path("/var/lib/balie/data")
        self.host = Host(root)
        self.lay(
            {
                "proc/self/mountinfo": "24 1 179:2 / / ro,noatime - ext4 /dev/mmcblk0p2 ro\n"
                "30 24 179:4 / /var/lib/balie rw,noatime - ext4 /dev/mmcblk0p4 rw,errors=remount-ro\n",
                "proc/bus/input/devices": INPUTS,
                "proc/cmdline": "root=PARTUUID=fea51234-03 rauc.slot=B balie.tries=0",
                "proc/device-tree/compatible": "raspberrypi,4-model-b\0brcm,bcm2711\0",
                "proc/device-tree/scb/gpu@7ec00000/compatible": "brcm,2711-v3d\0",
                "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.5\0",
                "proc/sys/kernel/osrelease": "6.12.0",
                "run/systemd/timesync/synchronized": "",
                "sys/block/mmcblk0/device/name": "SL32G",
                "sys/block/mmcblk0/device/date": "05/2024",
                "sys/class/drm/card1-HDMI-A-1/status": "connected",
                "sys/class/drm/card1-Writeback-1/status": "unknown",
                "sys/class/thermal/thermal_zone0/temp": "48312",
                "sys/devices/platform/soc/soc:firmware/get_throttled": "0",
                "sys/fs/ext4/mmcblk0p4/errors_count": "0",
            }
        )

    def lay(self, files: dict[str, str]) -> None:
        for path, said in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(said + "\n" if said else "")
