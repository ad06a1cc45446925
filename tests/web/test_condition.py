"""What a device says of itself stands on its page, and what is bad on the overview."""

from __future__ import annotations

import pytest

from collector.ingest.models import Device
from collector.office.condition import facts, troubles

WELL = {
    "versions": {"balie": "0.2.0"},
    "slot": "B",
    "condition": {
        "checks": {"storage": "well", "power": "well", "temperature": "well", "clock": "well"},
        "free_percent": 85,
        "degrees": 48,
        "paper": "ok",
    },
}
BAD = {
    "versions": {"balie": "0.2.0"},
    "condition": {
        "checks": {"storage": "bad", "power": "look", "temperature": "bad", "clock": "bad"},
        "free_percent": 0,
        "degrees": 83,
        "paper": "out",
    },
}


def said(report):
    return {each.title: (each.words, each.tone) for each in facts(Device(reported=report))}


def test_a_device_that_is_well():
    assert said(WELL) == {
        "Version": ("0.2.0, slot B", ""),
        "Storage card": ("works, 85\u00a0% free", "fine"),
        "Power": ("steady", "fine"),
        "Temperature": ("48\u00a0°C", "fine"),
        "Clock": ("kept by the network", "fine"),
        "Paper": ("there", "fine"),
    }


def test_one_that_is_not():
    assert said(BAD) == {
        "Version": ("0.2.0", ""),
        "Storage card": ("fails or is full: change it, 0\u00a0% free", "bad"),
        "Power": ("was too weak", "look"),
        "Temperature": ("too hot, 83\u00a0°C", "bad"),
        "Clock": ("wrong", "bad"),
        "Paper": ("out", "bad"),
    }


@pytest.mark.parametrize(
    "report",
    [
        {},
        [],
        {"condition": "fine"},
        {"condition": {"checks": ["well"], "degrees": "hot", "paper": {"a": 1}}},
        {"condition": {"checks": {"storage": 7, "power": []}, "degrees": True}},
        {"condition": {"free_percent": 10**30, "paper": "gold"}, "versions": [1], "slot": {}},
    ],
)
def test_what_makes_no_sense_is_passed_over(report):
    assert said(report) == {}
    assert troubles(Device(reported=report)) == []


def test_the_page_and_the_overview_show_it(sign_in, shop):
    Device.objects.filter(pk="register-1").update(reported=BAD, link="online")
    client = sign_in("manager")
    page = client.get("/devices/register-1/").content.decode()
    for words in ("0.2.0", "too hot, 83\u00a0°C", "was too weak", "fails or is full: change it"):
        assert words in page
    overview = client.get("/").content.decode()
    assert "Temperature: too hot, 83\u00a0°C" in overview
    assert "was too weak" not in overview


def test_what_a_device_that_is_gone_said_is_no_matter(sign_in, shop):
    Device.objects.filter(pk="register-1").update(reported=BAD, link="offline")
    assert "too hot" not in sign_in("manager").get("/").content.decode()
