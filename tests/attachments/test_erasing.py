"""From the directory's word to the journal's answer: the desk erases when nobody is kept waiting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.journal.attachments import ERASED, new_reference
from appliance.journal.entry import ZERO_HASH, Watermark, make
from appliance.journal.store import Journal
from appliance.journal.writer import JournalWriter
from appliance.services.erasing import Erasing
from appliance.services.worker import DeviceWorker
from appliance.store.desk import DeskStore
from appliance.store.directory_store import DirectoryStore
from appliance.store.erasures import Erasures
from tests.attachments.people import bytes_around, known, person, words_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Device:
    """A desk's journal, shelf and directory, without its screen."""

    def __init__(self, folder):
        self.folder = folder
        self.idle = True
        self.head = Watermark(1, 0, ZERO_HASH)
        self.journal = Journal.open(folder / "journal.db", "shop-1", clock=lambda: NOON)
        self.writer = JournalWriter(self.journal)
        self.directory = DirectoryStore.open(folder / "directory.db")
        self.start()

    def start(self):
        self.shelf = DeskStore.open(self.folder / "desk.db")
        self.orders = Erasures(self.folder / "directory.db")
        self.erasing = Erasing(
            orders=self.orders,
            journal=self.writer,
            shelf=self.shelf,
            worker=DeviceWorker("unused"),
            idle=lambda: self.idle,
        )

    def stop(self):
        self.orders.close()
        self.shelf.close()

    def close(self):
        self.stop()
        self.directory.close()
        self.writer.close()

    def order(self, references=(), subjects=(), **more):
        data = {"references": list(references), "subjects": list(subjects), **more}
        self.say(ERASED, data)

    def say(self, kind, data):
        entry = make(
            self.head, device="collector", source="/collector", type=kind, time=NOON, data=data
        )
        self.head = self.directory.receive([entry])

    def add(self, content=None, subject=None):
        (entry,) = self.writer.submit(known(content, subject)).result()
        return entry.data["attachments"][0]["reference"]

    @property
    def answers(self):
        return [entry.data for entry in self.journal.entries() if entry.type == ERASED]


@pytest.fixture
def device(tmp_path):
    device = Device(tmp_path)
    yield device
    device.close()


def test_an_order_is_carried_out_and_answered_once(device):
    content = person()
    reference, other = device.add(content), device.add()
    device.erasing.look()
    device.order([reference, new_reference()])
    device.erasing.look()
    device.erasing.look()
    assert device.answers == [{"references": [reference], "subjects": []}]
    assert words_of(content)[0] not in bytes_around(device.folder / "journal.db")
    device.stop()
    device.start()
    device.erasing.look()
    assert len(device.answers) == 1
    device.order([other])
    device.erasing.look()
    assert device.answers[1]["references"] == [other]


def test_a_sale_under_way_is_not_kept_waiting(device):
    reference = device.add()
    device.order([reference])
    device.idle = False
    device.erasing.look()
    assert device.answers == []
    device.idle = True
    device.erasing.look()
    assert len(device.answers) == 1


def test_everything_about_a_person_goes_and_the_order_is_answered_where_nothing_is(device):
    wil = new_reference()
    references = [device.add(subject=wil), device.add(subject=wil)]
    device.add()
    device.order(subjects=[wil])
    device.erasing.look()
    device.order(subjects=[(stranger := new_reference())])
    device.erasing.look()
    assert device.answers == [
        {"references": references, "subjects": [wil]},
        {"references": [], "subjects": [stranger]},
    ]


def test_an_order_for_others_is_not_answered(device):
    device.order([new_reference()])
    device.erasing.look()
    assert device.answers == []


def test_orders_that_waited_are_carried_out_together(device):
    references = [device.add() for _ in range(3)]
    for reference in references:
        device.order([reference])
    device.say("balie.directory.changed.v1", {"change": "c", "part": 1, "parts": 1})
    device.erasing.look()
    assert device.answers == [{"references": references, "subjects": []}]


def test_very_many_orders_are_carried_out_in_turns(device):
    for _ in range(3):
        device.order(subjects=[new_reference() for _ in range(500)])
    for _ in range(3):
        device.erasing.look()
    assert [len(answer["subjects"]) for answer in device.answers] == [1000, 500]


def test_notes_that_were_lost_cost_no_more_than_a_second_answer(device):
    reference = device.add()
    device.order([reference])
    device.erasing.look()
    device.stop()
    for file in device.folder.glob("desk.db*"):
        file.unlink()
    device.start()
    device.erasing.look()
    assert device.answers == [{"references": [reference], "subjects": []}] * 2


def test_a_desk_without_a_directory_waits_for_one(tmp_path):
    orders = Erasures(tmp_path / "directory.db")
    assert orders.after((0, 0)) is None
    store = DirectoryStore.open(tmp_path / "directory.db")
    assert orders.after((0, 0)) is None
    store.close()
    orders.close()
    orders.close()


def test_an_order_that_a_later_program_words_otherwise_is_read_as_far_as_it_can_be(device):
    reference = device.add()
    device.say(ERASED, {"references": [7, reference], "subjects": "all", "more": {}})
    device.say(ERASED, {})
    device.erasing.look()
    assert device.answers == [{"references": [reference], "subjects": []}]


def test_while_the_disk_refuses_it_is_tried_again(device, monkeypatch):
    reference = device.add()
    device.order([reference])
    with monkeypatch.context() as patched:
        patched.setattr("appliance.journal.attached.empty_log", lambda _: False)
        device.erasing.look()
    assert device.answers == []
    device.erasing.look()
    assert device.answers == [{"references": [reference], "subjects": []}]
