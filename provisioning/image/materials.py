"""What is inside the image: a CycloneDX 1.6 list of every package with version and licence."""

from __future__ import annotations

import email.parser
import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provisioning.image.house import SITE

_LICENCE = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)


def bill(root: Path, *, version: str, epoch_text: str) -> dict[str, Any]:
    """Return the bill of materials of a root.

    Args:
        root: The root, whole.
        version: The version of Balie in it.
        epoch_text: The time of the build, as ISO 8601.
    """
    parts = sorted((*_debian(root), *_python(root / SITE)), key=lambda part: part["bom-ref"])
    content = hashlib.sha256(json.dumps(parts).encode()).digest()[:16]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=content, version=4)}",
        "version": 1,
        "metadata": {
            "timestamp": epoch_text,
            "component": {"type": "firmware", "name": "balie-image", "version": version},
        },
        "components": parts,
    }


def _debian(root: Path) -> Iterator[dict[str, Any]]:
    """Yield the packages that dpkg knows."""
    said = (root / "var/lib/dpkg/status").read_text(encoding="utf-8")
    for paragraph in said.split("\n\n"):
        fields = email.parser.Parser().parsestr(paragraph, headersonly=True)
        if "installed" not in (fields["Status"] or "").split():
            continue
        name, version, machine = fields["Package"], fields["Version"], fields["Architecture"]
        address = f"pkg:deb/debian/{name}@{version}?arch={machine}"
        licences = _licences(root / "usr/share/doc" / name / "copyright")
        yield _part(name, version, address, licences)


def _python(site: Path) -> Iterator[dict[str, Any]]:
    """Yield the packages of Python."""
    for metadata in site.glob("*.dist-info/METADATA"):
        text = metadata.read_text(encoding="utf-8")
        fields = email.parser.Parser().parsestr(text, headersonly=True)
        name, version = fields["Name"], fields["Version"]
        licence = fields["License-Expression"] or (fields["License"] or "").split("\n")[0]
        address = f"pkg:pypi/{name.lower()}@{version}"
        yield _part(name, version, address, [licence] if licence else [])


def _licences(file: Path) -> list[str]:
    try:
        return sorted(set(_LICENCE.findall(file.read_text(encoding="utf-8", errors="replace"))))
    except OSError:
        return []


def _part(name: str, version: str, address: str, licences: list[str]) -> dict[str, Any]:
    part: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
    }
    if licences:
        part["licenses"] = [{"license": {"name": each}} for each in licences]
    return part


def largest(root: Path, count: int = 12) -> list[tuple[str, int]]:
    """Return what takes the most space: folders three levels deep with their bytes."""
    sizes: dict[str, int] = {}
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            name = "/".join(path.relative_to(root).parts[:3])
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    return sorted(sizes.items(), key=lambda pair: -pair[1])[:count]
