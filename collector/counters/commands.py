"""``balie-collector profile`` and ``counter``: what stands on counters, said in the terminal."""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from collector.ingest.models import Device

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse gives the type no public name


def add_commands(subparsers: Subparsers) -> None:
    """Add ``profile`` and ``counter`` to ``balie-collector``."""
    profile = subparsers.add_parser("profile", help="what stands on every counter of a kind")
    actions = profile.add_subparsers(dest="action", required=True)
    keep = actions.add_parser("set", help="keep a profile, or change it; its devices are told")
    keep.add_argument("name", metavar="NAME")
    keep.add_argument("file", metavar="FILE", type=Path, help="TOML, such as [printer]")
    keep.set_defaults(run=_keep_profile)
    listing = actions.add_parser("list", help="list the profiles")
    listing.set_defaults(run=_list_profiles)
    remove = actions.add_parser("remove", help="remove a profile that no device uses")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove_profile)
    counter = subparsers.add_parser(
        "counter", help="what stands on a device's counter; shown, where nothing is chosen"
    )
    counter.add_argument("device", metavar="ID")
    choice = counter.add_mutually_exclusive_group()
    choice.add_argument("--profile", metavar="NAME", help="what this profile says")
    choice.add_argument("--file", metavar="FILE", type=Path, help="settings of its own, as TOML")
    choice.add_argument("--as-found", action="store_true", help="what the device finds itself")
    counter.set_defaults(run=_counter)


def _keep_profile(arguments: argparse.Namespace) -> None:
    from collector.counters import telling  # noqa: PLC0415  # models load after Django is set up

    try:
        told = telling.keep_profile(
            arguments.name, _read(arguments.file), by=getpass.getuser(), now=timezone.now()
        )
    except telling.CounterRefused as refused:
        raise SystemExit(_sentence(refused)) from refused
    print(f"The profile {arguments.name} is kept; devices that are told: {told}.")


def _list_profiles(_arguments: argparse.Namespace) -> None:
    from django.db.models import Count  # noqa: PLC0415  # the same

    from collector.counters.models import Profile  # noqa: PLC0415  # the same

    for each in Profile.objects.annotate(devices=Count("counters")):
        print(f"{each.name}: {each.devices} devices")


def _remove_profile(arguments: argparse.Namespace) -> None:
    from collector.counters import telling  # noqa: PLC0415  # the same

    try:
        telling.remove_profile(arguments.name, by=getpass.getuser())
    except telling.CounterRefused as refused:
        raise SystemExit(_sentence(refused)) from refused
    print(f"The profile {arguments.name} is removed.")


def _counter(arguments: argparse.Namespace) -> None:
    from collector.counters.telling import CounterRefused  # noqa: PLC0415  # the same
    from collector.ingest.models import Device  # noqa: PLC0415  # the same

    device = Device.objects.filter(pk=arguments.device).first()
    if device is None:
        raise SystemExit(
            f"Expected a device that is enrolled, found none called {arguments.device}. "
            "balie-collector status lists the devices."
        )
    try:
        _choose(device, arguments)
    except CounterRefused as refused:
        raise SystemExit(_sentence(refused)) from refused
    _show(device)


def _choose(device: Device, arguments: argparse.Namespace) -> None:
    from collector.counters import telling  # noqa: PLC0415  # the same

    by, now = getpass.getuser(), timezone.now()
    if arguments.profile is not None:
        telling.choose_profile(device, arguments.profile, by=by, now=now)
    elif arguments.file is not None:
        telling.give_own(device, _read(arguments.file), by=by, now=now)
    elif arguments.as_found:
        telling.as_it_finds_itself(device, by=by, now=now)


def _show(device: Device) -> None:
    from collector.counters.standing import standing  # noqa: PLC0415  # the same
    from collector.counters.words import source_words, state_words  # noqa: PLC0415  # the same

    found = standing(device)
    said = [source_words(found), state_words(found), found.why]
    print(f"{device.pk}: {', '.join(each for each in said if each)}")
    if found.settings:
        print(f"\n{found.settings}", end="")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as refused:
        raise SystemExit(f"{file} cannot be read: {refused}.") from refused


def _sentence(refused: Exception) -> str:
    detail = getattr(refused, "detail", "")
    return f"{refused} ({detail})" if detail else str(refused)
