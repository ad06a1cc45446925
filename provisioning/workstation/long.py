"""All tests, and then those that make faults happen once more at length: tests/long.toml.

    python -m provisioning.workstation.long [arguments for pytest]

Runs in the environment that the set-up made. Every part is run whatever became of the others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from provisioning.workstation.places import ROOT
from provisioning.workstation.testing import SIDE_BY_SIDE

LIST = ROOT / "tests" / "long.toml"


@dataclass(frozen=True)
class Part:
    """One run of pytest.

    Attributes:
        what: What it shows, in words.
        tests: The files and folders it runs; none for all.
        told: The environment variables that scale it.
    """

    what: str
    tests: tuple[str, ...] = ()
    told: dict[str, str] = field(default_factory=dict)

    def run(self, more: Sequence[str]) -> bool:
        """Run it, saying each test as it begins; return whether all was well."""
        # Each line at once: the log of a test that hangs must say which.
        how = ("-v",) if self.told else SIDE_BY_SIDE
        command = [sys.executable, "-u", "-m", "pytest", *how, *more]
        environment = {**os.environ, **self.told}
        ended = subprocess.run([*command, *self.tests], cwd=ROOT, env=environment, check=False)
        return ended.returncode == 0


def parts() -> Iterator[Part]:
    """Return the plain tests, then every long one, in the order of the list."""
    yield Part("all tests")
    for each in tomllib.loads(LIST.read_text(encoding="utf-8"))["long"]:
        yield Part(each["what"], tuple(each["tests"]), each["told"])


def main(more: Sequence[str]) -> int:
    """Run every part and return the exit code."""
    wanted, failed = list(parts()), []
    for number, part in enumerate(wanted, 1):
        scaled = "".join(f" {name}={value}" for name, value in part.told.items())
        _say(f"\n== {number} of {len(wanted)}: {part.what}{scaled}")
        begun = time.monotonic()
        if not part.run(more):
            failed.append(part.what)
        _say(f"== {part.what}: {'failed' if part.what in failed else 'well'}, {_took(begun)}")
    _say(f"\n{len(wanted) - len(failed)} of {len(wanted)} parts went well.")
    for what in failed:
        _say(f"Failed: {what}")
    return 1 if failed else 0


def _took(begun: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - begun), 60)
    return f"{minutes} min {seconds} s"


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
