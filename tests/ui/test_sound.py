"""Two sounds, and silence without a device."""

import logging
import wave

import pytest

from appliance.ui.sound import RATE, TONES, Sounds, device_at_hand, write


@pytest.mark.parametrize("name", TONES)
def test_a_sound_is_short_and_heard(tmp_path, name):
    path = tmp_path / "sound.wav"
    write(name, path)
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE
        assert 0.05 < file.getnframes() / RATE < 0.6
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    assert max(samples) > 5000
    assert abs(samples[0]) < 500  # it swells, it does not click
    assert abs(samples[-1]) < 500


def test_without_a_device_there_is_silence_and_nothing_else(monkeypatch, caplog):
    monkeypatch.setattr("appliance.ui.sound.device_at_hand", lambda: False)
    sounds = Sounds()
    with caplog.at_level(logging.INFO):
        sounds.load()
    sounds.play("good")
    sounds.play("bad")
    assert "No sound device" in caplog.text


def test_a_sound_server_is_a_device(monkeypatch, tmp_path):
    for name in ("SDL_AUDIODRIVER", "PULSE_SERVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "pipewire-0").touch()
    assert device_at_hand()


def test_sounds_play_on_a_device_that_swallows_them(monkeypatch):
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    sounds = Sounds()
    sounds.load()
    for name in (*TONES, *TONES):
        sounds.play(name)
    assert set(sounds._loaded) == set(TONES)
