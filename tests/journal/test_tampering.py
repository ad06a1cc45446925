"""Every kind of tampering is found and its place named, in every kind of file it can be done to.

``python -m tests.journal.tampering_kinds`` writes the matrix that the contract's README shows.
``BALIE_TAMPERED_FILES`` is the number of kinds of files that one rule is tried in.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance import journal
from tests.journal.exhibits import KINDS
from tests.journal.exhibits_collector import EXHIBITS
from tests.journal.tampering_kinds import TAMPERINGS, matrix

ROOT = Path(journal.__file__).parents[2]
FILES = int(os.environ.get("BALIE_TAMPERED_FILES", "1"))
"""In how many kinds of files what one rule finds in all of them is tried; the next one each time."""


def kinds_of(number, tampering):
    kinds = list(tampering.finds)
    if not tampering.alike:
        return kinds
    return [kinds[(number + turn) % len(kinds)] for turn in range(min(FILES, len(kinds)))]


CASES = [(each, kind) for number, each in enumerate(TAMPERINGS) for kind in kinds_of(number, each)]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """An honest shop, kept in every way it can be kept."""
    folder = tmp_path_factory.mktemp("exhibits")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.journal.exhibits_making", str(folder)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_touched_is_sound(made, tmp_path, kind):
    exhibit = EXHIBITS[kind](made, tmp_path)
    report = exhibit.verify()
    assert report.is_sound, report.text()


@pytest.mark.parametrize(("tampering", "kind"), CASES, ids=str)
def test_it_is_found_and_placed(made, tmp_path, tampering, kind):
    exhibit = EXHIBITS[kind](made, tmp_path)
    tampering.do(exhibit)
    exhibit.save()
    exhibit.finish()
    report = exhibit.verify()
    wanted, place = tampering.finds[kind]
    found = [(str(each.kind), each.place, each.sentence) for each in report.every_finding()]
    fitting = [each for each in found if each[0] == wanted and matches(each[1], place)]
    assert fitting, f"expected {wanted} at {place}, found {found}"
    assert all(each[1] in each[2] for each in fitting), f"the sentence names no place: {fitting}"
    assert not report.is_sound


def matches(found, wanted):
    return found.startswith(wanted.rstrip("*")) if wanted.endswith("*") else found == wanted


def test_there_are_fifty_kinds_and_no_two_of_one_name():
    names = [each.name for each in TAMPERINGS]
    assert len(names) == len(set(names)) >= 50


def test_the_contract_shows_the_matrix():
    shown = (ROOT / "appliance" / "journal" / "contract" / "README.md").read_text()
    assert matrix() in shown
