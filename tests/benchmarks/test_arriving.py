"""A catalogue arrives while the register sells: nothing waits, nothing is lost, and it is used."""

from tests.benchmarks.arriving import NEW_PRICE, measure


def test_selling_goes_on_and_the_new_prices_are_used(tmp_path):
    found = measure(tmp_path, articles=1500, sales=5)
    assert found.arriving.sales, "sold while it arrived"
    assert found.receipts == list(range(1, len(found.receipts) + 1))
    assert found.prices[:5] == [399] * 5
    assert found.prices[-1] == NEW_PRICE
    # The change is applied whole: no sale saw anything between, and no price came back.
    assert found.prices == sorted(found.prices)
