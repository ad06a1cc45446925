"""Builds the image and runs the tests that start it, from outside: ``tests/image``.

python3 -m provisioning test --image [arguments for pytest]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from provisioning.image import bundle, making
from provisioning.image.__main__ import KEYS
from provisioning.workstation.places import ROOT, shown
from provisioning.workstation.progress import SetupError

VARIABLE = "BALIE_IMAGE"
"""Tells the tests where the image is; without it they are left out."""

TESTS = ROOT / "tests" / "image"


def main(more: Sequence[str]) -> int:
    """Build, test, and return the exit code."""
    begun = time.monotonic()
    try:
        made = making.make(keyring=bundle.make_key(KEYS))
    except SetupError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    sys.stdout.write(f"{shown(made.card)} after {(time.monotonic() - begun) / 60:.1f} min\n")
    sys.stdout.flush()
    # One machine at a time, each test said as it begins: a start takes minutes.
    command = [sys.executable, "-u", "-m", "pytest", "-v", "-s", str(TESTS), *more]
    told = {**os.environ, VARIABLE: str(made.card)}
    return subprocess.run(command, cwd=ROOT, env=told, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
