"""What is erased at the collector is gone everywhere in the end, and never comes back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.db import connection
from django.utils import timezone

from appliance.journal.attachments import ERASED, attach, new_reference
from appliance.journal.prune import PRUNED
from collector.__main__ import main
from collector.attachments import models
from collector.attachments.ordering import UnknownAttachment
from collector.attachments.standing import standings
from collector.directory.editing import open_epoch
from collector.directory.models import DirectoryEntry
from collector.ingest.models import Alarm, Device
from collector.ingest.projecting import Projector
from tests.attachments.office import alarms, contents, know, ordered
from tests.attachments.people import bytes_around, person, words_of
from tests.collector.till import Collector, Till

pytestmark = pytest.mark.django_db


def test_it_is_erased_here_at_once_and_ordered_everywhere(till, collector):
    wil, ada = attach("customer", person()), attach("customer", person())
    _, beside = know(till, wil, ada)
    collector.take(till.batch(attachments=beside))
    ordered(wil.reference)
    kept = {row.reference: row for row in models.Attachment.objects.all()}
    assert kept[wil.reference].content is None
    assert kept[wil.reference].salt is None
    assert kept[wil.reference].erased
    assert bytes(kept[ada.reference].content) == ada.content
    entry = orjson.loads(bytes(DirectoryEntry.objects.get().raw))
    assert (entry["type"], entry["data"]) == (
        ERASED,
        {"references": [wil.reference], "subjects": []},
    )
    ordered(wil.reference)
    assert DirectoryEntry.objects.count() == 1


def test_a_resend_does_not_bring_it_back(till, collector):
    wil = attach("customer", person())
    _, beside = know(till, wil)
    batch = till.batch(attachments=beside)
    collector.take(batch)
    ordered(wil.reference)
    collector.take(batch)
    assert contents() == [None]


def test_what_arrives_late_of_somebody_erased_is_never_kept(till, collector):
    wil = new_reference()
    know(till, attach("customer", b"early", subject=wil))
    ordered(subjects=[wil])
    _, late = know(till, attach("customer", b"late", subject=wil))
    collector.take(till.batch(attachments=late))
    assert contents() == [None]
    assert models.Attachment.objects.get().erased
    assert alarms() == []


def test_a_person_is_erased_with_everything_about_them(till, collector):
    wil, ada = new_reference(), new_reference()
    beside = []
    for number, subject in enumerate((wil, ada, wil)):
        beside += know(till, attach("customer", b"%d" % number, subject=subject))[1]
    collector.take(till.batch(attachments=beside))
    ordered(subjects=[wil])
    assert contents() == [None, b"1", None]


def test_nothing_is_erased_that_is_not_known(till, collector):
    wil = attach("customer", b"a")
    _, beside = know(till, wil)
    collector.take(till.batch(attachments=beside))
    with pytest.raises(UnknownAttachment, match="has come in"):
        ordered(wil.reference, new_reference())
    with pytest.raises(ValueError, match="'wil' is none"):
        ordered("wil")
    assert contents() == [b"a"]
    assert not models.Erasure.objects.exists()


def test_a_message_kept_with_an_alarm_goes_too(till, collector):
    wil, ada = attach("customer", person()), attach("customer", person())
    _, one = know(till, wil)
    _, other = know(till, ada)
    collector.take(till.batch(attachments=one + other))
    stranger = Till(entries=till.entries)
    forged = stranger.batch(2, 2, attachments=one), stranger.batch(3, 3, attachments=other)
    collector.take(forged[0])
    Alarm.objects.update(sentence="one")
    collector.take(forged[1])
    Alarm.objects.exclude(sentence="one").update(sentence="other")
    collector.take(till.batch(attachments=one)[:-9])
    assert [bool(each.evidence) for each in Alarm.objects.order_by("id")] == [True, True, True]
    ordered(wil.reference)
    left = {each.sentence: each.evidence for each in Alarm.objects.exclude(kind="torn")}
    assert left["one"] is None  # it holds what is erased
    assert left["other"]
    assert Alarm.objects.get(kind="torn").evidence is None  # nobody can tell


# The answer.


def test_a_device_answers_and_the_office_sees_it(till, collector):
    wil = attach("customer", b"a")
    _entry, beside = know(till, wil)
    collector.take(till.batch(attachments=beside))
    ordered(wil.reference)
    (order,) = standings(models.Erasure.objects.all())
    assert [device.pk for device in order.waiting] == ["register-2"]
    till.record(ERASED, {"references": [wil.reference], "subjects": []})
    collector.take(till.batch())
    (order,) = standings(models.Erasure.objects.all())
    assert order.is_everywhere
    assert alarms() == []


def test_a_person_is_waited_for_from_every_device_there_was(till, collector):
    wil = new_reference()
    for name, revoked in (("register-3", None), ("register-4", timezone.now())):
        Device.objects.create(id=name, name=name, register="3", public_key="", revoked=revoked)
    ordered(subjects=[wil])
    later = Device.objects.create(id="register-5", name="5", register="5", public_key="")
    Device.objects.filter(pk=later.pk).update(created=timezone.now() + timedelta(days=1))
    (order,) = standings(models.Erasure.objects.all())
    assert [device.pk for device in order.waiting] == ["register-2", "register-3"]
    till.record(ERASED, {"references": [], "subjects": [wil]})
    collector.take(till.batch())
    (order,) = standings(models.Erasure.objects.all())
    assert [device.pk for device in order.waiting] == ["register-3"]


def test_a_device_that_removed_its_old_entries_is_not_waited_for(till, collector):
    old, new = attach("customer", b"a"), attach("customer", b"b")
    beside = know(till, old)[1] + know(till, new)[1]
    till.record(PRUNED, {"epoch": 1, "sequence": 2, "hash": till.entries[1].hash})
    till.record(PRUNED, {"epoch": "later programs", "sequence": None})
    collector.take(till.batch(attachments=beside))
    ordered(old.reference, new.reference)
    waiting = {
        each.erasure.value: len(each.waiting) for each in standings(models.Erasure.objects.all())
    }
    assert waiting == {old.reference: 0, new.reference: 1}
    Projector.from_settings().rebuild()
    assert models.Pruned.objects.get().sequence == 2


def test_a_collector_put_back_to_its_backup_forgets_again_by_itself(till, collector):
    """The order was lost with the backup; the device's journal tells that it was carried out."""
    wil, ada = (
        attach("customer", b"a"),
        attach("customer", b"b", subject=(person_ := new_reference())),
    )
    _, one = know(till, wil)
    _, other = know(till, ada)
    batch = till.batch(attachments=one + other)
    collector.take(batch)
    till.record(ERASED, {"references": [wil.reference, ada.reference], "subjects": [person_]})
    collector.take(till.batch())
    assert contents() == [None, None]
    (sentence,) = alarms()
    assert f"balie-collector erase --person {person_}" in sentence
    collector.take(batch)  # what the broker still had
    assert contents() == [None, None]


def test_one_device_cannot_erase_what_another_said(till, collector):
    wil = attach("customer", b"a", subject=new_reference())
    _, beside = know(till, wil)
    collector.take(till.batch(attachments=beside))
    other = Till("register-3")
    other.enrol()
    other.open()
    other.record(ERASED, {"references": [wil.reference], "subjects": [wil.subject]})
    collector.take(other.batch(), device="register-3")
    assert contents() == [b"a"]
    assert not models.Erasure.objects.exists()


@pytest.mark.parametrize("data", [{}, {"references": 7}, {"references": [7, "x" * 40, "a\0"]}])
def test_an_answer_that_a_later_program_words_otherwise_stops_nothing(till, collector, data):
    entry = till.record(ERASED, data)
    collector.take(till.batch())
    assert collector.ack == entry.watermark
    assert not models.Answer.objects.exists()


def test_answers_are_derived_anew_and_nothing_comes_back(till, collector):
    wil = attach("customer", b"a")
    _, beside = know(till, wil)
    till.record(ERASED, {"references": [wil.reference], "subjects": []})
    collector.take(till.batch(attachments=beside))
    before = list(models.Answer.objects.values())
    Projector.from_settings().rebuild()
    assert list(models.Answer.objects.values()) == before != []
    assert contents() == [None]


def test_a_directory_that_begins_anew_gives_all_orders_again(till, collector):
    ordered(subjects=[(wil := new_reference())])
    place = open_epoch()
    raws = DirectoryEntry.objects.filter(epoch=place.epoch).order_by("sequence")
    last = orjson.loads(bytes(raws.values_list("raw", flat=True)[1]))
    assert (last["type"], last["data"]["subjects"]) == (ERASED, [wil])
    assert place.sequence == 2
    ordered(subjects=[wil])
    assert DirectoryEntry.objects.filter(epoch=place.epoch).count() == 2


# The commands and the page.


@pytest.mark.django_db(transaction=True)
def test_the_command_erases_and_tells_where_it_is_still_to_be_done(till, collector, capsys):
    wil = attach("customer", b"a")
    _, beside = know(till, wil)
    collector.take(till.batch(attachments=beside))
    assert main(["erase", wil.reference]) == 0
    told = capsys.readouterr().out
    assert "Erased here: 1 of 1 attachments" in told
    assert "still to be erased on register-2 (offline since" in told
    assert main(["erasures"]) == 1
    till.record(ERASED, {"references": [wil.reference], "subjects": []})
    collector.take(till.batch())
    capsys.readouterr()
    assert main(["erasures", "--json"]) == 0
    (order,) = json.loads(capsys.readouterr().out)
    assert order["erased_everywhere"]
    assert order["value"] == wil.reference


def test_the_command_says_why_it_does_nothing(till, capsys):
    for wrong in (["erase"], ["erase", "wil"], ["erase", new_reference()]):
        with pytest.raises(SystemExit, match=r"Nothing was erased|Name what"):
            main(wrong)
    assert main(["erasures"]) == 0
    assert "Nothing was ordered" in capsys.readouterr().out


def test_the_page_says_erased_everywhere_or_where_not(till, collector, admin_client):
    assert b"Nothing was ordered to be erased" in admin_client.get("/personal-data/").content
    wil, ada = attach("customer", b"a"), attach("customer", b"b")
    _, beside = know(till, wil, ada)
    collector.take(till.batch(attachments=beside))
    ordered(wil.reference)
    ordered(ada.reference)
    till.record(ERASED, {"references": [wil.reference], "subjects": []})
    collector.take(till.batch())
    page = admin_client.get("/personal-data/").content.decode()
    assert "Erased everywhere" in page
    assert "Still to be erased on register-2 (offline since" in page
    Device.objects.update(link="online")
    assert "on register-2 (online)" in admin_client.get("/personal-data/").content.decode()
    Device.objects.update(revoked=timezone.now())
    assert "destroy its storage card" in admin_client.get("/personal-data/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_nothing_erased_is_left_in_the_database_file(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("a server's files are its own: the README says what VACUUM does")
    collector, till = Collector(), Till()
    till.enrol()
    till.open()
    made = [attach("customer", person(number, 3 * number + 1)) for number in range(60)]
    beside = [know(till, each)[1][0] for each in made]
    collector.take(till.batch(attachments=beside))
    copy = tmp_path / "copy.db"

    def bytes_now() -> bytes:
        """The tests' database lies in memory; this is what its file would hold."""
        path = Path(str(connection.settings_dict["NAME"]))
        if path.exists():
            return bytes_around(path)
        copy.unlink(missing_ok=True)
        return bytes(connection.connection.serialize())

    assert all(words_of(each.content)[0] in bytes_now() for each in made)
    gone = made[::3]
    ordered(*(each.reference for each in gone))
    left = bytes_now()
    assert not [word for each in gone for word in words_of(each.content) if word in left]
    assert all(words_of(each.content)[0] in left for each in made if each not in gone)
