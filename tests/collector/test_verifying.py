"""``balie-collector verify``: the same check through the collector's own connection."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from appliance.journal import signing
from appliance.journal.entry import Watermark
from collector.__main__ import main
from tests.collector.till import Collector, Till

pytestmark = pytest.mark.django_db


@pytest.fixture
def collector():
    return Collector()


@pytest.fixture
def sold(collector):
    till = Till()
    till.enrol()
    till.open()
    for number in range(30):
        till.sell(*((2, 1, 1), (0, -1), (1,))[number % 3])
    # In any order, with an overlap: as a wire brings it.
    for first, last in ((11, 20), (1, 10), (15, 25), (26, 31)):
        collector.take(till.batch(first, last))
    follow(collector)
    return till


def follow(collector):
    while collector.ingest._projector.behind():
        collector.ingest.turn([])


def verify(capsys, *words):
    status = main(["verify", "--json", *words])
    return status, json.loads(capsys.readouterr().out)


def kinds(report):
    return {(each["kind"], each["place"]) for part in report["parts"] for each in part["findings"]}


def test_what_came_honestly_is_sound(sold, capsys):
    status, report = verify(capsys)
    assert (status, report["sound"], report["entries"]) == (0, True, 31)
    (part,) = report["parts"]
    assert part["signatures"] == "4 of 4 heads are signed by the device"
    assert sum(day["sales"] + day["returns"] for day in part["days"]) == 30
    assert {rate["rate_bp"] for rate in part["rates"]} == {900, 2100}


def test_a_book_keeper_reads_it(sold, capsys):
    assert main(["verify", "--device", "register-2"]) == 0
    text = capsys.readouterr().out
    for words in ("Journal of register-2", "Tax rate", "Paid by", "2-000001 to 2-000030", "Sound"):
        assert words in text


def test_an_altered_row_is_found_and_placed(sold, capsys):
    change("update register_sale set gross_minor = gross_minor + 1 where id = 'register-2.1.12'")
    change("update ingest_watermark set sequence = 40 where epoch = 1")
    status, report = verify(capsys)
    assert status == 1
    assert {("figures", "1.12"), ("watermark", "1.40")} <= kinds(report)


def test_a_card_that_was_put_back_leaves_nothing_wrong(sold, collector, capsys):
    """Its new epoch comes after an earlier place than the one before it ended at."""
    later = Till(sold.device, 2, sold.key, [], sold.at, 20)
    after, above = sold.entries[20].watermark, sold.entries[30].watermark
    later.open(reason="behind", after=place(after), above=place(above))
    for _ in range(5):
        later.sell()
    collector.take(later.batch())
    follow(collector)
    status, report = verify(capsys)
    assert (status, report["sound"]) == (0, True), report
    assert "exist twice" in " ".join(report["parts"][0]["notes"])


def test_a_copied_card_is_named_as_forks(sold, collector, capsys):
    copy = sold.fork()
    copy.entries = copy.entries[:20]
    copy.number = 19
    for _ in range(6):
        copy.sell(1)
    collector.take(copy.batch(15, 26))
    status, report = verify(capsys)
    assert (status, kinds(report)) == (1, {("fork", "1.21")})


def test_a_gap_is_named(collector, capsys):
    till = Till()
    till.enrol()
    till.open()
    for _ in range(9):
        till.sell()
    collector.take(till.batch(1, 4), till.batch(7, 10))
    status, report = verify(capsys)
    assert (status, kinds(report)) == (1, {("removed", "1.5")})
    assert report["parts"][0]["gaps"] == 2


def test_the_devices_key_may_be_given(sold, tmp_path, capsys):
    own, other = tmp_path / "own.pem", tmp_path / "other.pem"
    own.write_text(signing.public_pem(sold.key))
    other.write_text(signing.public_pem(signing.generate()))
    assert verify(capsys, "--key", str(own))[0] == 0
    status, report = verify(capsys, "--key", str(other))
    assert status == 1
    assert ("key", "public key") in kinds(report)


def test_a_known_head_is_compared(sold, capsys):
    head = sold.entries[-1].watermark
    assert verify(capsys, "--head", head.to_text())[0] == 0
    status, report = verify(capsys, "--head", Watermark(1, 31, "ab" * 32).to_text())
    assert (status, ("rewritten", "1.31") in kinds(report)) == (1, True)


def test_a_device_that_is_not_there_cannot_be_checked(sold, capsys):
    assert main(["verify", "--device", "register-9"]) == 2
    assert "Not checked" in capsys.readouterr().err


def place(mark):
    return {"epoch": mark.epoch, "sequence": mark.sequence, "hash": mark.hash}


def change(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
