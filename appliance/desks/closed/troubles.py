"""Why a desk does not open, in a cashier's words."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.journal import errors
from appliance.services.ports import StoreError
from appliance.services.words import sentence


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a desk from opening; sentences are still to be translated.

    Attributes:
        heading: What happened.
        meaning: What that means for what was sold.
        remedy: What to do.
    """

    heading: str
    meaning: str
    remedy: str


_SAFE = sentence("Everything sold so far is kept, and what was sent is in the back office.")
_OTHER_REGISTER = sentence(
    "Sell at another register and call the technician. Keep the storage card: do not erase it."
)

_DAMAGED = Trouble(
    sentence("The journal is damaged"),
    sentence(
        "Its last entries are torn or do not fit together. This register does not sell, so that "
        "nothing wrong is added to it. What was sent is in the back office."
    ),
    _OTHER_REGISTER,
)
_NEWER = Trouble(
    sentence("The journal is of a newer version"),
    sentence("A newer program wrote it, and this older one could spoil it."),
    sentence("Update this device, or let the technician put the newer program back."),
)
_FOREIGN = Trouble(
    sentence("This is another device's journal"),
    sentence("The storage card or its folder belongs to another register. Nothing was changed."),
    sentence("Put the right storage card in, or call the technician."),
)
_FULL = Trouble(
    sentence("The storage card is full"),
    _SAFE,
    sentence("Call the technician to make room. This screen opens the register by itself then."),
)
_READ_ONLY = Trouble(
    sentence("The storage card cannot be written to"),
    _SAFE,
    sentence("Switch the device off and on again. If this stays, call the technician."),
)
_FAULT = Trouble(
    sentence("The storage card fails"),
    sentence("It reports faults while it is read or written. What was sent is in the back office."),
    _OTHER_REGISTER,
)
_TAKEN = Trouble(
    sentence("The register is open already"),
    sentence("Another program on this device works with its journal."),
    sentence("Close the other one; this screen opens the register by itself then."),
)
_NOTES = Trouble(
    sentence("The open baskets cannot be reached"),
    _SAFE,
    sentence("Switch the device off and on again. If this stays, call the technician."),
)
_UNKNOWN = Trouble(
    sentence("The register does not open"),
    _SAFE,
    sentence("Switch the device off and on again. If this stays, call the technician."),
)

_KINDS: tuple[tuple[type[BaseException], Trouble], ...] = (
    (errors.JournalNewer, _NEWER),
    (errors.JournalForeign, _FOREIGN),
    (errors.JournalDamaged, _DAMAGED),
    (errors.JournalFull, _FULL),
    (errors.JournalReadOnly, _READ_ONLY),
    (errors.JournalFault, _FAULT),
    (errors.JournalTaken, _TAKEN),
    (StoreError, _NOTES),
)


def trouble_of(error: BaseException) -> Trouble:
    """Tell what an error at the start means to whoever stands before the screen."""
    return next((trouble for kind, trouble in _KINDS if isinstance(error, kind)), _UNKNOWN)
