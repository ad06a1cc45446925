"""Choosing what stands on a counter, and telling the device so by the directory.

Whoever changes anything here holds the directory's log from the first row on: two people who save
at once come one after the other, and what a device is told is what is kept. A device is told when
its settings differ from what it was told before, and only then; one that is shut out is told when
it is let in again.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appliance.domain import counter as counters
from appliance.domain.counter import LONGEST_BYTES, SECTIONS, CounterError
from collector.counters.models import Counter, Profile
from collector.directory import log as directory
from collector.directory.editing import Change, apply
from collector.ingest.models import Device

LONGEST_NAME = 40
NOTHING = Counter().state
"""The `Counter.state` of a device that nothing was ever chosen for."""

_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")

log = logging.getLogger("collector.counters")


class CounterRefused(ValueError):  # noqa: N818  # reads as what happened
    """Something about a counter cannot be done; the message says why and what to do.

    Attributes:
        detail: More of it for the technician, in English; mostly empty.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class Overtaken(CounterRefused):
    """Somebody else changed it since the page was opened."""


def in_one_writing(text: str) -> str:
    """Return settings with lines that end in one way: the same typed on a page or read from a file."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    return f"{lines}\n" if lines.strip() else ""


def check(text: str) -> None:
    """Refuse settings that no device would take.

    Raises:
        CounterRefused: They are no TOML, too long, or say more than what stands on a counter.
    """
    try:
        counters.read(text)
    except CounterError as error:
        raise CounterRefused(*_worded(error)) from error


def _worded(error: CounterError) -> tuple[str, str]:
    detail = error.detail
    if detail == "too long":
        return _("These settings are longer than {bytes} bytes. Shorten them.").format(
            bytes=LONGEST_BYTES
        ), ""
    if detail.startswith("["):
        return _(
            "{section} cannot be told to a counter. Expected sections, with lines below them, of: "
            "{sections}."
        ).format(section=detail, sections=", ".join(SECTIONS)), ""
    if place := _PLACE.search(detail):
        return _("Line {line}, sign {column} is no TOML. Correct it there or just before.").format(
            **place.groupdict()
        ), detail
    return _("This is no TOML: it ends too early, or cannot be read at all. Correct it."), detail


def choose_profile(
    device: Device, name: str, *, by: str, now: datetime, seen: str | None = None
) -> bool:
    """Have what a profile says stand on a device's counter.

    Args:
        device: Whose counter.
        name: The profile's.
        by: Who says so.
        now: The time.
        seen: The `Counter.state` that whoever says so looked at; not asked for where it is None.

    Returns:
        Whether the device is told something new.

    Raises:
        CounterRefused: There is no such profile.
        Overtaken: The counter was changed since it was looked at.
    """
    with transaction.atomic():
        directory.lock()
        return _put(device, profile_called(name), "", by=by, now=now, seen=seen)


def give_own(device: Device, text: str, *, by: str, now: datetime, seen: str | None = None) -> bool:
    """Have settings of its own stand on a device's counter; see `choose_profile`.

    Raises:
        CounterRefused: There are none, or no device would take them.
        Overtaken: The counter was changed since it was looked at.
    """
    own = in_one_writing(text)
    if not own:
        raise CounterRefused(
            _("Write what stands on the counter, or choose what the device finds itself.")
        )
    check(own)
    with transaction.atomic():
        directory.lock()
        return _put(device, None, own, by=by, now=now, seen=seen)


def as_it_finds_itself(device: Device, *, by: str, now: datetime, seen: str | None = None) -> bool:
    """Have a device take what it found itself when it was let in; see `choose_profile`.

    Raises:
        Overtaken: The counter was changed since it was looked at.
    """
    with transaction.atomic():
        directory.lock()
        return _put(device, None, "", by=by, now=now, seen=seen)


def keep_profile(name: str, text: str, *, by: str, now: datetime, seen: str | None = None) -> int:
    """Keep a profile or change it: all devices that use it are told, in one change.

    Args:
        name: The profile's.
        text: Its settings.
        by: Who says so.
        now: The time.
        seen: The `Profile.state` that whoever says so looked at, empty for a new one; not asked for
            where it is None.

    Returns:
        How many devices are told.

    Raises:
        CounterRefused: The name cannot be, or no device would take the settings.
        Overtaken: The profile was changed since it was looked at, or one of this name was made.
    """
    settings = in_one_writing(text)
    if not settings:
        raise CounterRefused(_("Write what stands on the counters of this profile."))
    check(settings)
    with transaction.atomic():
        directory.lock()
        kept = find_profile(name)
        if kept is None:
            _check_name(name)
        elif kept.settings == settings:
            return 0
        if seen == "" and kept is not None:
            raise CounterRefused(
                _("There is a profile called {name} already. Choose another name.").format(
                    name=name
                )
            )
        if seen is not None and seen != (kept.state if kept else ""):
            raise Overtaken(_overtaken(kept))
        Profile.objects.update_or_create(
            pk=name, defaults={"settings": settings, "changed": now, "changed_by": by}
        )
        told = _tell(Counter.objects.filter(profile=name), now)
    log.info("the profile %r was changed by %s; %d devices are told", name, by, told)
    return told


def remove_profile(name: str, *, by: str) -> None:
    """Remove a profile that no device uses.

    Raises:
        CounterRefused: There is no such profile, or devices use it.
    """
    with transaction.atomic():
        directory.lock()
        profile = profile_called(name)
        users = Counter.objects.filter(profile=profile).count()
        if users:
            raise CounterRefused(
                ngettext(
                    "%(count)d device uses this profile. Choose another one for it first.",
                    "%(count)d devices use this profile. Choose another one for them first.",
                    users,
                )
                % {"count": users}
            )
        profile.delete()
    log.info("the profile %r was removed by %s", name, by)


def let_in(
    device: Device, *, profile: str, settings: str, keeps: bool, by: str, now: datetime
) -> str:
    """Settle what stands on the counter of a device that is being let in.

    Args:
        device: Which; it is shut out no longer.
        profile: Name of the profile that was chosen, or empty.
        settings: What it said when it was chosen, or settings of the device's own.
        keeps: Whether what stood on the counter stays, where anything is known of it.
        by: Who made its code.
        now: The time.

    Returns:
        What it is told: of a profile that was changed since, the newest.
    """
    with transaction.atomic():
        directory.lock()
        if keeps:
            _tell(Counter.objects.filter(device=device), now)
        else:
            chosen = find_profile(profile)
            _put(device, chosen, "" if chosen else in_one_writing(settings), by=by, now=now)
        return in_force(device.pk) or ""


def tell_again(device: Device, now: datetime) -> None:
    """Tell a device that is shut out no longer what was changed meanwhile."""
    with transaction.atomic():
        directory.lock()
        _tell(Counter.objects.filter(device=device), now)


def find_profile(name: str) -> Profile | None:
    """Return a profile by its name, whatever is typed for one."""
    return Profile.objects.filter(pk=name).first() if name.isprintable() else None


def profile_called(name: str) -> Profile:
    """Return a profile by its name.

    Raises:
        CounterRefused: There is none.
    """
    found = find_profile(name)
    if found is None:
        raise CounterRefused(
            _("There is no profile called {name} any more. Choose another.").format(name=name)
        )
    return found


def in_force(device: str) -> str | None:
    """Return what stands on a device's counter, empty for what it finds; None if nobody ever chose."""
    found = Counter.objects.select_related("profile").filter(pk=device).first()
    return None if found is None else found.in_force


def _put(
    device: Device,
    profile: Profile | None,
    own: str,
    *,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> bool:
    """Keep a choice and tell the device; whoever calls it holds the directory's log."""
    before = Counter.objects.filter(pk=device.pk).first()
    after = Counter(device=device, profile=profile, settings=own, changed=now, changed_by=by)
    held = before.state if before else NOTHING
    if before is not None and held == after.state:
        return bool(_tell(Counter.objects.filter(device=device), now))
    if seen is not None and seen != held:
        raise Overtaken(_overtaken(before))
    Counter.objects.update_or_create(
        device=device,
        defaults={"profile": profile, "settings": own, "changed": now, "changed_by": by},
    )
    log.info("the counter of %s was changed to %s by %s", device.pk, _briefly(after), by)
    return bool(_tell(Counter.objects.filter(device=device), now))


def _tell(chosen: QuerySet[Counter], now: datetime) -> int:
    """Tell devices what stands on their counters, where that is news; return how many are told."""
    news = []
    for each in chosen.select_related("profile", "device"):
        if each.device.revoked is None and each.in_force != (each.told or ""):
            each.told, each.told_at = each.in_force, now
            news.append(each)
    if news:
        said = {counters.key(each.pk): counters.to_setting(each.told or "") for each in news}
        apply(Change(settings=said), now=now)
        Counter.objects.bulk_update(news, ["told", "told_at"])
    return len(news)


def _check_name(name: str) -> None:
    """Refuse a name that could not stand in an address or on one line."""
    usable = name.isprintable() and name == name.strip() and not name.startswith(".")
    if not usable or not 1 <= len(name) <= LONGEST_NAME or "/" in name:
        raise CounterRefused(
            _(
                "Expected a name of at most {most} characters on one line, without a slash and no "
                "dot in front, found {name}. Name it otherwise."
            ).format(most=LONGEST_NAME, name=repr(name) if name else "–")
        )


def _overtaken(found: Counter | Profile | None) -> str:
    if found is None:
        return _("Somebody removed it meanwhile. What you typed stands below, not saved.")
    return _(
        "{name} changed this meanwhile. What you typed stands below, not saved: save again to put it "
        "in the place of theirs."
    ).format(name=found.changed_by or "–")


def _briefly(counter: Counter) -> str:
    if counter.profile_id:
        return f"the profile {counter.profile_id!r}"
    return "settings of its own" if counter.settings else "what it finds itself"
