"""Containers whose parts can be passed over while others are drawn."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Canvas
from kivy.uix.boxlayout import BoxLayout


class Block:
    """To be inherited before a layout: its canvas goes over its parts one by one.

    Kivy makes one list of all that stands on a canvas and goes over it whole. Without that list
    `appliance.ui.damage.Redraw` may pass over a part that stands beside what is to be drawn.
    """

    canvas: Any

    def __init__(self, **properties: Any) -> None:
        self.canvas = Canvas(nocompiler=True)
        super().__init__(**properties)


class Parts(Block, BoxLayout):
    """A row or column whose widgets can be passed over one by one."""
