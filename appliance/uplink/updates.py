"""Updates on the uplink's side: what is offered is fetched, and how far it got is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance import small_files
from appliance.domain.update import SETTING, Offer, OfferError, offered
from appliance.services.ports import StoreError
from appliance.store.directory import Directory
from appliance.update.fetching import Fetcher, FetchThread, Office
from appliance.update.notes import Notes
from appliance.update.system import Started
from appliance.uplink.tls import Certificates

log = logging.getLogger("balie.update")

_STEPS = 10
"""Progress is told in so many steps: each word costs the back office a little."""


def fetching(data: Path, device: str, certificates: Certificates, *, runs: str) -> FetchThread:
    """Return what fetches the bundle that is offered to a device.

    Args:
        data: The device's data folder.
        device: Its name.
        certificates: What it shows at the back office's door.
        runs: The version that runs here.
    """
    notes = Notes(data)
    fetcher = Fetcher(
        notes,
        offer=_offers(Directory(data / "directory.db"), device),
        source=Office(certificates.context),
        may=lambda: not small_files.read(notes.desk).get("selling", False),
        runs=runs,
    )
    return FetchThread(fetcher)


def _offers(directory: Directory, device: str) -> Callable[[], Offer | None]:
    """Return what tells the offer; one that cannot be read is said once and is none."""
    complained = ""

    def look() -> Offer | None:
        nonlocal complained
        try:
            return offered(directory.setting(SETTING), device)
        except (OfferError, StoreError) as error:
            if str(error) != complained:
                complained = str(error)
                log.warning("what is offered cannot be read: %s", error)
            return None

    return look


class UpdateWord:
    """What the device says of its update in its status.

    Args:
        notes: What is known of it.
        started: How this system was started.
    """

    def __init__(self, notes: Notes, started: Started) -> None:
        self._notes = notes
        self._slot = started.slot

    def __call__(self) -> dict[str, Any]:
        """Return it; empty on a device without slots."""
        if self._slot is None:
            return {}
        said: dict[str, Any] = {"slot": self._slot}
        report = self._notes.report()
        if report is not None:
            data = report.to_data()
            if report.size:
                data["have"] = report.have * _STEPS // report.size * report.size // _STEPS
            said["update"] = data
        return said
