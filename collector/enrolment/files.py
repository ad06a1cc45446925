"""The files a device gets at its enrolment, in a folder for the technician to carry there.

::

    ca.pem         whose word about the broker the device believes
    collector.pem  with what it checks the directory's signatures
    device.pem     its certificate
    device.key     its key, unless it made that itself
"""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from appliance.journal.signing import load_private, public_pem
from collector.enrolment.authority import Authority, AuthorityError
from collector.enrolment.certificates import public_key_of


def authority_folder(arguments: argparse.Namespace) -> Path:
    """Return the authority's folder: the one that was named, or that in the state folder."""
    chosen: Path | None = arguments.authority
    return chosen or Path(settings.BALIE_STATE) / "authority"


def certify(authority: Authority, arguments: argparse.Namespace) -> bytes:
    """Write a device's files and return its public key as PEM."""
    folder: Path = arguments.folder
    write_public(authority, folder)
    if arguments.request is None:
        identity = authority.issue_device(arguments.id)
        identity.write(folder / "device.pem", folder / "device.key")
        return identity.public_key
    try:
        certificate = authority.sign_request(arguments.request.read_bytes(), arguments.id)
    except (AuthorityError, OSError) as refused:
        raise SystemExit(str(refused)) from refused
    (folder / "device.pem").write_bytes(certificate)
    return public_key_of(certificate)


def write_public(authority: Authority, folder: Path) -> None:
    """Write what every device gets alike."""
    (folder / "ca.pem").write_bytes(authority.certificate)
    (folder / "collector.pem").write_bytes(directory_key(authority))


def directory_key(authority: Authority) -> bytes:
    """Return what a device checks the directory's signatures with, as PEM."""
    own_key = Path(settings.BALIE_DIRECTORY_KEY_FILE)
    if own_key.exists():
        return public_pem(load_private(own_key)).encode()
    return authority.collector.certificate
