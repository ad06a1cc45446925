"""What no Z can tell: what was sold since, and what is known to exist and is not here or not proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appliance.domain.shift import Place
from collector.desks.register.figures import turnovers
from collector.desks.register.models import Sale, Shift
from collector.desks.register.office_totals import Span
from collector.ingest.models import Device
from collector.office import writing
from collector.office.proof import Proof, proofs


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is not in the figures.

    Attributes:
        device: Whose.
        sentence: What.
        grave: Whether something is missing, and not only still to come.
    """

    device: Device
    sentence: str
    grave: bool = False


def matters(device: str = "") -> list[Matter]:
    """Name what is missing from the Zs of one device, or of all.

    Args:
        device: Whose; empty for all.
    """
    chosen = Device.objects.filter(pk=device) if device else Device.objects.all()
    found: list[Matter] = []
    for proof in proofs(chosen):
        found += [*_missing(proof), *_numbers(proof.device), *_since(proof.device)]
    return sorted(found, key=lambda each: not each.grave)


def _missing(proof: Proof) -> Iterator[Matter]:
    if proof.unsent:
        words = ngettext(
            "%(number)s entry is known to exist and is not proven here yet: what it says is missing.",
            "%(number)s entries are known to exist and are not proven here yet: what they say is "
            "missing.",
            proof.unsent,
        )
        yield Matter(proof.device, words % {"number": writing.number(proof.unsent)}, grave=True)
    if proof.gaps:
        words = ngettext(
            "%(number)s entry is missing below others that are here.",
            "%(number)s entries are missing below others that are here.",
            proof.gaps,
        )
        yield Matter(proof.device, words % {"number": writing.number(proof.gaps)}, grave=True)


def _numbers(device: Device) -> Iterator[Matter]:
    """Name Zs that are not here though a later one is, and numbers that came twice."""
    held = list(
        Shift.objects.filter(device=device).order_by("number").values_list("number", flat=True)
    )
    if not held:
        return
    gone = sorted(set(range(1, held[-1])) - set(held))
    if gone:
        numbers = ", ".join(map(str, gone[:10]))
        sentence = _("Z %(numbers)s is missing, though later ones are here.")
        yield Matter(device, sentence % {"numbers": numbers}, grave=True)
    twice = sorted({number for number in held if held.count(number) > 1})
    if twice:
        numbers = ", ".join(map(str, twice[:10]))
        sentence = _("Z %(numbers)s is here more than once.")
        yield Matter(device, sentence % {"numbers": numbers}, grave=True)


def _since(device: Device) -> Iterator[Matter]:
    last = Shift.objects.filter(device=device).order_by("-epoch", "-sequence").first()
    after = Place() if last is None else Place(last.epoch, last.sequence + 1)
    for sold in turnovers(Sale.objects.filter(Span(device.pk, after).within())):
        words = ngettext(
            "%(number)s receipt, %(amount)s, is in no Z yet.",
            "%(number)s receipts, %(amount)s, are in no Z yet.",
            sold.receipts,
        )
        amount = writing.amount(sold.gross_minor, sold.decimals, sold.currency)
        yield Matter(device, words % {"number": writing.number(sold.receipts), "amount": amount})
