"""A bundle is taken only when it is signed, whole, and for these devices."""

from __future__ import annotations

import random
import shutil

import pytest

from collector.updates.bundles import BundleError, read
from provisioning.image import bundle as real


@pytest.fixture
def certificate(keys):
    return keys / real.CERTIFICATE


def test_what_it_says_is_read(make_bundle, certificate):
    file = make_bundle("0.2.0")
    contents = read(file, certificate)
    assert contents.version == "0.2.0"
    assert contents.size == file.stat().st_size


@pytest.mark.skipif(shutil.which("rauc") is None, reason="rauc is not installed")
def test_one_of_the_real_rauc_is_read_and_its_damage_found(tmp_path, keys, certificate):
    root = tmp_path / "root.ext4"
    root.write_bytes(random.Random(5).randbytes(4096 * 600))
    made = tmp_path / "made.raucb"
    real.make(root, made, version="0.3.0", keys=keys, log=tmp_path / "log")
    assert read(made, certificate).version == "0.3.0"
    data = bytearray(made.read_bytes())
    data[len(data) // 3] ^= 1
    made.write_bytes(data)
    with pytest.raises(BundleError, match="damaged"):
        read(made, certificate)


def test_somebody_elses_signature_is_refused(make_bundle, certificate, tmp_path):
    real.make_key(tmp_path)
    with pytest.raises(BundleError, match=r"not signed by the key that belongs to update\.pem"):
        read(make_bundle(keys=tmp_path), certificate)


@pytest.mark.parametrize("at", [0, 4096, -4096 * 10])
def test_a_flipped_byte_is_found(make_bundle, certificate, tmp_path, at):
    data = bytearray(make_bundle().read_bytes())
    data[at] ^= 1
    (tmp_path / "b").write_bytes(data)
    with pytest.raises(BundleError, match="damaged"):
        read(tmp_path / "b", certificate)


@pytest.mark.parametrize("left", [0, 7, 4104, 5000])
def test_a_torn_file_is_no_bundle(make_bundle, certificate, tmp_path, left):
    (tmp_path / "b").write_bytes(make_bundle().read_bytes()[:left])
    with pytest.raises(BundleError, match="no update of Balie"):
        read(tmp_path / "b", certificate)


def test_one_for_another_device_is_refused(make_bundle, certificate):
    with pytest.raises(BundleError, match="found one for fridge"):
        read(make_bundle(compatible="fridge"), certificate)


def test_one_whose_blocks_are_not_signed_for_is_refused(make_bundle, certificate):
    with pytest.raises(BundleError, match="form verity"):
        read(make_bundle(form="plain"), certificate)


def test_without_a_certificate_it_says_where_one_belongs(make_bundle, tmp_path):
    with pytest.raises(BundleError, match=r"update\.pem"):
        read(make_bundle(), tmp_path / "update.pem")
