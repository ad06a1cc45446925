"""The shell in a real window: fingers and keys come from outside, through the X server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CEILING_S = 60

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb or xdotool is missing"
)


@pytest.fixture
def display(tmp_path):
    reader, writer = os.pipe()
    with (tmp_path / "xvfb.log").open("wb") as log:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[writer],
            stderr=log,
        )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        number = pipe.readline().strip()
    assert number, (tmp_path / "xvfb.log").read_text()
    yield f":{number}"
    server.terminate()
    server.wait()


class Window:
    """The shell as another process, its outline and what it was told."""

    def __init__(self, folder: Path, display: str) -> None:
        self.outline_path = folder / "outline.json"
        self.calls_path = folder / "calls"
        self.calls_path.touch()
        self.log_path = folder / "log"
        self.environment = os.environ | {
            "DISPLAY": display,
            "BALIE_OUTLINE": str(self.outline_path),
            "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)]),
        }
        self.environment.pop("SDL_VIDEODRIVER", None)
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "screen_shell.py"), str(self.calls_path)],
                env=self.environment,
                stderr=log,
            )

    def calls(self) -> list[list[str]]:
        return [
            call
            for call in map(json.loads, self.calls_path.read_text().splitlines())
            if call != ["tick"]
        ]

    def outline(self) -> dict[str, dict]:
        try:
            return {item["name"]: item for item in json.loads(self.outline_path.read_text())}
        except FileNotFoundError:
            return {}

    def until(self, holds) -> None:
        end = time.monotonic() + CEILING_S
        while not holds():
            assert self.process.poll() is None, self.log_path.read_text()
            assert time.monotonic() < end, f"{self.calls()}\n{self.log_path.read_text()}"
            time.sleep(0.05)

    def xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True)

    def touch(self, name: str) -> None:
        self.until(lambda: name in self.outline())
        item = self.outline()[name]
        x, y = item["x"] + item["w"] // 2, item["y"] + item["h"] // 2
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def told(self, *call: str) -> None:
        self.until(lambda: list(call) in self.calls())


def test_a_cashier_at_a_real_window(tmp_path, display):
    window = Window(tmp_path, display)
    try:
        window.until(lambda: "money-exact" in window.outline())
        assert window.outline()["total"]["text"] == "€\u00a011,85"

        # A scan from a thread of its own arrives on the screen's thread.
        window.told("scanned", "5410013114697", "thread", "MainThread")

        # Fingers press where the outline says, once each.
        for name in ("key-a3", "line-2", "category-bread", "language", "lock"):
            window.touch(name)
            window.told("press", name)
        assert sum(call == ["press", "key-a3"] for call in window.calls()) == 1

        # A person types slowly and it is looked for; a scanner types fast and it is a scan.
        window.xdotool("type", "--delay", "250", "ko")
        window.told("searched", "ko")
        window.xdotool("key", "Escape")
        window.until(lambda: window.calls()[-1] == ["searched", ""])
        for _ in range(2):  # the second time after the search was left
            window.xdotool("type", "--delay", "2", "3017620422003")
            window.xdotool("key", "Return")
        scan = ["scanned", "3017620422003", "keyboard", "MainThread"]
        window.until(lambda: sum(call == scan for call in window.calls()) == 2)

        # A card explains; a touch beside it closes it and presses nothing else.
        window.touch("status-scanner")
        window.until(lambda: "status-close" in window.outline())
        assert "money-exact" not in window.outline()
        window.xdotool("mousemove", "100", "300", "click", "1")
        window.told("press", "status-close")

        # Escape and F1 leave the window alone; a fault in one key does too.
        window.xdotool("key", "Escape", "F1")
        window.process.send_signal(0)
        assert window.process.poll() is None

        window.process.send_signal(signal.SIGTERM)
        assert window.process.wait(CEILING_S) == 0
        assert window.calls()[-1] == ["closed"]
        assert "Traceback" not in window.log_path.read_text()
    finally:
        if window.process.poll() is None:
            window.process.kill()
            window.process.wait()


def test_a_fault_is_logged_and_selling_goes_on(tmp_path, display):
    window = Window(tmp_path, display)
    try:
        window.touch("action-quantity")
        window.touch("pad-8")
        window.touch("pad-9")
        window.told("press", "pad-9")
        assert "A fault in one key." in window.log_path.read_text()
        window.process.send_signal(signal.SIGINT)
        assert window.process.wait(CEILING_S) == 0
        assert window.calls()[-1] == ["closed"]
    finally:
        if window.process.poll() is None:
            window.process.kill()
            window.process.wait()


def test_without_a_display_one_sentence_says_what_to_do():
    program = "from appliance.ui.app import open_window; open_window(800, 480, fullscreen=False)"
    environment = os.environ | {"SDL_VIDEODRIVER": "x11"}
    environment.pop("DISPLAY", None)
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "there is no display: set DISPLAY" in ended.stderr
