"""A sale costs one sync and few bytes. Counts, not seconds: noise cannot touch them."""

from __future__ import annotations

import pytest

from tests.benchmarks.journal import SIZES, can_count, count_writes

pytestmark = pytest.mark.skipif(not can_count(), reason="strace is not installed or not permitted")


@pytest.mark.parametrize("size", SIZES)
def test_a_sale_costs_exactly_one_sync(tmp_path, size):
    assert count_writes(tmp_path / "few", 60, size)["syncs_per_sale"] == 1


def test_many_sales_cost_hardly_more_and_few_bytes(tmp_path):
    figures = count_writes(tmp_path / "many", 1000, "small")
    assert 1400 < figures["entry_bytes"] < 1600
    assert figures["syncs_per_sale"] <= 1.02
    assert figures["bytes_written_per_entry_byte"] <= 7.5
