"""What somebody brings on a stick: any file, any name, any version; nothing that is known is lost."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.domain.update import Stage, Why
from appliance.update.commands import the_one_in
from appliance.update.notes import Fetched
from appliance.update.system import COMPATIBLE, Rauc, UpdateError
from provisioning.image import bundle as real
from tests.update.machine import NEW, NOW
from tests.update.test_installing import fetched


def test_a_stick_is_taken_and_one_that_failed_before_may_try_again(machine, tmp_path):
    bundle = tmp_path / "balie-0.2.0.raucb"
    bundle.write_bytes(machine.bundle())
    assert machine.install().from_file(the_one_in(tmp_path))
    machine.notes.installed = replace(machine.notes.installed, stage=Stage.FELL_BACK)
    assert machine.install().from_file(bundle)
    assert machine.notes.installed.turn == 2
    machine.notes.installed = replace(machine.notes.installed, stage=Stage.RUNNING)
    assert not machine.install().from_file(bundle)


def test_a_stick_with_two_versions_is_refused_in_words(tmp_path):
    for name in ("balie-1.raucb", "balie-2.raucb"):
        (tmp_path / name).touch()
    with pytest.raises(UpdateError, match=r"found: balie-1\.raucb, balie-2\.raucb"):
        the_one_in(tmp_path)


def brought(machine, tmp_path, version, data=None, **more):
    (tmp_path / "stick").mkdir(exist_ok=True)
    for old in (tmp_path / "stick").iterdir():
        old.unlink()
    bundle = tmp_path / "stick" / f"balie-{version}.raucb"
    bundle.write_bytes(machine.bundle(version) if data is None else data)
    return machine.install(**more).from_file(the_one_in(tmp_path / "stick"))


def runs(machine, offer):
    """Have a version of the back office run."""
    assert machine.install().fetched()
    machine.notes.installed = replace(machine.notes.installed, stage=Stage.RUNNING)
    assert fetched(machine) == offer


def test_a_stick_that_is_not_taken_changes_nothing_that_is_known(machine, tmp_path):
    runs(machine, fetched(machine))
    before = machine.notes.installed
    with pytest.raises(UpdateError, match="is not signed"):
        brought(machine, tmp_path, "0.9.0", b"forged")
    assert machine.notes.installed == before
    assert machine.notes.report().stage is Stage.RUNNING
    assert machine.notes.at_counter().why is Why.SIGNATURE
    assert not machine.install().fetched()  # what runs is not written once more
    machine.settle()
    assert machine.notes.at_counter().stage is Stage.RUNNING


def test_a_stick_brings_nothing_older_to_a_card_that_was_just_flashed(machine, tmp_path):
    with pytest.raises(UpdateError, match=r"older than 0\.10\.0"):
        brought(machine, tmp_path, "0.9.0", runs="0.10.0")
    assert brought(machine, tmp_path, "0.11.0", runs="0.10.0")


def test_after_a_stick_what_the_office_offers_is_not_done_twice(machine, tmp_path):
    runs(machine, fetched(machine))
    assert brought(machine, tmp_path, "0.3.0")
    for stage in (Stage.RUNNING, Stage.FELL_BACK):
        machine.notes.installed = replace(machine.notes.installed, stage=stage)
        assert not machine.install().fetched()
    machine.notes.fetched = Fetched(replace(machine.offer(), turn=2), machine.offer().size)
    assert machine.install().fetched()


@pytest.mark.parametrize(
    ("version", "is_taken"), [("0.1.9", False), ("0.2.0-1", True), ("0.2.1", True), ("x", True)]
)
def test_a_stick_brings_nothing_older(machine, tmp_path, version, is_taken):
    runs(machine, fetched(machine))
    if is_taken:
        assert brought(machine, tmp_path, version)
        return
    with pytest.raises(UpdateError, match=r"older than 0\.2\.0, which runs here"):
        brought(machine, tmp_path, version)
    assert machine.holds("B") == NEW
    assert machine.notes.at_counter().why is Why.OLDER


def test_the_office_may_offer_an_older_one(machine):
    runs(machine, fetched(machine))
    fetched(machine, version="0.1.9")
    assert machine.install().fetched()


def test_a_stick_waits_until_all_is_sent(machine, tmp_path):
    (tmp_path / "balie-0.2.0.raucb").write_bytes(machine.bundle())
    late = machine.install(oldest=NOW - timedelta(hours=5))
    with pytest.raises(UpdateError) as refused:
        late.from_file(the_one_in(tmp_path))
    assert refused.value.why is Why.UNSENT  # the unit asks again while the stick is there
    assert machine.install().from_file(the_one_in(tmp_path))
    assert machine.notes.brought is None


def test_what_a_mac_leaves_beside_a_file_is_no_second_version(machine, tmp_path):
    (tmp_path / "balie-0.2.0.raucb").write_bytes(machine.bundle())
    (tmp_path / "._balie-0.2.0.raucb").write_bytes(b"Mac OS X")
    assert the_one_in(tmp_path).name == "balie-0.2.0.raucb"


def test_a_folder_called_like_a_version_is_refused_in_words(machine, tmp_path):
    (tmp_path / "balie-0.2.0.raucb").mkdir()
    with pytest.raises(UpdateError, match="cannot be read"):
        machine.install().from_file(the_one_in(tmp_path))


@pytest.mark.skipif(shutil.which("rauc") is None, reason="rauc is not installed")
@pytest.mark.parametrize(
    ("name", "why", "words"),
    [
        ("empty", Why.SIZE, "not all of one"),
        ("noise", Why.SIZE, "no update of Balie"),
        ("torn", Why.SIZE, "Copy it anew"),
        ("foreign", Why.SIGNATURE, "not signed by whoever may update this device"),
        ("fridge", Why.SIGNATURE, "for balie-arm64 was expected, found one for fridge"),
        ("gone", Why.INSTALL, "could not be checked"),
    ],
)
def test_what_the_real_rauc_says_is_told_in_words(tmp_path, monkeypatch, name, why, words):
    root = tmp_path / "root.ext4"
    root.write_bytes(random.Random(5).randbytes(1 << 20))
    keys = tmp_path / ("others" if name == "foreign" else "keys")
    for folder in {tmp_path / "keys", keys}:
        real.make_key(folder)
    bundle = tmp_path / f"{name}.raucb"
    if name in ("torn", "foreign", "fridge"):
        monkeypatch.setattr(real, "COMPATIBLE", "fridge" if name == "fridge" else COMPATIBLE)
        real.make(root, bundle, version="0.3.0", keys=keys, log=tmp_path / "log")
    if name != "gone":
        data = bundle.read_bytes() if bundle.exists() else b""
        parts = {"torn": data[: len(data) // 2], "noise": bytes(range(256)) * 99}
        bundle.write_bytes(parts.get(name, data))
    settings = tmp_path / "system.conf"
    settings.write_text(
        f"[system]\ncompatible={COMPATIBLE}\nbootloader=noop\nbundle-formats=verity\n"
        f"statusfile={tmp_path}/status\n"
        f"[keyring]\npath={tmp_path}/keys/{real.CERTIFICATE}\nuse-bundle-signing-time=true\n"
    )
    with pytest.raises(UpdateError, match=words) as refused:
        Rauc(("rauc", "-c", str(settings))).version_of(bundle)
    assert refused.value.why is why
