"""directory.db: what the back office says, whole changes at a time, searched without loading."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from appliance.domain.article import Unit
from appliance.journal.attachments import ERASED
from appliance.journal.entry import START, ZERO_HASH, Watermark, make
from appliance.services.ports import StoreError
from appliance.store import directory as module
from appliance.store.connect import open_reader
from appliance.store.directory import Directory, DirectoryStore, ForkError

NOW = datetime(2026, 11, 22, 14, 7, tzinfo=UTC)


def article(code, name="Thing", price_minor=100, **more):
    return (
        {"code": code, "name": name, "price_minor": price_minor, "tax_class": "reduced"}
        | {
            "category": "",
            "unit": "piece",
        }
        | more
    )


class Stream:
    """The collector's log, one entry after the other."""

    def __init__(self, epoch=1):
        self.head = Watermark(epoch, 0, ZERO_HASH)
        self.changes = 0

    def entry(self, kind="balie.directory.changed.v1", **data):
        entry = make(
            self.head, device="collector", source="/collector", type=kind, time=NOW, data=data
        )
        self.head = entry.watermark
        return entry

    def change(self, *parts):
        """Say a change in as many parts as are given."""
        self.changes += 1
        return [
            self.entry(change=f"c{self.changes}", part=number, parts=len(parts), **part)
            for number, part in enumerate(parts, start=1)
        ]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "directory.db"


@pytest.fixture
def store(path):
    with DirectoryStore.open(path) as opened:
        yield opened


@pytest.fixture
def directory(path, store):
    opened = Directory(path)
    yield opened
    opened.close()


@pytest.fixture
def stream():
    return Stream()


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


class TestFinding:
    def test_by_gtin_and_by_the_shops_own_code(self, store, directory, stream):
        store.receive(
            stream.change(
                {"articles": [article("3017620422003", "Nutella", 399, gtin="03017620422003")]},
                {"articles": [article("AP01", "Elstar", 249, unit="kg", colour="#112233")]},
            )
        )
        assert directory.find("03017620422003").name == "Nutella"
        assert directory.find("3017620422003").name == "Nutella"
        found = directory.find("AP01")
        assert (found.unit, found.colour, found.gtin, found.cost_minor) == (
            Unit.KG,
            "#112233",
            None,
            None,
        )
        assert directory.find("nothing") is None

    def test_what_is_no_longer_sold_is_not_found(self, store, directory, stream):
        store.receive(stream.change({"articles": [article("A", "Old thing")]}))
        store.receive(stream.change({"articles": [article("A", "Old thing", active=False)]}))
        assert directory.find("A") is None
        assert directory.search("old", 5) == []

    def test_a_changed_article_is_found_under_its_new_name_only(self, store, directory, stream):
        store.receive(stream.change({"articles": [article("A", "Hagelslag")]}))
        store.receive(stream.change({"articles": [article("A", "Vlokken", 210)]}))
        assert directory.search("hagel", 5) == []
        assert [found.price_minor for found in directory.search("lokk", 5)] == [210]

    def test_a_change_of_much_of_the_shop_leaves_the_search_one_piece(self, path, store, stream):
        for _ in range(3):
            shelf = [article(str(each), f"Thing {stream.changes}") for each in range(40)]
            store.receive(stream.change({"articles": shelf[:20]}, {"articles": shelf[20:]}))
            assert pieces_of_the_search(path) == 1

    def test_a_small_change_does_not_write_the_whole_search_anew(self, path, store, stream):
        store.receive(stream.change({"articles": [article(str(each)) for each in range(40)]}))
        store.receive(stream.change({"articles": [article("7", "Another name")]}))
        assert pieces_of_the_search(path) > 1


def pieces_of_the_search(path):
    """Into how many places of its index a search looks."""
    with closing(open_reader(path)) as database:
        return database.execute("select count(distinct segid) from article_part_idx").fetchone()[0]


class TestSearching:
    @pytest.fixture
    def names(self, store, directory, stream):
        shelf = {
            "1001": "Crème fraîche 30%",
            "1002": "Halfvolle melk 1 l",
            "1003": "Volle melk",
            "1004": "Melkchocolade",
            "1005": 'IJs 100% "puur"',
            "8710400018728": "Karnemelk_0,5 l",
        }
        store.receive(
            stream.change({"articles": [article(code, name) for code, name in shelf.items()]})
        )
        return lambda text, limit=10: [found.name for found in directory.search(text, limit)]

    def test_any_part_of_a_name_those_that_begin_with_it_first(self, names):
        assert names("melk")[0] == "Melkchocolade"
        assert set(names("melk")) == {
            "Melkchocolade",
            "Halfvolle melk 1 l",
            "Volle melk",
            "Karnemelk_0,5 l",
        }

    def test_case_and_accents_do_not_matter(self, names):
        assert names("CREME FRAICHE") == names("crème fraîche") == ["Crème fraîche 30%"]

    def test_words_in_any_order_short_ones_too(self, names):
        assert names("melk half") == names("lf melk") == ["Halfvolle melk 1 l"]

    def test_two_letters_find_what_begins_with_them(self, names):
        assert names("vo") == ["Volle melk"]
        assert names("me ch") == ["Melkchocolade"]
        assert names("me xy") == []

    def test_a_part_of_the_code(self, names):
        assert names("87104000") == names("18728") == ["Karnemelk_0,5 l"]

    @pytest.mark.parametrize("text", ['100% "', "30%"])
    def test_signs_mean_themselves(self, names, text):
        assert len(names(text)) == 1

    @pytest.mark.parametrize(
        "text", ["%", "_", "'", '"', "melk*", "near(melk", "^", "", "   ", "a" * 5000]
    )
    def test_nothing_typed_breaks_it(self, names, text):
        assert names(text) == []

    def test_no_more_than_asked_for(self, names):
        assert len(names("melk", 2)) == 2


class TestTheRest:
    def test_keys_and_categories_in_the_back_offices_order(self, store, directory, stream):
        store.receive(
            stream.change(
                {
                    "articles": [article("A", "Appel"), article("B", "Brood", colour="#AA0000")],
                    "categories": [
                        {"key": "late", "name": "Late", "colour": "", "position": 2},
                        {"key": "soon", "name": "Soon", "colour": "#00AA00", "position": 1},
                    ],
                    "quick_keys": [
                        {"category": "soon", "page": 2, "position": 1, "article": "A"},
                        {
                            "category": "soon",
                            "page": 1,
                            "position": 2,
                            "article": "B",
                            "label": "Brd",
                        },
                        {"category": "soon", "page": 1, "position": 1, "article": "GONE"},
                    ],
                }
            )
        )
        assert [category.key for category in directory.categories()] == ["soon", "late"]
        keys = directory.quick_keys("soon")
        assert [(key.label, key.colour) for key in keys] == [("Brd", "#AA0000"), ("Appel", "")]
        store.receive(
            stream.change(
                {
                    "categories": [{"key": "late", "active": False}],
                    "quick_keys": [{"category": "soon", "page": 2, "position": 1, "active": False}],
                }
            )
        )
        assert [category.key for category in directory.categories()] == ["soon"]
        assert [key.label for key in directory.quick_keys("soon")] == ["Brd"]

    def test_people(self, store, directory, stream):
        row = {"id": "p1", "name": "Zoë", "pin_hash": "h", "roles": ["cashier"], "language": "nl"}
        store.receive(stream.change({"staff": [row, {"id": "p2", "name": "Al", "active": False}]}))
        (person,) = directory.people()
        assert (person.name, person.roles, person.badge_hash) == ("Zoë", ("cashier",), None)

    def test_settings_of_any_shape(self, store, directory, stream):
        settings = {"shop": {"name": "De Hoek"}, "merge_same_article": False, "lock_after_s": 60}
        store.receive(stream.change({"settings": settings}))
        assert {key: directory.setting(key) for key in settings} == settings
        assert directory.setting("no such", 7) == 7

    def test_changed_says_so_once(self, store, directory, stream):
        directory.changed()
        assert not directory.changed()
        store.receive(stream.change({"settings": {"a": 1}}))
        assert directory.changed()
        assert not directory.changed()


class TestReading:
    def test_before_the_uplink_made_it_the_directory_is_empty(self, path):
        directory = Directory(path)
        assert directory.find("A") is None
        assert directory.search("abc", 5) == []
        assert directory.people() == []
        assert directory.setting("x", 1) == 1
        assert not directory.changed()
        stream = Stream()
        with DirectoryStore.open(path) as store:
            store.receive(stream.change({"articles": [article("A")]}))
        assert directory.changed()
        assert directory.find("A")
        directory.close()
        directory.close()

    def test_a_file_without_tables_is_empty_too(self, path):
        path.touch()
        assert Directory(path).find("A") is None

    def test_a_reader_cannot_write(self, path, store):
        connection = open_reader(path)
        with pytest.raises(Exception, match="readonly"):
            connection.execute("delete from article")
        connection.close()

    def test_garbage_is_said_and_made_anew_by_the_uplink(self, path, stream):
        path.write_bytes(b"no database at all" * 100)
        directory = Directory(path)
        with pytest.raises(StoreError, match="could not be read"):
            directory.find("A")
        with DirectoryStore.open(path) as store:
            assert store.watermark == START
            store.receive(stream.change({"articles": [article("A")]}))
        assert directory.find("A"), "the reader finds the new file by itself"

    def test_a_file_made_anew_under_the_readers_feet(self, path, stream):
        with DirectoryStore.open(path) as store:
            store.receive(stream.change({"articles": [article("OLD")]}))
        directory = Directory(path)
        assert directory.find("OLD")
        directory.changed()
        for file in path.parent.glob("directory.db*"):
            file.unlink()
        anew = Stream()
        with DirectoryStore.open(path) as store:
            store.receive(anew.change({"articles": [article("NEW")]}))
        assert directory.changed()
        assert directory.find("NEW")
        assert directory.find("OLD") is None

    def test_a_place_where_nothing_can_be_written_is_said(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="can be written"):
            DirectoryStore.open(tmp_path / "file" / "directory.db")


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
