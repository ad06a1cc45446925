"""Rounded boxes as small stretchable pictures: smooth edges without a costly smooth screen.

A box is painted once at the size of its corners and stretched by the graphics card, so a screen
full of keys costs one picture per kind of key.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, hypot

from kivy.graphics.texture import Texture

from appliance.ui.theme import Colour


@dataclass(frozen=True, slots=True)
class Box:
    """How a box is drawn; all sizes in pixels.

    Attributes:
        fill: Its ground.
        line: Its edge.
        line_px: Thickness of the edge.
        radius_px: Radius of the corners.
        band: Colour of a thicker edge at the bottom.
        band_px: Its thickness, 0 for none.
    """

    fill: Colour
    line: Colour
    line_px: float
    radius_px: float
    band: Colour
    band_px: float


@lru_cache(maxsize=1)
def plain() -> Texture:
    """Give a white dot for grounds of one colour; it is never blurred, which makes it cheap."""
    texture = Texture.create(size=(1, 1), colorfmt="rgba")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(b"\xff" * 4, colorfmt="rgba", bufferfmt="ubyte")
    return texture


@lru_cache(maxsize=512)
def patch(box: Box) -> tuple[Texture, int]:
    """Paint ``box`` and give the picture with the size of its corners in pixels."""
    corner = ceil(max(box.radius_px, box.band_px + 1, box.line_px + 1)) + 1
    side = 2 * corner + 1
    pixels = bytearray()
    for row in range(side):
        for column in range(side):
            pixels += _pixel(box, column + 0.5, row + 0.5, side)
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture, corner


def _pixel(box: Box, x: float, y: float, side: int) -> bytes:
    """Colour the pixel whose middle is at ``x``, ``y``; y grows upwards."""
    bottom = max(box.line_px, box.band_px)
    outer = _covered(x, y, (0, 0, side, side), box.radius_px)
    inside = (box.line_px, bottom, side - box.line_px, side - box.line_px)
    inner = _covered(x, y, inside, max(0.0, box.radius_px - box.line_px))
    in_band = min(1.0, max(0.0, bottom + 0.5 * box.radius_px - y)) if box.band_px else 0.0
    edge = _mix(box.line if box.line_px else box.fill, box.band, in_band)
    red, green, blue, alpha = _mix(edge, box.fill, inner)
    return bytes(round(part * 255) for part in (red, green, blue, alpha * outer))


def _covered(x: float, y: float, box: tuple[float, float, float, float], radius: float) -> float:
    """Tell how much of a pixel a rounded box covers, from 0 to 1."""
    left, low, right, high = box
    beyond_x = abs(x - (left + right) / 2) - (right - left) / 2 + radius
    beyond_y = abs(y - (low + high) / 2) - (high - low) / 2 + radius
    outside = hypot(max(beyond_x, 0), max(beyond_y, 0)) + min(max(beyond_x, beyond_y), 0)
    return min(1.0, max(0.0, 0.5 - (outside - radius)))


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue, alpha = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue, alpha
