"""Makes the counter's sounds: ``python -m appliance.ui.sounds.make`` writes the WAV files anew.

They are ours, so that nobody's licence goes with them. Each is short, because the next scan may
follow in a third of a second, and each differs from the others in direction as well as in pitch, so
that somebody who hears high tones badly knows them apart: up once, down, up twice, the same twice.
"""

from __future__ import annotations

import sys
import wave
from array import array
from dataclasses import dataclass
from math import exp, pi, sin
from pathlib import Path

RATE = 22_050
"""Samples a second: twice the highest pitch in any of them, and more."""
LARGEST = 32_767
ATTACK_S = 0.004
RELEASE_S = 0.012
"""Each tone swells and fades this long at its ends, so that it does not click."""
OVERTONES = ((1, 0.78), (2, 0.16), (3, 0.06))
"""Share of each multiple of the pitch: a little warmer than a bare sine."""

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tone:
    """One tone of a sound.

    Attributes:
        pitch_hz: Its pitch.
        at_s: When it begins.
        length_s: How long it lasts.
        loudness: From 0 to 1.
        decay_per_s: How fast it dies away, as a struck bell does; 0 holds it.
    """

    pitch_hz: float
    at_s: float
    length_s: float
    loudness: float
    decay_per_s: float = 0.0


SOUNDS: dict[str, tuple[Tone, ...]] = {
    # Taken: one step up, over before the hand has moved.
    "good": (Tone(1319, 0.0, 0.055, 0.42), Tone(1760, 0.05, 0.09, 0.42, 14)),
    # Refused: down, lower and longer than anything else at a counter.
    "bad": (Tone(262, 0.0, 0.17, 0.75), Tone(196, 0.21, 0.28, 0.75)),
    # Sold: a chord that opens upwards and rings out.
    "done": (
        Tone(784, 0.0, 0.40, 0.30, 7),
        Tone(988, 0.08, 0.34, 0.30, 7),
        Tone(1175, 0.16, 0.42, 0.34, 7),
    ),
    # Somebody is needed: the same twice.
    "attention": (Tone(659, 0.0, 0.14, 0.50, 5), Tone(659, 0.22, 0.20, 0.50, 5)),
}


def render(name: str) -> array[int]:
    """Return the samples of a sound, 16 bits each."""
    tones = SOUNDS[name]
    mixed = [0.0] * int(RATE * max(tone.at_s + tone.length_s for tone in tones))
    for tone in tones:
        begin, count = int(RATE * tone.at_s), int(RATE * tone.length_s)
        for at in range(min(count, len(mixed) - begin)):
            mixed[begin + at] += _sample(tone, at / RATE)
    return array("h", (round(LARGEST * max(-1.0, min(1.0, each))) for each in mixed))


def _sample(tone: Tone, at_s: float) -> float:
    swell = min(1.0, at_s / ATTACK_S, (tone.length_s - at_s) / RELEASE_S)
    wave_ = sum(share * sin(2 * pi * tone.pitch_hz * times * at_s) for times, share in OVERTONES)
    return tone.loudness * swell * exp(-tone.decay_per_s * at_s) * wave_


def write(name: str, path: Path) -> None:
    """Write a sound as a WAV file."""
    samples = render(name)
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def path_of(name: str) -> Path:
    """Return where a sound's file lies."""
    return HERE / f"{name}.wav"


if __name__ == "__main__":
    for each in SOUNDS:
        write(each, path_of(each))
