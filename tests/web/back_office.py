"""What a back office holds beside its sales: customers, codes, versions, and what is to be erased."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from appliance.domain.counter import Stage, Taken, digest
from appliance.domain.customer import read_profile
from appliance.domain.update import EARLY, EVERYONE, FIRST
from collector.attachments.models import SUBJECT, Answer
from collector.attachments.ordering import erase
from collector.counters import telling
from collector.customers import editing
from collector.customers.standing import settle
from collector.directory import log
from collector.directory.models import Cursor
from collector.enrolment.models import Admission
from collector.ingest.models import Device
from collector.updates import offering
from collector.updates.models import Bundle, Place
from tests.web.balances import CUSTOMER, some_balances
from tests.web.money import begin_training, counting_shop, end_training

EVA, TWIN, ALIKE, COMPANY, GONE = (each * 16 for each in ("e1", "e2", "a1", "b1", "90"))
PEOPLE = {
    EVA: {"name": "Eva Smit", "phone": "0655555555", "email": "eva@example.nl", "cards": "KL0042"},
    TWIN: {"name": "eva smit", "phone": "0655555555"},
    ALIKE: {"name": "E. Smit-de Boer", "phone": "0688888888", "email": "eva@example.nl"},
    CUSTOMER: {"name": "Daan de Wit", "phone": "0611111111"},
    COMPANY: {"name": "Chloé Lefèvre", "company": "Bakkerij Lefèvre", "email": "info@example.nl"},
    GONE: {"name": "Iemand", "phone": "0622222222"},
}


def a_whole_office(now):
    """All of it, beside an ordinary shop."""
    counted_registers(now)
    some_balances(now)
    some_customers(now)
    some_codes(now)
    some_counters(now)
    some_versions(now)
    most_have_heard(now)


def most_have_heard(now):
    """Let all registers that are connected have every change; the kiosk is some behind."""
    head = log.head()
    place = {"epoch": head.epoch, "sequence": head.sequence, "hash": head.hash, "updated": now}
    for number in "1256":
        Cursor.objects.update_or_create(device_id=f"register-{number}", defaults=place)


def counted_registers(now):
    """Two registers that count their drawers, sell to customers, and were learned at."""
    shop = counting_shop(now, ("5", "6"))
    for hours, customer in enumerate((EVA, TWIN, COMPANY, EVA, GONE), 1):
        points = {"earned": 4 * hours, "spent": 0}
        shop.sell("register-5", now - timedelta(hours=hours), customer=customer, points=points)
    for minutes, told in ((190, (7, 123400)), (95, (None, None)), (20, None)):
        begin_training(shop, "register-6", now - timedelta(minutes=minutes))
        if told:
            end_training(shop, "register-6", now - timedelta(minutes=minutes - 12), *told)
    shop.deliver()


def some_customers(now):
    """Write customers down: two who are one person, two who may be, and one who was erased."""
    for ago, (customer, told) in enumerate(PEOPLE.items()):
        at = now - timedelta(days=90 - 7 * ago)
        editing.create(read_profile(told, "31"), customer, "", by="Marieke", now=at)
    settle(now - timedelta(days=40))
    erase([], [GONE], by="Marieke", now=now - timedelta(days=3))
    erase([], ["5e" * 16], by="Marieke", now=timezone.now())
    for device in Device.objects.exclude(link="offline"):
        for sequence, who in enumerate((GONE, "5e" * 16), 1):
            Answer.objects.create(
                device=device, what=SUBJECT, value=who, epoch=1, sequence=sequence
            )


def some_codes(now):
    """Make codes: one that waits for its device, one that was used, one whose time is over."""
    made = [
        (4, {}),
        (130, {"used": now - timedelta(minutes=122), "fingerprint": "554F CDFD 9C3E C17B"}),
        (1500, {}),
    ]
    for number, (minutes, more) in enumerate(made, 7):
        at = now - timedelta(minutes=minutes)
        Admission.objects.create(
            device=f"register-{number}",
            name=f"Kassa {number}",
            register=str(number),
            market="nl",
            language="nl",
            handle="0000",
            whole="",
            short="",
            made=at,
            made_by="Marieke",
            expires=at + timedelta(minutes=15),
            **more,
        )


BAKERY = """\
[printer]
driver = "network"
host = "192.168.1.60"

[drawer]
driver = "printer_kick"

[terminal]
driver = "zvt"
host = "192.168.1.61"
"""
TOBACCO = '[printer]\ndriver = "network"\nhost = "192.168.1.70"\ncolumns = 51\n'


def some_counters(now):
    """Choose what stands on counters: in use, refused, waited with and not heard of yet."""
    said = {"by": "Marieke", "now": now - timedelta(minutes=50)}
    telling.keep_profile("Bakkerij", BAKERY, **said)
    telling.keep_profile("Kiosk", TOBACCO, **said)
    named = {each.pk: each for each in Device.objects.all()}
    for number, profile, stage in (
        (1, "Bakkerij", Stage.IN_USE),
        (2, "Bakkerij", Stage.WAITING),
        (3, "Bakkerij", None),
        (5, "", Stage.REFUSED),
    ):
        device = named[f"register-{number}"]
        if profile:
            telling.choose_profile(device, profile, **said)
        else:
            telling.give_own(device, TOBACCO, **said)
        if stage is not None:
            why = "[printer] A printer has 24 to 48 columns, found 51." if number == 5 else ""
            taken = Taken(digest(telling.in_force(device.pk)), stage, why)
            device.reported = {**(device.reported or {}), "counter": taken.to_data()}
            device.save()


def some_versions(now):
    """Offer versions, and let devices say how far each is."""
    for number, (version, reach, paused) in enumerate(
        [("0.1.0", EVERYONE, False), ("0.2.0", EARLY, False), ("0.3.0", FIRST, True)], 1
    ):
        bundle = Bundle.objects.create(
            sha256=f"{number:x}" * 64,
            version=version,
            size=290_000_000 + number * 7_000_000,
            uploaded=now - timedelta(days=40 - 13 * number),
            uploaded_by="Marieke",
            paused=paused,
        )
        offering.offer(bundle, reach, now)
    for device, ring, slot, update in (
        ("register-1", EARLY, "B", {"version": "0.2.0", "stage": "running"}),
        ("register-2", EARLY, "A", {"stage": "fetching", "have": 41, "size": 100}),
        ("register-5", EARLY, "A", {"stage": "fell_back", "why": "graphics", "detail": "llvmpipe"}),
        ("register-6", EARLY, "A", {"stage": "waiting", "why": "unsent"}),
    ):
        Place.objects.create(device_id=device, ring=ring)
        row = Device.objects.get(pk=device)
        told = {"slot": slot, "versions": {"balie": "0.1.0"}}
        row.reported = {**(row.reported or {}), **told, "update": {"version": "0.2.0", **update}}
        row.save()
    certificate = offering.certificate()
    certificate.parent.mkdir(parents=True, exist_ok=True)
    certificate.touch()
