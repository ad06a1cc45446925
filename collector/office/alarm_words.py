"""Alarms and forks in the reader's language.

An alarm is kept as words with names in them and the facts these stand for, so that it can be said
in any language at any time. One that an earlier version raised has its English sentence only.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collector.ingest.models import Alarm

ALARM_WORDS = {
    "stranger": gettext_lazy("Something unknown tries to send sales"),
    "revoked": gettext_lazy("A revoked device tries to send sales"),
    "torn": gettext_lazy("Damaged messages arrive"),
    "forged": gettext_lazy("Forged messages arrive"),
    "fork": gettext_lazy("Two histories of the same device"),
    "unreadable": gettext_lazy("An entry cannot be read"),
    "doubled": gettext_lazy("A sale was recorded twice"),
    "returned_twice": gettext_lazy("More came back than was sold"),
    "overspent": gettext_lazy("More was spent than was there"),
    "attachment": gettext_lazy("Personal data is not what its entry says"),
}

_FOLLOWS = re.compile(r"it does not follow the entry (?P<place>\d+\.\d+) that is held")


def alarm_words(kind: str) -> str:
    """Say what kind of alarm it is."""
    return str(ALARM_WORDS.get(kind, kind))


def alarm_sentence(alarm: Alarm) -> str:
    """Say what was expected, what came and what to do."""
    if not alarm.words:
        return alarm.sentence
    try:
        return _(alarm.words) % alarm.facts if alarm.facts else _(alarm.words)
    except (KeyError, TypeError, ValueError):
        return alarm.sentence


def fork_words(reason: str) -> str:
    """Say why an entry was set aside; a reason of another version is given as it stands."""
    if reason == "another entry with this number is held":
        return _("another entry with this number is held")
    follows = _FOLLOWS.fullmatch(reason)
    if follows:
        return _("it does not follow the entry %(place)s that is held") % follows.groupdict()
    return reason
