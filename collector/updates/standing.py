"""How far each device has got: what it runs, what it is offered, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appliance.domain.update import EVERYONE, Report, Stage, is_older, offered
from collector.ingest.models import Device
from collector.updates.models import Place
from collector.updates.offering import setting

_LONGEST = 64
"""Letters that are shown of a device's word: it may say anything."""


@dataclass(frozen=True, slots=True)
class DeviceStanding:
    """One device.

    Attributes:
        device: Which.
        ring: Its ring.
        runs: The version it runs, or empty.
        slot: From which slot, empty on a device without slots.
        offered: The version it is offered, or empty.
        report: What it says of it; None while it has said nothing of this version.
    """

    device: Device
    ring: int
    runs: str
    slot: str
    offered: str
    report: Report | None

    @property
    def state(self) -> str:
        """One word for how far it is: a `Stage`, ``offered``, ``newer``, ``none`` or ``cannot``."""
        if not self.slot:
            return "cannot"
        if self.report is not None:
            return self.report.stage.value
        if self.offered and self.offered == self.runs:
            return Stage.RUNNING.value
        if is_older(self.offered, self.runs):
            return "newer"
        return "offered" if self.offered else "none"

    @property
    def percent(self) -> int:
        """How much was fetched."""
        report = self.report
        return 0 if report is None or not report.size else report.have * 100 // report.size

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look at it."""
        return self.report is None or (
            self.report.why is None and self.report.stage is not Stage.FELL_BACK
        )


def standings() -> list[DeviceStanding]:
    """Return how far every device is that is not shut out."""
    rings = dict(Place.objects.values_list("device_id", "ring"))
    said = setting()
    return [_standing(each, rings, said) for each in Device.objects.filter(revoked=None)]


def _standing(device: Device, rings: dict[str, int], said: dict[str, Any]) -> DeviceStanding:
    told: dict[str, Any] = device.reported or {}
    versions = told.get("versions")
    report = Report.from_data(told.get("update"))
    offer = offered(said, device.pk)
    runs = str(versions.get("balie", "")) if isinstance(versions, dict) else ""
    if report is not None and report.stage is Stage.RUNNING:
        runs = report.version
    is_new = report is None or (offer is not None and report.version != offer.version)
    return DeviceStanding(
        device=device,
        ring=rings.get(device.pk, EVERYONE),
        runs=runs[:_LONGEST],
        slot=str(told.get("slot", ""))[:_LONGEST],
        offered="" if offer is None else offer.version,
        report=None if is_new else report,
    )
