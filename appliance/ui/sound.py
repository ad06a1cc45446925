"""Plays the counter's sounds: taken, refused, sold, somebody is needed.

Playing has a thread of its own. A sound device may take its time to open, and one that was
unplugged may never answer; a scan waits for neither. A sound that comes while others still wait is
left out: late, it would tell a lie.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from appliance.ui.sounds.make import SOUNDS, path_of

log = logging.getLogger(__name__)

WAITING = 2
"""Sounds that may wait for the device."""

FULL = 100


class Player(Protocol):
    """Something that plays sounds by their names."""

    def play(self, name: str, percent: int) -> None:
        """Play a sound from its beginning, so loud. MAY block; called on one thread only."""


class Sounds:
    """Plays sounds without ever being waited for.

    Args:
        open_player: Opens the device; gives None where there is none.
        percent: How loud, from 0 to 100; asked for each sound.
    """

    def __init__(
        self,
        open_player: Callable[[], Player | None] | None = None,
        *,
        percent: Callable[[], int] = lambda: FULL,
    ) -> None:
        self._open = open_player or KivyPlayer.open
        self._percent = percent
        self._wanted: queue.Queue[tuple[str, int] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)

    def load(self) -> None:
        """Open the device and make the sounds ready, on the sounds' own thread."""
        self._thread.start()

    def play(self, name: str) -> None:
        """Play the sound called ``name``; returns at once."""
        percent = self._percent()
        if percent <= 0 or not self._thread.is_alive():
            return
        try:
            self._wanted.put_nowait((name, percent))
        except queue.Full:
            log.debug("The sound %r is left out: the device is slow.", name)

    def _run(self) -> None:
        player = self._open()
        while player is not None:
            wanted = self._wanted.get()
            if wanted is None:
                return
            try:
                player.play(*wanted)
            except Exception:
                # A supervising loop: a sound that fails must not silence those to come.
                log.exception("The sound %r could not be played.", wanted[0])


class KivyPlayer:
    """Plays through Kivy, which uses SDL's mixer: ALSA, PulseAudio or PipeWire on a Pi."""

    def __init__(self) -> None:
        from kivy.core.audio import SoundLoader  # noqa: PLC0415 - it opens the device

        self._sounds: dict[str, Any] = {}
        for name in SOUNDS:
            sound = SoundLoader.load(str(path_of(name)))
            if sound is not None and sound.length:
                self._sounds[name] = sound

    @classmethod
    def open(cls) -> KivyPlayer | None:
        """Open the sound device, if there is one."""
        if not device_at_hand():
            log.info("No sound device was found; sounds stay off.")
            return None
        return cls()

    def play(self, name: str, percent: int) -> None:
        """Play a sound from its beginning; see `Player`."""
        sound = self._sounds.get(name)
        if sound is not None:
            sound.stop()
            sound.volume = percent / FULL
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
