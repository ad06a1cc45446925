"""Open baskets line by line: whatever happens comes back, and a scan writes what it touches."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from appliance.domain.article import Article
from appliance.domain.sale import Basket
from appliance.services.ports import KeptBasket
from appliance.store import migrations
from appliance.store.desk import DeskStore

NOW = datetime(2026, 11, 22, 14, 7, tzinfo=UTC)
CEILING_S = 90.0


def article(number):
    return Article(f"A{number}", f"Artikel {number}", 50 + number, "reduced")


def full(lines):
    basket = Basket("b1", NOW, "p1")
    for number in range(lines):
        basket = basket.add(article(number))
    return basket


def written_by_a_scan(store, lines):
    """Return the texts of the statements by which a scan beside so many lines is kept."""
    before = full(lines)
    store.keep_basket(KeptBasket(before))
    store.flush()
    said = []
    with store._reading:
        store._connection.set_trace_callback(said.append)
    store.keep_basket(KeptBasket(before.add(article(lines))))
    store.flush()
    with store._reading:
        store._connection.set_trace_callback(None)
    return said


def test_a_scan_writes_no_more_beside_five_hundred_lines_than_beside_one(tmp_path):
    with DeskStore.open(tmp_path / "few.db") as few, DeskStore.open(tmp_path / "many.db") as many:
        one, five_hundred = written_by_a_scan(few, 1), written_by_a_scan(many, 500)
    assert len(five_hundred) == len(one)
    longer = len("".join(five_hundred)) - len("".join(one))
    assert 0 <= longer <= 20  # the numbers in it have two digits more


STEPS = st.lists(
    st.tuples(st.sampled_from(("add", "raise", "remove", "front")), st.integers(0, 30)), max_size=25
)


def changed(basket, step, number):
    lines = basket.lines
    if step == "add" or not lines:
        return basket.add(article(number), merge=False)
    line = lines[number % len(lines)]
    if step == "raise":
        return basket.set_quantity(line.number, line.quantity_milli + 1000)
    if step == "remove":
        return basket.remove(line.number, NOW)
    return replace(basket, lines=(line, *(each for each in lines if each is not line)))


@given(STEPS)
def test_a_basket_comes_back_after_any_changes_in_the_same_order(steps):
    basket = full(3)
    with DeskStore(_memory()) as store:
        for step, number in steps:
            basket = changed(basket, step, number)
            store.keep_basket(KeptBasket(basket))
            store.flush()
        store.keep_basket(KeptBasket(basket))
        assert store.baskets() == [KeptBasket(basket)]


def test_what_a_failed_write_left_out_is_written_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("appliance.store.desk.RETRY_S", 0.01)
    basket = full(3)
    with DeskStore.open(tmp_path / "desk.db") as store:
        store.keep_basket(KeptBasket(basket))
        store.flush()
        keep, failed = store._baskets.keep, []

        def fails_once(connection, kept):
            keep(connection, kept)
            if not failed:
                failed.append(kept)
                raise sqlite3.OperationalError("disk I/O error")

        monkeypatch.setattr(store._baskets, "keep", fails_once)
        basket = basket.add(article(7))
        store.keep_basket(KeptBasket(basket))
        end = time.monotonic() + CEILING_S
        while not failed or store.trouble or store._waiting:
            assert time.monotonic() < end, "the write that failed was not made again"
            time.sleep(0.01)
    with DeskStore.open(tmp_path / "desk.db") as store:
        assert failed
        assert store.baskets() == [KeptBasket(basket)]


def test_a_basket_of_the_version_before_comes_back_with_its_lines(tmp_path):
    kept = KeptBasket(full(3))
    with DeskStore.open(tmp_path / "desk.db") as store:
        store.keep_basket(kept)
        store.flush()
        with store._reading:
            store._connection.execute("delete from basket_line")
            store._connection.execute("update basket set content = ?", (kept.basket.to_json(),))
    with DeskStore.open(tmp_path / "desk.db") as store:
        assert store.baskets() == [kept]
        grown = KeptBasket(kept.basket.add(article(9)))
        store.keep_basket(grown)
        assert store.baskets() == [grown]


def test_a_dropped_basket_leaves_no_line(tmp_path):
    with DeskStore.open(tmp_path / "desk.db") as store:
        store.keep_basket(KeptBasket(full(3)))
        store.drop_basket("b1")
        store.flush()
        with store._reading:
            assert store._connection.execute("select count(*) from basket_line").fetchone()[0] == 0


def _memory():

    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    migrations.desk.apply(Database(connection))
    return connection
