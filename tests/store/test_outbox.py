"""What the badge on the screen counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.journal.entry import Watermark
from appliance.journal.store import Event, Journal
from appliance.services.ports import Sending
from appliance.services.standing import Standing
from appliance.store.outbox import UplinkOutbox
from appliance.uplink.state import LinkState, LinkStore, Problem

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTHER = Watermark(1, 1, "ab" * 32)


@pytest.fixture
def journal(tmp_path):
    opened = Journal.open(tmp_path / "journal.db", "winkel-2", clock=lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def outbox(tmp_path):
    opened = UplinkOutbox(tmp_path / "journal.db", tmp_path / "uplink.db", enabled=True)
    yield opened
    opened.close()


def test_without_an_uplink_everything_is_unsent(journal, outbox):
    journal.append(Event("test", {}, NOON))
    standing = Standing(device=2)
    assert outbox.look() == Sending(unsent=2, oldest=NOON, standing=standing)


def test_what_the_collector_holds_no_longer_counts(tmp_path, journal, outbox):
    link = LinkStore.open(tmp_path / "uplink.db")
    link.keep(LinkState(connected=True, acked=journal.head, last_ack_at=NOON))
    whole = Standing(device=1, collector=1, told_at=NOON, connected=True)
    assert outbox.look() == Sending(connected=True, standing=whole)
    later = NOON.replace(hour=13)
    journal.append(Event("test", {}, later), Event("test", {}, NOON))
    behind = replace(whole, device=3)
    assert outbox.look() == Sending(unsent=2, oldest=later, connected=True, standing=behind)
    link.keep(replace(link.state, connected=False, problem=Problem("lost", "It broke off.")))
    seen = outbox.look()
    assert (seen.problem, seen.detail, seen.unsent) == ("lost", "It broke off.", 2)
    link.close()


def test_a_collector_that_holds_another_history_compares_with_nothing(tmp_path, journal, outbox):
    link = LinkStore.open(tmp_path / "uplink.db")
    link.keep(LinkState(connected=True, remote=OTHER, last_ack_at=NOON, refused=True))
    assert outbox.look().standing.gaps is None
    link.close()


def test_what_counts_is_the_present_epoch(tmp_path, journal, outbox):
    link = LinkStore.open(tmp_path / "uplink.db")
    link.keep(LinkState(connected=True, acked=journal.head, last_ack_at=NOON))
    journal.open_epoch("behind")
    standing = outbox.look().standing
    assert (standing.device, standing.collector, standing.gaps) == (1, 0, 0)
    link.close()


def test_before_the_journal_is_there(outbox):
    assert outbox.look().problem == "journal"


def test_a_device_that_does_not_send(tmp_path):
    outbox = UplinkOutbox(tmp_path / "journal.db", tmp_path / "uplink.db", enabled=False)
    assert outbox.look() == Sending(enabled=False, standing=Standing(enabled=False))
    outbox.close()


def test_it_is_closed_by_another_thread_than_looks(journal, outbox):
    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(outbox.look).result().unsent == 1
    outbox.close()
