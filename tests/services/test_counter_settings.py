"""What the back office tells of the counter, taken when nobody is there."""

from __future__ import annotations

import errno

import pytest

from appliance import small_files
from appliance.config import load
from appliance.counter_files import FILES, CounterFiles
from appliance.counter_trial import Trial
from appliance.domain import counter
from appliance.domain.counter import Stage, digest
from appliance.services.counter_settings import AGAIN_S, CounterSettings
from appliance.services.ports import StoreError
from tests.desks.test_counter_files import OWN, A, B
from tests.killing import KilledError, killing

BAD = '[printer]\ndriver = "moon"\n'


class Directory:
    """What the back office says, changed by hand."""

    def __init__(self):
        self.says = {}
        self.asked = 0
        self.error = None
        self._is_new = True

    def tell(self, value):
        self.says[counter.key("till-2")] = value
        self._is_new = True

    def begin(self):
        """Somebody new asks."""
        self._is_new = True

    def setting(self, key, default=None):
        self.asked += 1
        return self.says.get(key, default)

    def changed(self):
        if self.error is not None:
            raise self.error
        is_new, self._is_new = self._is_new, False
        return is_new


class Hands:
    """A worker that does everything at once."""

    def watch(self, look):
        self.look = look

    def do(self, task):
        task()


class Device:
    """A device, started again and again as the program starts."""

    def __init__(self, folder):
        self.file = folder / "balie.toml"
        self.file.write_text(OWN)
        self.files = CounterFiles(folder)
        self.directory = Directory()
        self.seconds = 1000.0
        self.is_idle = True
        self.begun = 0
        self.software = "balie 1"
        self.start()

    def start(self, *, seen=True):
        self.settings = Trial(self.file, self.software).begin()
        self.hands = Hands()
        self.service = CounterSettings(
            self.settings,
            directory=self.directory,
            software=self.software,
            worker=self.hands,
            post=lambda call: call(),
            monotonic=lambda: self.seconds,
            again=self.begin_anew,
        )
        self.service.idle = lambda: self.is_idle
        self.directory.begin()
        if seen:
            self.service.seen()
        self.hands.look()

    def begin_anew(self):
        self.begun += 1

    def tell(self, text):
        self.directory.tell(counter.to_setting(text))
        self.hands.look()

    @property
    def host(self):
        return self.settings.printer.options.get("host", "own")

    @property
    def taken(self):
        taken = self.files.taken()
        return taken and (taken.digest, taken.stage)


@pytest.fixture
def device(tmp_path):
    return Device(tmp_path)


def test_told_nothing_it_does_nothing(device):
    assert not device.service.waits
    assert device.taken is None
    assert [each.name for each in device.files.folder.iterdir()] == ["balie.toml"]


def test_new_settings_wait_and_are_good_once_seen(device):
    device.tell(A)
    assert device.service.waits
    assert device.taken == (digest(A), Stage.WAITING)
    device.start(seen=False)
    assert device.host == "192.0.2.1"
    assert not device.service.waits
    assert device.taken == (digest(A), Stage.WAITING), "not seen yet"
    device.service.seen()
    assert device.taken == (digest(A), Stage.IN_USE)


def test_bad_ones_are_refused_with_the_reason_and_judged_once(device):
    device.tell(A)
    device.start()
    device.tell(BAD)
    assert not device.service.waits
    assert device.taken == (digest(BAD), Stage.REFUSED)
    assert "no printer driver called 'moon'" in device.files.taken().why
    state = (device.files.folder / "counter.json").stat().st_mtime_ns
    device.tell(BAD)
    device.start()
    assert device.host == "192.0.2.1"
    assert (device.files.folder / "counter.json").stat().st_mtime_ns == state
    device.tell(B)
    assert device.service.waits
    assert device.taken == (digest(B), Stage.WAITING)


def test_corrected_to_what_is_in_use_nothing_waits(device):
    device.tell(A)
    device.start()
    for between in (B, BAD):
        device.tell(between)
        device.tell(A)
        assert not device.service.waits
        assert device.taken == (digest(A), Stage.IN_USE)
    assert device.begun == 0


def test_what_comes_to_the_same_needs_no_new_beginning(device):
    device.tell(A)
    device.start()
    device.tell(f"# the printer in the corner\n{A}")
    assert not device.service.waits
    assert device.taken == (digest(f"# the printer in the corner\n{A}"), Stage.IN_USE)


@pytest.mark.parametrize("nothing", [counter.to_setting(""), None, 7])
def test_told_nothing_any_more_its_own_wait(device, nothing):
    device.tell(A)
    device.start()
    device.directory.tell(nothing)
    device.hands.look()
    assert device.service.waits
    device.start()
    assert device.host == "own"
    assert device.taken == (digest(""), Stage.IN_USE)


def test_a_directory_that_says_nothing_yet_is_no_word(device):
    """It begins empty, and says nothing while all of it is sent anew."""
    device.tell(A)
    device.start()
    device.directory.says.clear()
    device.directory.begin()
    device.hands.look()
    device.start()
    assert device.host == "192.0.2.1"
    assert not device.service.waits


def test_a_sale_is_never_disturbed_and_nothing_is_asked_without_need(device):
    device.is_idle = False
    asked = device.directory.asked
    device.tell(A)
    assert device.directory.asked == asked
    assert device.taken is None
    device.is_idle = True
    device.hands.look()
    assert device.service.waits
    asked = device.directory.asked
    for _ in range(9):
        device.hands.look()
    assert device.directory.asked == asked


def test_what_an_earlier_program_could_not_use_is_judged_anew_by_a_later_one(device):
    device.tell(A)
    device.start()
    device.tell(B)
    device.files.refuse(B, "showed nothing", "balie 1", instead=A)
    device.start()
    assert device.taken == (digest(B), Stage.REFUSED)
    device.software = "balie 2"
    device.start()
    assert device.service.waits
    assert device.taken == (digest(B), Stage.WAITING)


def test_what_was_passed_over_at_the_start_is_refused_with_the_reason(device):
    device.tell(A)
    device.start()
    device.files.tell("[screen]\nwidth = 1\n")
    device.tell("[screen]\nwidth = 1\n")
    device.start()
    assert device.host == "192.0.2.1"
    assert device.taken[1] is Stage.REFUSED
    assert device.files.told == A


def test_a_card_that_refuses_is_tried_again_later(device, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as read_only:
        read_only.setattr(small_files, "replace", refuse)
        device.tell(A)
        device.hands.look()
    assert not device.service.waits
    device.hands.look()
    assert not device.service.waits, "not every second"
    device.seconds += AGAIN_S
    device.hands.look()
    assert device.service.waits


def test_a_directory_that_cannot_be_read_is_read_later(device):
    device.directory.error = StoreError("made anew")
    device.tell(A)
    assert not device.service.waits
    device.directory.error = None
    device.hands.look()
    assert device.service.waits


@pytest.mark.parametrize("new", [B, BAD, ""], ids=["good", "bad", "its own again"])
def test_killed_at_every_step_of_the_way_it_gets_there_all_the_same(device, monkeypatch, new):
    """From the word of the back office to the picture that was shown."""

    def begin():
        for name in FILES:
            (device.files.folder / name).unlink(missing_ok=True)
        device.directory.says.clear()
        device.start()
        device.tell(A)
        device.start()
        assert device.taken == (digest(A), Stage.IN_USE)

    def go_all_the_way():
        device.tell(new)
        device.start()

    begin()
    with monkeypatch.context() as patched:
        steps = killing(patched, 0)
        go_all_the_way()
    in_the_end = (device.host, device.taken)
    assert steps[0] > 3
    for at in range(1, steps[0] + 1):
        begin()
        with monkeypatch.context() as patched:
            killing(patched, at)
            with pytest.raises(KilledError):
                go_all_the_way()
        hosts = {"192.0.2.1", in_the_end[0]}
        assert load(device.file).printer.options.get("host", "own") in hosts, f"killed at {at}"
        device.start()
        device.start()
        assert (device.host, device.taken) == in_the_end, f"killed at {at}, it goes on by itself"
