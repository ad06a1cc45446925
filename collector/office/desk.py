"""What a desk brings to the back office, and how the office finds it.

A desk is an application under ``collector.desks``. It MUST have a module ``pages`` with ``DESK``
and a module ``urls``; the office needs no line of code to show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

Words = str | Promise
"""A text, or one that is translated when it is shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the menu.

    Attributes:
        title: What it is called.
        address: Name of the address in ``urls``.
        permission: Who sees it.
    """

    title: Words
    address: str
    permission: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of today.

    Attributes:
        title: What is counted.
        figure: The figure, ready to show.
        note: What it is compared with, ready to show.
        trend: ``up``, ``down``, ``bad`` or empty; the note says it in words or signs as well.
        link: Where the figure comes from.
    """

    title: Words
    figure: str
    note: str
    link: str
    trend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of today: a template and what it is filled with.

    Attributes:
        template: Name of the template; it reads ``panel``.
        panel: What the template shows.
        wide: Whether it takes two thirds of the row rather than one.
    """

    template: str
    panel: Mapping[str, Any]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """What one desk shows of a day.

    Attributes:
        cards: Its figures.
        panels: Its blocks: the first stands beside what needs a person, the second beside devices.
        compared: Whether there is something to compare the figures with.
    """

    cards: tuple[Card, ...] = ()
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The day that is looked at, and up to when.

    Attributes:
        start: Midnight of the day in the shop's time zone.
        until: Now when the day is today, else the end of the day.
        is_today: Whether the day is still going on.
    """

    start: datetime
    until: datetime
    is_today: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk's part of the back office.

    Attributes:
        links: Its lines of the menu.
        permission: Who sees its part of today.
        today: Makes its part of today.
    """

    links: tuple[Link, ...]
    permission: str
    today: Callable[[Moment], Today] = field(default=lambda _moment: Today())


def desks() -> Iterator[Desk]:
    """Find the desks, in the order in which the settings name them."""
    for name in desk_names():
        desk: Desk = import_module(f"{name}.pages").DESK
        yield desk


def desk_names() -> Iterator[str]:
    """Find the modules of the desks."""
    return (app.name for app in apps.get_app_configs() if app.name.startswith("collector.desks."))
