"""Bundles as `provisioning.image.bundle` makes them: with RAUC where it is, else by hand."""

from __future__ import annotations

import configparser
import hashlib
import io
import struct
import subprocess

import pytest

from collector.updates.bundles import _root
from provisioning.image import bundle as real

SALT = bytes(range(32))


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    real.make_key(folder)
    return folder


@pytest.fixture(scope="session")
def make_bundle(tmp_path_factory, keys):
    """Make a bundle of the form verity: data, and who signed for it."""
    folder = tmp_path_factory.mktemp("bundles")

    def make(version="0.2.0", *, compatible="balie-arm64", keys=keys, blocks=300, form="verity"):
        data = (version.encode() * 4096)[:4096] * blocks
        root = _root(io.BytesIO(data), len(data), SALT)
        manifest = configparser.ConfigParser()
        manifest["update"] = {"compatible": compatible, "version": version}
        manifest["bundle"] = {"format": form}
        if form == "verity":
            manifest["bundle"] = {
                "format": form,
                "verity-hash": root.hex(),
                "verity-salt": SALT.hex(),
                "verity-size": "0",
            }
        text = io.StringIO()
        manifest.write(text)
        command = ["openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER"]
        command += ["-signer", str(keys / real.CERTIFICATE), "-inkey", str(keys / real.KEY)]
        signed = subprocess.run(
            command, input=text.getvalue().encode(), capture_output=True, check=True
        )
        name = hashlib.sha256(version.encode() + signed.stdout).hexdigest()[:12]
        file = folder / f"{name}.raucb"
        file.write_bytes(data + signed.stdout + struct.pack(">Q", len(signed.stdout)))
        return file

    return make


@pytest.fixture
def office(settings, tmp_path, keys):
    """The folder where the back office keeps versions, with the certificate it believes."""
    settings.BALIE_STATE = tmp_path / "state"
    folder = tmp_path / "state" / "updates"
    folder.mkdir(parents=True)
    (folder / "update.pem").write_bytes((keys / real.CERTIFICATE).read_bytes())
    return folder
