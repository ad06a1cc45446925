"""How long the device's certificate is good, as the uplink leaves it for whoever may not see it.

The desk sees nothing of the device's identity, not even the certificate. That it ends on a day is
no secret and somebody should know it in time, so the uplink, which has the certificate, keeps that
day in the device's data: when it starts, when the certificate is renewed, and when that fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance import small_files

_FILE = "certificate.json"


@dataclass(frozen=True, slots=True)
class Validity:
    """What is known of the certificate.

    Attributes:
        until: When it runs out, in UTC.
        renews: Whether the device has it renewed by itself.
        refusal: Why that failed last, as a key of `appliance.door.refusals.REFUSALS` or the name
            of an error; empty while nothing failed.
    """

    until: datetime
    renews: bool
    refusal: str = ""


def keep(data: Path, validity: Validity) -> None:
    """Leave it in the device's data, whole or not at all; the same again costs no writing.

    Raises:
        OSError: The card refuses.
    """
    if read(data) != validity:
        small_files.write(data / _FILE, _to_data(validity))


def read(data: Path) -> Validity | None:
    """Return what the uplink left; None where it left nothing yet, or it cannot be read."""
    told = small_files.read(data / _FILE)
    try:
        until = datetime.fromisoformat(told["until"])
        if until.tzinfo is None:
            return None
        return Validity(until, bool(told["renews"]), str(told["refusal"]))
    except (LookupError, TypeError, ValueError):
        return None


def _to_data(validity: Validity) -> dict[str, Any]:
    return {
        "until": validity.until.isoformat(),
        "renews": validity.renews,
        "refusal": validity.refusal,
    }
