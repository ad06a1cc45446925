"""Fills the demonstration's back office, with the commands a shop owner would use.

It is done once. What was made is remembered by a mark with the digest of all that went in; when
that changes, the files are imported again. A preparation that was cut off leaves no mark, and then
the whole demonstration is thrown away and made anew: nothing in it is worth a repair.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from provisioning.workstation.demo.fault import DemoError
from provisioning.workstation.demo.place import (
    AUTHORITY,
    BALIE_COLLECTOR,
    BROKER,
    COLLECTOR,
    DEMO,
    HOST,
    PASSWORD,
    PREPARED,
    REGISTER,
    SHOP,
)
from provisioning.workstation.environment import digest
from provisioning.workstation.places import ROOT

DEVICE = "register-1"
DEVICE_NAME = "Kassa 1"
REGISTER_NUMBER = "1"
USER = "demo"

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other."""

Say = Callable[[str], None]


def environment(port: int | None = None) -> dict[str, str]:
    """Return what the collector's programs are told: their state and where the broker is."""
    told = {"BALIE_STATE": str(COLLECTOR), "BALIE_MARKET": "nl"}
    if port is not None:
        told |= {
            "BALIE_BROKER": f"mqtts://{HOST}:{port}",
            "BALIE_BROKER_CA": str(AUTHORITY / "ca.pem"),
            "BALIE_BROKER_CERTIFICATE": str(AUTHORITY / "collector.pem"),
            "BALIE_BROKER_KEY": str(AUTHORITY / "collector.key"),
        }
    return told


def prepare(say: Say) -> str | None:
    """Make the shop unless it is there; return the password when it was made just now.

    Raises:
        DemoError: One of the collector's commands refused.
    """
    content = _content()
    if not PREPARED.exists():
        shutil.rmtree(DEMO, ignore_errors=True)
        password = _make(say)
    elif PREPARED.read_text() != content:
        password = None
        collector("migrate")
        _import(say)
    else:
        return None
    PREPARED.write_text(content)
    return password


def configure_broker(port: int) -> Path:
    """Let the broker listen on a port; return its configuration."""
    configuration = BROKER / "mosquitto.conf"
    listener = f"listener {port} {HOST}"
    if not configuration.exists() or listener not in configuration.read_text():
        collector("broker-config", "--folder", BROKER, "--port", str(port))
    return configuration


def collector(*words: str | Path, standard_input: str = "") -> str:
    """Run one of the collector's commands and return what it printed.

    Raises:
        DemoError: It refused; the sentence is its own.
    """
    ended = subprocess.run(
        [*BALIE_COLLECTOR, *words],
        env={**os.environ, **environment()},
        cwd=ROOT,
        input=standard_input,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        line = " ".join(map(str, words))
        said = (ended.stderr or ended.stdout).strip()
        raise DemoError(f"balie-collector {line} refused: {said}")
    return ended.stdout


def new_password() -> str:
    """Return a password that is hard to guess and easy to type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _make(say: Say) -> str:
    say("making the back office and its certificate authority")
    collector("migrate")
    collector("authority", "init", "--shop", "Buurtwinkel Balie")
    say("enrolling the register")
    identity = ("--name", DEVICE_NAME, "--register", REGISTER_NUMBER)
    collector("device", "add", DEVICE, *identity, "--folder", REGISTER)
    _import(say)
    password = new_password()
    collector("user", "add", USER, "--role", "manager", standard_input=password + "\n")
    _keep(password)
    return password


def _import(say: Say) -> None:
    commands: Sequence[Sequence[str]] = (
        ("import", "categories", "categories.csv"),
        ("import", "articles", "articles.csv"),
        ("import", "keys", "keys.csv"),
        ("import", "staff", "staff.csv"),
        ("set", "shop", "shop.toml"),
    )
    for verb, what, name in commands:
        say(f"{verb} {what}")
        collector(verb, what, SHOP / name)


def _keep(password: str) -> None:
    """Write the password where only its owner can read it."""
    with os.fdopen(os.open(PASSWORD, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(password + "\n")


def _content() -> str:
    """Return the digest of everything the shop is made from."""
    files = [
        *SHOP.glob("*.csv"),
        SHOP / "shop.toml",
        *(ROOT / "collector").rglob("migrations/*.py"),
    ]
    return digest(*(path.read_bytes() for path in sorted(files)))
