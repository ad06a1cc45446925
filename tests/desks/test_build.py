"""Joining the parts, and the command line."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from appliance import __main__ as command
from appliance import config
from appliance.build import DeskTakenError, build_desk
from appliance.config import ConfigError
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.uplink.state import LinkState, LinkStore

DEVICE = '[device]\nid = "winkel-2"\nname = "Kassa 2"\nregister = "2"\ndata = "data"\n'


@pytest.fixture
def settings(tmp_path):
    def written(more="", device=DEVICE):
        file = tmp_path / "balie.toml"
        file.write_text(device + more)
        return config.load(file)

    return written


def test_a_desk_without_any_device_opens_and_closes(settings):
    desk = build_desk(settings())
    assert desk.presenter.screen.body.kind == "sign_in"
    labels = {item.key: item.label for item in desk.presenter.screen.top.items}
    assert labels["printer"] == "Geen printer"
    assert labels["drawer"] == "Geen lade"
    assert labels["scanner"] == "Geen scanner"
    desk.close()
    desk.close()


def test_the_devices_that_are_named_are_opened(settings, tmp_path):
    desk = build_desk(
        settings(
            f'[printer]\ndriver = "simulated"\nfolder = "{tmp_path / "paper"}"\n'
            '[drawer]\ndriver = "printer_kick"\n[[scanner]]\ndriver = "simulated"\nname = "links"\n'
            '[terminal]\ndriver = "simulated"\n'
        )
    )
    try:
        assert desk.devices.printer.present
        assert desk.devices.drawer.present
        assert [scanner.name for scanner in desk.devices.scanners] == ["links"]
        assert desk.devices.scanners[0].connected
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[printer]\ndriver = "laser"', r"\[printer\] driver: .*'laser'.* network"),
        ('[printer]\ndriver = "network"', r"\[printer\] host: .*needs the option 'host'"),
        ('[printer]\ndriver = "none"\nhost = "x"', r"\[printer\] host: .*no option 'host'"),
        ('[drawer]\ndriver = "printer_kick"', r"\[drawer\] driver 'printer_kick' needs a printer"),
        ('[[scanner]]\ndriver = "serial"\nport = 7', r"\[\[scanner\]\] port: .*must be a text"),
    ],
)
def test_what_a_driver_does_not_know_is_named_with_file_and_key(settings, more, said):
    with pytest.raises(ConfigError, match=said) as mistake:
        build_desk(settings(more))
    assert "balie.toml" in str(mistake.value)
    build_desk(settings()).close()


def test_a_market_there_is_not(settings):
    with pytest.raises(ConfigError, match=r"\[device\] market: .*nl, be, fr, id, gb"):
        build_desk(settings(device=DEVICE + 'market = "de"\n'))


def test_the_shops_own_time_zone_counts(settings):
    desk = build_desk(settings(device=DEVICE + 'market = "id"\ntimezone = "Asia/Makassar"\n'))
    assert desk.presenter._parts.clock().utcoffset() == timedelta(hours=8)
    desk.close()


def test_two_desks_on_the_same_data_are_refused(settings):
    first = build_desk(settings())
    with pytest.raises(DeskTakenError, match="Another desk runs"):
        build_desk(settings())
    first.close()
    build_desk(settings()).close()


def test_a_journal_of_another_device_is_refused(settings):
    build_desk(settings()).close()
    with pytest.raises(JournalError, match="belongs to"):
        build_desk(settings(device=DEVICE.replace("winkel-2", "winkel-3")))


def test_a_card_that_lags_behind_the_collector_begins_a_new_epoch(settings, tmp_path):
    build_desk(settings()).close()
    link = LinkStore.open(tmp_path / "data" / "uplink.db")
    link.keep(LinkState(remote=Watermark(1, 900, "ab" * 32)))
    link.close()
    build_desk(settings()).close()
    with JournalReader.open(tmp_path / "data" / "journal.db") as reader:
        assert [entry.epoch for entry in reader.entries()] == [1, 2]


class TestTheCommandLine:
    def test_knows_all_commands(self):
        told = subprocess.run(
            [sys.executable, "-m", "appliance", "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in ("desk", "uplink", "journal", "replay", "scan", "version"):
            assert name in told

    def test_version(self, capsys):
        assert command.main(["version"]) == 0
        assert capsys.readouterr().out.startswith("balie ")

    def test_a_desk_that_cannot_open_says_why_and_ends(self, tmp_path, capsys):
        missing = tmp_path / "none.toml"
        assert command.main(["desk", "--config", str(missing)]) == command.MISCONFIGURED
        assert "The desk does not open" in capsys.readouterr().err

    def test_a_scan_without_a_bench(self, tmp_path, capsys):
        assert command.main(["scan", "3017620422003", "--bench", str(tmp_path)]) == command.FAILED
        assert "No bench runs in" in capsys.readouterr().err

    def test_a_command_loads_what_it_needs_and_not_the_whole_house(self):
        code = (
            "import sys, appliance.__main__; "
            "print({'kivy', 'appliance.build', 'appliance.services.ports'} & set(sys.modules))"
        )
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        assert told == "set()\n"
