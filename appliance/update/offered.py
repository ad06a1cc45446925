"""Whether the back office still offers what waits to be started."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from appliance.domain.update import SETTING, OfferError, offered
from appliance.services.ports import StoreError

if TYPE_CHECKING:
    from appliance.store.directory import Directory
    from appliance.update.notes import Installed


def still_offered(directory: Directory, device: str) -> Callable[[Installed], bool]:
    """Return what tells whether an update may still be started.

    What somebody brought may, and what cannot be asked about: a directory that cannot be read takes
    nothing back.

    Args:
        directory: What the back office says.
        device: The device's name.
    """

    def look(note: Installed) -> bool:
        if not note.offered:
            return True
        try:
            offer = offered(directory.setting(SETTING), device)
        except (OfferError, StoreError):
            return True
        return offer is not None and offer.sha256 == note.sha256

    return look
