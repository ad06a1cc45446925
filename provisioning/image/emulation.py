"""Runs programs of the Pi's processor on this machine, as configuring Debian's packages asks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from provisioning.workstation.progress import SetupError

REGISTER = Path("/proc/sys/fs/binfmt_misc")
"""Where the kernel is told which program runs foreign ones."""

_NOT_HERE = (
    "The programs of the Pi's processor cannot be run here, and the image is configured by running "
    f"them. As root, run: mount -t binfmt_misc binfmt_misc {REGISTER}; update-binfmts --enable. "
    "A container must be allowed to do that."
)


def require(architecture: str) -> None:
    """See that programs of another processor run here, and let them where this account may.

    Raises:
        SetupError: They do not; the message says how to allow it.
    """
    if _runs(architecture):
        return
    if os.geteuid() == 0:
        if not (REGISTER / "register").exists():
            _try("mount", "-t", "binfmt_misc", "binfmt_misc", str(REGISTER))
        _try("update-binfmts", "--enable")
    if not _runs(architecture):
        raise SetupError(_NOT_HERE)


def _runs(architecture: str) -> bool:
    try:
        return _try("arch-test", architecture)
    except FileNotFoundError:
        raise SetupError("arch-test is missing. As root, run: apt-get install arch-test") from None


def _try(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
