"""A virtual screen, a finger on it, and a camera in front of it.

The finger is xdotool: it moves the X server's own pointer, so a touch takes the same way into the
register as a person's. Where to touch is read from the outline that the register keeps of its
visible controls (``BALIE_OUTLINE``), like eyes would.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageGrab

from provisioning.workstation.demo.fault import LinkError
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.waiting import CEILING_S, wait_for

HOLD_S = "0.08"
"""How long the finger stays down: a few frames, like a person's."""

PATIENCE_S = 5.0
PATIENT_TOUCHES = 5


@dataclass(frozen=True)
class Control:
    """A control on the screen, in pixels from the top left corner."""

    name: str
    text: str
    x: int
    y: int
    w: int
    h: int
    enabled: bool
    control: bool

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger would touch it."""
        return self.x + self.w // 2, self.y + self.h // 2


def virtual_screen(programs: Programs, width: int, height: int) -> str:
    """Start a virtual screen on a display number that is free, and return its name."""
    reading, writing = os.pipe()
    size = f"{width}x{height}x24"
    # Without -noreset it would begin anew whenever its last window closes, and refuse meanwhile.
    quiet = ["-noreset", "-nolisten", "tcp"]
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, *quiet]
    programs.start("screen", command, pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    if not number:
        programs.watch()
        raise LinkError("screen", "the virtual screen gave no display number; see its log.")
    return f":{number}"


class Screen:
    """What a person sees and touches."""

    def __init__(
        self, display: str, outline: Path, pictures: Path, watch: Callable[[], None]
    ) -> None:
        self._display = display
        self._outline = outline
        self._pictures = pictures
        self._watch = watch
        self._taken = 0

    def controls(self) -> dict[str, Control]:
        """Return what can be touched now, by name."""
        return {each.name: each for each in self._outlined() if each.control}

    def words(self) -> str:
        """Return all that can be read now."""
        return " · ".join(each.text for each in self._outlined() if each.text)

    def read(self, name: str) -> str:
        """Return what a text says, by its name in the outline; empty where it is not there."""
        return next((each.text for each in self._outlined() if each.name == name), "")

    def await_words(self, words: str, *, link: str) -> None:
        """Wait until something can be read.

        Raises:
            LinkError: It never could.
        """
        wait_for(
            f"“{words}” to be read",
            lambda: words in self.words(),
            fault=lambda sentence: LinkError(link, f"{sentence}; on the screen: {self.words()}"),
            watch=self._watch,
        )

    def see(
        self,
        name: str,
        *,
        text: str = "",
        link: str = "screen",
        even_disabled: bool = False,
        ceiling_s: float = CEILING_S,
    ) -> Control:
        """Wait until a control is visible, can be touched and says ``text``; return it.

        Args:
            name: The control's stable name.
            text: Words that must be on it.
            link: Which link of the chain is broken when it does not appear.
            even_disabled: Whether one that cannot be touched now will do.
            ceiling_s: After how many seconds to give up.

        Raises:
            LinkError: It did not appear.
        """

        def look() -> Control | None:
            found = self.controls().get(name)
            ready = found and text in found.text and (found.enabled or even_disabled)
            return found if ready else None

        awaited = f"“{name}” to be visible" + (f" with “{text}”" if text else "")
        return wait_for(
            awaited,
            look,
            ceiling_s=ceiling_s,
            fault=lambda sentence: LinkError(link, f"{sentence}; on the screen: {self.words()}"),
            watch=self._watch,
        )

    def touch(self, name: str) -> None:
        """Touch a control in its middle, once it is visible."""
        x, y = self.see(name).middle
        down_and_up = ["mousedown", "1", "sleep", HOLD_S, "mouseup", "1"]
        self._xdotool("mousemove", str(x), str(y), "sleep", HOLD_S, *down_and_up)

    def touch_until(self, name: str, then: str) -> None:
        """Touch a control until ``then`` can be touched; for one that may be touched twice.

        On a very busy machine a touch can come while the screen is being drawn anew and hit
        nothing. A person touches again, and so does this.

        Raises:
            LinkError: It never came.
        """
        for _ in range(PATIENT_TOUCHES - 1):
            self.touch(name)
            with suppress(LinkError):
                self.see(then, ceiling_s=PATIENCE_S)
                return
        self.touch(name)
        self.see(then)

    def picture(self, title: str) -> Path:
        """Save what the screen shows now; pictures are numbered in their order."""
        self._taken += 1
        self._pictures.mkdir(parents=True, exist_ok=True)
        target = self._pictures / f"{self._taken:02}-{title}.png"
        ImageGrab.grab(xdisplay=self._display).save(target)
        return target

    def _xdotool(self, *words: str) -> None:
        ended = subprocess.run(
            ["xdotool", *words],
            env={**os.environ, "DISPLAY": self._display},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise LinkError("screen", f"the finger could not touch it: {ended.stderr.strip()}")

    def _outlined(self) -> list[Control]:
        try:
            return [Control(**row) for row in json.loads(self._outline.read_text())]
        except FileNotFoundError:
            return []
