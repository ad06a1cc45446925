"""systemd hears that the desk lives when a frame was shown, and not a word otherwise."""

import socket

import pytest

from appliance.ui.heartbeat import BEATS, SELDOM_S, Heartbeat, notifier, period_s


class Window:
    """As much of Kivy's window as a heartbeat needs."""

    def __init__(self):
        self.canvas = self
        self.asked = 0

    def bind(self, on_flip):
        self.flip = on_flip

    def ask_update(self):
        self.asked += 1


@pytest.fixture
def systemd(tmp_path):
    place = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(place))
        ear.setblocking(False)

        def heard():
            words = []
            while True:
                try:
                    words.append(ear.recv(100).decode())
                except BlockingIOError:
                    return words

        heard.environment = {"NOTIFY_SOCKET": str(place)}
        yield heard


def test_ready_is_said_once_and_only_after_the_first_frame(systemd):
    window = Window()
    heart = Heartbeat(window, notifier(systemd.environment))
    assert systemd() == []
    window.flip()
    assert systemd() == ["READY=1", "WATCHDOG=1"]
    window.flip()
    assert systemd() == []
    assert heart is not None


def test_a_beat_asks_for_a_frame_and_is_heard_when_it_was_shown(systemd):
    window = Window()
    heart = Heartbeat(window, notifier(systemd.environment))
    window.flip()
    systemd()
    heart.beat()
    assert window.asked == 1
    assert systemd() == []
    window.flip()
    assert systemd() == ["WATCHDOG=1"]


def test_a_screen_that_shows_no_frames_is_not_alive_however_often_it_beats(systemd):
    window = Window()
    heart = Heartbeat(window, notifier(systemd.environment))
    for _ in range(5):
        heart.beat()
    assert systemd() == []


def test_nobody_is_told_where_nobody_listens():
    assert notifier({}) is None


def test_a_socket_that_has_gone_is_no_reason_to_fall(systemd, tmp_path, caplog):
    notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")})("READY=1")
    assert "systemd could not be told READY=1" in caplog.text


def test_an_abstract_socket_is_reached():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind("\0balie-test-heartbeat")
        notifier({"NOTIFY_SOCKET": "@balie-test-heartbeat"})("READY=1")
        assert ear.recv(100) == b"READY=1"


def test_the_pause_is_a_part_of_what_systemd_waits():
    assert period_s({"WATCHDOG_USEC": "20000000"}) == 20 / BEATS


def test_a_patient_systemd_is_no_reason_to_beat_seldom():
    assert period_s({"WATCHDOG_USEC": "1800000000"}) == SELDOM_S


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}],
)
def test_without_a_watchdog_for_this_process_there_is_no_beat(environment):
    assert period_s(environment) is None
