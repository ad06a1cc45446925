"""``python3 -m provisioning image``, once the set-up is done."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from appliance.domain.update import is_version
from provisioning.image import bundle, making
from provisioning.workstation.places import HOME, LOGS, shown
from provisioning.workstation.progress import SetupError

KEYS = HOME / "update-keys"
"""Who builds an image may sign updates for it; see ``bundle.make_key``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the image and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m provisioning image")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--mirror", action="append", default=[])
    parser.add_argument("--update")
    chosen = parser.parse_args(arguments)
    try:
        version = chosen.update or ""
        if version and not is_version(version):
            parser.error(f"a version such as 0.2.0 was expected, found {version!r}")
        keyring = bundle.make_key(KEYS)
        made = making.make(keyring=keyring, version=version, mirrors=tuple(chosen.mirror))
        if chosen.output:
            shutil.copyfile(made.compressed, chosen.output)
        if chosen.update:
            target = making.PLACE / f"balie-{chosen.update}.raucb"
            log = LOGS / "update.log"
            bundle.make(made.root, target, version=chosen.update, keys=KEYS, log=log)
            _say(f"\nThe update is {shown(target)}; upload it at the back office's Updates.")
    except SetupError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    _say(f"\nThe image is {shown(chosen.output or made.compressed)}; unpacked, its SHA-256 is")
    _say(f"{made.digest}. What takes space in it, largest first:\n")
    _say((making.PLACE / "sizes.txt").read_text(encoding="utf-8"))
    _say(f"Updates for it are signed with {shown(KEYS)}: keep a copy of that folder, apart.")
    return 0


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main())
