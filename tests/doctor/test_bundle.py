"""A support file holds nothing secret and nothing of anybody: every byte of it is searched."""

from __future__ import annotations

import base64
import json
import secrets
import zipfile

import pytest

from appliance import config
from appliance.doctor import bundle, counter, log
from appliance.doctor.findings import Finding, Severity
from appliance.domain.counter import Stage, Taken
from appliance.domain.staff import hash_badge, hash_pin
from appliance.journal.attachments import Attachment
from appliance.journal.entry import ZERO_HASH, Watermark, make
from appliance.journal.signing import generate, save
from appliance.journal.store import Event, Journal
from appliance.store.directory_store import DirectoryStore

PERSON = "Wilhelmina Achterberg"
PASSWORD = "zvt-password-010203"
SECRETS = {
    "a customer's name": PERSON,
    "a mail address": "w.achterberg@post.example",
    "a telephone number": "+31612345678",
    "a street": "Lange Voorhout 999",
    "a member of staff": "Sanne de Vries",
    "a PIN": "258046",
    "a badge": "badge-7f3a9c21d4e88",
    "a customer's card": "2999000123457",
    "a card number": "4111111111111111",
    "an IBAN": "NL91ABNA0417164300",
    "a terminal's password": PASSWORD,
    "an enrolment token": "tok-9d1f77aa0bb2",
    "a receipt": "2-000412",
    "the shop's broker": "office.achterberg.example",
}


@pytest.fixture
def device(tmp_path, machine):
    """A device that is full of what must not leave it."""
    home = tmp_path / "device"
    for name in ("data", "identity"):
        (home / name).mkdir(parents=True)
    password, broker = SECRETS["a terminal's password"], SECRETS["the shop's broker"]
    (home / "balie.toml").write_text(
        f'[device]\nid = "register-2"\nname = "{PERSON}"\nregister = "2"\ndata = "data"\n'
        '[terminal]\ndriver = "zvt"\nhost = "10.0.0.9"\n'
        f'password = "{password}"\n[broker]\nhost = "{broker}"\nca = "identity/ca.pem"\n'
        'certificate = "identity/device.pem"\nkey = "identity/device.key"\n'
    )
    key = generate()
    save(key, home / "identity" / "device.key")
    (home / "data" / "door").mkdir()
    (home / "data" / "door" / "asked.json").write_text(SECRETS["an enrolment token"])
    content = json.dumps(list(SECRETS.values())).encode()
    attachment = Attachment(secrets.token_hex(16), "customer", secrets.token_bytes(16), content)
    with Journal.open(home / "data" / "journal.db", "register-2") as journal:
        data = {"receipt": SECRETS["a receipt"], "note": list(SECRETS.values())}
        journal.append(Event("balie.customer.changed.v1", data, attachments=(attachment,)))
    staff = {
        "id": "p1",
        "name": SECRETS["a member of staff"],
        "pin_hash": hash_pin(SECRETS["a PIN"], b"sixteen byte salt"),
        "badge_hash": hash_badge(SECRETS["a badge"]),
        "roles": ["cashier"],
        "language": "nl",
        "active": True,
    }
    change = {"change": "c1", "part": 1, "parts": 1, "staff": [staff]}
    entry = make(
        Watermark(1, 0, ZERO_HASH),
        device="collector",
        source="/collector",
        type="balie.directory.changed.v1",
        time=journal._clock(),
        data=change,
    )
    with DirectoryStore.open(home / "data" / "directory.db") as store:
        store.receive([entry])
    forbidden = {
        **SECRETS,
        "the PIN's hash": staff["pin_hash"],
        "the badge's hash": staff["badge_hash"],
        "the private key": (home / "identity/device.key").read_text().splitlines()[1],
        "an attachment's salt": base64.b64encode(attachment.salt).decode(),
        "a commitment": attachment.commitment,
        "a reference": attachment.reference,
    }
    return home, forbidden


def written(home, machine, tmp_path, lines):
    target = tmp_path / "support.zip"
    bundle.write(
        target,
        host=machine.host,
        settings=config.load(home / "balie.toml"),
        findings=[
            Finding("power", Severity.WELL, "Power", "The power is steady."),
            *counter.check(Taken("0" * 16, Stage.REFUSED, f"[terminal] {PASSWORD} is no number")),
        ],
        log=lines,
    )
    return target


def test_every_byte_is_searched_for_what_must_not_leave(device, machine, tmp_path):
    home, forbidden = device
    lines = [
        f"2026-11-22T10:00:00+0000 till balie[71]: {message}"
        for value in forbidden.values()
        for message in (
            value,
            f"INFO appliance.services.printing: Receipt {value} was not printed",
            f"WARNING {value}",
            f"ValueError: {value} was expected",
            f'  File "/usr/lib/balie/site/appliance/build.py", line 12, in open {value}',
            f"{value}: Traceback (most recent call last):",
        )
    ]
    lines += [
        f"2026-11-22T10:00:00+0000 till {value}[3]: INFO hello" for value in forbidden.values()
    ]
    lines.append("2026-11-22T10:00:00+0000 till kernel: usb 1-1: SerialNumber: 4111111111111111")
    target = written(home, machine, tmp_path, lines)
    with zipfile.ZipFile(target) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert {"doctor.json", "device.json", "journal.json", "log.txt"} <= parts.keys()
    everything = b"\n".join([target.read_bytes(), *parts.values(), *map(str.encode, parts)])
    for what, value in forbidden.items():
        for form in (value, value.lower(), base64.b64encode(value.encode()).decode().rstrip("=")):
            assert form.encode() not in everything, what


def test_what_helps_is_in_it(device, machine, tmp_path):
    home, _ = device
    lines = [
        "2026-11-22T10:00:00+0000 till balie[71]: WARNING appliance.uplink.loop: lost Sanne",
        "2026-11-22T10:00:01+0000 till balie[71]: Traceback (most recent call last):",
        '2026-11-22T10:00:01+0000 till balie[71]:   File "/x/appliance/build.py", line 12, in open_desk',
        "2026-11-22T10:00:01+0000 till balie[71]: appliance.journal.errors.EntryError: Sanne",
        "2026-11-22T10:00:02+0000 till systemd[1]: balie-desk.service: Main process exited",
        "2026-11-22T10:00:02+0000 till kernel: mmc0: error -110 whilst initialising SD card",
    ]
    target = written(home, machine, tmp_path, lines)
    with zipfile.ZipFile(target) as packed:
        said = packed.read("log.txt").decode()
        device_facts = json.loads(packed.read("device.json"))
        journal = json.loads(packed.read("journal.json"))
    assert "WARNING appliance.uplink.loop" in said
    assert "appliance/build.py:12 open_desk" in said
    assert "EntryError" in said
    assert "balie-desk.service: Main process exited" in said
    assert "mmc0: error -110 whilst initialising SD card" in said
    assert "Sanne" not in said
    assert "1 lines were kept back" in said
    assert device_facts["id"] == "register-2"
    terminal = next(each for each in device_facts["drivers"] if each["kind"] == "terminal")
    assert terminal == {
        "kind": "terminal",
        "driver": "zvt",
        "options": {"host": "set", "password": "set"},
    }
    assert [each["type"] for each in journal["entries"]] == [
        "balie.journal.opened.v1",
        "balie.customer.changed.v1",
    ]


def test_only_its_owner_may_read_it_and_nothing_is_written_over(device, machine, tmp_path):
    home, _ = device
    target = written(home, machine, tmp_path, [])
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        written(home, machine, tmp_path, [])


def test_a_machine_without_a_log_has_none(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert list(log.told(log.read_log())) == ["0 lines were kept back: they may hold anything."]
