"""The finger and the eyes on the virtual screen."""

import json
import shutil

import pytest

from provisioning.workstation.demo.fault import LinkError
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.screen import Screen, virtual_screen

needs_a_screen = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb or xdotool is missing"
)


def item(name, text="", **more):
    place = {"x": 100, "y": 50, "w": 40, "h": 20, "enabled": True, "control": True}
    return {"name": name, "text": text, **place, **more}


@pytest.fixture
def outline(tmp_path):
    path = tmp_path / "outline.json"

    def write(*items):
        path.write_text(json.dumps(items))

    write.path = path
    return write


def screen(outline, display=":0"):
    return Screen(display, outline.path, outline.path.parent / "pictures", lambda: None)


def test_nothing_is_seen_before_the_register_has_drawn(outline):
    assert screen(outline).controls() == {}


def test_a_control_is_touched_in_its_middle(outline):
    outline(item("money-exact"))
    assert screen(outline).see("money-exact").middle == (120, 60)


def test_a_plain_text_cannot_be_touched(outline):
    outline(item("", "Total", control=False))
    assert screen(outline).controls() == {}
    assert screen(outline).words() == "Total"


def test_what_does_not_appear_is_a_broken_link_that_says_what_was_seen(outline, monkeypatch):
    outline(item("line-1", "Nutella"))
    with pytest.raises(LinkError, match=r"“line-2” to be visible.*Nutella") as broken:
        screen(outline).see("line-2", link="scanner", ceiling_s=0)
    assert broken.value.link == "scanner"


def test_a_disabled_control_is_waited_for_unless_it_will_do(outline):
    outline(item("money-card", enabled=False))
    assert screen(outline).see("money-card", even_disabled=True)
    with pytest.raises(LinkError):
        screen(outline).see("money-card", ceiling_s=0)


def test_a_touch_that_hit_nothing_is_made_again(outline, monkeypatch):
    monkeypatch.setattr("provisioning.workstation.demo.screen.PATIENCE_S", 0)
    outline(item("person-p1"))
    looked_at = screen(outline)
    touches = []

    def xdotool(*words):
        touches.append(words)
        if len(touches) == 3:
            outline(item("person-p1"), item("pin-2"))

    monkeypatch.setattr(looked_at, "_xdotool", xdotool)
    looked_at.touch_until("person-p1", then="pin-2")
    assert len(touches) == 3


@needs_a_screen
def test_pictures_are_taken_of_the_virtual_screen_in_their_order(tmp_path, outline):
    with Programs(tmp_path) as programs:
        display = virtual_screen(programs, 800, 480)
        camera = screen(outline, display)
        outline(item("money-exact"))
        camera.touch("money-exact")
        taken = [camera.picture("first"), camera.picture("second")]
    assert [path.name for path in taken] == ["01-first.png", "02-second.png"]
    from PIL import Image  # noqa: PLC0415 (only here)

    assert Image.open(taken[0]).size == (800, 480)
