"""What needs a person, said in words, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collector.counters.standing import State, standings
from collector.ingest.models import Alarm, Device
from collector.office.alarm_words import alarm_words
from collector.office.condition import troubles
from collector.office.proof import Proof
from collector.office.writing import briefly


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that needs a person.

    Attributes:
        sentence: What it is.
        note: How urgent it is or since when, in a word or two.
        tone: ``bad`` or ``look``.
        link: Where it is seen and dealt with.
    """

    sentence: str
    note: str
    tone: str
    link: str


def matters(states: Sequence[Proof]) -> list[Matter]:
    """List what needs a person."""
    found = [
        *_alarms(),
        *(matter for state in states for matter in _of_proof(state)),
        *(matter for state in states for matter in _of_condition(state)),
        *_of_counters(states),
        *(matter for state in states for matter in _of_link(state)),
    ]
    return sorted(found, key=lambda matter: matter.tone != "bad")


def _alarms() -> Iterator[Matter]:
    names = dict(Device.objects.values_list("pk", "name"))
    for alarm in Alarm.objects.filter(settled=None):
        who = names.get(alarm.device, alarm.device)
        yield Matter(
            _about(who, alarm_words(alarm.kind)),
            briefly(alarm.last_at),
            "bad",
            f"{reverse('alarms')}#alarm-{alarm.pk}",
        )


def _of_proof(state: Proof) -> Iterator[Matter]:
    name, link = state.device.name, reverse("device", args=[state.device.pk])
    if state.gaps:
        missing = ngettext("%(count)d entry missing", "%(count)d entries missing", state.gaps)
        words = missing % {"count": state.gaps}
        yield Matter(_about(name, words), _("look"), "bad", link)
    elif state.unsent:
        waiting = ngettext("%(count)d to send", "%(count)d to send", state.unsent)
        words = waiting % {"count": state.unsent}
        yield Matter(_about(name, words), _("look"), "look", link)
    if state.directory_behind and state.device.link == "online":
        behind = ngettext(
            "%(count)d change not received yet",
            "%(count)d changes not received yet",
            state.directory_behind,
        )
        words = behind % {"count": state.directory_behind}
        yield Matter(_about(name, words), _("look"), "look", link)


def _of_link(state: Proof) -> Iterator[Matter]:
    device = state.device
    if device.link == "online" or device.revoked:
        return
    link = reverse("device", args=[device.pk])
    if device.last_seen is None:
        sentence = _about(device.name, _("has never connected"))
        yield Matter(sentence, _("connect"), "look", link)
    else:
        since = _("since %s") % briefly(device.last_seen)
        yield Matter(_about(device.name, _("not connected")), since, "look", link)


def _of_condition(state: Proof) -> Iterator[Matter]:
    """What the device itself calls bad, while it is there to say so."""
    device = state.device
    if device.link != "online" or device.revoked:
        return
    link = reverse("device", args=[device.pk])
    for fact in troubles(device):
        yield Matter(_about(device.name, f"{fact.title}: {fact.words}"), _("look"), "bad", link)


def _of_counters(states: Sequence[Proof]) -> Iterator[Matter]:
    """What a device was told of its counter and cannot use, whether it is there now or not."""
    for each in standings(state.device for state in states):
        if each.state is State.REFUSED:
            words = _("the settings of its counter do not fit")
            link = reverse("counter", args=[each.device.pk])
            yield Matter(_about(each.device.name, words), _("correct"), "bad", link)


def _about(name: str, words: str) -> str:
    return _("%(name)s: %(words)s") % {"name": name, "words": words}
