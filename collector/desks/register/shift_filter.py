"""Which shifts, closings or events of the drawer are asked for, read from the page's address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collector.desks.register.filter import DayField, DeviceField
from collector.desks.register.models import DrawerEvent, PeriodClosing, Shift, TrainingTurn
from collector.desks.register.words import DRAWER, PERIODS
from collector.directory.models import Person


class MoneyFilter(forms.Form):
    """Days and a device; each list adds what it can be chosen by besides."""

    since = DayField(gettext_lazy("From"))
    until = DayField(gettext_lazy("To"))
    device = DeviceField(gettext_lazy("Device"))

    def chosen(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows asked for; none when something asked cannot be understood."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["since"]:
            rows = rows.filter(day__gte=asked["since"])
        if asked["until"]:
            rows = rows.filter(day__lte=asked["until"])
        if asked["device"]:
            rows = rows.filter(device=asked["device"])
        return self.narrowed(rows.select_related("device"), asked)

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        """Choose further, by what only this list knows."""
        del asked
        return rows

    def _offer(self, name: str, choices: dict[str, Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # for the type checker
        field.choices = [("", _("all")), *choices.items()]


class ShiftFilter(MoneyFilter):
    """Shifts, perhaps only those that did not count right."""

    drawer = forms.ChoiceField(label=gettext_lazy("Drawer"), required=False)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self._offer(
            "drawer",
            {
                "differs": _("with a difference"),
                "short": _("short"),
                "over": _("over"),
                "uncounted": _("not counted"),
            },
        )

    def rows(self) -> QuerySet[Shift]:
        """Return the shifts asked for."""
        return self.chosen(Shift.objects.all())

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        """Choose by how the count came out."""
        how = {
            "differs": ~Q(difference_minor=0),
            "short": Q(difference_minor__lt=0),
            "over": Q(difference_minor__gt=0),
            "uncounted": Q(counted_minor=None),
        }
        return rows.filter(how[asked["drawer"]]) if asked["drawer"] else rows


class ClosingFilter(MoneyFilter):
    """Days, months or years that were closed."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self._offer("period", PERIODS)

    def rows(self) -> QuerySet[PeriodClosing]:
        """Return the closings asked for."""
        return self.chosen(PeriodClosing.objects.all())

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        """Choose by what was closed."""
        return rows.filter(period=asked["period"]) if asked["period"] else rows


class TrainingFilter(MoneyFilter):
    """When counters were there to learn at."""

    def rows(self) -> QuerySet[TrainingTurn]:
        """Return every beginning asked for."""
        return self.chosen(TrainingTurn.objects.filter(kind="begun"))

    def turns(self) -> QuerySet[TrainingTurn]:
        """Return every beginning and every end asked for."""
        return self.chosen(TrainingTurn.objects.all())


class DrawerFilter(MoneyFilter):
    """What was done to a drawer, by whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self._offer("kind", DRAWER)
        people = dict(Person.objects.values_list("pk", "name"))
        person = asked.get("person", "")
        if person and len(person) <= 40:  # noqa: PLR2004  # the column's width
            people.setdefault(person, person)
        self._offer("person", people)

    def rows(self) -> QuerySet[DrawerEvent]:
        """Return what was done and is asked for."""
        return self.chosen(DrawerEvent.objects.all())

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        """Choose by what was done, and by who did it or allowed it."""
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["person"]:
            rows = rows.filter(Q(by=asked["person"]) | Q(allowed_by=asked["person"]))
        return rows
