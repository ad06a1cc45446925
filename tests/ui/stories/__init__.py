"""Every screen of every flow, as it comes up behind a real counter: what is photographed.

A story walks through a part of the cashier's day with the register's own presenter and services,
and yields a name wherever there is something to be seen. What the screen shows at that moment is
kept as a scene and drawn afterwards in every size and hand; see ``tests/ui/README.md``.
"""

from stories import (  # noqa: F401 - importing them puts them on the table
    cards,
    comfort,
    customers,
    drawer,
    goods_back,
    messages,
    panels,
    paying,
    selling,
    signing_in,
    technician,
    terminal,
    updating,
    weighing,
)
from stories.table import LANGUAGES, STORIES, Scene, record

__all__ = ["LANGUAGES", "STORIES", "Scene", "record"]
