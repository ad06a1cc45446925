"""Two short sounds: it went well, it did not."""

from __future__ import annotations

import logging
import os
import tempfile
import wave
from array import array
from math import pi, sin
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

RATE = 22_050
EDGE_S = 0.006
"""Each tone swells and fades this long, so that it does not click."""

TONES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "good": ((1320, 0.05, 0.35), (1760, 0.08, 0.35)),
    "bad": ((220, 0.16, 0.6), (0, 0.06, 0), (196, 0.24, 0.6)),
}
"""Pitch in hertz, length in seconds and loudness from 0 to 1 of each tone."""


class Sounds:
    """Plays ``good`` and ``bad``; stays silent where there is nothing to play on."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def load(self) -> None:
        """Make the sounds ready now, so that the first scan waits for nothing."""
        if not device_at_hand():
            log.info("No sound device was found; sounds stay off.")
            return
        from kivy.core.audio import SoundLoader  # noqa: PLC0415 - it opens the device

        with tempfile.TemporaryDirectory(prefix="balie-") as folder:
            for name in TONES:
                path = Path(folder, f"{name}.wav")
                write(name, path)
                sound = SoundLoader.load(str(path))
                if sound is not None and sound.length:
                    self._loaded[name] = sound

    def play(self, name: str) -> None:
        """Play the sound called ``name`` from its beginning."""
        sound = self._loaded.get(name)
        if sound is not None:
            sound.stop()
            sound.play()


def device_at_hand() -> bool:
    """Tell whether there is something to play on; asking the library is slow and noisy."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")
    servers = [Path(runtime, "pulse", "native"), Path(runtime, "pipewire-0")]
    return (
        bool(os.environ.get("SDL_AUDIODRIVER") or os.environ.get("PULSE_SERVER"))
        or any(Path("/dev/snd").glob("pcm*p"))
        or any(server.exists() for server in servers)
    )


def write(name: str, path: Path) -> None:
    """Write the sound called ``name`` as a WAV file of 16 bits."""
    samples = array("h")
    for pitch, length_s, loudness in TONES[name]:
        count = int(length_s * RATE)
        edge = EDGE_S * RATE
        for at in range(count):
            swell = min(1.0, at / edge, (count - at) / edge)
            samples.append(int(32_767 * loudness * swell * sin(2 * pi * pitch * at / RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
