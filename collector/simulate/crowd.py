"""Simulated devices in the collector's database: enrolled, told from real ones, judged, removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from appliance.journal.entry import START, Watermark
from appliance.journal.signing import load_private, public_pem
from appliance.journal.topics import Shards
from collector.desks.register.models import Sale
from collector.enrolment.authority import Authority
from collector.enrolment.names import SIMULATED
from collector.ingest import models
from collector.ingest.standing import standings
from collector.simulate.device import Member

_SENTENCES = 10


def folder() -> Path:
    """Tell where the keys of simulated devices lie."""
    return Path(settings.BALIE_STATE) / "simulated"


def names(number: int, shards: Shards) -> list[str]:
    """Name so many devices of a run of shards, always the same ones."""
    found: Iterator[str] = (
        name for place in count(1) if (name := f"{SIMULATED}{place:04}") in shards
    )
    return [next(found) for _ in range(number)]


def real_devices() -> list[str]:
    """Name the devices that are not simulated and of which something is held, a few of them."""
    held = models.Watermark.objects.filter(sequence__gt=0)
    real = held.exclude(device__id__startswith=SIMULATED)
    return sorted(set(real.values_list("device_id", flat=True)))[:_SENTENCES]


def enrol(chosen: Sequence[str], authority: Authority, faulty_share: float) -> list[Member]:
    """Give devices keys and certificates, those that have them already excepted.

    Args:
        chosen: Their names.
        authority: Who signs.
        faulty_share: In how many of them things go wrong, 0 to 1.
    """
    known = dict(
        models.Device.objects.filter(id__startswith=SIMULATED).values_list("id", "public_key")
    )
    for name in chosen:
        own = folder() / name
        if name in known and (own / "device.key").exists():
            continue
        own.mkdir(parents=True, exist_ok=True)
        identity = authority.issue_device(name)
        identity.write(own / "device.pem", own / "device.key")
        models.Device.objects.update_or_create(
            id=name,
            defaults={
                "name": f"Simulated {_number(name)}",
                "register": _register(name),
                "public_key": identity.public_key.decode(),
            },
        )
    return _members(chosen, faulty_share)


def directory_key(authority: Authority) -> bytes:
    """Return what devices check the directory's signatures with, as PEM."""
    own_key = Path(settings.BALIE_DIRECTORY_KEY_FILE)
    if own_key.exists():
        return public_pem(load_private(own_key)).encode()
    return authority.collector.public_key


def judge(heads: Mapping[str, Watermark]) -> list[str]:
    """Compare what devices made with what the collector holds.

    Args:
        heads: The last entry of each device.

    Returns:
        What is wrong, one sentence for each device; empty when all is well.
    """
    wrong = []
    for each in standings():
        head = heads.get(each.device)
        if head is None:
            continue
        place = Watermark(each.epoch, each.sequence, each.hash)
        if place != head:
            wrong.append(f"{each.device}: made {head}, the collector holds {place}")
        elif not each.well:
            said = f"; {len(each.alarms)} alarms, the last: {each.alarms[0]}" if each.alarms else ""
            wrong.append(f"{each.device}: gaps {each.gaps}, forks {each.forks}{said}")
    missing = set(heads) - set(models.Device.objects.values_list("id", flat=True))
    return [*wrong, *(f"{name}: the collector does not know it" for name in sorted(missing))]


def clean(authority: Authority) -> int:
    """Remove all simulated devices with everything that came from them; return how many."""
    chosen = list(
        models.Device.objects.filter(id__startswith=SIMULATED).values_list("id", flat=True)
    )
    for name in chosen:
        with transaction.atomic():
            _remove(name)
    shutil.rmtree(folder(), ignore_errors=True)
    for certificate in (authority.folder / "issued").glob(f"{SIMULATED}*.pem"):
        certificate.unlink()
    return len(chosen)


def _remove(name: str) -> None:
    """Remove one device: what is derived, then whatever table refers to it, then itself."""
    for projection in settings.BALIE_PROJECTIONS:
        import_module(projection).clear(name)
    for relation in models.Device._meta.related_objects:  # noqa: SLF001 (Django's documented way to a model's relations)
        rows = relation.related_model._default_manager.filter(**{relation.field.name: name})  # noqa: SLF001 (the same)
        rows._raw_delete(connection.alias)  # noqa: SLF001 (one DELETE; nothing hangs on these rows)
    models.Alarm.objects.filter(device=name).delete()
    models.Device.objects.filter(id=name)._raw_delete(connection.alias)  # noqa: SLF001 (the same)


def _members(chosen: Sequence[str], faulty_share: float) -> list[Member]:
    held: dict[str, Watermark] = {}
    last_epoch: dict[str, int] = {}
    marks = models.Watermark.objects.filter(device__id__startswith=SIMULATED).order_by("epoch")
    for device, epoch, sequence, digest in marks.values_list(
        "device_id", "epoch", "sequence", "hash"
    ):
        mark = Watermark(epoch, sequence, digest)
        last_epoch[device] = mark.epoch
        if mark.sequence:
            held[device] = mark
    sold = Sale.objects.filter(device__id__startswith=SIMULATED).values_list("device_id")
    numbers = dict(sold.annotate(Max("number")).order_by())
    return [
        Member(
            name=name,
            register=_register(name),
            epoch=last_epoch.get(name, 0) + 1,
            held=held.get(name, START),
            number=numbers.get(name) or 0,
            faulty=(place + 1) * faulty_share % 1 < faulty_share,
        )
        for place, name in enumerate(chosen)
    ]


def _number(name: str) -> str:
    return name.removeprefix(SIMULATED)


def _register(name: str) -> str:
    return f"S{_number(name)}"
