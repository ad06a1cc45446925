"""The base of widgets that place their own parts."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.clock import Clock
from kivy.uix.widget import Widget

from appliance.ui.damage import damage
from appliance.ui.theme import look


class Piece(Widget):
    """Arranges itself once before the next frame, however much of it changed.

    A subclass makes its parts in ``__init__`` before the base's, names in ``watched`` the
    properties that change what it shows, and sets texts, sizes and places in `arrange`. One that
    draws by itself MUST also call `report` there.
    """

    watched: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **properties: Any) -> None:
        self.arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**properties)
        for changed in ("pos", "size", *self.watched):
            self.fbind(changed, self.arrange_soon)
        self.fbind("parent", self.report)
        # bind holds weakly: the look outlives every widget.
        look.bind(unit=self._rescale, compact=self._rescale)
        self.arrange_soon()

    def arrange(self) -> None:
        """Set texts and places; MUST NOT change what is watched."""

    def _arrange(self, *_: object) -> None:
        self.arrange()

    def report(self, *_: object) -> None:
        """Have all of this piece drawn again; its words report themselves."""
        damage.report(self)

    def _rescale(self, *_: object) -> None:
        self.arrange_soon()
