"""The few programs and libraries that come from Debian, each with what it is for."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from provisioning.workstation.places import LOGS, shown
from provisioning.workstation.progress import SetupError, Step

SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""Debian keeps servers such as mosquitto where an ordinary person's PATH does not look."""

POSTGRESQL = Path("/usr/lib/postgresql")
"""Where Debian keeps every version of PostgreSQL's programs."""


@dataclass(frozen=True)
class Need:
    """Something the machine must have.

    Attributes:
        package: The Debian package that brings it.
        purpose: What it is for, in words for the person who is asked to install it.
        found: Says whether it is there already, whoever installed it.
    """

    package: str
    purpose: str
    found: Callable[[], bool]


def program(name: str) -> Callable[[], bool]:
    """Return a check that a program is on the path."""
    return lambda: shutil.which(name, path=SYSTEM_PATH) is not None


def library(name: str) -> Callable[[], bool]:
    """Return a check that a shared library can be loaded."""

    def found() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return found


def header(name: str) -> Callable[[], bool]:
    """Return a check that a C header is installed."""
    return (Path("/usr/include") / name).exists


def server(name: str) -> Callable[[], bool]:
    """Return a check that a program of PostgreSQL is there; Debian keeps each version apart."""
    return lambda: any(POSTGRESQL.glob(f"*/bin/{name}"))


def module(name: str) -> Callable[[], bool]:
    """Return a check that this Python has a module."""
    return lambda: importlib.util.find_spec(name) is not None


PYTHON = (Need("python3-venv", "makes the virtual environment", module("ensurepip")),)
BROKER = (Need("mosquitto", "carries the journal to the collector", program("mosquitto")),)
WINDOW = (
    Need("libgl1", "draws the register's window", library("libGL.so.1")),
    Need("libmtdev1", "reads a touchscreen", library("libmtdev.so.1")),
)
VIRTUAL_SCREEN = (
    Need("xvfb", "is the screen where there is none", program("Xvfb")),
    Need("xdotool", "touches that screen", program("xdotool")),
)
COMPILER = (
    Need("gcc", "compiles evdev, which has no ready wheel for this processor", program("gcc")),
    Need("python3-dev", "the headers evdev is compiled with", program("python3-config")),
)


TESTS = (
    Need("libegl1", "draws windows where there is no screen", library("libEGL.so.1")),
    Need("strace", "counts the journal's syncs", program("strace")),
    Need("gcc", "compiles what records a power cut", program("cc")),
    Need("postgresql", "stores in the place of SQLite, in a folder of its own", server("initdb")),
    Need("zbar-tools", "reads payment codes in pictures of the screen", program("zbarimg")),
    Need("libc6-dev", "the headers that is compiled with", header("stdio.h")),
)
"""Tests that need more (chromium, podman) run where it is installed."""


IMAGE = (
    Need(
        "binfmt-support",
        "tells the kernel how to run other processors' programs",
        program("update-binfmts"),
    ),
    Need("qemu-user-static", "runs programs of the Pi's processor", program("qemu-aarch64-static")),
    Need("arch-test", "says whether they run", program("arch-test")),
    Need("mmdebstrap", "puts Debian's packages together", program("mmdebstrap")),
    Need("e2fsprogs", "makes the file systems of the card", program("mkfs.ext4")),
    Need("dosfstools", "makes the partition that the Pi starts from", program("mkfs.vfat")),
    Need("mtools", "fills it", program("mcopy")),
    Need("fdisk", "divides the card", program("sfdisk")),
    Need("kmod", "lists what each driver needs", program("depmod")),
    Need("rauc", "signs updates", program("rauc")),
    Need("squashfs-tools", "packs them", program("mksquashfs")),
    Need("zstd", "packs the image", program("zstd")),
)
"""What builds the image. The kernel must know of other processors' programs before qemu-user-static
comes, so binfmt-support stands first."""

IMAGE_TESTS = (
    Need("qemu-system-arm", "is the machine that starts the image", program("qemu-system-aarch64")),
    Need("u-boot-qemu", "is its firmware", Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin").exists),
)


def needs(
    *, virtual_screen: bool, tests: bool = False, more: Iterable[Need] = ()
) -> tuple[Need, ...]:
    """Return what this machine must have for the purpose at hand, each package once."""
    wanted: list[Need] = [*PYTHON, *BROKER, *WINDOW]
    if virtual_screen:
        wanted += VIRTUAL_SCREEN
    if tests:
        wanted += TESTS
    if platform.machine() != "x86_64":
        wanted += COMPILER
    wanted += more
    return tuple({need.package: need for need in wanted}.values())


def install(wanted: Iterable[Need], step: Step) -> None:
    """Install what is not there yet.

    Raises:
        SetupError: There is no right to install, no apt-get, or apt-get failed.
    """
    missing = [need for need in wanted if not need.found()]
    if not missing:
        step.result("all here")
        return
    packages = [need.package for need in missing]
    for need in missing:
        step.working(f"{need.package}: {need.purpose}")
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"This machine needs {', '.join(packages)} and has no apt-get. "
            "Install these programs in your system's own way, then start again."
        )
    _apt_get(right_to_install(packages), packages, step)
    importlib.invalidate_caches()
    still = [need.package for need in missing if not need.found()]
    if still:
        raise SetupError(
            f"apt-get installed {', '.join(still)}, but what it brings is not found. "
            "If this Python is not Debian's own, start again with /usr/bin/python3."
        )
    step.result(f"installed {', '.join(packages)}")


def right_to_install(packages: Iterable[str]) -> list[str]:
    """Return what to put before apt-get: nothing as root, else sudo where it asks nothing.

    Raises:
        SetupError: Neither; the message is the exact line for the person to run.
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    raise SetupError(
        "Some Debian packages are missing and this account may not install them. Run this line, "
        f"then start again:\n\n    {install_line(packages)}\n"
    )


def install_line(packages: Iterable[str]) -> str:
    """Return the one line that installs the packages."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def _apt_get(right: list[str], packages: list[str], step: Step) -> None:
    """Refresh the lists and install; the whole output goes to a log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "apt.log"
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    install_command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    with log.open("w") as out:
        step.working("fetching Debian's package lists")
        # A list that cannot be fetched anew may still be good enough, so only the second counts.
        subprocess.run([*right, "apt-get", "update"], stdout=out, stderr=out, check=False)
        step.working(f"installing {', '.join(packages)}")
        ended = subprocess.run(
            [*right, *environment, *install_command], stdout=out, stderr=out, check=False
        )
    if ended.returncode:
        raise SetupError(
            f"apt-get could not install {', '.join(packages)}. What it said is in {shown(log)}. "
            f"Try it by hand, then start again:\n\n    {install_line(packages)}\n"
        )
