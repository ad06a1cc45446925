"""Shutting a revoked device out at the broker, at once: no new connection, no word on an old one.

The list of revoked certificates keeps it from connecting again. A connection that stands already is
left alone by the broker, so the access rules take every topic away from it as well. The broker reads
both again when it is told to; where it cannot be reached by a signal (in a container of its own) it
looks by itself, see ``compose.yaml``.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from collector.enrolment.authority import Authority
from collector.enrolment.broker import PID_FILE, end_no_session, write_revoked

log = logging.getLogger("collector.enrolment")

AGAIN_S = 1.0
"""Reading its files takes a broker milliseconds."""

_BEGIN, _END = "# Revoked: may neither say nor hear anything.", "# End of the revoked."


def shut_out(authority: Authority, folder: Path, revoked: Iterable[str]) -> bool:
    """Give the broker both lists and have it read them.

    Args:
        authority: Has the list of revoked certificates.
        folder: The broker's.
        revoked: The names of the devices that may not speak now.

    Returns:
        Whether the broker was told; otherwise it must be told by hand, or looks by itself.

    Raises:
        OSError: The folder cannot be written.
    """
    end_no_session(folder)
    write_revoked(authority, folder)
    rules = folder / "acl"
    denied = [line for name in sorted(revoked) for line in (f"user {name}", "topic deny #", "")]
    if not rules.exists():
        return _read_again(folder)  # another make of broker, or none of ours yet
    # In place: the file keeps the owner and the mode that let the broker read it.
    rules.write_text("\n".join([_BEGIN, *denied, _END, _without_block(rules.read_text())]))
    return _read_again(folder)


def tell_broker(authority: Authority) -> str:
    """Let the broker know of everybody who is revoked now.

    Returns:
        What a person still has to do, or nothing.
    """
    from collector.ingest.models import Device  # noqa: PLC0415  # models load after Django is set up

    folder = settings.BALIE_BROKER_FOLDER
    if folder is None:
        return (
            f"Give the broker the list {authority.folder / 'crl.pem'} and have it read it, or set "
            "BALIE_BROKER_FOLDER so that this happens by itself."
        )
    revoked = Device.objects.exclude(revoked=None).values_list("pk", flat=True)
    try:
        told = shut_out(authority, folder, revoked)
    except OSError as error:
        log.warning("The broker's folder cannot be written: %s", error)
        return f"The broker's folder cannot be written ({error}). Correct that, then revoke again."
    return "" if told else "The broker reads its list within a minute, or at its next start."


def _without_block(rules: str) -> str:
    before, begun, rest = rules.partition(_BEGIN)
    return before + rest.partition(_END)[2].lstrip("\n") if begun else rules


def _read_again(folder: Path) -> bool:
    """Tell the running broker to read its files again; say whether there was one to tell.

    It is told twice: mosquitto forgets what it is told while it reads, and it may be reading for
    somebody else, or what was half written.
    """
    try:
        told = _signal(folder)
    except (OSError, ValueError) as error:
        log.info("the broker was not told: %s", error)
        return False
    if told:
        threading.Timer(AGAIN_S, _signal_again, (folder,)).start()
    return told


def _signal_again(folder: Path) -> None:
    with suppress(OSError, ValueError):  # it ended meanwhile: it reads at its next start
        _signal(folder)


def _signal(folder: Path) -> bool:
    process = int((folder / PID_FILE).read_text())
    if b"mosquitto" not in Path(f"/proc/{process}/cmdline").read_bytes():
        return False  # the broker ended, and its number was given to somebody else
    os.kill(process, signal.SIGHUP)
    return True
