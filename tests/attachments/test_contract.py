"""What travels beside entries is what the contract says, and what it does not say is found."""

from __future__ import annotations

import base64
import zlib

import orjson
import pytest

from appliance.journal import attachments as limits
from appliance.journal.attachments import Carried, attach, new_reference
from appliance.journal.entry import START
from appliance.journal.signing import generate
from appliance.journal.store import Journal
from appliance.uplink.process import _pack
from appliance.uplink.source import JournalSource
from tests.attachments.people import event, known
from tests.journal.contract import FOLDER, faults, read


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("device") / "journal.db"
    with Journal.open(path, "shop-1") as journal:
        journal.append(known(), event(attach("card", b"x"), attach("picture", b"y" * 999)))
        source = JournalSource(path)
        source.changed()
        payload = _pack(source, list(source.entries(START, 50)), device="shop-1", signer=generate())
        source.close()
    return [orjson.loads(line) for line in zlib.decompress(payload).split(b"\n")]


def test_a_batch_with_attachments_is_described(lines):
    header, entries, beside = lines[0], lines[1:4], lines[4:]
    assert (header["count"], header["attachments"], len(beside)) == (3, 3, 3)
    assert faults("batch-header.json", header) == []
    assert [faults("entry.json", entry) for entry in entries] == [[]] * 3
    assert [faults("attachment.json", line) for line in beside] == [[]] * 3
    assert "subject" in entries[1]["data"]["attachments"][0]
    assert "subject" not in entries[2]["data"]["attachments"][0]


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"epoch": 0},
        {"sequence": "2"},
        {"reference": "wil"},
        {"salt": ""},
        {"salt": "c2hvcnQ="},
        {"content": ""},
        {"content": "not base64"},
        {"content": None},
    ],
)
def test_a_changed_attachment_is_found(lines, change):
    assert faults("attachment.json", lines[4] | change)


@pytest.mark.parametrize("name", ["epoch", "sequence", "reference", "salt", "content"])
def test_an_attachment_that_lacks_something_is_found(lines, name):
    assert faults("attachment.json", {k: v for k, v in lines[4].items() if k != name})


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "wil"},
        {"kind": "Customer"},
        {"commitment": "0"},
        {"subject": None},
        {"name": "Wil van Doorn"},
    ],
)
def test_an_entry_that_names_an_attachment_otherwise_is_found(lines, change):
    entry = lines[2]
    named = [entry["data"]["attachments"][0] | change]
    assert faults("entry.json", entry | {"data": entry["data"] | {"attachments": named}})


def test_limits_and_forms_are_those_of_the_code():
    line = read(FOLDER / "attachment.json")["properties"]
    terms = read(FOLDER / "terms.json")["$defs"]
    listed = terms["attachments"]
    assert listed["maxItems"] == limits.MAX_ATTACHMENTS
    named = listed["items"]["properties"]
    assert named["kind"]["pattern"] == f"^{limits._KIND.pattern}$"
    assert named["commitment"]["pattern"] == f"^{limits._COMMITMENT.pattern}$"
    assert terms["reference"]["pattern"] == f"^{limits._REFERENCE.pattern}$"
    assert set(named) == set(attach("card", b"x", subject=new_reference()).named())
    longest = Carried(
        1, 1, new_reference(), b"s" * limits.MAX_SALT_BYTES, b"c" * limits.MAX_CONTENT_BYTES
    )
    value = orjson.loads(longest.to_line())
    assert set(value) == set(line)
    assert len(value["salt"]) == line["salt"]["maxLength"]
    assert len(value["content"]) == line["content"]["maxLength"]
    assert len(base64.b64encode(b"s" * limits.SALT_BYTES)) == line["salt"]["minLength"]
