"""People who sign in at the register, from a file.

| column | meaning |
| --- | --- |
| id | what entries and exports name; needed, never used again for somebody else |
| name | needed for somebody new; shown on the device only |
| pin | 4 to 8 digits; kept as a scrypt hash only |
| pin_hash | the hash itself, for who keeps no PINs in files |
| badge | what a scanned badge says; kept as a hash only |
| roles | cashier, supervisor, manager, technician; several with spaces between |
| language | nl, fr, id or en |
| active | no takes away the right to sign in |
"""

from __future__ import annotations

import secrets

from django.conf import settings

from appliance.domain.errors import PinError
from appliance.domain.staff import ROLES, hash_badge, hash_pin, verify_pin
from collector.directory.editing import Change
from collector.directory.files import FileRefused, cells
from collector.directory.files.table import Column, Record, read_table, refuse_doubles
from collector.directory.models import Person
from collector.directory.rows import Row

_SALT_BYTES = 16


def read_staff(name: str, content: bytes) -> Change:
    """Read a file of people into the change it makes.

    Raises:
        FileRefused: With everything that is wrong.
    """
    records, faults = read_table(name, content, _columns())
    faults += refuse_doubles(records, "id")
    known = Person.objects.in_bulk()
    for record in records:
        if record.values["id"] not in known and "name" not in record.values:
            faults.append(record.fault("name", "somebody new needs one"))
        if {"pin", "pin_hash"} <= record.values.keys():
            faults.append(record.fault("pin_hash", "give the PIN or its hash, not both"))
    if faults:
        raise FileRefused(name, faults)
    return Change(staff=[_row(record, known.get(record.values["id"])) for record in records])


def _columns() -> tuple[Column, ...]:
    languages = tuple(code for code, _ in settings.LANGUAGES)
    return (
        Column("id", cells.words(40), needed=True),
        Column("name", cells.words(100)),
        Column("pin", _pin),
        Column("pin_hash", _pin_hash),
        Column("badge", cells.words(200, least=8)),
        Column("roles", cells.some_of(tuple(ROLES))),
        Column("language", cells.one_of(languages), empty=""),
        Column("active", cells.yes_or_no, empty=True),
    )


def _row(record: Record, before: Person | None) -> Row:
    row = dict(record.values)
    pin, badge = row.pop("pin", None), row.pop("badge", None)
    if badge is not None:
        row["badge_hash"] = hash_badge(badge)
    if pin is not None and not (before and before.pin_hash and verify_pin(pin, before.pin_hash)):
        # A PIN that is the same keeps its hash, so that nothing has to be sent.
        row["pin_hash"] = hash_pin(pin, secrets.token_bytes(_SALT_BYTES))
    return row


def _pin(text: str) -> str:
    pin = text.strip()
    try:
        hash_pin(pin, bytes(_SALT_BYTES))
    except PinError as refused:
        raise ValueError(str(refused).rstrip(".")) from refused
    return pin


def _pin_hash(text: str) -> str:
    stored = text.strip()
    try:
        verify_pin("0000", stored)
    except PinError as refused:
        raise ValueError(str(refused).rstrip(".")) from refused
    return stored
