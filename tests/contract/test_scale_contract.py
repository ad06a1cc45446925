"""What every scale driver does, over 8217, over MT-SICS, and without any hardware."""

from __future__ import annotations

import os

import pytest

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import send
from drivers.scale import (
    NoScaleError,
    Reading,
    ScaleAwayError,
    ScaleError,
    ScaleMovingError,
    ScaleRangeError,
    ScaleState,
)
from tests.contract.rigs import until


class BenchRig:
    """A scale driver on the bench's pan."""

    def __init__(self, folder, driver):
        self.driver = driver
        self.bench = Bench(folder / "bench", pictures=False).start()
        self.pan = self.bench.scale.pan
        name = {"toledo_8217": "scale-8217.tty", "sics": "scale-sics.tty"}[driver]
        self.port = self.bench.folder / name

    def open(self):
        own = {"gap_s": 0.0} if self.driver == "toledo_8217" else {}
        chosen = drivers.configure(
            "scale", self.driver, {"port": str(self.port), "answer_timeout_s": 5.0, **own}
        )
        return drivers.load("scale", self.driver).open_device(chosen)

    def does(self, words):
        send(self.bench.folder, f"scale {words}")

    def close(self):
        self.bench.close()


class SimulatedRig:
    """The simulated scale."""

    driver = "simulated"

    def __init__(self):
        self.scale = drivers.load("scale", "simulated").open_device(
            drivers.configure("scale", "simulated", {"capacity_kg": 15})
        )
        self.pan = self.scale.pan

    def open(self):
        return self.scale

    def does(self, words):
        word, _, weight = words.partition(" ")
        pan = self.pan
        {
            "put": lambda: pan.put(round(float(weight) * 1000)),
            "swing": lambda: pan.put(round(float(weight) * 1000), swings=-1),
            "still": lambda: setattr(pan, "swings", 0),
            "unzeroed": lambda: setattr(pan, "unzeroed", True),
            "pounds": lambda: setattr(pan, "pounds", True),
            "noise": lambda: setattr(pan, "noise", b"?"),
            "silent": lambda: setattr(pan, "silent", True),
            "ok": lambda: (setattr(pan, "noise", b""), setattr(pan, "silent", False)),
            "unplug": self.scale.unplug,
            "plug": self.scale.plug,
        }[word]()

    def close(self):
        pass


@pytest.fixture(params=["toledo_8217", "sics", "simulated"])
def rig(request, tmp_path):
    made = SimulatedRig() if request.param == "simulated" else BenchRig(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def scale(rig):
    with rig.open() as made:
        yield made


def test_an_empty_scale_is_stable_and_has_nothing_to_sell(scale):
    assert scale.present
    reading = scale.read()
    assert (reading.state, reading.weight_milli) == (ScaleState.STABLE, 0)
    assert not reading.can_be_sold


@pytest.mark.parametrize("grams", [1, 5, 750, 1000, 14_995, 15_000])
def test_a_stable_weight_is_told_to_the_gram(rig, scale, grams):
    rig.does(f"put {grams / 1000}")
    reading = scale.read()
    assert reading == Reading(ScaleState.STABLE, grams)
    assert reading.can_be_sold


def test_what_swings_is_not_sold_and_comes_to_rest(rig, scale):
    rig.does("swing 0.750")
    for _ in range(3):
        reading = scale.read()
        assert reading.state is ScaleState.MOVING
        assert not reading.can_be_sold
    rig.does("still")
    assert scale.read() == Reading(ScaleState.STABLE, 750)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("put 15.005", ScaleState.OVER),
        ("put -0.200", ScaleState.UNDER),
        ("noise", ScaleState.UNREADABLE),
    ],
)
def test_what_cannot_be_weighed_has_no_weight(rig, scale, words, state):
    rig.does("put 0.5")
    rig.does(words)
    assert scale.read() == Reading(state)


def test_a_scale_that_was_never_zeroed_sells_nothing(rig, scale):
    rig.does("put 0.5")
    rig.does("unzeroed")
    expected = ScaleState.MOVING if rig.driver == "sics" else ScaleState.UNZEROED
    assert scale.read() == Reading(expected)


def test_pounds_are_not_taken_for_kilograms(rig, scale):
    rig.does("put 0.453592")
    rig.does("pounds")
    assert scale.read() == Reading(ScaleState.WRONG_UNIT)


def test_zero_calls_a_little_thing_nothing(rig, scale):
    rig.does("put 0.012")
    scale.zero()
    assert scale.read() == Reading(ScaleState.STABLE, 0)
    rig.does("put 1.012")
    assert scale.read() == Reading(ScaleState.STABLE, 1000)
    with pytest.raises(ScaleRangeError, match="Take everything off"):
        scale.zero()


def test_tare_takes_the_packing_off_until_it_is_cleared(rig, scale):
    rig.does("put 0.100")
    scale.tare()
    rig.does("put 0.850")
    reading = scale.read()
    assert (reading.state, reading.weight_milli, reading.net) == (ScaleState.STABLE, 750, True)
    assert reading.tare_milli == (0 if rig.driver == "toledo_8217" else 100)
    rig.does("put 0")
    assert scale.read().state is ScaleState.UNDER
    scale.clear_tare()
    assert scale.read() == Reading(ScaleState.STABLE, 0)


def test_nothing_is_zeroed_or_tared_while_it_swings(rig, scale):
    rig.does("swing 0.012")
    for act in (scale.zero, scale.tare):
        with pytest.raises(ScaleMovingError, match="Wait until it is still"):
            act()


def test_a_scale_that_goes_away_comes_back_by_itself(rig, scale):
    rig.does("put 0.750")
    assert scale.read().can_be_sold
    rig.does("unplug")
    assert scale.read() == Reading(ScaleState.AWAY)
    with pytest.raises(ScaleAwayError, match="type the weight"):
        scale.zero()
    rig.does("plug")
    until(lambda: scale.read().can_be_sold, "the return")


def test_a_scale_that_is_silent_is_away_and_what_it_says_too_late_is_not_believed(rig, tmp_path):
    if rig.driver == "simulated":
        rig.does("silent")
        assert rig.open().read() == Reading(ScaleState.AWAY)
        return
    chosen = drivers.configure(
        "scale", rig.driver, {"port": str(rig.port), "answer_timeout_s": 0.05}
    )
    with drivers.load("scale", rig.driver).open_device(chosen) as scale:
        rig.does("silent")
        assert scale.read() == Reading(ScaleState.AWAY)
        rig.does("ok")
        late = {"toledo_8217": b"\x82\xb1\xb2.345\x8d", "sics": b"S S     12.345 kg\r\n"}
        os.write(rig.bench.scale.ports[rig.port.name]._cable.master, late[rig.driver])
        rig.does("put 0.75")
        until(lambda: scale.read() == Reading(ScaleState.STABLE, 750), "its own weight")


def test_it_waits_for_a_scale_that_is_not_there_yet(rig):
    rig.does("unplug")
    with rig.open() as scale:
        assert scale.read() == Reading(ScaleState.AWAY)
        rig.does("plug")
        until(lambda: scale.read().state is ScaleState.STABLE, "the plugging")


def test_it_may_be_closed_twice_and_is_away_from_then_on(rig):
    scale = rig.open()
    scale.close()
    scale.close()
    assert scale.read() == Reading(ScaleState.AWAY)


def test_noise_refuses_a_command(rig, scale):
    rig.does("noise")
    with pytest.raises(ScaleError):
        scale.zero()


def test_no_scale_says_that_it_is_not_there():
    driver = drivers.load("scale", "none")
    with driver.open_device(driver.Options()) as scale:
        assert not scale.present
        assert scale.read() == Reading(ScaleState.AWAY)
        for act in (scale.zero, scale.tare, scale.clear_tare):
            with pytest.raises(NoScaleError):
                act()
