"""The page of training: when a counter was there to learn at, who learned, and what was rung up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from appliance.domain.shift import Place
from collector.desks.register.exports import rows_of
from collector.desks.register.figures import names_of
from collector.desks.register.models import TrainingTurn
from collector.desks.register.office_totals import Span
from collector.desks.register.shift_filter import TrainingFilter
from collector.desks.register.shift_pages import as_csv, listed, page_of
from collector.office.access import SEE_SHIFTS, needs


@dataclass(frozen=True, slots=True)
class Learned:
    """A time in which somebody learned at a counter.

    Attributes:
        begun: How it began.
        ended: How it ended; None while it goes on.
        is_lost: Whether it began again with no end known.
        person: Who learned.
        allowed_by: Who allowed it, or empty.
    """

    begun: TrainingTurn
    ended: TrainingTurn | None
    is_lost: bool
    person: str
    allowed_by: str

    @property
    def lasted_s(self) -> int | None:
        """How many seconds it lasted; None where no end is known, or a clock was set back."""
        if self.ended is None or self.ended.at < self.begun.at:
            return None
        return (self.ended.at - self.begun.at) // timedelta(seconds=1)


@needs(SEE_SHIFTS)
def training(request: HttpRequest) -> HttpResponse:
    """List when counters were there to learn at; nothing of it is in any figure."""
    asked = TrainingFilter(request.GET)
    page = page_of(request, asked.rows())
    context = {"rows": _learned(list(page))}
    return render(request, "register/training.html", listed(request, asked, page) | context)


@needs(SEE_SHIFTS)
def training_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Give out every beginning and every end as CSV."""
    return as_csv("training", rows_of("training", TrainingFilter(request.GET).turns()))


def _learned(begun: Iterable[TrainingTurn]) -> list[Learned]:
    """Find how each ended: by the next that the device says of training."""
    turns = [(each, _next(each)) for each in begun]
    names = names_of(person for each, _ in turns for person in (each.person, each.allowed_by))
    return [
        Learned(
            each,
            after if after is not None and after.kind == "ended" else None,
            after is not None and after.kind == "begun",
            names[each.person],
            names[each.allowed_by],
        )
        for each, after in turns
    ]


def _next(turn: TrainingTurn) -> TrainingTurn | None:
    later = Span(turn.device_id, Place(turn.epoch, turn.sequence + 1))
    return TrainingTurn.objects.filter(later.within()).order_by("epoch", "sequence").first()
