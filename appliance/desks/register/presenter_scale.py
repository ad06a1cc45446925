"""What the scale says, in words: for the bar, and beside the weight while somebody weighs."""

from __future__ import annotations

from appliance.services.words import sentence
from drivers.scale import ScaleState

SCALE_TROUBLES: dict[ScaleState, tuple[str, str, str]] = {
    ScaleState.AWAY: (
        sentence("Scale away"),
        sentence("The scale does not answer."),
        sentence("Check its cable and that it is switched on; until then type the weight."),
    ),
    ScaleState.UNREADABLE: (
        sentence("Scale?"),
        sentence("The scale answers in a way that makes no sense."),
        sentence("Call the technician to check its settings; until then type the weight."),
    ),
    ScaleState.WRONG_UNIT: (
        sentence("Scale?"),
        sentence("The scale does not weigh in kilograms."),
        sentence("Set it to kilograms or call the technician; until then type the weight."),
    ),
    ScaleState.UNZEROED: (
        sentence("Scale not at zero"),
        sentence("The scale was switched on with something on it."),
        sentence("Take everything off, then switch it off and on."),
    ),
}
"""States in which it cannot weigh at all: the bar's label, what it means, what to do."""

WEIGHING: dict[ScaleState, str] = {
    ScaleState.MOVING: sentence("Wait: the weight still moves."),
    ScaleState.OVER: sentence("Too heavy for this scale. Weigh it in parts."),
    ScaleState.UNDER: sentence("The scale is below zero. Take everything off and zero it."),
}
"""What keeps a weight from being taken just now, and what to do."""
