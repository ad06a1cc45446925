"""Running the programs of these tests under the recorder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.powercut.states import ROOT


def lives(program: str, folder: Path, recorder: Path, fault: str, tries: int) -> list[dict]:
    """Run a program that lives with a failing disk; return what each of its lives told."""
    ended = subprocess.run(
        [sys.executable, "-m", f"tests.powercut.{program}", folder, fault, str(tries)],
        cwd=ROOT,
        env={
            **os.environ,
            "LD_PRELOAD": str(recorder),
            "RECORD_FOLDER": str(folder / "data"),
            "DATABASE_URL": f"sqlite:///{folder / 'data' / 'collector.db'}",
            "BALIE_STATE": str(folder / "state"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]
