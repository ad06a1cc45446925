"""The table of stories, and how a story becomes scenes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.desks.register.view import Screen
from stories.goods import MARKETS, directory
from tests.flows.shop import Cashier, Shop

LANGUAGES = ("nl", "fr", "id", "en")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
"""Where a story's files lie: what is seen of it does not depend on a disk, which would take longer."""

Walk = Callable[[Cashier], Iterator[Any]]


@dataclass(frozen=True)
class Scene:
    """One screen to be photographed.

    Attributes:
        name: The story and the moment, such as ``selling: a long name``.
        language: The language of the screen.
        screen: What the presenter shows.
        variant: Whether it differs from others of its story in a sentence only; the plain run takes
            such a scene in one language.
        touches: Controls to touch on the drawn screen first, which the presenter never hears of:
            ``search`` opens the letters.
    """

    name: str
    language: str
    screen: Screen
    touches: tuple[str, ...] = ()
    variant: bool = False


@dataclass(frozen=True)
class Story:
    """A walk through part of the day.

    Attributes:
        walk: Takes the cashier; yields a name, or a name and controls to touch when it is drawn.
        signed_in: Whether somebody is signed in at the start.
        variants: Whether its scenes differ in a sentence only.
        counter: What stands at the counter; see `tests.flows.shop.Shop`.
    """

    walk: Walk
    signed_in: bool
    variants: bool
    counter: dict[str, bool] = field(default_factory=dict)


STORIES: dict[str, Story] = {}


def story(
    *, signed_in: bool = True, variants: bool = False, **counter: bool
) -> Callable[[Walk], Walk]:
    """Put a walk on the table under its own name."""

    def put(walk: Walk) -> Walk:
        STORIES[walk.__name__.replace("_", " ")] = Story(walk, signed_in, variants, counter)
        return walk

    return put


def record(name: str, language: str) -> list[Scene]:
    """Walk through one story in one language and keep what was seen."""
    told, scenes = STORIES[name], []
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        shop = Shop(Path(folder), market=MARKETS[language], language=language, **told.counter)
        try:
            shop.send(**directory(language))
            shop.cashier = cashier = shop.open()
            if told.signed_in:
                cashier.sign_in()
            for moment in told.walk(cashier):
                title, *touches = (moment,) if isinstance(moment, str) else moment
                shop.cashier.inbox.run_pending()
                screen, touched = shop.cashier.screen, tuple(touches)
                scenes.append(Scene(f"{name}: {title}", language, screen, touched, told.variants))
        finally:
            shop.close()
    return scenes
