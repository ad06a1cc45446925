from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.update.machine import Machine, PowerCutError


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "device").mkdir()
    return Machine(tmp_path / "device")


@pytest.fixture
def card(monkeypatch):
    """Have every step that reaches the last machine's card counted; it may be cut before each."""
    machines = []

    def count(module, name, torn=None):
        real = getattr(module, name)

        def counted(*args, **options):
            for each in machines[-1:]:
                try:
                    each.power.step()
                except PowerCutError:
                    if torn:
                        torn(real, *args)
                    raise
            return real(*args, **options)

        monkeypatch.setattr(module, name, counted)

    def half(pwrite, target, data, at):
        pwrite(target, data[: len(data) // 2] + b"\xff" * 8, at)

    # Nothing is really cut off here, so nothing has to reach a real disk either.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    count(os, "fsync")
    count(os, "pwrite", torn=half)
    count(Path, "replace")
    count(Path, "unlink")
    count(Path, "touch")
    return machines.append
