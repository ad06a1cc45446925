"""Four sounds: what they are, that they are heard, and that nobody waits for them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import wave
from array import array
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from appliance.ui import sound
from appliance.ui.sound import KivyPlayer, Sounds, device_at_hand
from appliance.ui.sounds.make import LARGEST, RATE, SOUNDS, path_of, render

ROOT = Path(__file__).parents[2]
CEILING_S = 60


def samples_of(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return array("h", file.readframes(file.getnframes()))


def loudness(samples):
    return (sum(each * each for each in samples) / len(samples)) ** 0.5


class TestTheFiles:
    @pytest.mark.parametrize("name", SOUNDS)
    def test_each_is_what_its_source_makes(self, name):
        """Another machine's sine may round the last bit otherwise."""
        kept, made = samples_of(path_of(name)), render(name)
        assert len(kept) == len(made)
        assert all(abs(one - other) <= 1 for one, other in zip(kept, made, strict=True)), (
            "python -m appliance.ui.sounds.make"
        )

    @pytest.mark.parametrize("name", SOUNDS)
    def test_each_is_short_and_heard_and_clean(self, name):
        samples = samples_of(path_of(name))
        assert 0.05 < len(samples) / RATE < 0.7
        assert max(map(abs, samples)) > LARGEST / 5
        assert max(map(abs, samples)) < LARGEST  # nothing is cut off at the top
        assert abs(samples[0]) < 500  # it swells, it does not click
        assert abs(samples[-1]) < 500
        assert path_of(name).stat().st_size < 30_000

    def test_a_good_scan_is_over_before_the_next(self):
        assert len(samples_of(path_of("good"))) / RATE < 0.15

    def test_they_are_told_apart_without_high_tones(self):
        """Each goes another way: one step up, down, up twice, the same twice."""
        ways = set()
        for tones in SOUNDS.values():
            pitches = [tone.pitch_hz for tone in tones]
            ways.add(tuple((b > a) - (b < a) for a, b in pairwise(pitches)))
        assert len(ways) == len(SOUNDS)
        for one, other in combinations(SOUNDS, 2):
            assert render(one) != render(other)

    def test_a_refusal_is_the_loudest(self):
        heard = {name: loudness(render(name)) for name in SOUNDS}
        assert max(heard, key=heard.get) == "bad"


class Fake:
    """A device that writes down what it plays, and may be slow."""

    def __init__(self):
        self.played = []
        self.heard = threading.Condition()
        self.free = threading.Event()
        self.free.set()

    def play(self, name, percent):
        self.free.wait(CEILING_S)
        with self.heard:
            self.played.append((name, percent))
            self.heard.notify_all()
        if name == "broken":
            raise OSError("The device has gone.")

    def wait(self, count):
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.played) >= count, CEILING_S)
        return self.played


class TestPlaying:
    def test_each_is_played_as_loud_as_is_set(self):
        fake, percent = Fake(), [50]
        sounds = Sounds(lambda: fake, percent=lambda: percent[0])
        sounds.load()
        sounds.play("good")
        fake.wait(1)
        percent[0] = 100
        sounds.play("bad")
        assert fake.wait(2) == [("good", 50), ("bad", 100)]

    def test_off_is_silence(self):
        fake, percent = Fake(), [0]
        sounds = Sounds(lambda: fake, percent=lambda: percent[0])
        sounds.load()
        sounds.play("good")
        percent[0] = 20
        sounds.play("bad")
        assert fake.wait(1) == [("bad", 20)]

    def test_a_device_that_hangs_holds_no_scan_up_and_plays_nothing_late(self):
        fake = Fake()
        fake.free.clear()
        sounds = Sounds(lambda: fake)
        sounds.load()
        for _ in range(1000):
            sounds.play("good")  # on the screen's thread: each of these returns at once
        fake.free.set()
        sounds_left = fake.wait(1)
        assert 1 <= len(sounds_left) <= 1 + sound.WAITING

    def test_a_device_that_opens_slowly_holds_nothing_up(self):
        fake, open_ = Fake(), threading.Event()

        def opening():
            open_.wait(CEILING_S)
            return fake

        sounds = Sounds(opening)
        sounds.load()
        sounds.play("good")
        open_.set()
        assert fake.wait(1) == [("good", 100)]

    def test_a_sound_that_fails_does_not_silence_the_next(self, caplog):
        fake = Fake()
        sounds = Sounds(lambda: fake)
        sounds.load()
        sounds.play("broken")
        fake.wait(1)
        sounds.play("good")
        assert fake.wait(2)[-1] == ("good", 100)
        assert "could not be played" in caplog.text

    def test_before_it_is_loaded_there_is_silence(self):
        Sounds(lambda: pytest.fail("Nobody asked for a device.")).play("good")

    def test_without_a_device_there_is_silence_and_nothing_else(self, monkeypatch, caplog):
        monkeypatch.setattr(sound, "device_at_hand", lambda: False)
        sounds = Sounds()
        with caplog.at_level(logging.INFO):
            sounds.load()
            sounds._thread.join(CEILING_S)
        sounds.play("good")
        assert "No sound device" in caplog.text


def test_a_sound_server_is_a_device(monkeypatch, tmp_path):
    for name in ("SDL_AUDIODRIVER", "PULSE_SERVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "pipewire-0").touch()
    assert device_at_hand()


def test_the_mixer_knows_every_sound(monkeypatch):
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    player = KivyPlayer.open()
    for name in (*SOUNDS, *SOUNDS):
        player.play(name, 100)
    assert set(player._sounds) == set(SOUNDS)


PLAY = """
import sys, time
from pathlib import Path
import appliance.ui
from appliance.ui.sound import Sounds
out, name, percent = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sounds = Sounds(percent=lambda: percent)
sounds.load()
end = time.monotonic() + 60
while not (out.exists() and out.stat().st_size) and time.monotonic() < end:
    time.sleep(0.01)
sounds.play(name)
before = out.stat().st_size
while out.stat().st_size < before + 44100 * 4 * 2 and time.monotonic() < end:
    time.sleep(0.01)
"""


def mixed(folder, name, percent):
    """What SDL's mixer sends to the device: 44,100 samples a second in stereo, into a file."""
    out = folder / f"{name}-{percent}.raw"
    told = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(out), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PLAY, str(out), name, str(percent)]
    subprocess.run(command, env=os.environ | told, check=True, capture_output=True)
    whole = out.read_bytes()
    return array("h", whole[: len(whole) // 2 * 2])


def test_what_is_played_comes_out_of_the_mixer_and_half_as_loud_at_half(tmp_path):
    """The real way, to the last step before the loudspeaker."""
    loud, soft = mixed(tmp_path, "bad", 100), mixed(tmp_path, "bad", 50)
    assert max(loud) > LARGEST / 2
    assert max(soft) == pytest.approx(max(loud) / 2, rel=0.1)
    sounding = sum(1 for each in loud if abs(each) > 300) / (2 * 44_100)
    assert 0.25 < sounding < 0.6  # seconds, of the half second it lasts
