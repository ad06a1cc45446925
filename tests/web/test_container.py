"""The image, built and started. It takes minutes, so it waits to be asked: ``BALIE_CONTAINER=1``.

The base is the image or root file system (a tar) named by ``BALIE_CONTAINER_BASE``; else one made
by debootstrap, kept in ``.balie`` for the next time.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

from collector.__main__ import main

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "collector" / "Containerfile"
REQUIREMENTS = ROOT / "provisioning" / "requirements" / "collector.txt"
KEPT_BASE = ROOT / ".balie" / "container-base.tar"
PATIENCE_S = 120
PASSWORD = "paard-batterij-nietje"


def why_not():
    """Say why the image is not built here; empty when it is."""
    if os.environ.get("BALIE_CONTAINER") != "1":
        return "building the image takes minutes; set BALIE_CONTAINER=1 to do it"
    if not shutil.which("buildah"):
        return "buildah is not installed"
    if os.geteuid() != 0:
        return "building without privileges is not prepared here; run as root"
    if os.environ.get("BALIE_CONTAINER_BASE") or KEPT_BASE.exists():
        return ""
    if not shutil.which("debootstrap"):
        return "there is no base image: set BALIE_CONTAINER_BASE, or install debootstrap"
    return ""


WHY_NOT = why_not()
built = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


def run(*command, **options):
    ran = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, text=True, **options
    )
    assert ran.returncode == 0, (
        f"{' '.join(map(str, command))}\n{ran.stdout[-4000:]}{ran.stderr[-4000:]}"
    )
    return ran.stdout


class Builder:
    """buildah with a store of its own, so that nobody's images are touched."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, *arguments, **options):
        return run(*self.command(*arguments), **options)

    def command(self, *arguments):
        store, running = self.folder / "store", self.folder / "run"
        own = ("--root", store, "--runroot", running, "--storage-driver", "vfs")
        return [str(part) for part in ("buildah", *own, *arguments)]

    def base(self):
        """Return the name of a base image, made when there is none."""
        named = os.environ.get("BALIE_CONTAINER_BASE", "")
        if named and not Path(named).is_file():
            return named
        tar = Path(named) if named else KEPT_BASE
        if not tar.exists():
            self.make_base(tar)
        container = self("from", "scratch").strip()
        self("add", container, tar, "/")
        self("commit", "--quiet", container, "localhost/balie-base")
        self("rm", container)
        return "localhost/balie-base"

    def make_base(self, tar):
        root = self.folder / "root"
        run("debootstrap", "--variant=minbase", "--include=python3,python3-venv", "bookworm", root)
        tar.parent.mkdir(exist_ok=True)
        run("tar", "-C", root, "-cf", tar.with_suffix(".new"), ".")
        tar.with_suffix(".new").replace(tar)
        shutil.rmtree(root)

    def wheels(self):
        """Fetch what the image is made of, with this machine's own way to it."""
        folder = self.folder / "wheels"
        platforms = [f"--platform={each}_x86_64" for each in ("manylinux2014", "manylinux_2_28")]
        platforms += ["--platform=manylinux_2_17_x86_64", "--platform=any"]
        run(
            sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps",
            "--only-binary=:all:", "--python-version=3.11", *platforms,
            "--requirement", REQUIREMENTS, "--dest", folder,
        )  # fmt: skip
        return folder


@pytest.fixture(scope="module")
def builder(tmp_path_factory):
    builder = Builder(tmp_path_factory.mktemp("container"))
    builder(
        "bud",
        "--isolation=chroot",
        "--network=host",
        "--layers=false",
        "--format=docker",
        f"--file={CONTAINERFILE}",
        f"--build-arg=BASE={builder.base()}",
        "--build-arg=PIP_NO_INDEX=1",
        "--build-arg=PIP_FIND_LINKS=/wheels",
        f"--volume={builder.wheels()}:/wheels:ro",
        "--tag=balie-collector",
        ROOT,
    )
    yield builder
    builder("rm", "--all")
    builder("rmi", "--all", "--force")


class Container:
    """The image, started without a runtime's help: the same files, user and environment."""

    def __init__(self, builder):
        self.builder = builder
        self.name = builder("from", "localhost/balie-collector").strip()

    def command(self, *command):
        return self.builder.command("run", "--isolation=chroot", self.name, "--", *command)

    def run(self, *command, **options):
        return run(*self.command(*command), **options)

    def start(self, *command, **options):
        """Start a program that leaves its process id in /state/pid."""
        script = f"echo $$ > /state/pid; exec {' '.join(command)}"
        return subprocess.Popen(self.command("sh", "-c", script), **options)


@pytest.fixture(scope="module")
def container(builder):
    """A container with tables and an authority, as compose.yaml's "prepare" makes them."""
    container = Container(builder)
    container.run("balie-collector", "migrate")
    container.run("balie-collector", "authority", "init")
    container.run("balie-collector", "broker-config", "--folder", "/broker")
    return container


@built
def test_the_image_runs_as_nobody_in_particular_and_carries_no_secret(builder):
    container = Container(builder)
    assert container.run("id", "--user").strip() == "10001"
    assert container.run("find", "/state", "/broker", "-type", "f") == ""
    said = builder(
        "inspect",
        "--format",
        "{{.OCIv1.Config}} {{.Docker.Config.Healthcheck}}",
        "localhost/balie-collector",
    )
    assert "balie-collector" in said
    assert "/health/" in said


@built
def test_the_pages_start_from_the_image(container):
    added = container.run(
        "balie-collector", "user", "add", "jan", "--role", "manager", input=PASSWORD
    )
    assert PASSWORD not in added
    assert "No device is enrolled" in container.run("balie-collector", "status")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    web = container.start("balie-collector", "web", "--port", str(port), "--workers", "1")
    try:
        look_around(f"http://127.0.0.1:{port}", web)
    finally:
        os.kill(int(container.run("cat", "/state/pid")), signal.SIGTERM)
        web.wait(PATIENCE_S)


@built
def test_ingest_starts_from_the_same_image_and_ends_when_told(container, tmp_path):
    log = tmp_path / "log"
    with log.open("wb") as said:
        ingest = container.start("balie-collector", "ingest", stderr=said)
    wait_until(lambda: "Ingest listens at" in log.read_text(), ingest, "ingest")
    os.kill(int(container.run("cat", "/state/pid")), signal.SIGTERM)
    assert ingest.wait(PATIENCE_S) == 0


def wait_until(true, process, what):
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come up"
        assert process.poll() is None, f"{what} ended"
        time.sleep(0.2)


def answers(browser, address):
    try:
        return browser.open(f"{address}/health/").read() == b"ok\n"
    except OSError:
        return False


def look_around(address, process):
    """Sign in at the pages as a person does, in Dutch."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Accept-Language", "nl"), ("Referer", address)]
    wait_until(lambda: answers(browser, address), process, "the pages")
    page = browser.open(f"{address}/").read().decode()
    assert "<h1>Aanmelden</h1>" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "username": "jan", "password": PASSWORD}
    page = browser.open(f"{address}/sign-in/", urlencode(form).encode()).read().decode()
    assert "<h1>Vandaag</h1>" in page
    style = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    assert browser.open(address + style).headers["Content-Type"].startswith("text/css")


def test_the_image_is_made_of_pinned_parts_only():
    text = CONTAINERFILE.read_text()
    assert "--require-hashes --requirement provisioning/requirements/collector.txt" in text
    assert text.count("pip install") == 2
    assert "--no-deps --no-build-isolation ." in text


def test_compose_names_only_what_exists():
    compose = yaml.safe_load((ROOT / "collector" / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"prepare", "broker", "ingest", "door", "web", "database"}
    settings = (ROOT / "collector" / "settings.py").read_text()
    for name in services["web"]["environment"]:
        assert f"| {name}" in settings or f", {name}" in settings, name
    for service in services.values():
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"]
    build = services["web"]["build"]
    assert (ROOT / "collector" / build["context"] / build["dockerfile"]).resolve() == CONTAINERFILE


@pytest.mark.parametrize("service", ["prepare", "ingest", "door"])
def test_compose_types_only_commands_that_exist(service, capsys):
    compose = yaml.safe_load((ROOT / "collector" / "compose.yaml").read_text())
    command = compose["services"][service]["command"]
    lines = re.findall(r"balie-collector ([a-z-]+(?: [a-z]+)?)", command[0]) or [" ".join(command)]
    assert lines
    for line in lines:
        with pytest.raises(SystemExit) as ended:
            main([*line.split(), "--help"])
        assert ended.value.code == 0
