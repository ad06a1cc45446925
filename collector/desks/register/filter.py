"""Which sales are asked for: the filter above the list, read from the page's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appliance.domain.errors import AmountError
from appliance.domain.money import parse_minor
from collector.desks.register.models import Sale
from collector.directory.models import Person
from collector.ingest.models import Device
from collector.office import writing

DECIMALS = (0, 2, 3)
"""Decimals of the world's currencies: an amount without a currency is looked for in each."""


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, label: Any) -> None:
        picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(label=label, required=False, widget=picker, input_formats=["%Y-%m-%d"])


class AmountField(forms.CharField):
    """An amount in the reader's way of writing."""

    def __init__(self, label: Any) -> None:
        keyboard = forms.TextInput(attrs={"inputmode": "decimal", "size": 8})
        super().__init__(label=label, required=False, max_length=20, widget=keyboard)

    def clean(self, value: Any) -> str:
        """Give the text back when it is an amount in any currency."""
        text: str = super().clean(value)
        if text and not _minor_units(text):
            example = writing.amount(1250, 2)
            raise ValidationError(_("Write an amount such as %s.") % example)
        return text


if TYPE_CHECKING:
    _DeviceChoice = forms.ModelChoiceField[Device]
else:
    _DeviceChoice = forms.ModelChoiceField  # generic for the type checker only


class DeviceField(_DeviceChoice):
    """One of the devices, by what people call it."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            Device.objects.all(), label=label, required=False, empty_label=gettext_lazy("all")
        )

    def label_from_instance(self, found: Device) -> str:
        """Return the device's name."""
        return found.name


class SalesFilter(forms.Form):
    """What a person may ask of the list; everything may be left open."""

    since = DayField(gettext_lazy("From"))
    until = DayField(gettext_lazy("To"))
    hour = forms.ChoiceField(label=gettext_lazy("Hour"), required=False)
    device = DeviceField(gettext_lazy("Device"))
    cashier = forms.ChoiceField(label=gettext_lazy("Cashier"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    receipt = forms.CharField(
        label=gettext_lazy("Receipt number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"size": 10}),
    )
    least = AmountField(gettext_lazy("Amount from"))
    most = AmountField(gettext_lazy("Amount to"))

    SELDOM = ("hour", "kind", "least", "most")
    """Fields that stay folded away until they are used."""

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        anything = ("", _("all"))
        people = dict(Person.objects.values_list("pk", "name"))
        cashier = asked.get("cashier", "")
        if cashier and len(cashier) <= 40:  # noqa: PLR2004  # the column's width
            people.setdefault(cashier, cashier)
        self._choose("cashier", [anything, *people.items()])
        self._choose("hour", [anything, *((str(h), f"{h}:00") for h in range(24))])
        self._choose(
            "kind", [anything, ("sale", _("sales")), ("return", _("returns")), ("void", _("voids"))]
        )

    def sales(self) -> QuerySet[Sale]:
        """Return the sales asked for; none when something asked cannot be understood."""
        sales = Sale.objects.select_related("device")
        if not self.is_valid():
            return sales.none()
        asked = self.cleaned_data
        exact = {name: asked[name] for name in ("device", "cashier", "kind") if asked[name]}
        sales = sales.filter(**exact)
        if asked["since"]:
            sales = sales.filter(day__gte=asked["since"])
        if asked["until"]:
            sales = sales.filter(day__lte=asked["until"])
        if asked["receipt"]:
            sales = sales.filter(receipt__icontains=asked["receipt"].strip())
        if asked["hour"]:
            zone = timezone.get_current_timezone()
            hour = ExtractHour("completed", tzinfo=zone)
            sales = sales.annotate(hour=hour).filter(hour=int(asked["hour"]))
        sales = sales.filter(_amounts(asked["least"], "gte"))
        return sales.filter(_amounts(asked["most"], "lte"))

    def often(self) -> list[forms.BoundField]:
        """Return the fields that are always in sight."""
        return [field for field in self if field.name not in self.SELDOM]

    def seldom(self) -> list[forms.BoundField]:
        """Return the fields that are folded away."""
        return [self[name] for name in self.SELDOM]

    def uses_seldom(self) -> bool:
        """Tell whether something folded away is asked for."""
        return any(field.data for field in self.seldom())

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


def _minor_units(text: str) -> dict[int, int]:
    """Read an amount in minor units for every number of decimals in which it is one."""
    found = {}
    for decimals in DECIMALS:
        try:
            found[decimals] = parse_minor(text, decimals, writing.language())
        except AmountError:
            continue
    return found


def _amounts(text: str, comparison: str) -> Q:
    if not text:
        return Q()
    wanted = Q(pk__in=[])
    for decimals, minor in _minor_units(text).items():
        wanted |= Q(("decimals", decimals), (f"gross_minor__{comparison}", minor))
    return wanted
