"""What is plugged in while the desk runs is said; what was there, or is ours, is not."""

from __future__ import annotations

from appliance.services.newcomers import LOOKS, Newcomers
from drivers.plugged import Plugged, What

KEYBOARD = Plugged("1-1", "04f2:0402", "Keyboard", What.KEYS)
STICK = Plugged("1-2", "0951:1666", "Stick", What.STORAGE)
SCALE = Plugged("1-3", "1a86:7523", "Scale", What.SERIAL, frozenset({"ttyUSB0"}))


class Worker:
    """Looks when it is told to."""

    def watch(self, look):
        self._look = look

    def pass_by(self):
        for _ in range(LOOKS):
            self._look()


def test_strangers_come_and_go():
    there, worker, changes = [KEYBOARD], Worker(), []
    newcomers = Newcomers(
        look=lambda: tuple(there),
        settings={"/dev/ttyUSB0"},
        worker=worker,
        post=lambda call: call(),
        changed=lambda: changes.append(newcomers.strangers),
    )
    worker.pass_by()
    assert changes == []
    there += [STICK, SCALE]
    worker.pass_by()
    worker.pass_by()
    assert changes == [(STICK,)]
    there.remove(STICK)
    worker.pass_by()
    assert changes == [(STICK,), ()]
    there.remove(KEYBOARD)
    worker.pass_by()
    there.append(KEYBOARD)
    worker.pass_by()
    assert len(changes) == 2
