import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import counter
from appliance.domain.counter import CounterError, Stage, Taken


def test_the_sections_are_returned_as_the_device_reads_them():
    text = '[printer]\ndriver = "network"\nhost = "192.0.2.7"\n\n[[scanner]]\ndriver = "hid"\n'
    assert counter.read(text) == tomllib.loads(text)


def test_nothing_is_told_by_an_empty_text():
    assert counter.read("") == {}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("[printer", "end of document"),
        ('[device]\nid = "register-9"\n', "[device]"),
        ('[broker]\nhost = "elsewhere"\n', "[broker]"),
        ('printer = "network"\n', "[printer]"),
        ("a = " + "[" * 2000, "recursion"),
        ("#" * (counter.LONGEST_BYTES + 1), "too long"),
        ("# é" * (counter.LONGEST_BYTES // 3), "too long"),
    ],
)
def test_what_no_device_would_take_is_refused_in_a_sentence(text, detail):
    with pytest.raises(CounterError) as refused:
        counter.read(text)
    assert detail in refused.value.detail
    assert str(refused.value).startswith("Expected ")


@given(st.text())
def test_settings_come_back_from_the_directory_as_they_were_told(text):
    assert counter.from_setting(counter.to_setting(text)) == text


@pytest.mark.parametrize("value", [None, "", [], {}, {"settings": None}, {"settings": 3}])
def test_a_setting_that_says_nothing_is_empty(value):
    assert counter.from_setting(value) == ""


@given(st.text(), st.text())
def test_a_digest_tells_texts_apart(one, other):
    assert (counter.digest(one) == counter.digest(other)) == (one == other)


def test_each_device_has_a_key_of_its_own():
    assert counter.key("register-1") != counter.key("register-11")


@pytest.mark.parametrize("stage", Stage)
def test_how_a_device_stands_to_its_settings_comes_back_as_it_was_said(stage):
    said = Taken(counter.digest("x"), stage, "[printer] host is missing")
    assert Taken.from_data(said.to_data()) == said


@pytest.mark.parametrize("data", [None, 3, {}, {"digest": "a"}, {"digest": "a", "stage": "later"}])
def test_what_is_not_understood_says_nothing(data):
    assert Taken.from_data(data) is None
