"""``balie-collector profile`` and ``counter``, as a technician types them."""

from __future__ import annotations

import getpass

import pytest

from collector.__main__ import main
from collector.counters.models import Counter, Profile
from tests.counters.told import OTHER, PRINTER, SCALE


@pytest.fixture
def file(tmp_path):
    def file(text, name="counter.toml"):
        written = tmp_path / name
        written.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(written)

    return file


def test_a_profile_is_kept_listed_told_and_removed(device, file, capsys, settings_told):
    main(["profile", "set", "bakery", file(PRINTER)])
    main(["counter", "register-1", "--profile", "bakery"])
    main(["profile", "set", "bakery", file(OTHER)])
    main(["profile", "list"])
    said = capsys.readouterr().out
    assert "devices that are told: 1" in said
    assert "bakery: 1 devices" in said
    assert settings_told() == {"register-1": OTHER}
    assert Profile.objects.get().changed_by == getpass.getuser()
    with pytest.raises(SystemExit, match="1 device uses this profile"):
        main(["profile", "remove", "bakery"])
    main(["counter", "register-1", "--as-found"])
    main(["profile", "remove", "bakery"])
    assert settings_told() == {"register-1": ""}
    assert not Profile.objects.exists()


def test_a_counter_is_shown(device, file, capsys):
    main(["counter", "register-1"])
    assert capsys.readouterr().out == "register-1: what it finds itself\n"
    assert not Counter.objects.exists()
    main(["counter", "register-1", "--file", file(SCALE)])
    said = capsys.readouterr().out
    assert said == f"register-1: settings of its own, not heard of yet\n\n{SCALE}"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("counter", "register-9"), "none called register-9"),
        (("counter", "register-1", "--profile", "gone"), "no profile called gone"),
        (("counter", "register-1", "--file", "/nowhere.toml"), "cannot be read"),
        (("profile", "set", "a/b", "good"), "Name it otherwise"),
        (("profile", "set", "bakery", "odd"), r"Line 1, sign 9 .* \(.*line 1, column 9\)"),
        (("profile", "set", "bakery", "torn"), "cannot be read"),
        (("profile", "remove", "gone"), "no profile called gone"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(device, file, words, why):
    files = {"good": file(SCALE, "good"), "odd": file("[printer"), "torn": file(b"\xff", "torn")}
    with pytest.raises(SystemExit, match=why):
        main([files.get(word, word) for word in words])
    assert not Profile.objects.exists()
    assert not Counter.objects.exists()
