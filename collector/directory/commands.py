"""``balie-collector`` import and set: what devices are to know, from files."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from django.conf import settings

from appliance.domain import market
from appliance.domain.errors import DomainError
from collector.directory.editing import Change, EditRefused, Outcome, apply
from collector.directory.files import (
    FileRefused,
    articles,
    categories,
    keys,
    promotions,
    shop,
    staff,
)
from collector.directory.files.articles import read_articles
from collector.directory.files.categories import read_categories
from collector.directory.files.keys import read_keys
from collector.directory.files.promotions import read_promotions
from collector.directory.files.shop import read_shop
from collector.directory.files.staff import read_staff

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)

Reader = Callable[[str, bytes], Change]
_LARGEST_FILE = 512 << 20
_KINDS: dict[str, tuple[str, ModuleType]] = {
    "articles": ("articles with prices", articles),
    "categories": ("categories of articles and keys", categories),
    "keys": ("quick keys of the register", keys),
    "staff": ("people who sign in at the register", staff),
    "promotions": ("promotions; one that the file leaves out ends", promotions),
}


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    importing = subparsers.add_parser(
        "import", help="take a CSV file whole, or say everything that is wrong with it"
    )
    kinds = importing.add_subparsers(dest="kind", required=True, metavar="KIND")
    for kind, (meaning, file) in _KINDS.items():
        _with_file(kinds, kind, meaning, file)
    setting = subparsers.add_parser("set", help="tell devices about the shop")
    what = setting.add_subparsers(dest="kind", required=True, metavar="WHAT")
    _with_file(what, "shop", "name, address, tax number, receipt's footer and settings", shop)


def _with_file(subparsers: Subparsers, kind: str, meaning: str, file: ModuleType) -> None:
    """Add a command that takes a file; its help is what the file's reader says of it."""
    parser = subparsers.add_parser(
        kind,
        help=meaning,
        description=file.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    parser.set_defaults(run=_import)


def _import(arguments: argparse.Namespace) -> None:
    try:
        content = _content(arguments.file)
        change = _reader(arguments.kind)(arguments.file.name, content)
        outcome = apply(change, rehearse=arguments.dry_run)
    except (FileRefused, EditRefused, DomainError) as refused:
        raise SystemExit(str(refused)) from refused
    print(_told(outcome, rehearsed=arguments.dry_run))


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise SystemExit(f"{file} is larger than {_LARGEST_FILE >> 20} MiB: cut it in parts.")
        return file.read_bytes()
    except OSError as refused:
        raise SystemExit(f"{file} cannot be read: {refused.strerror}.") from refused


def _reader(kind: str) -> Reader:
    readers: dict[str, Reader] = {
        "categories": read_categories,
        "keys": read_keys,
        "staff": read_staff,
        "shop": read_shop,
    }
    of_a_market = {"articles": read_articles, "promotions": read_promotions}
    if kind in of_a_market:
        return partial(of_a_market[kind], market=market.load(settings.BALIE_MARKET))
    return readers[kind]


def _told(outcome: Outcome, *, rehearsed: bool) -> str:
    if not outcome.total:
        return "Nothing changes: everything in the file is known already."
    counts = ", ".join(
        f"{name.replace('_', ' ')} {count}" for name, count in outcome.changed.items()
    )
    if rehearsed:
        return f"Would change: {counts}. Nothing was changed."
    return f"Changed: {counts}. Connected devices have it within seconds."
