"""balie.toml: each mistake is one sentence that names file and key."""

from __future__ import annotations

import pytest

from appliance.config import ConfigError, load

WHOLE = """
[device]
id = "winkel-2"
name = "Kassa 2"
register = "2"
data = "data"
market = "nl"
language = "nl"
desks = ["register"]

[screen]
width = 800
height = 480
fullscreen = true

[printer]
driver = "network"
host = "192.0.2.7"

[drawer]
driver = "printer_kick"

[[scanner]]
driver = "serial"
port = "/dev/ttyACM0"

[[scanner]]
driver = "none"

[broker]
host = "broker.example"
ca = "ca.pem"
certificate = "device.pem"
key = "device.key"
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        file = tmp_path / "balie.toml"
        file.write_text(text)
        return load(file)

    return read_text


def test_a_whole_file(read, tmp_path):
    settings = read(WHOLE)
    assert settings.device.data == tmp_path / "data"
    assert settings.device.desks == ("register",)
    assert settings.screen.fullscreen
    assert settings.printer.options == {"host": "192.0.2.7"}
    assert [scanner.driver for scanner in settings.scanners] == ["serial", "none"]
    assert settings.terminal.driver == "none"
    assert settings.broker.port == 8883
    assert settings.broker.key == tmp_path / "device.key"


def test_the_least_there_must_be(read):
    settings = read('[device]\nid = "a"\nname = "A"\nregister = "1"\ndata = "d"\n')
    assert (settings.screen.width, settings.broker, settings.scanners) == (1280, None, ())


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("[screen]", "[scren]", r"section \[scren\] is unknown; allowed are device, printer"),
        ("width = 800", "widht = 800", r"\[screen\] widht is unknown; allowed are width"),
        ("width = 800", 'width = "800"', r"\[screen\] width must be a whole number, found '800'"),
        ("width = 800", "width = 100", r"\[screen\] width and height must be at least 480"),
        ("fullscreen = true", "fullscreen = 1", "fullscreen must be true or false, found 1"),
        ("fullscreen = true", 'hand = "both"', "hand must be one of right, left, found 'both'"),
        ('id = "winkel-2"', 'id = "winkel 2"', r"\[device\] id must be a name without spaces"),
        ('id = "winkel-2"\n', "", r"\[device\] id is missing"),
        ('register = "2"', 'register = "2-a"', "register must be 1 to 10 letters or digits"),
        ('language = "nl"', 'language = "de"', "language must be one of nl, fr, id, en"),
        ('market = "nl"', 'market = "nl"\ntimezone = "Moon/Sea"', "timezone must be an IANA name"),
        ('data = "data"', "data = 7", r"\[device\] data must be a path, found 7"),
        ('desks = ["register"]', 'desks = "register"', r"\[device\] desks must be a list"),
        ('desks = ["register"]', "desks = [1]", r"\[device\] desks must be a text, found 1"),
        ('driver = "network"', "", r"\[printer\] driver is missing"),
        ("[[scanner]]", "[scanner]", "TOML|each"),
        ('key = "device.key"', "", r"\[broker\] key is missing"),
        ('ca = "ca.pem"', 'ca = "ca.pem"\nport = 70000', "port must be between 1 and 65535"),
    ],
)
def test_mistakes_are_named(read, right, wrong, said):
    assert right in WHOLE
    with pytest.raises(ConfigError, match=said) as mistake:
        read(WHOLE.replace(right, wrong))
    assert "balie.toml" in str(mistake.value)


def test_one_scanner_written_as_a_section(read):
    with pytest.raises(ConfigError, match=r"written as \[\[scanner\]\]"):
        read(
            '[device]\nid = "a"\nname = "A"\nregister = "1"\ndata = "d"\n[scanner]\ndriver = "none"'
        )


def test_no_file_and_no_toml(tmp_path, read):
    with pytest.raises(ConfigError, match="there is none"):
        load(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="a TOML file was expected"):
        read("[device")
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(ConfigError, match="a TOML file was expected"):
        load(tmp_path / "latin.toml")


def test_a_second_screen_for_the_customer(read):
    settings = read(
        WHOLE + '[customer_screen]\nfullscreen = true\nleft = 800\nlanguages = ["nl", "fr"]\n'
    )
    assert settings.customer_screen.left == 800
    assert settings.customer_screen.languages == ("nl", "fr")
    assert settings.screen.left is None
    assert read(WHOLE).customer_screen is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('languages = ["de"]', "[customer_screen] languages must be among nl, fr, id, en"),
        ("width = 100", "[customer_screen] width and height must be at least 320 pixels"),
        ("output = 2", "[customer_screen] output is unknown; allowed are width"),
    ],
)
def test_mistakes_about_the_second_screen_are_named(read, line, said):
    with pytest.raises(ConfigError) as error:
        read(f"{WHOLE}[customer_screen]\n{line}\n")
    assert said in str(error.value)
