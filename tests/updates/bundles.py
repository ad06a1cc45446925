"""Bundles of the form verity, made by hand: data, a tree of hashes over it, and who signed for that."""

from __future__ import annotations

import configparser
import io
import struct
import subprocess

from collector.updates.bundles import _root
from provisioning.image import bundle as real

SALT = bytes(range(32))


def make(file, *, keys, version="0.2.0", compatible="balie-arm64", blocks=300, form="verity"):
    """Write a bundle that the keys of a folder signed, and return its place."""
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
    ).stdout
    file.write_bytes(data + signed + struct.pack(">Q", len(signed)))
    return file
