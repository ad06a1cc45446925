"""Recorded baskets are read exactly, or the line that cannot be is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from appliance.replay import articles
from appliance.replay.baskets import RecordedLine, RecordError, read

SAMPLE = Path(__file__).parents[1] / "data" / "online-retail-sample.csv"
HEADING = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def rows(folder, *lines):
    file = folder / "invoices.csv"
    file.write_text(HEADING + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def sample():
    return read(SAMPLE)


def test_the_sample_is_whole(sample):
    assert len(sample) == 196
    assert sum(basket.is_return for basket in sample) == 40
    assert sum(len(basket.lines) for basket in sample) == 874
    opened = [basket.opened for basket in sample]
    assert opened == sorted(opened)


def test_an_invoice_is_one_basket_though_its_lines_stand_apart(sample):
    (apart,) = [basket for basket in sample if basket.number == "542806"]
    assert len(apart.lines) == 39
    assert apart.completed > apart.opened


def test_times_are_those_of_the_shop(sample):
    offsets = {basket.opened.strftime("%m %z") for basket in sample}
    assert {"12 +0000", "01 +0000", "06 +0100"} <= offsets


def test_a_plain_and_a_compressed_file_are_the_same(tmp_path, sample):
    packed = tmp_path / "invoices"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    assert read(packed) == sample


def test_a_line_is_kept_as_it_is(tmp_path):
    file = rows(tmp_path, "C1, m ,Manual,-3,2011-01-04T10:00,1.5,,France")
    (basket,) = read(file)
    assert basket.is_return
    assert basket.lines == [RecordedLine("m", "Manual", -3000, 150)]


def test_a_price_below_zero_comes_back_at_the_price(tmp_path):
    file = rows(tmp_path, "A1,B,Adjust bad debt,1,2011-01-04T10:00,-11062.06,,")
    assert read(file)[0].lines == [RecordedLine("B", "Adjust bad debt", -1000, 1106206)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1,A,x,1,2011-01-04T10:00,0.001,,", "line 2: UnitPrice: Expected an amount"),
        ("1,A,x,1,2011-01-04T10:00,five,,", "found “five”"),
        ("1,A,x,0,2011-01-04T10:00,1.00,,", "line 2: Quantity must be a whole number but zero"),
        ("1,A,x,1.5,2011-01-04T10:00,1.00,,", "found “1.5”"),
        ("1,A,x,1,yesterday,1.00,,", "InvoiceDate must be such as"),
        ("1, ,x,1,2011-01-04T10:00,1.00,,", "a StockCode was expected"),
        ("1,A,x", "8 values were expected"),
        ('1,"A,x,1,2011-01-04T10:00,1.00,,', "is no CSV in UTF-8 or is torn"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path, line, sentence):
    with pytest.raises(RecordError, match=sentence):
        read(rows(tmp_path, line))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n", "must have the columns InvoiceNo"),
        (b"", "must have the columns"),
        (HEADING.encode() + b"1,A,\xff\xfe,1,2011-01-04T10:00,1.00,,\n", "no CSV in UTF-8"),
        (gzip.compress(SAMPLE.read_bytes())[:2000], "torn"),
    ],
)
def test_another_file_is_refused(tmp_path, content, sentence):
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    with pytest.raises(RecordError, match=sentence):
        read(file)


def test_each_article_is_listed_once_at_its_usual_price(tmp_path):
    file = rows(
        tmp_path,
        "1,B,Lamp,1,2011-01-04T10:00,2.00,,",
        "2,B,LAMP,1,2011-01-04T10:01,2.50,,",
        "3,B,LAMP,1,2011-01-04T10:02,2.50,,",
        "4,b,,1,2011-01-04T10:03,0.00,,",
        "5,A,,1,2011-01-04T10:04,1.00,,",
        "6,A,Bowl,1,2011-01-04T10:05,1.00,,",
    )
    listed = articles.articles_of(read(file))
    assert [(one.code, one.name, one.price_minor) for one in listed] == [
        ("A", "Bowl", 100),
        ("B", "LAMP", 250),
        ("b", "b", 0),
    ]
    out = tmp_path / "articles.csv"
    assert articles.write(listed, out) == 3
    assert out.read_text(encoding="utf-8").splitlines()[:3] == [
        "code,name,price,tax_class,unit",
        "A,Bowl,1.00,standard,piece",
        "B,LAMP,2.50,standard,piece",
    ]
