"""What is sent to devices that run: the root, signed, in RAUC's form with dm-verity.

Every block is checked when it is read, so a bundle may be used straight from a stick that lies.
The key that signs never leaves whoever builds; a device believes the certificates in its image.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provisioning.workstation.places import shown
from provisioning.workstation.progress import SetupError

COMPATIBLE = "balie-arm64"
"""Bundles of another kind are refused; the same word stands in the image's ``system.conf``."""

CERTIFICATE, KEY = "update.pem", "update.key"
_YEARS = timedelta(days=365 * 20)
_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
"""A device without a clock must find its certificates valid."""


def make_key(folder: Path) -> Path:
    """Make the key that signs updates, and its certificate; leave them when they are there.

    Args:
        folder: Where both are kept. Whoever has the key can change every device: keep a copy apart.

    Returns:
        The certificate, which goes into the image.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    if certificate.exists() and key.exists():
        return certificate
    folder.mkdir(parents=True, exist_ok=True)
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Balie updates")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEFORE)
        .not_valid_after(datetime.now(UTC) + _YEARS)
        # No purpose is named: RAUC refuses a certificate for signing code only, unless it is told so.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(made, hashes.SHA256())
    )
    said = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(said)
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return certificate


def make(root: Path, target: Path, *, version: str, keys: Path, log: Path) -> None:
    """Make a signed bundle of a root.

    Args:
        root: The file system that fills a slot.
        target: The bundle.
        version: What the back office and the device call it.
        keys: The folder of :func:`make_key`.
        log: What the programs say.

    Raises:
        SetupError: RAUC could not make it.
    """
    folder = target.with_suffix(".folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.link(root, folder / "root.ext4")
    (folder / "manifest.raucm").write_text(
        f"[update]\ncompatible={COMPATIBLE}\nversion={version}\n\n"
        "[bundle]\nformat=verity\n\n"
        "[image.root]\nfilename=root.ext4\n",
        encoding="ascii",
    )
    target.unlink(missing_ok=True)
    command = [
        *("rauc", "--mksquashfs-args=-comp zstd -Xcompression-level 9", "bundle"),
        *(f"--cert={keys / CERTIFICATE}", f"--key={keys / KEY}", str(folder), str(target)),
    ]
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, check=False)
    shutil.rmtree(folder)
    if ended.returncode:
        raise SetupError(f"The update could not be made. What RAUC said is in {shown(log)}.")
