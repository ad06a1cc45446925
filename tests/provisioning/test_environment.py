"""The stamps of the set-up: a second start skips, a cut-off one goes on."""

import io
import subprocess
import sys

import pytest

from provisioning.workstation import environment
from provisioning.workstation.environment import Stamp, digest
from provisioning.workstation.progress import Progress, SetupError


@pytest.fixture
def step():
    with Progress(1, io.StringIO()).step("Python packages") as step:
        yield step


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A set-up in a folder of its own, with a stand-in for the environment's Python."""
    monkeypatch.setattr(environment, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(environment, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path / "requirements")
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setattr(environment, "PYTHON", python)
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "device.txt"
    lock.write_text("alpha==1.0 \\\n    --hash=sha256:00\nbeta==2.0 \\\n    --hash=sha256:11\n")
    return tmp_path


def pip(home, monkeypatch, script):
    """Put a shell script in the place of pip."""
    monkeypatch.setattr(environment, "_pip", lambda _: ["sh", "-c", script, "pip"])


def test_a_digest_tells_parts_apart():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab", "c") == digest("ab", b"c")


def test_a_stamp_fits_only_its_content_and_only_while_the_product_is_there(home):
    product = home / "product"
    stamp = Stamp("step", digest("one"), product)
    stamp.press()
    assert not stamp.fits
    product.touch()
    assert stamp.fits
    assert not Stamp("step", digest("two"), product).fits
    stamp.lift()
    assert not stamp.fits


def test_locked_packages_are_installed_once(home, monkeypatch, step):
    runs = home / "runs"
    pip(home, monkeypatch, f"echo x >> {runs}; echo 'Collecting alpha==1.0 (from -r x)'")
    first = environment.fill("device", "made", step)
    assert environment.fill("device", "made", step) == first
    assert runs.read_text() == "x\n"


def test_another_lock_or_another_environment_installs_again(home, monkeypatch, step):
    runs = home / "runs"
    pip(home, monkeypatch, f"echo x >> {runs}")
    environment.fill("device", "made", step)
    environment.fill("device", "made anew", step)
    lock = home / "requirements" / "device.txt"
    lock.write_text(lock.read_text().replace("1.0", "1.1"))
    environment.fill("device", "made anew", step)
    assert runs.read_text() == "x\nx\nx\n"


def test_a_cut_off_installation_is_done_again(home, monkeypatch, step):
    pip(home, monkeypatch, "echo 'it was cut off'; exit 1")
    with pytest.raises(SetupError, match="it was cut off"):
        environment.fill("device", "made", step)
    runs = home / "runs"
    pip(home, monkeypatch, f"echo x >> {runs}")
    environment.fill("device", "made", step)
    assert runs.read_text() == "x\n"


def test_a_failure_shows_the_end_of_the_log_and_where_the_rest_is(home, monkeypatch, step):
    pip(home, monkeypatch, "echo 'no such package'; exit 1")
    with pytest.raises(SetupError) as failed:
        environment.fill("device", "made", step)
    assert "packages.log" in str(failed.value)
    assert str(failed.value).endswith("    no such package\n")


def test_pip_is_asked_for_hashes_and_its_own_configuration_is_left_alone():
    words = environment._pip("install")
    assert not any(word.startswith(("--index", "--extra-index", "--isolated")) for word in words)


def test_catalogues_are_compiled(tmp_path):
    source = tmp_path / "nl" / "LC_MESSAGES" / "balie.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Change"\nmsgstr "Wisselgeld"\n'
    )
    subprocess.run(
        [sys.executable, "-m", "provisioning.workstation.translations", source], check=True
    )
    compiled = source.with_suffix(".mo")
    assert b"Wisselgeld" in compiled.read_bytes()
