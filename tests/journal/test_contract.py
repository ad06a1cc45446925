"""The contract says what the code says: types, words, limits, topics and the signed text."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import appliance
from appliance.domain import (
    article,
    market,
    money,
    payment,
    sale,
    shift,
    shift_count,
    staff,
    update,
)
from appliance.domain.receipt import ReceiptFacts
from appliance.journal import attachments, batch, entry, topics
from appliance.journal.sender import Pace
from appliance.uplink import broker, loop
from collector import settings
from collector.directory import log, rows
from collector.directory.files import shop
from collector.enrolment.broker import DEVICE_READS, DEVICE_WRITES, MESSAGE_LIMIT
from tests.journal.contract import (
    ENTRIES,
    FILES,
    FOLDER,
    SCHEMAS,
    read,
    references,
    schema_at,
    subschemas,
)

ROOT = Path(appliance.__file__).parents[1]
PACKAGES = ("appliance", "collector", "drivers", "provisioning")
TYPE = re.compile(r"balie(\.[a-z_]+)+\.v[0-9]+")
ASYNCAPI = read(FOLDER / "asyncapi.json")
TERMS = read(FOLDER / "terms.json")["$defs"]
SALE = read(ENTRIES["balie.sale.completed.v1"])
DIRECTORY = read(ENTRIES["balie.directory.changed.v1"])

SAME_IN_DRAFT_7 = {
    *("$schema", "$defs", "$ref", "title", "description", "examples", "format"),
    *("type", "const", "enum", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    *("properties", "required", "additionalProperties", "minProperties"),
    *("items", "minItems", "maxItems"),
    *("minimum", "maximum", "minLength", "maxLength", "pattern"),
}
"""Words that mean the same in draft 2020-12 and in draft 7, which AsyncAPI's tools read."""


def name_of(path):
    return str(path.relative_to(FOLDER))


def description(told, path):
    """Return what is said of a property where it stands, or where it refers to."""
    if isinstance(told, bool):
        return ""
    return told.get("description") or schema_at(told["$ref"], path)[0]["description"]


def enum(kind):
    return {member.value for member in kind}


def types_in_code():
    """Return every type that any module names."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and TYPE.fullmatch(str(node.value)):
                    found.add(node.value)
    return found


def test_every_type_in_the_code_has_a_schema_and_every_schema_a_type():
    assert types_in_code() == set(ENTRIES)


def test_every_type_is_told_where_a_reader_looks_for_it():
    told = {
        each["if"]["properties"]["type"]["const"]: each["then"]["properties"]["data"]["$ref"]
        for each in read(FOLDER / "entry.json")["allOf"]
    }
    assert told == {kind: f"entries/{kind}.json" for kind in ENTRIES}
    schemas = ASYNCAPI["components"]["schemas"]
    assert {kind: schemas[kind]["$ref"] for kind in ENTRIES} == told
    assert {read(path)["title"] for path in ENTRIES.values()} == set(ENTRIES)


@pytest.mark.parametrize("path", SCHEMAS, ids=name_of)
class TestEverySchema:
    def test_is_a_schema_in_both_drafts(self, path):
        assert read(path)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        Draft202012Validator.check_schema(read(path))
        Draft7Validator.check_schema(read(path))

    def test_uses_words_that_mean_the_same_in_both(self, path):
        for schema in subschemas(read(path)):
            assert set(schema) <= SAME_IN_DRAFT_7
            if "$ref" in schema:
                # Draft 7 reads nothing beside a reference; only words for people may stand there.
                assert set(schema) <= {"$ref", "description"}

    def test_describes_every_property(self, path):
        for schema in subschemas(read(path)):
            if schema.keys() <= {"properties", "required"}:
                continue  # a condition on properties that are described elsewhere
            for name, told in schema.get("properties", {}).items():
                assert description(told, path), f"{name} of {name_of(path)}"

    def test_tells_the_unit_of_every_amount(self, path):
        units = {
            "_minor": "minor unit",
            "_milli": "thousandth",
            "_bp": "basis point",
            "_s": "second",
        }
        for schema in subschemas(read(path)):
            for name, told in schema.get("properties", {}).items():
                unit = next((word for end, word in units.items() if name.endswith(end)), "")
                if unit:
                    assert unit in description(told, path), f"{name} of {name_of(path)}"

    def test_leaves_no_object_open(self, path):
        for schema in subschemas(read(path)):
            if schema.get("type") == "object" and "properties" in schema:
                assert "additionalProperties" in schema


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_reference_leads_somewhere(path):
    for reference in references(read(path)):
        assert schema_at(reference, path)[0]


def test_every_word_of_terms_is_used():
    used = {ref.rpartition("/")[2] for path in SCHEMAS for ref in references(read(path))}
    assert set(TERMS) <= used


def test_the_readme_names_every_file():
    text = (FOLDER / "README.md").read_text()
    named = set(re.findall(r"^\| `([\w.-]+\.json)`", text, re.MULTILINE))
    assert named == {path.name for path in FILES if path.parent == FOLDER}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (SALE["properties"]["kind"], sale.Kind),
        (SALE["properties"]["tax_rounding"], market.TaxRounding),
        (SALE["properties"]["rounding"], money.Rounding),
        (SALE["$defs"]["payment"]["properties"]["tender"], payment.Tender),
        (TERMS["unit"], article.Unit),
        (
            read(ENTRIES["balie.payment.resulted.v1"])["properties"]["outcome"],
            payment.PaymentOutcome,
        ),
        (read(ENTRIES["balie.cash.moved.v1"])["properties"]["kind"], shift_count.MovementKind),
        (read(ENTRIES["balie.period.closed.v1"])["properties"]["period"], shift.Period),
    ],
)
def test_choices_are_those_of_the_domain(told, kind):
    assert set(told["enum"]) == enum(kind)


def test_choices_are_those_of_the_directory():
    roles = DIRECTORY["$defs"]["person"]["properties"]["roles"]["items"]["enum"]
    assert set(roles) == set(staff.ROLES)
    languages = {code for code, _ in settings.LANGUAGES}
    assert set(TERMS["language"]["enum"]) == {"", *languages}
    told = DIRECTORY["$defs"]["shop"]["properties"]
    assert set(told["footer"]["properties"]) == languages
    by_other_ways = {"shop", update.SETTING}
    assert set(DIRECTORY["$defs"]["settings"]["properties"]) == by_other_ways | set(shop._SETTINGS)
    assert DIRECTORY["$defs"]["settings"]["properties"]["receipt"]["enum"] == list(shop._RECEIPT)


def test_rows_are_those_of_the_directory():
    kinds = ("article", "category", "quick_key", "person", "promotion")
    for name, table in zip(kinds, rows.TABLES, strict=True):
        told = DIRECTORY["$defs"][name]
        assert set(told["required"]) == set(table.fields)
        assert set(told["properties"]) == set(table.fields) | {"active"}
        assert DIRECTORY["properties"][table.name]["items"] == {"$ref": f"#/$defs/{name}"}
        assert DIRECTORY["properties"][table.name]["maxItems"] == log.ROWS_IN_A_PART


def test_limits_are_those_of_the_domain():
    assert TERMS["price_minor"]["maximum"] == article.HIGHEST_PRICE_MINOR
    assert TERMS["quantity_milli"]["maximum"] == sale.LARGEST_QUANTITY_MILLI
    assert TERMS["article"]["maxLength"] == article.LONGEST_CODE
    assert TERMS["article_name"]["maxLength"] == article.LONGEST_NAME
    assert TERMS["no_hash"]["const"] == entry.ZERO_HASH
    assert TERMS["device"]["pattern"] == f"^{topics._DEVICE.pattern}$".replace("?:", "")
    assert set(SALE["required"]) <= {field.name for field in fields(ReceiptFacts)} | {"totals"}


class TestAsyncApi:
    def test_has_the_topics_of_the_code(self):
        address = {name: channel["address"] for name, channel in ASYNCAPI["channels"].items()}
        device, shard = "winkel-2", topics.shard("winkel-2")
        filled = {
            name: text.replace("{shard}", shard).replace("{device}", device)
            for name, text in address.items()
        }
        assert filled == {leaf.value: topics.topic(device, leaf) for leaf in topics.Leaf}
        examples = ASYNCAPI["components"]["parameters"]
        assert topics.shard(examples["device"]["examples"][0]) == examples["shard"]["examples"][0]

    def test_has_one_operation_a_topic_in_the_direction_the_broker_allows(self):
        ways = {"send": set(), "receive": set()}
        for operation in ASYNCAPI["operations"].values():
            ways[operation["action"]].add(operation["channel"]["$ref"].removeprefix("#/channels/"))
        assert ways == {"send": set(DEVICE_WRITES), "receive": set(DEVICE_READS)}
        assert len(ASYNCAPI["operations"]) == len(topics.Leaf)

    def test_describes_the_connection_the_uplink_makes(self):
        told = ASYNCAPI["servers"]["broker"]["bindings"]["mqtt"]
        assert told["keepAlive"] == broker._KEEPALIVE_S
        assert told["sessionExpiryInterval"] == topics.SESSION_S
        assert broker._session().SessionExpiryInterval == topics.SESSION_S
        assert told["maximumPacketSize"] == MESSAGE_LIMIT
        assert told["lastWill"]["message"].encode() == loop.OFFLINE
        assert told["lastWill"]["topic"] == ASYNCAPI["channels"]["status"]["address"]

    def test_describes_the_text_that_is_signed(self):
        told = "\n".join(ASYNCAPI["components"]["schemas"]["batch"]["x-signed-text"])
        parts = {
            "stream": "journal",
            "device": "winkel-2",
            "epoch": 3,
            "last": 412,
            "head": "a" * 64,
        }
        head = entry.Watermark(parts["epoch"], parts["last"], parts["head"])
        expected = batch.signed_text(parts["stream"], parts["device"], head)
        assert told.format(**parts).encode() == expected

    def test_describes_the_limits_of_a_batch(self):
        told = ASYNCAPI["components"]["schemas"]["batch"]
        pace, limits = Pace(), batch.LIMITS
        assert told["x-sent-at-most"] == {
            "batches_unanswered": pace.window,
            "entries_a_batch": pace.batch_entries,
            "bytes_of_entries_a_batch": pace.batch_bytes,
            "bytes_of_attachments_a_batch": attachments.MAX_TOGETHER_BYTES,
        }
        assert told["x-taken-at-most"] == {
            "payload_bytes": limits.payload_bytes,
            "unpacked_bytes": limits.text_bytes,
            "entries_a_batch": limits.entries,
            "attachments_a_batch": limits.attachments,
            "bytes_an_entry": entry.MAX_ENTRY_BYTES,
        }
        header = read(FOLDER / "batch-header.json")["properties"]
        assert header["count"]["maximum"] == limits.entries
        assert header["attachments"]["maximum"] == limits.attachments
        assert set(header["stream"]["enum"]) == set(batch.STREAMS)

    def test_examples_are_what_they_say(self):
        messages = ASYNCAPI["components"]["messages"]
        assert messages["watermark"]["examples"][0]["payload"] == orjson.loads(
            entry.START.to_json()
        )
        assert messages["status"]["examples"][0]["payload"] == orjson.loads(loop.OFFLINE)
