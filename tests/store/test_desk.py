"""desk.db: what is going on survives; the screen never waits for it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from appliance.domain.article import Article
from appliance.domain.payment import Tender, Tendered
from appliance.domain.sale import Basket
from appliance.journal.entry import Watermark
from appliance.services.ports import Attempt, KeptBasket, PrintJob, StoreError
from appliance.store import desk as desk_module
from appliance.store.desk import DeskStore

NOW = datetime(2026, 11, 22, 14, 7, tzinfo=UTC)
APPLE = Article("A", "Appel", 50, "reduced")


def basket(name="b1"):
    return Basket(name, NOW, "p1").add(APPLE)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desk.db"


def test_a_basket_comes_back_as_it_was(path):
    kept = KeptBasket(
        basket().add(APPLE, merge=False).remove(1, NOW),
        (Tendered(Tender.CASH, 500), Tendered(Tender.CARD_TERMINAL, 100, "REF", "a1")),
        (Attempt("a2", "b1", 100),),
        parked=True,
        name="tafel 7",
        head=Watermark(1, 7, "ab" * 32),
    )
    with DeskStore.open(path) as store:
        store.keep_basket(kept)
    with DeskStore.open(path) as store:
        assert store.baskets() == [kept]
        store.drop_basket("b1")
        assert store.baskets() == []


def test_what_is_handed_over_is_read_back_at_once(path):
    with DeskStore.open(path) as store:
        store.keep_fact("number", {"number": 412})
        assert store.fact("number") == {"number": 412}
        assert store.fact("nothing", "else") == "else"


def test_a_quick_hand_costs_few_writes(path):
    with DeskStore.open(path) as store:
        changes = store._connection.total_changes
        with store._reading:  # the card is busy: whatever is handed over now must wait
            for quantity in range(1, 200):
                store.keep_basket(KeptBasket(basket().set_quantity(1, quantity * 1000)))
        store.flush()
        assert store._connection.total_changes - changes <= 2 * len(("basket", "line"))
        assert store.baskets()[0].basket.line(1).quantity_milli == 199_000


def test_print_jobs(path):
    with DeskStore.open(path) as store:
        first, copy = PrintJob("s1", "2-000001", 0, b"\x1b@"), PrintJob("s1", "2-000001", 1, b"c")
        store.keep_job(first)
        store.keep_job(copy)
        store.keep_job(PrintJob("s1", "2-000001", 0, b"\x1b@", printed=True))
        assert store.jobs() == [copy]
        assert [job.copy for job in store.jobs("s1")] == [0, 1]
        assert store.jobs("s2") == []


def test_old_receipts_are_let_go_but_none_that_waits(path, monkeypatch):
    monkeypatch.setattr(desk_module, "JOBS_KEPT", 5)
    with DeskStore.open(path) as store:
        for number in range(20):
            store.keep_job(PrintJob(f"s{number}", f"2-{number:06}", 0, b"", printed=number != 3))
            store.flush()
    with DeskStore.open(path) as store:
        assert [job.sale for job in store.jobs()] == ["s3"]
        assert store.jobs("s10") == []
        assert store.jobs("s19")


def test_a_full_card_is_said_and_what_is_in_hand_is_written_later(path, monkeypatch):
    monkeypatch.setattr(desk_module, "RETRY_S", 0.01)
    with DeskStore.open(path) as store:
        with store._reading:
            (pages,) = store._connection.execute("pragma page_count").fetchone()
            store._connection.execute(f"pragma max_page_count = {pages}")
        store.keep_fact("long", "x" * 50_000)
        with pytest.raises(StoreError, match="free some space"):
            store.flush()
        assert store.trouble
        store.keep_basket(KeptBasket(basket()))
        with store._reading:
            store._connection.execute("pragma max_page_count = 100000")
        written = threading.Event()
        for _ in range(500):
            if not store.trouble:
                written.set()
                break
            written.wait(0.02)
        assert written.is_set()
        assert store.fact("long") == "x" * 50_000
        assert store.baskets()


def test_closing_writes_what_is_in_hand_and_may_be_repeated(path):
    store = DeskStore.open(path)
    store.keep_fact("last", 1)
    store.close()
    store.close()
    with DeskStore.open(path) as again:
        assert again.fact("last") == 1


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="can be written"):
        DeskStore.open(tmp_path / "file" / "desk.db")


@pytest.mark.parametrize("damage", ["whole", "inside"])
def test_damaged_notes_are_laid_aside_and_the_desk_goes_on(path, damage):
    with DeskStore.open(path) as store:
        for number in range(100):
            store.keep_job(PrintJob(f"s{number}", f"2-{number:06}", 0, b"x" * 500))
        store.flush()
    content = bytearray(path.read_bytes())
    if damage == "whole":
        content = bytearray(b"no database at all" * 100)
    else:
        content[8192:24576] = b"\xff" * 16384
    path.write_bytes(content)
    with DeskStore.open(path) as store:
        assert store.was_damaged
        assert store.baskets() == []
        store.keep_basket(KeptBasket(basket()))
    assert path.with_name("desk.db.damaged").read_bytes() == bytes(content)
    with DeskStore.open(path) as store:
        assert not store.was_damaged
        assert store.baskets()


def test_a_basket_of_an_unknown_shape_keeps_no_other_from_coming_back(path):
    with DeskStore.open(path) as store:
        store.keep_basket(KeptBasket(basket("good")))
        store.keep_basket(KeptBasket(basket("odd")))
        store.flush()
        with store._reading:
            store._connection.execute("update basket set content = '{}' where id = 'odd'")
        assert [kept.basket.id for kept in store.baskets()] == ["good"]
