"""What tests/conftest.py promises to every test."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from tests.conftest import LONGEST

LEFT = logging.StreamHandler(io.StringIO())


def test_a_command_sets_its_log_as_it_does_when_it_is_started():
    logging.getLogger().addHandler(LEFT)
    logging.getLogger().setLevel(logging.CRITICAL)


def test_and_leaves_nothing_of_it_to_the_next_test():
    root = logging.getLogger()
    assert LEFT not in root.handlers, "its stream is closed by now: each line would be an error"
    assert root.level == logging.WARNING


def test_the_longest_files_are_where_they_are_said_to_be():
    here = Path(__file__).parent
    assert [name for name in LONGEST if not (here / name).is_file()] == []
