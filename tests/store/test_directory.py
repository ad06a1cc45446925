"""directory.db as the desk asks it: searched without loading, read while it is written."""

from __future__ import annotations

from contextlib import closing

import pytest

from appliance.domain.article import StockElsewhere, Unit
from appliance.journal.entry import START
from appliance.services.ports import StoreError
from appliance.store.connect import open_reader
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from tests.store.telling import Stream, article


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

    def test_what_other_places_have(self, store, directory, stream):
        """Whether the back office says it, says more of it, or is too old to know of it."""
        at = "2026-11-22T09:00:00+00:00"
        there = {"place": "Den Haag", "quantity_milli": 1500, "at": at}
        told = article("A", stock_elsewhere=[there | {"reserved_milli": 500}], sung="la")
        store.receive(stream.change({"articles": [told, article("OLD")]}))
        assert directory.find("A").stock_elsewhere == (StockElsewhere("Den Haag", 1500, at),)
        assert directory.find("OLD").stock_elsewhere == ()
        store.receive(stream.change({"articles": [article("A", stock_elsewhere=[])]}))
        assert directory.find("A").stock_elsewhere == ()
        store.receive(stream.change({"articles": [told | {"stock_elsewhere": [there, there]}]}))
        assert "each once" in directory.refused()[0]

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
