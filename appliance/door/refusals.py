"""Why a device is not let in, in words for whoever stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.domain import admission
from appliance.services.words import sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason; both sentences are still to be translated.

    Attributes:
        heading: What happened.
        remedy: What to do.
    """

    heading: str
    remedy: str


class NotLetInError(Exception):
    """A device is not let in.

    Attributes:
        key: A key of ``REFUSALS``.
        facts: What its sentences name.
    """

    def __init__(self, key: str, facts: Mapping[str, str] | None = None) -> None:
        self.key, self.facts = key, dict(facts or {})
        refusal = REFUSALS[key]
        super().__init__(f"{refusal.heading}. {refusal.remedy}".format_map(_Named(self.facts)))


class _Named(dict[str, str]):
    """A fact that nobody told stands there by its name."""

    def __missing__(self, name: str) -> str:
        return name


_ANEW = sentence("In the back office open Devices, choose Let in, and scan the new code.")

REFUSALS: Mapping[str, Refusal] = {
    "other": Refusal(
        sentence("This is not a code that lets a device in"),
        sentence("In the back office open Devices, choose Let in, and scan the code shown there."),
    ),
    "torn": Refusal(
        sentence("The code was not read whole"),
        sentence(
            "Scan it again, from a little further away. On paper, smooth it or print it anew."
        ),
    ),
    "mistyped": Refusal(
        sentence("A character of the code is wrong or missing"),
        sentence("Compare it with the back office's, group by group."),
    ),
    "place": Refusal(
        sentence("The back office's address cannot be read"),
        sentence("Write it as it stands beside the code, such as balie.example.org:8443."),
    ),
    "newer": Refusal(
        sentence("The back office is newer than this device"),
        sentence("Flash the storage card with today's image, then scan the code again."),
    ),
    "file": Refusal(
        sentence("The file enrol.txt on the storage card holds no code"),
        sentence("Write the whole code into it, or scan the code instead."),
    ),
    "unreachable": Refusal(
        sentence("Nobody answers at {place}"),
        sentence(
            "Plug the network cable in and check the address; this device tries again by itself. "
            "In the back office balie-collector door must run."
        ),
    ),
    "stranger": Refusal(
        sentence("Whoever answers at {place} is not this code's back office"),
        sentence(
            "Nothing was told to them. Check the address and the network, then make a new code."
        ),
    ),
    "named": Refusal(
        sentence("The back office does not show the name {place}"),
        sentence(
            "Nothing was told to them. In the back office set BALIE_DOOR to the name devices reach "
            "it by, start balie-collector door again and make a new code."
        ),
    ),
    "clock": Refusal(
        sentence("This device's clock says {today}, and that cannot be"),
        sentence(
            "Plug the network cable in and wait a minute: the clock sets itself. Or set it, then "
            "scan the code again."
        ),
    ),
    "odd": Refusal(
        sentence("What {place} answers cannot be understood"),
        sentence("Check the address. If it is right, bring the back office up to date."),
    ),
    "wrong": Refusal(
        sentence("What the back office sent does not belong to this device"),
        _ANEW,
    ),
    "settings": Refusal(
        sentence("The back office's settings do not fit this device: {detail}"),
        sentence("Correct the profile in the back office and make a new code."),
    ),
    "card": Refusal(
        sentence("The storage card cannot be written to"),
        sentence("Switch the device off and on again. If this stays, take another card."),
    ),
    "silent": Refusal(
        sentence("The part of this device that speaks to the network does not answer"),
        sentence("Switch the device off and on again, then scan the code once more."),
    ),
    "unknown": Refusal(sentence("The back office does not know this code"), _ANEW),
    "expired": Refusal(sentence("This code's time is over: it lives 15 minutes"), _ANEW),
    "used": Refusal(sentence("This code has let a device in already"), _ANEW),
    "revoked": Refusal(sentence("This code was withdrawn in the back office"), _ANEW),
    "closed": Refusal(sentence("This code was tried wrongly too often and is closed"), _ANEW),
    "taken": Refusal(
        sentence("A device of this name was let in meanwhile"),
        sentence("In the back office make a new code under another name."),
    ),
    "request": Refusal(
        sentence("The back office does not understand this device"),
        sentence("Flash the storage card with today's image, then scan the code again."),
    ),
    "office": Refusal(
        sentence("The back office cannot let devices in now"),
        sentence(
            "Look there at the log of balie-collector door; this device tries again by itself."
        ),
    ),
}

TRIED_AGAIN = ("unreachable", "office")
"""What may mend itself while the code lives."""

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (admission.NotACodeError, "other"),
    (admission.TornCodeError, "torn"),
    (admission.NewerCodeError, "newer"),
    (admission.AdmissionError, "place"),
)


def key_of(error: admission.AdmissionError, *, typed: bool = False) -> str:
    """Tell which refusal an unreadable code is."""
    key = next(key for kind, key in _KINDS if isinstance(error, kind))
    return "mistyped" if typed and key == "torn" else key
