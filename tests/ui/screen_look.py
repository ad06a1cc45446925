"""Draw the sample screens as pictures, to be looked at: ``python tests/ui/screen_look.py FOLDER``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import appliance.ui  # noqa: F401 - Kivy is told what to leave alone before it starts

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")


def main() -> None:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--language", default="nl")
    parser.add_argument("--only", nargs="*")
    chosen = parser.parse_args()
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415
    from screen_samples import screens  # noqa: PLC0415
    from screen_stage import Pressed, Stage  # noqa: PLC0415

    from appliance.desks.register.screen import build  # noqa: PLC0415

    width, height = map(int, chosen.size.split("x"))
    stage = Stage(width, height)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    samples = screens(chosen.language)
    presenter = Pressed(samples["sale"])
    stage.show(build(presenter, lambda _: None))
    for name in chosen.only or samples:
        presenter.show(samples[name])
        stage.frames(4)
        pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        picture = Image.frombytes("RGBA", (width, height), bytes(pixels)).convert("RGB")
        picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(chosen.folder / f"{name}.png")


if __name__ == "__main__":
    main()
