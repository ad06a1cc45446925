"""What comes beside entries at the collector: proven and kept, or named and not kept."""

from __future__ import annotations

import orjson
import pytest

from appliance.journal.attachments import Attachment, attach, new_reference
from collector.__main__ import main
from collector.attachments import models
from collector.ingest.models import Alarm
from collector.ingest.models import Entry as Stored
from tests.attachments.office import alarms, contents, know, line
from tests.attachments.people import CUSTOMER, person, words_of

pytestmark = pytest.mark.django_db


def test_what_came_is_kept_beside_the_entry(till, collector):
    wil = attach("customer", person(), subject=new_reference())
    entry, beside = know(till, wil)
    collector.take(till.batch(attachments=beside))
    row = models.Attachment.objects.get()
    assert (row.epoch, row.sequence, row.entry) == (1, 2, entry.hash)
    assert (row.kind, row.subject, row.commitment) == ("customer", wil.subject, wil.commitment)
    assert (bytes(row.salt), bytes(row.content)) == (wil.salt, wil.content)
    assert collector.ack == entry.watermark
    assert alarms() == []
    assert words_of(wil.content)[0] not in bytes(Stored.objects.get(sequence=2).raw)


def test_a_resend_after_a_loss_changes_nothing(till, collector):
    _, beside = know(till, attach("customer", b"a"), attach("card", b"b"))
    batch = till.batch(attachments=beside)
    collector.take(batch)
    collector.take(batch, batch)
    till.sell()
    collector.take(till.batch(attachments=beside))
    assert sorted(contents()) == [b"a", b"b"]
    assert alarms() == []


def test_an_entry_whose_attachment_is_gone_is_stored_all_the_same(till, collector):
    entry, _ = know(till, attach("customer", b"a"))
    collector.take(till.batch())
    assert collector.ack == entry.watermark
    assert contents() == []


def test_one_that_was_altered_is_not_kept_and_named(till, collector):
    wil = attach("customer", person())
    entry, (beside,) = know(till, wil)
    for change in ({"content": "YWx0ZXJlZA=="}, {"salt": "c2FsdHNhbHRzYWx0c2FsdHNhbHQ="}):
        collector.take(till.batch(attachments=[orjson.dumps(orjson.loads(beside) | change)]))
    assert contents() == []
    assert collector.ack == entry.watermark
    (sentence,) = alarms()
    assert sentence == (
        f"Attachment {wil.reference} of entry 1.2 of register-2 was altered: it is not what the "
        "entry was made with, and is not kept."
    )
    assert Alarm.objects.get().evidence is None
    collector.take(till.batch(attachments=[beside]))  # the true one is taken all the same
    assert contents() == [wil.content]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reference": "f" * 32}, "which does not name it"),
        ({"sequence": 1}, "which does not name it"),
        ({"sequence": 9}, "which does not name it"),
        ({"epoch": 2}, "which does not name it"),
        ({"salt": "c2hvcnQ="}, "cannot be read"),
        ({"content": 7}, "cannot be read"),
    ],
)
def test_one_that_nobody_named_is_not_kept_and_named(till, collector, change, why):
    _, (beside,) = know(till, attach("customer", b"a"))
    collector.take(till.batch(attachments=[orjson.dumps(orjson.loads(beside) | change)]))
    assert contents() == []
    assert why in alarms()[0]


def test_a_list_that_cannot_be_read_names_nobody(till, collector):
    entry = till.record(CUSTOMER, {"attachments": {"reference": "f" * 32}})
    collector.take(till.batch(attachments=[line(entry, attach("customer", b"a"))]))
    assert collector.ack == entry.watermark
    assert "which does not name it" in alarms()[0]


def test_a_reference_that_is_used_twice_keeps_what_came_first(till, collector):
    first = attach("customer", b"first")
    _, one = know(till, first)
    second = Attachment(first.reference, "customer", first.salt, b"second")
    _, other = know(till, second)
    collector.take(till.batch(attachments=one + other))
    assert contents() == [b"first"]
    assert "came again with entry 1.3" in alarms()[0]


def test_both_histories_of_a_copied_card_keep_what_is_attached(till, collector):
    copy = till.fork()
    _, one = know(till, attach("customer", b"first"))
    _, other = know(copy, attach("customer", b"second"))
    collector.take(till.batch(attachments=one))
    collector.take(copy.batch(attachments=other))
    assert sorted(contents()) == [b"first", b"second"]
    assert len(set(models.Attachment.objects.values_list("entry", flat=True))) == 2


def test_a_batch_without_attachments_asks_nothing(till, collector, monkeypatch):
    monkeypatch.setattr("collector.ingest.storing.keep", None)
    till.sell()
    collector.take(till.batch())
    assert str(collector.ack) == "1.2"


def test_status_and_pages_name_what_was_altered(till, collector, capsys, admin_client):
    _entry, (beside,) = know(till, attach("customer", b"a"))
    wrong = orjson.loads(beside) | {"content": "YWx0ZXJlZA=="}
    collector.take(till.batch(attachments=[orjson.dumps(wrong)]))
    assert main(["status"]) == 1
    assert "was altered" in capsys.readouterr().out
    assert b"was altered" in admin_client.get("/alarms/").content
