"""How each device stands to what its counter is to be: by its own word, as it said last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.counter import Stage, Taken, digest
from collector.counters.models import Counter
from collector.ingest.models import Device


class State(StrEnum):
    """How far a device has got with its counter."""

    UNTOLD = "untold"
    """There is nothing to tell it, and nothing to hear of it."""
    SHUT_OUT = "shut_out"
    """It is told what was changed when it is let in again."""
    UNHEARD = "unheard"
    """It has not said anything of the newest yet."""
    WAITING = "waiting"
    IN_USE = "in_use"
    REFUSED = "refused"


_STATES = {
    Stage.IN_USE: State.IN_USE,
    Stage.WAITING: State.WAITING,
    Stage.REFUSED: State.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One device's counter.

    Attributes:
        device: Whose.
        counter: What was chosen; None where nobody ever chose.
        state: How far the device has got.
        why: Why it cannot use it, in its own English words; else empty.
    """

    device: Device
    counter: Counter | None
    state: State
    why: str = ""

    @property
    def profile(self) -> str:
        """Name of the profile, or empty."""
        return (self.counter.profile_id or "") if self.counter else ""

    @property
    def settings(self) -> str:
        """What is to stand on the counter, as TOML; empty for what the device finds itself."""
        return self.counter.in_force if self.counter else ""

    @property
    def tone(self) -> str:
        """``fine``, ``look``, ``bad`` or empty, as the pages colour it."""
        return {
            State.IN_USE: "fine",
            State.UNHEARD: "look",
            State.WAITING: "look",
            State.REFUSED: "bad",
        }.get(self.state, "")

    @property
    def mark(self) -> str:
        """What stands before the words for who does not see colours."""
        return {"fine": "✓", "look": "!", "bad": "✗"}.get(self.tone, "")


def standings(devices: Iterable[Device]) -> list[Standing]:
    """Return how devices stand to their counters, in their order."""
    chosen = list(devices)
    kept = {
        each.pk: each
        for each in Counter.objects.select_related("profile").filter(device__in=chosen)
    }
    return [_standing(each, kept.get(each.pk)) for each in chosen]


def standing(device: Device) -> Standing:
    """Return how a device stands to its counter."""
    (found,) = standings([device])
    return found


def _standing(device: Device, counter: Counter | None) -> Standing:
    told = counter.told if counter else None
    if device.revoked is not None and counter and counter.in_force != (told or ""):
        return Standing(device, counter, State.SHUT_OUT)
    if device.revoked is not None or told is None:
        return Standing(device, counter, State.UNTOLD)
    reported = device.reported if isinstance(device.reported, dict) else {}
    taken = Taken.from_data(reported.get("counter"))
    if taken is None or taken.digest != digest(told):
        return Standing(device, counter, State.UNHEARD)
    why = taken.why if taken.stage is Stage.REFUSED else ""
    return Standing(device, counter, _STATES[taken.stage], why)
