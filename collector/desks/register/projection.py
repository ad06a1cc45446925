"""From ``balie.sale.completed.v1`` entries to the tables of sales, lines, payments and taxes.

The same entries always give the same rows, in whatever order devices sent them: a sale's key is
the place of its entry, and of two entries that record the same sale the earlier one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils.translation import gettext_noop

from collector.desks.register.models import Payment, Sale, SaleDiscount, SaleLine, SaleTax
from collector.desks.register.reading import SaleRows, Unreadable, read_sale
from collector.desks.register.returned import returned_twice
from collector.ingest.alarms import Complaint
from collector.ingest.projecting import Proven
from collector.ingest.sql import insert_new

TYPES = ("balie.sale.completed.v1",)


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Record the sales that entries complete; entries already recorded change nothing.

    Args:
        proven: Entries at or below their device's watermark, in order within a device.

    Returns:
        What a person should know: sales that cannot be read, or were recorded before.
    """
    complaints: list[Complaint] = []
    sales: dict[str, SaleRows] = {}
    for each in proven:
        try:
            sale = read_sale(each)
        except Unreadable as unreadable:
            complaints.append(
                Complaint(each.device, "unreadable", unreadable.words, facts=unreadable.facts)
            )
        else:
            sales[sale.id] = sale
    if insert_new(connection, Sale, [sale.sale for sale in sales.values()]) < len(sales):
        complaints.extend(_settle_doubles(sales))
    _insert_parts(sales.values())
    return complaints + returned_twice(sales.values())


def clear(device: str | None = None) -> None:
    """Forget all derived rows, of one device or of all."""
    chosen = {} if device is None else {"device_id": device}
    of_sale = {} if device is None else {"sale__device_id": device}
    for part in (SaleLine, Payment, SaleTax, SaleDiscount):
        part._default_manager.filter(**of_sale)._raw_delete(connection.alias)  # noqa: SLF001 (one DELETE; nothing hangs on these rows)
    Sale.objects.filter(**chosen)._raw_delete(connection.alias)  # noqa: SLF001 (the parts are gone)


def _insert_parts(sales: Iterable[SaleRows]) -> None:
    kept = list(sales)
    insert_new(connection, SaleLine, [row for sale in kept for row in sale.lines])
    insert_new(connection, Payment, [row for sale in kept for row in sale.payments])
    insert_new(connection, SaleTax, [row for sale in kept for row in sale.taxes])
    insert_new(connection, SaleDiscount, [row for sale in kept for row in sale.discounts])


def _settle_doubles(sales: dict[str, SaleRows]) -> list[Complaint]:
    """Take out of ``sales`` what another entry recorded already and say so."""
    held = set(Sale.objects.filter(pk__in=sales).values_list("pk", flat=True))
    complaints = []
    for identity in [identity for identity in sales if identity not in held]:
        double = sales[identity]
        other = Sale.objects.get(device_id=double.device, sale=double.uuid)
        place, other_place = (double.epoch, double.sequence), (other.epoch, other.sequence)
        if place < other_place:
            other.delete()
            insert_new(connection, Sale, [double.sale])
        else:
            del sales[identity]
        first, second = sorted((place, other_place))
        complaints.append(
            Complaint(
                double.device,
                "doubled",
                gettext_noop(
                    "Entry %(place)s records sale %(sale)s again, which entry %(first)s had "
                    "recorded: it is counted once."
                ),
                facts={
                    "place": f"{second[0]}.{second[1]}",
                    "sale": double.uuid,
                    "first": f"{first[0]}.{first[1]}",
                },
            )
        )
    return complaints
