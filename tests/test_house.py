"""The house rules, checked: style, types, directions of import, what may not be written down."""

import ast
import re
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("appliance", "drivers", "collector", "provisioning")
BIN = Path(sys.executable).parent

BARE = (
    "appliance/recovery/card.py",
    "appliance/recovery/ext4.py",
    "appliance/recovery/partitions.py",
    "provisioning/__main__.py",
    "provisioning/flash/command.py",
    "provisioning/flash/disks.py",
    "provisioning/flash/guarding.py",
    "provisioning/flash/source.py",
    "provisioning/flash/writing.py",
    "provisioning/workstation/debian.py",
    "provisioning/workstation/environment.py",
    "provisioning/workstation/lock.py",
    "provisioning/workstation/places.py",
    "provisioning/workstation/progress.py",
    "provisioning/workstation/setup.py",
    "provisioning/workstation/testing.py",
)
"""These run before anything is installed."""

KIVY = re.compile(r"appliance/ui/.+|appliance/desks/[^/]+/screen(_\w+)?\.py|tests/.+")
"""Where Kivy may be imported: the shell, the screens, and the tests of both."""

LONG = 400
"""A file with more lines is asking to be two."""

# Written in parts, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a package registry": [
        "pypi" + ".org",
        "python" + "hosted.org",
        "deb.debian" + ".org",
        "registry.npm" + "js.org",
    ],
    "a path of one particular machine": ["/work" + "/", "/root" + "/", "/home" + "/"],
}


def tracked(*patterns):
    """Return what git has or would take in, as paths from the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git clone")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]


def run(*command):
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def imports(path):
    """Yield the name of every module that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_ruff_finds_nothing():
    run(BIN / "ruff", "check", "--no-cache", "--quiet", ".")


def test_every_file_is_formatted():
    run(BIN / "ruff", "format", "--no-cache", "--check", "--quiet", ".")


def test_types_hold_under_strict_mypy():
    run(BIN / "mypy", "--no-error-summary", *PACKAGES)


def test_imports_follow_the_directions():
    run(BIN / "lint-imports", "--no-cache")


def test_kivy_stays_in_the_shell_and_the_screens():
    strangers = [
        path
        for path in tracked("*.py")
        if not KIVY.fullmatch(path) and any(name.split(".")[0] == "kivy" for name in imports(path))
    ]
    assert strangers == []


@pytest.mark.parametrize("path", BARE)
def test_the_set_up_needs_nothing_but_python(path):
    for name in imports(path):
        top = name.split(".")[0]
        assert top in sys.stdlib_module_names or name in {
            "provisioning.flash",
            "provisioning.workstation",
            *(bare.removesuffix(".py").replace("/", ".") for bare in BARE),
        }, f"{path} imports {name}"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    found = []
    for path in tracked():
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {word}" for word in FORBIDDEN[what] if word in text]
    assert found == []


def test_every_dependency_is_locked_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "device": project["dependencies"],
        "collector": project["dependencies"] + extras["collector"],
        "demo": project["dependencies"] + extras["collector"],
        "tests": project["dependencies"] + extras["collector"] + extras["tests"],
    }
    for name, requirements in wanted.items():
        lock = (ROOT / "provisioning" / "requirements" / f"{name}.txt").read_text()
        locked = dict(
            re.findall(
                r"^([a-z0-9._-]+)==\S+[^\n]*\\\n((?:    --hash=\S+.*\n)+)", lock, re.MULTILINE
            )
        )
        for requirement in requirements:
            package = re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()
            assert package in locked, f"{name}.txt lacks {package}; python3 -m provisioning lock"
        assert "://" not in lock


def test_the_set_up_can_build_the_project_from_what_is_locked():
    """The project is installed without fetching a build tool, so setuptools must be locked."""
    for name in ("device", "collector", "demo", "tests"):
        lock = (ROOT / "provisioning" / "requirements" / f"{name}.txt").read_text()
        version = re.search(r"^setuptools==(\d+)", lock, re.MULTILINE)
        assert version, name
        assert int(version[1]) >= 77


def test_long_files_are_named():
    """A long file is a warning, not a failure: now and then it is right."""
    for path in tracked("*.py", "*.kv"):
        lines = len((ROOT / path).read_text().splitlines())
        if lines > LONG:
            warnings.warn(f"{path} has {lines} lines; is it two?", stacklevel=1)


def test_no_module_is_named_after_nothing():
    empty = {"utils", "helpers", "common", "manager", "misc", "util", "helper"}
    assert [path for path in tracked("*.py") if Path(path).stem in empty] == []


def test_the_readme_names_only_what_is_there():
    text = (ROOT / "README.md").read_text()
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(r"`((?:[a-z]+/)+[\w./-]*)`", text)
    assert linked
    assert [path for path in (*linked, *named) if not (ROOT / path).exists()] == []


def test_the_commands_of_the_readme_are_the_ones_that_are_tested():
    """The others run in tests/system/test_demo.py, which reads them from the README itself."""
    shown = re.findall(r"^\$ (python3 .+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    tested = "python3 -m provisioning test"
    assert shown == ["python3 -m provisioning demo", tested, f"{tested} --long"]
    run = (ROOT / ".ci" / "run").read_text().splitlines()
    assert run.index(tested) < run.index(f"    {tested} --image -k first_sale")


def test_every_test_that_can_be_longer_is_so_in_the_long_run():
    """A number from the environment scales a test; the list says how far the long run goes."""
    scaled = set()
    for path in tracked("tests/*.py"):
        text = (ROOT / path).read_text()
        scaled |= set(re.findall(r"environ\.get\(\s*\"(BALIE_\w+)\", \"[\d.]+\"", text))
    listed = tomllib.loads((ROOT / "tests" / "long.toml").read_text())["long"]
    assert {name for part in listed for name in part["told"]} == scaled
    assert all((ROOT / path).exists() for part in listed for path in part["tests"])
