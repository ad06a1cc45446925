"""What each check says of a machine laid out in a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from appliance.config import load
from appliance.counter_files import CounterFiles
from appliance.doctor import clock, counter, display, office, power, records, storage
from appliance.doctor.device import examine_desk
from appliance.doctor.findings import Severity, worst
from appliance.journal.signing import generate
from appliance.journal.store import Event, Journal
from appliance.services.ports import Sending
from appliance.services.words import LANGUAGES, Words
from appliance.uplink import validity
from appliance.uplink.validity import Validity

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
GB = 1_000_000_000
ROOMY = lambda _folder: (30 * GB, 20 * GB)  # noqa: E731
WELL, LOOK, BAD = Severity.WELL, Severity.LOOK, Severity.BAD


def told(findings):
    """What the worst of them says, and what it wants done, in English."""
    words, severity = Words("en"), worst(findings)
    said = next(each.said(words) for each in findings if each.severity is severity)
    return severity, said.meaning, said.remedy


def test_all_is_well_with_a_new_device(machine):
    for findings in (
        storage.check(machine.host, machine.data, ROOMY),
        power.check_power(machine.host),
        power.check_temperature(machine.host),
        clock.check(machine.host, NOW, None),
        display.check_screen(machine.host, {"renderer": "V3D 4.2"}),
        display.check_inputs(machine.host, {}),
    ):
        severity, _, remedy = told(findings)
        assert severity is WELL
        assert not remedy


# Storage.


def test_a_card_that_became_read_only_is_bad(machine):
    machine.lay(
        {
            "proc/self/mountinfo": "30 24 179:4 / /var/lib/balie ro,noatime - ext4 "
            "/dev/mmcblk0p4 ro,errors=remount-ro"
        }
    )
    severity, meaning, remedy = told(storage.check(machine.host, machine.data, ROOMY))
    assert severity is BAD
    assert "read-only: nothing more can be sold" in meaning
    assert "balie recover" in remedy


def test_faults_that_the_file_system_counted_are_bad(machine):
    machine.lay(
        {
            "sys/fs/ext4/mmcblk0p4/errors_count": "3",
            "sys/fs/ext4/mmcblk0p4/last_error_time": "1795000000",
            "sys/fs/ext4/mmcblk0p4/last_error_func": "ext4_find_entry",
        }
    )
    findings = storage.check(machine.host, machine.data, ROOMY)
    severity, meaning, _ = told(findings)
    assert severity is BAD
    assert meaning == "The file system counted 3 faults, the last on 2026-11-18."
    assert findings[0].detail == "ext4_find_entry"


@pytest.mark.parametrize(
    ("life", "end", "wanted"),
    [("0x01 0x01", "0x01", WELL), ("0x09 0x02", "0x01", LOOK), ("0x0b 0x01", "0x01", BAD),
     ("0x01 0x01", "0x02", LOOK), ("0x01 0x01", "0x03", BAD)],
)  # fmt: skip
def test_a_card_tells_how_worn_it_is(machine, life, end, wanted):
    machine.lay(
        {
            "sys/block/mmcblk0/device/life_time": life,
            "sys/block/mmcblk0/device/pre_eol_info": end,
        }
    )
    assert told(storage.check(machine.host, machine.data, ROOMY))[0] is wanted


def test_failed_reads_and_writes_are_added_up(machine):
    machine.lay(
        {
            "sys/block/mmcblk0/device/ioerr_cnt": "0x3",
            "sys/kernel/debug/mmc0/err_stats": "# Command Timeout Occurred:\t2\n"
            "# Data CRC Errors Occurred:\t 4\n# Nothing:\t 0",
        }
    )
    severity, meaning, _ = told(storage.check(machine.host, machine.data, ROOMY))
    assert severity is LOOK
    assert meaning.startswith("9 reads or writes")


@pytest.mark.parametrize(("free_mb", "wanted"), [(90, BAD), (400, LOOK), (600, WELL)])
def test_a_card_that_fills_up_is_said_in_time(machine, free_mb, wanted):
    def ask(_folder):
        return 30 * GB, free_mb * 1_000_000

    assert told(storage.check(machine.host, machine.data, ask))[0] is wanted


def test_a_card_that_does_not_answer_is_bad(machine):
    def ask(_folder):
        raise OSError(5, "Input/output error")

    assert told(storage.check(machine.host, machine.data, ask))[0] is BAD


# Power and temperature.


@pytest.mark.parametrize(
    ("flags", "wanted"),
    [("0x0", WELL), ("0x1", BAD), ("50005", BAD), ("0x10000", LOOK), ("0x50000", LOOK)],
)
def test_weak_power_is_said_now_and_since_the_start(machine, flags, wanted):
    machine.lay({"sys/devices/platform/soc/soc:firmware/get_throttled": flags})
    severity, _, remedy = told(power.check_power(machine.host))
    assert severity is wanted
    assert bool(remedy) is (wanted is not WELL)


def test_the_voltage_sensors_alarm_is_weak_power(machine):
    machine.lay(
        {"sys/class/hwmon/hwmon2/name": "rpi_volt", "sys/class/hwmon/hwmon2/in0_lcrit_alarm": "1"}
    )
    assert told(power.check_power(machine.host))[0] is BAD


def test_a_machine_that_does_not_tell_is_no_trouble(tmp_path):
    from appliance.doctor.host import Host  # noqa: PLC0415

    host = Host(tmp_path)
    assert told(power.check_power(host))[1] == "This device does not tell how its power is."
    assert power.check_temperature(host) == []


@pytest.mark.parametrize(
    ("temp", "flags", "wanted"),
    [("48000", "0", WELL), ("76000", "0", LOOK), ("81000", "0", BAD), ("60000", "0x8", BAD),
     ("50000", "0x80000", LOOK)],
)  # fmt: skip
def test_heat_is_said_with_its_remedy(machine, temp, flags, wanted):
    machine.lay(
        {
            "sys/class/thermal/thermal_zone0/temp": temp,
            "sys/devices/platform/soc/soc:firmware/get_throttled": flags,
        }
    )
    severity, _, remedy = told(power.check_temperature(machine.host))
    assert severity is wanted
    assert ("air" in remedy) is (wanted is not WELL)


# Clock.


def test_a_clock_that_cannot_be_right_is_bad(machine):
    long_ago = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    assert told(clock.check(machine.host, long_ago, None))[0] is BAD
    findings = clock.check(machine.host, NOW, NOW + timedelta(hours=2))
    assert told(findings)[1] == "The clock is behind what was sold last, on 2026-11-22 19:00."


def test_a_clock_that_nobody_keeps_is_to_be_looked_at(machine):
    (machine.root / "run/systemd/timesync/synchronized").unlink()
    assert told(clock.check(machine.host, NOW, NOW))[0] is LOOK


# Screen and touch.


def test_a_screen_that_is_not_there_and_pictures_without_the_chip(machine):
    painted = display.check_screen(machine.host, {"renderer": "llvmpipe (LLVM 19.1)"})
    assert told(painted)[0] is LOOK
    machine.lay({"sys/class/drm/card1-HDMI-A-1/status": "disconnected"})
    assert told(display.check_screen(machine.host, {}))[0] is BAD


def test_inputs_are_named_and_those_that_are_shut_are_bad(machine):
    (found,) = display.check_inputs(machine.host, {})
    assert found.facts["names"] == "eGalax Touch, PSC Scanner"
    shut = display.check_inputs(machine.host, {"inputs_shut": ["/dev/input/event0"]})
    assert told(shut)[0] is BAD
    machine.lay({"proc/bus/input/devices": ""})
    assert told(display.check_inputs(machine.host, {}))[0] is LOOK


# The back office.


def certificate(file, *, days):
    """A certificate that ends so many days from now."""
    key = generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "register-2")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days, hours=1))
        .sign(key, None)
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(("days", "wanted"), [(90, WELL), (10, LOOK), (-2, BAD)])
def test_a_certificate_tells_how_long_it_is_good(tmp_path, days, wanted):
    file = certificate(tmp_path / "device.pem", days=days)
    severity, meaning, remedy = told(office.check_certificate(file, tmp_path, NOW))
    assert severity is wanted
    assert bool(remedy) is (wanted is not WELL)
    assert (f"{days} days" in meaning) is (days > 0)


def test_a_certificate_that_cannot_be_read_is_bad(tmp_path):
    (tmp_path / "torn.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    for name in ("torn.pem", "none.pem"):
        assert told(office.check_certificate(tmp_path / name, tmp_path, NOW))[0] is BAD


@pytest.mark.parametrize(
    ("days", "how", "wanted", "remedy"),
    [
        (90, (True, ""), WELL, ""),
        (29, (True, "unreachable"), WELL, ""),
        (20, (True, "unreachable"), LOOK, "It renews by itself while"),
        (20, (False, ""), LOOK, "Have the back office renew it"),
        (20, (True, "unknown"), LOOK, "Enrol the device anew"),
        (-1, (True, ""), BAD, "It renews by itself while"),
        (-1, (False, ""), BAD, "Have the back office renew it"),
    ],
)
def test_the_desk_knows_the_certificates_days_from_the_uplink(tmp_path, days, how, wanted, remedy):
    until = NOW + timedelta(days=days, hours=1)
    validity.keep(tmp_path, Validity(until, *how))
    severity, meaning, said = told(office.check_certificate(None, tmp_path, NOW))
    assert severity is wanted
    assert said.startswith(remedy)
    assert bool(said) is bool(remedy)
    assert (f"{days} days" in meaning) is (days > 0)
    assert ("sells, and sends nothing" in meaning) is (days < 0)


def test_days_that_nobody_told_yet_are_not_called_well(tmp_path):
    torn = ("", "[]", "{", '{"until": "soon", "renews": true, "refusal": ""}')
    for text in (*torn, '{"until": "2027-01-01T00:00:00", "renews": true, "refusal": ""}'):
        (tmp_path / "certificate.json").write_text(text)
        severity, meaning, remedy = told(office.check_certificate(None, tmp_path, NOW))
        assert severity is LOOK
        assert "not known yet" in meaning
        assert remedy


def test_the_desk_does_not_take_a_hidden_certificate_for_a_missing_one(tmp_path, machine):
    """The desk's unit lays an empty folder over the identity."""
    (tmp_path / "data").mkdir()
    (tmp_path / "balie.toml").write_text(
        '[device]\nid = "register-2"\nname = "Till 2"\nregister = "2"\ndata = "data"\n'
        '[broker]\nhost = "shop"\nca = "identity/ca.pem"\n'
        'certificate = "identity/device.pem"\nkey = "identity/device.key"\n'
    )
    settings = load(tmp_path / "balie.toml")
    validity.keep(settings.device.data, Validity(NOW + timedelta(days=400), renews=True))
    found = examine_desk(settings, software="balie 1", clock=lambda: NOW, host=machine.host)
    assert [each.severity for each in found if each.check == "certificate"] == [WELL]


def test_the_network_is_tried_only_where_there_is_no_connection():
    tried = []

    def reach(host, port):
        tried.append((host, port))
        return "no route"

    address = ("office", 8883)
    assert told(office.check_network(Sending(connected=True), address, reach))[0] is WELL
    assert tried == []
    (found,) = office.check_network(Sending(detail="It broke off."), address, reach)
    assert tried == [address]
    assert found.detail == "It broke off.; no route"
    (reached,) = office.check_network(Sending(), address, lambda *_: "")
    assert "the connection does not come about" in reached.meaning
    (alone,) = office.check_network(Sending(enabled=False), None, reach)
    assert alone.severity is LOOK


@pytest.mark.parametrize(
    ("age", "wanted"),
    [(timedelta(seconds=20), WELL), (timedelta(hours=1), LOOK), (timedelta(days=4), BAD)],
)
def test_what_waits_is_counted_with_its_age(age, wanted):
    severity, meaning, _ = told(office.check_queue(Sending(unsent=12, oldest=NOW - age), NOW))
    assert severity is wanted
    assert meaning.startswith("12 entries wait")


# The journal and the version.


def test_the_journals_end_is_read(tmp_path):
    file = tmp_path / "journal.db"
    assert told(records.check_journal(file, "till-1"))[1] == "Nothing was sold on this device yet."
    with Journal.open(file, "till-1") as journal:
        journal.append(Event("balie.staff.signed_in.v1", {"person": "p1"}))
    assert "up to entry 1.2" in told(records.check_journal(file, "till-1"))[1]
    assert told(records.check_journal(file, "till-2"))[0] is BAD
    file.write_bytes(b"\0" * 8192)
    assert told(records.check_journal(file, "till-1"))[0] is BAD


def test_settings_of_the_counter_are_told_only_where_there_were_any(tmp_path, machine):
    (tmp_path / "data").mkdir()
    (tmp_path / "balie.toml").write_text(
        '[device]\nid = "register-2"\nname = "Till 2"\nregister = "2"\ndata = "data"\n'
    )
    settings = load(tmp_path / "balie.toml")
    files = CounterFiles(tmp_path)

    def found():
        every = examine_desk(settings, software="balie 1", clock=lambda: NOW, host=machine.host)
        return [each for each in every if each.check == counter.CHECK]

    assert found() == []
    files.tell("")
    assert told(found()) == (
        WELL,
        "What the back office told is taken when nobody is at the counter.",
        "",
    )
    files.keep("")
    assert told(found())[1] == "What the back office told is in use."
    files.refuse("[moon]", "[moon] is unknown", "balie 1", instead="")
    severity, _, remedy = told(found())
    assert (severity, remedy) == (LOOK, "Correct it in the back office, under Devices.")
    assert found()[0].detail == "[moon] is unknown"


def test_the_version_names_slot_and_machine(machine):
    (found,) = records.check_version(machine.host, "balie 1.4", "B", "update 1.4: running")
    assert told([found])[1] == "balie 1.4 runs from slot B."
    assert found.detail == "Raspberry Pi 4 Model B Rev 1.5, Linux 6.12.0, update 1.4: running"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_in_every_fact(machine, language):
    """A translation that lost a name in braces would fail before a technician's eyes."""
    machine.lay({"sys/fs/ext4/mmcblk0p4/errors_count": "3"})
    findings = [
        *storage.check(machine.host, machine.data, lambda _: (30 * GB, 50_000_000)),
        *power.check_temperature(machine.host),
        *office.check_queue(Sending(unsent=12, oldest=NOW), NOW),
        *display.check_inputs(machine.host, {}),
    ]
    for each in findings:
        said = each.said(Words(language))
        assert "{" not in said.meaning + said.remedy
        assert all(fact in said.meaning for fact in each.facts.values())
