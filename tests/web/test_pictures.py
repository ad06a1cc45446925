"""Every page as a browser shows it, from the real server: ``balie-collector web``.

``BALIE_PICTURES=folder`` takes all of them, in every size and language, and keeps them to look at.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from tests.web.back_office import EVA

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_S = 600
ROOT = Path(__file__).parents[2]
KEPT = os.environ.get("BALIE_PICTURES")
DAYS = ("ordinary", "trouble")
SIZES = {"desk": (1280, 800), "tablet": (820, 1100), "phone": (390, 844)}
SEED = """
import django; django.setup()
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from tests.web.back_office import a_whole_office
from tests.web.shop import ordinary_shop, trouble
now = timezone.now()
day = {day!r}
if day != "empty":
    shop = ordinary_shop(now, busy=4)
    a_whole_office(now)
if day == "trouble": trouble(shop, now)
user = User.objects.create_user("Marieke")
user.groups.set(Group.objects.filter(name="manager"))
session = SessionStore()
session["_auth_user_id"] = str(user.pk)
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session["_auth_user_hash"] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def afternoon_zone():
    """A time zone in which it is early afternoon now, so that the day has something to show."""
    east = (15 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Server:
    """The real pages over a filled database, and a way in that is already signed in."""

    def __init__(self, folder, day):
        self.environment = {
            **os.environ,
            "BALIE_STATE": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'collector.db'}",
            "BALIE_TIME_ZONE": afternoon_zone(),
            "DJANGO_SETTINGS_MODULE": "collector.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.asked, self.later = 0, None
        self.command("-m", "collector", "migrate")
        self.session = self.command("-c", SEED.format(day=day)).split()[-1]
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "collector", "web", "--port", str(self.port), "--workers", "1"],
            env=self.environment,
            cwd=ROOT,
        )
        self.way_in = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.way_in.serve_forever, daemon=True).start()
        self.wait()

    def command(self, *arguments):
        ran = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def wait(self):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/").read()
            except OSError:
                assert time.monotonic() < deadline, "the server did not start"
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.1)
            else:
                return

    def handler(self):
        server = self

        class WayIn(BaseHTTPRequestHandler):
            """Passes pages on with the cookies of somebody signed in."""

            def do_GET(self):
                language, _slash, path = self.path.lstrip("/").partition("/")
                if language == "static":
                    path = self.path.lstrip("/")
                cookies = f"django_language={language}"
                if not path.startswith("sign-in"):
                    cookies += f"; sessionid={server.session}"
                request = urllib.request.Request(
                    f"http://127.0.0.1:{server.port}/{path}", headers={"Cookie": cookies}
                )
                try:
                    answer = urllib.request.urlopen(request)
                except urllib.error.HTTPError as error:
                    answer = error
                body = answer.read()
                if not path:
                    server.asked += 1
                    if server.asked > 1 and server.later:
                        body, answer.status = server.later(body)
                self.send_response(answer.status)
                for name in ("Content-Type", "Content-Security-Policy"):
                    if answer.headers[name]:
                        self.send_header(name, answer.headers[name])
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                """Keep the test's output clean."""

        return WayIn

    def picture(self, path, file, size, language="nl"):
        width, height = SIZES[size]
        self.browse(
            path, file.parent, language, f"--window-size={width},{height}", f"--screenshot={file}"
        )
        return Image.open(file)

    def browse(self, path, folder, language, *options):
        """Open a page in a browser and return what the browser prints."""
        profile = folder / "profile"
        ran = subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                *options,
                f"http://127.0.0.1:{self.way_in.server_port}/{language}/{path}",
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        shutil.rmtree(profile)
        return ran.stdout

    def stop(self):
        self.way_in.shutdown()
        self.way_in.server_close()
        self.process.terminate()
        self.process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """Start a server for each kind of day when its first picture is taken."""
    started = {}

    def server(day):
        if day not in started:
            started[day] = Server(tmp_path_factory.mktemp(day), day)
        return started[day]

    yield server
    for each in started.values():
        each.stop()


@pytest.fixture
def folder(tmp_path):
    if not KEPT:
        return tmp_path
    Path(KEPT).mkdir(parents=True, exist_ok=True)
    return Path(KEPT)


PAGES = {
    "sign-in": "sign-in/",
    "today": "",
    "sales": "sales/",
    "filter": "sales/?hour=13&least=5,00&since=2020-01-01",
    "sale": "sales/register-2.1.{last}/",
    "balances": "balances/",
    "balance": "balances/gift_card/KAART0001/",
    "devices": "devices/",
    "device": "devices/register-3/",
    "alarms": "alarms/",
    "totals": "totals/?since=2020-01-01",
    "shifts": "shifts/",
    "closings": "shifts/closings/",
    "training": "shifts/training/",
    "drawer": "shifts/drawer/",
    "updates": "updates/",
    "let-in": "devices/let-in/",
    "counter": "devices/register-5/counter/",
    "profiles": "devices/profiles/",
    "profile": "devices/profiles/of/Bakkerij/",
    "customers": "customers/",
    "customer": f"customers/{EVA}/",
    "same": "customers/same/",
    "personal-data": "personal-data/",
}
EMPTY = set(PAGES) - {"sign-in", "filter", "sale", "balance", "device", "customer"}
EMPTY -= {"counter", "profile"}
EVERY = [(day, page, size, "nl") for day in DAYS for page in PAGES for size in SIZES]
EVERY += [("trouble", page, "desk", language) for page in PAGES for language in ("fr", "id", "en")]
EVERY += [("empty", page, "desk", "nl") for page in sorted(EMPTY)]
EVERY += [("trouble", "today", "phone", language) for language in ("fr", "id", "en")]
FEW = [("trouble", page, "desk", "nl") for page in PAGES] + [("trouble", "today", "phone", "fr")]


@pytest.mark.parametrize("picture", EVERY if KEPT else FEW, ids="-".join)
def test_a_page_looks_like_something(servers, folder, picture):
    day, page, size, language = picture
    server = servers(day)
    path = PAGES[page]
    if "{last}" in path:
        path = path.format(last=last_sale(server))
    file = folder / f"{page}-{day}-{size}-{language}.png"
    shown = server.picture(path, file, size, language)
    assert shown.size == SIZES[size]
    assert len(shown.convert("L").getcolors()) > 20


def last_sale(server):
    database = "from collector.desks.register.models import Sale\n"
    code = (
        "import django; django.setup()\n"
        f"{database}print(Sale.objects.filter(device='register-2').latest('sequence').sequence)"
    )
    return server.command("-c", code).strip()


def today_later(server, folder, later):
    """Return today's page as it stands in a browser half a minute after it was opened."""
    server.asked, server.later = 0, later
    try:
        return server.browse("", folder, "en", "--virtual-time-budget=30000", "--dump-dom")
    finally:
        server.later = None


def test_today_goes_on_by_itself(servers, tmp_path):
    def later(page):
        return page.replace(b"<div data-live>", b"<div data-live><p>sold meanwhile</p>"), 200

    page = today_later(servers("trouble"), tmp_path, later)
    assert page.count("sold meanwhile") == 1
    assert re.search(r'<p class="notice look" data-stale="" hidden="">', page)


def test_today_says_when_it_stands_still(servers, tmp_path):
    page = today_later(servers("trouble"), tmp_path, lambda _page: (b"gone", 503))
    assert re.search(r'<p class="notice look" data-stale="">No contact', page)
