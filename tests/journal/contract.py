"""The contract as a reader of it would use it, and CloudEvents' rules in our own words."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import orjson
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from appliance import journal

FOLDER = Path(journal.__file__).parent / "contract"
FILES = sorted(FOLDER.rglob("*.json"))
SCHEMAS = [path for path in FILES if path.name != "asyncapi.json"]
ENTRIES = {path.stem: path for path in sorted(FOLDER.glob("entries/*.json"))}
"""The schema of each type's data."""


@cache
def read(path):
    return orjson.loads(path.read_bytes())


REGISTRY = Registry().with_resources(
    (path.as_uri(), Resource(read(path), DRAFT202012)) for path in FILES
)


@cache
def validator(name):
    return Draft202012Validator(
        {"$ref": (FOLDER / name).as_uri()},
        registry=REGISTRY,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def faults(name, value):
    """Tell everything that one of the contract's files has against a value."""
    found = validator(name).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def describes(name, value):
    """Tell whether one of the contract's files has nothing against a value: the first fault will do."""
    return validator(name).is_valid(value)


def schema_at(reference, base):
    """Return what a ``$ref`` in the file ``base`` points to, and the file it is in."""
    target, pointer = urldefrag(urljoin(base.as_uri(), reference))
    path = next(path for path in FILES if path.as_uri() == target)
    found = read(path)
    for step in pointer.split("/")[1:]:
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found, path


def references(value):
    """Yield every ``$ref`` in a JSON value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def subschemas(schema):
    """Yield a schema and every schema inside it."""
    if isinstance(schema, bool):
        return
    yield schema
    for word in ("properties", "$defs"):
        for part in schema.get(word, {}).values():
            yield from subschemas(part)
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, ()):
            yield from subschemas(part)
    for word in ("items", "additionalProperties", "not", "if", "then", "else"):
        if word in schema:
            yield from subschemas(schema[word])


_NAME = re.compile(r"[a-z0-9]{1,20}")
_URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;.*)?", re.ASCII)
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_NO_CHARACTERS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_NO_TEXT = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]")
_TEXT = ("id", "source", "specversion", "type", "subject", "datacontenttype", "dataschema", "time")


def cloudevents_faults(event):
    """Hold a JSON value against CloudEvents 1.0.2 and its JSON event format.

    The rules, from the specification's text:

    1. ``id``, ``source``, ``specversion`` and ``type`` are there.
    2. Every attribute it names is text and not empty where it is there.
    3. ``specversion`` is 1.0.
    4. ``source`` is a URI reference of RFC 3986, ``dataschema`` a URI with a scheme.
    5. ``datacontenttype`` is a media type of RFC 2046.
    6. ``time`` is a moment of RFC 3339.
    7. Names are of lower-case letters and digits, at most 20.
    8. Extensions are a Boolean, a whole number of 32 bits with its sign, or text.
    9. Text holds no control characters, no surrogates and no noncharacters.
    10. ``data`` and ``data_base64`` are not both there.

    The project of CloudEvents has a JSON Schema of version 1.0 too; all that it asks is asked here,
    and rules 4 to 10 beyond it. Our own words are kept rather than a copy of that file.
    """
    found = [f"{name} is missing" for name in _TEXT[:4] if not event.get(name)]
    attributes = {name: event[name] for name in event if name not in {"data", "data_base64"}}
    for name, value in attributes.items():
        if not _NAME.fullmatch(name):
            found.append(f"{name} is no name of an attribute")
        if isinstance(value, str):
            if not value or _NO_TEXT.search(value):
                found.append(f"{name} is empty or holds what is no text")
        elif name in _TEXT:
            found.append(f"{name} should be text")
        elif not isinstance(value, bool) and not _is_integer(value):
            found.append(f"{name} should be a Boolean, an Integer or a String")
    if {"data", "data_base64"} <= event.keys():
        found.append("data and data_base64 are both there")
    return found or [f"{name} is malformed" for name in _malformed(attributes)]


def _is_integer(value):
    return type(value) is int and -(2**31) <= value < 2**31


def _malformed(attributes):
    if attributes["specversion"] != "1.0":
        yield "specversion"
    if not _URI_REFERENCE.fullmatch(attributes["source"]):
        yield "source"
    schema = attributes.get("dataschema", "a:")
    if not _URI_REFERENCE.fullmatch(schema) or ":" not in schema:
        yield "dataschema"
    if not _MEDIA_TYPE.fullmatch(attributes.get("datacontenttype", "a/b")):
        yield "datacontenttype"
    time = attributes.get("time", "2026-01-01T00:00:00Z")
    if not _RFC_3339.fullmatch(time) or not _is_moment(time):
        yield "time"


def _is_moment(text):
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True
