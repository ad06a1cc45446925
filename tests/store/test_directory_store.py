"""directory.db as the uplink writes it: whole changes at a time, and what is odd set aside."""

from __future__ import annotations

from contextlib import closing

import pytest

from appliance.journal.attachments import ERASED
from appliance.journal.entry import START
from appliance.services.ports import StoreError
from appliance.store import directory_store as module
from appliance.store.connect import open_reader
from appliance.store.customers import TOLD
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore, ForkError
from tests.store.telling import Stream, article


class TestReceiving:
    def test_nothing_yet(self, store):
        assert store.watermark == START

    def test_a_change_counts_once_all_its_parts_are_in(self, store, directory, stream):
        first, second = stream.change({"articles": [article("A")]}, {"articles": [article("B")]})
        assert store.receive([first]) == first.watermark
        assert directory.find("A") is None, "half a catalogue is none"
        assert store.receive([second]) == second.watermark
        assert directory.find("A").code == "A"
        assert directory.find("B").code == "B"

    def test_it_goes_on_after_a_restart_in_the_middle_of_a_change(self, path, stream):
        first, second = stream.change({"articles": [article("A")]}, {"articles": [article("B")]})
        with DirectoryStore.open(path) as store:
            store.receive([first])
        with DirectoryStore.open(path) as store:
            assert store.watermark == first.watermark
            store.receive([second])
        assert Directory(path).find("A")

    def test_what_was_received_before_and_what_is_beyond_a_gap_is_passed_over(
        self, store, directory, stream
    ):
        one, two, three = (stream.change({"articles": [article(code)]})[0] for code in "ABC")
        store.receive([one])
        assert store.receive([one, three]) == one.watermark
        assert directory.find("C") is None
        assert store.receive([one, two, three]) == three.watermark
        assert directory.find("C")

    def test_an_entry_that_follows_another_one_is_refused(self, store, stream):
        store.receive(stream.change({"articles": [article("A")]}))
        other = Stream()
        other.change({"articles": [article("X")]})
        with pytest.raises(ForkError, match="must begin a new epoch"):
            store.receive(other.change({"articles": [article("Y")]}))
        assert store.watermark == stream.head

    def test_a_new_epoch_replaces_everything_in_one_step(self, store, directory, stream):
        store.receive(stream.change({"articles": [article("OLD")], "settings": {"a": 1}}))
        anew = Stream(epoch=2)
        first, second = anew.change({"articles": [article("N1")]}, {"articles": [article("N2")]})
        store.receive([first])
        assert directory.find("OLD"), "until the new one is whole, the old one serves"
        store.receive([second])
        assert directory.find("OLD") is None
        assert directory.find("N1")
        assert directory.setting("a", "gone") == "gone"
        assert store.receive(stream.change({"articles": [article("LATE")]})) == anew.head

    def test_a_change_that_cannot_be_used_is_refused_whole_and_the_next_one_counts(
        self, store, directory, stream
    ):
        bad = stream.change({"articles": [article("GOOD"), article("BAD", price_minor="3,99")]})
        worse = stream.change({"articles": [{"code": "NAMELESS"}]})
        late = stream.change({"articles": [article("NEXT")]})
        assert store.receive([*bad, *worse, *late]) == stream.head
        assert directory.find("GOOD") is None
        assert directory.find("NEXT")
        assert len(directory.refused()) == 2

    def test_an_old_directory_goes_on_when_the_new_epochs_first_change_is_refused(
        self, store, directory, stream
    ):
        store.receive(stream.change({"articles": [article("OLD")]}))
        anew = Stream(epoch=2)
        store.receive(anew.change({"articles": [article("BAD", price_minor=-1)]}))
        store.receive(anew.change({"articles": [article("NEW")]}))
        assert directory.find("OLD")
        assert directory.find("NEW")
        assert len(directory.refused()) == 1

    def test_an_entry_of_a_kind_not_known_yet_moves_the_watermark(self, store, stream):
        entry = stream.entry("balie.directory.sung.v9", song="la")
        assert store.receive([entry]) == entry.watermark

    def test_a_full_disk_stores_nothing(self, store, stream):
        (pages,) = store._connection.execute("pragma page_count").fetchone()
        store._connection.execute(f"pragma max_page_count = {pages}")
        many = stream.change({"articles": [article(f"A{n}", "x" * 100) for n in range(200)]})
        with pytest.raises(StoreError, match="could not be written"):
            store.receive(many)
        store._connection.execute("pragma max_page_count = 100000")
        assert store.watermark == START
        assert store.receive(many) == stream.head


def test_what_an_older_version_passed_over_is_read_again_by_one_that_understands_it(
    path, stream, monkeypatch
):
    told = [
        *stream.change({"articles": [article("1", price_minor=100)]}),
        stream.entry(ERASED, references=["a" * 32]),
        *stream.change({"articles": [article("1", price_minor=200)]}),
    ]
    monkeypatch.setattr(module, "UNDERSTOOD", (module.CHANGED,))
    with DirectoryStore.open(path) as store:
        store.receive(told)
        assert store.watermark == told[-1].watermark
    with DirectoryStore.open(path) as store:
        assert store.watermark == told[-1].watermark, "it understands no more than before"
    monkeypatch.undo()
    with DirectoryStore.open(path) as store, closing(open_reader(path)) as reader:
        assert store.watermark == START, "so that it is sent again"
        asked = "select price_minor from article"
        for entry in told:
            store.receive([entry])
            assert reader.execute(asked).fetchone()[0] == 200, "no old price comes back"
        assert [row["value"] for row in reader.execute("select value from erasure")] == ["a" * 32]
        store.receive(stream.change({"articles": [article("1", price_minor=300)]}))
        assert reader.execute(asked).fetchone()[0] == 300
    with DirectoryStore.open(path) as store:
        assert store.watermark == stream.head


class TestWhatIsOdd:
    """Signed by the back office, and yet not as this program expects it: a later one may know it."""

    @pytest.mark.parametrize(
        "data",
        [
            {"change": "c", "part": 1, "parts": "many"},
            {"part": []},
            {"change": "c", "categories": ["not a row"]},
            {"change": "c", "quick_keys": [{"category": "quick"}]},
            {"change": "c", "settings": ["no names"]},
        ],
    )
    def test_an_entry_is_refused_and_named_and_the_rest_goes_on(
        self, store, directory, stream, data
    ):
        odd = stream.entry(**data)
        late = stream.change({"articles": [article("NEXT")]})
        assert store.receive([odd, *late]) == stream.head
        assert directory.find("NEXT")
        (why,) = store.refused
        assert why.partition(": ")[0] in ("1.1", "1.c")

    def test_customers_and_orders_to_erase_too(self, store, directory, stream):
        customer = {"customer": "c" * 32, "points": "many", "merged_into": "d" * 32}
        odd = [
            stream.entry(TOLD, customers=[customer]),
            stream.entry(ERASED, subjects=7, references=["a" * 32]),
        ]
        late = stream.change({"articles": [article("NEXT")]})
        assert store.receive([*odd, *late]) == stream.head
        assert directory.find("NEXT")
        assert [why.partition(": ")[0] for why in store.refused] == ["1.1"]

    def test_a_newer_program_takes_it_again_and_what_was_said_since_counts(
        self, path, stream, monkeypatch
    ):
        told = [
            *stream.change({"articles": [article("1", price_minor=100)]}),
            *stream.change(
                {"articles": [article("1", price_minor=200), article("2")]},
                {"articles": [article("NEW", unit="furlong")]},
            ),
            *stream.change({"articles": [article("1", price_minor=300)]}),
        ]
        half, rest = stream.change({"settings": {"a": 1}}, {"settings": {"b": 2}})
        told.append(half)
        with DirectoryStore.open(path, software="1") as store:
            store.receive(told)
            assert len(store.refused) == 1
        with DirectoryStore.open(path, software="1") as store:
            assert store.watermark == told[-1].watermark, "the same program knows no more"
        knows(monkeypatch, "furlong")
        with DirectoryStore.open(path, software="2") as store, closing(Directory(path)) as reader:
            assert store.watermark == START, "so that it is sent again"
            for entry in told:
                assert reader.find("1").price_minor == 300, "no old price comes back"
                assert store.receive([entry]) == entry.watermark
            assert reader.find("1").price_minor == 300
            assert reader.find("2")
            assert reader.find("NEW"), "what could not be used before"
            assert store.refused == ()
            store.receive([rest, *stream.change({"articles": [article("1", price_minor=400)]})])
            assert reader.find("1").price_minor == 400
            assert (reader.setting("a"), reader.setting("b")) == (1, 2)
        with DirectoryStore.open(path, software="3") as store:
            assert store.watermark == stream.head, "nothing is left to be taken again"

    def test_it_is_taken_again_though_the_plug_is_pulled_meanwhile(self, path, stream, monkeypatch):
        told = [
            *stream.change({"articles": [article("NEW", unit="furlong")]}),
            *stream.change({"articles": [article("1", price_minor=300)]}),
        ]
        with DirectoryStore.open(path, software="1") as store:
            store.receive(told)
        knows(monkeypatch, "furlong")
        for entry in told:
            with DirectoryStore.open(path, software="2") as store:
                store.receive([entry])
        with closing(Directory(path)) as reader:
            assert reader.find("NEW")

    def test_what_a_newer_program_cannot_use_either_stays_named(self, path, stream):
        told = stream.change({"articles": [article("NEW", unit="furlong")]})
        for software in ("1", "2"):
            with DirectoryStore.open(path, software=software) as store:
                assert store.watermark == START
                store.receive(told)
                assert len(store.refused) == 1

    def test_a_new_epoch_forgets_it(self, path, stream):
        with DirectoryStore.open(path, software="1") as store:
            store.receive(stream.change({"articles": [article("NEW", unit="furlong")]}))
            anew = Stream(epoch=2)
            store.receive(anew.change({"articles": [article("NEW")]}))
            assert store.refused == ()
        with DirectoryStore.open(path, software="2") as store:
            assert store.watermark == anew.head


def knows(monkeypatch, unit):
    """A later program knows one more unit."""
    values = module.article_values
    monkeypatch.setattr(
        module,
        "article_values",
        lambda row: values({**row, "unit": "piece" if row["unit"] == unit else row["unit"]}),
    )
