"""What READMEs, comments, units and sentences name is there: commands, options, units, files."""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import pytest

import appliance.__main__
import collector.__main__
import provisioning.__main__

ROOT = Path(__file__).resolve().parents[1]
READ = ("*.md", "*.py", "*.service", "*.path", "*.timer", "*.conf", "*.rules", "*.toml", "*.html")
SPAN = re.compile(r"``?([^`\n]+)``?")
"""What is set apart as code within a line."""
LINE = re.compile(r"^\s*(?:\$ |Exec\w+=[!-]?/usr/bin/)(.+)$", re.MULTILINE)
"""What somebody types, and what systemd starts."""
COMMAND = re.compile(
    r"(?:^|[\s/>$'\"])(balie(?:-collector)?|python3 -m provisioning)((?: [^\s'\"|;&<>]+)+)"
)
PROSE = re.compile(r"(?<![\w/-])(balie(?:-collector)?)((?: -*[a-z][\w=-]*)+)")
"""What a sentence or a comment may mean as a command; whether it does, its first word says."""
PLACEHOLDER = re.compile(r"[A-Z…{<\[]|\.\.\.")
UNIT = re.compile(r"\bbalie-[a-z-]+\.(?:service|path|timer|mount|socket)\b")


@pytest.fixture(scope="module")
def parsers():
    return {
        "balie": appliance.__main__._parser(),
        "balie-collector": collector.__main__._parser(),
        "python3 -m provisioning": provisioning.__main__._parser(),
    }


def tracked():
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git clone")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *READ]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [ROOT / path for path in listed.stdout.splitlines()]
    return [file for file in found if file.is_file() and file != Path(__file__).resolve()]


def subcommands(parser):
    """What may follow, None where no command does."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return action.choices
    return None


def unknown(parser, words):
    """The first word of a command line that its program does not know; None where it knows all."""
    options = set(parser._option_string_actions)
    for word in words:
        choices = subcommands(parser)
        if word.startswith("--"):
            if word.partition("=")[0].rstrip(".,;:)") not in options:
                return word
        elif choices is not None:
            if PLACEHOLDER.match(word):
                return None
            if word not in choices:
                return word
            parser = choices[word]
            options |= set(parser._option_string_actions)
    return None


def commands(text, parsers):
    """The command lines in a text: set apart as code, to be typed, or named in a sentence."""
    for span in (*SPAN.findall(text), *LINE.findall(text)):
        for program, rest in COMMAND.findall(span):
            yield program, rest.split()
    for program, rest in PROSE.findall(" ".join(text.split())):
        words = rest.split()
        if words[0] in subcommands(parsers[program]):
            yield program, words


def test_every_command_that_is_named_is_one(parsers):
    strangers, seen = [], set()
    for file in tracked():
        for program, words in commands(file.read_text(), parsers):
            seen.add((program, words[0]))
            if (word := unknown(parsers[program], words)) is not None:
                strangers.append(f"{file.relative_to(ROOT)}: {program} {' '.join(words)}: {word}")
    assert strangers == []
    assert {("balie", name) for name in ("desk", "doctor", "peripherals")} <= seen
    assert len(seen) > 30


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("`balie perhipherals` writes", "perhipherals"),
        ("ExecStart=/usr/bin/balie desc --config x", "desc"),
        ("ExecStartPre=-/usr/bin/balie doctor --confg x", "--confg"),
        ("Look again: balie doctor --bundel.", "--bundel"),
        ("$ sudo python3 -m provisioning flesh FILE", "flesh"),
        ("have the office run balie-collector device renov", "renov"),
        ("``balie-collector export lines --form 2026``", "--form"),
    ],
)
def test_a_command_that_is_none_is_found(parsers, text, word):
    assert word in [unknown(parsers[program], words) for program, words in commands(text, parsers)]


def test_every_unit_that_is_named_is_one():
    units = {file.name for file in (ROOT / "systemd").iterdir()}
    strangers = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in tracked()
        if "tests" not in file.relative_to(ROOT).parts
        for name in UNIT.findall(file.read_text())
        if name not in units
    ]
    assert strangers == []


def test_every_file_a_readme_names_is_there():
    """By its place from the README, the root or a package; what only a device has is left out."""
    packages = [ROOT / name for name in ("appliance", "collector")]
    made = re.compile(r"data/|training/|modules-load\.d/|\.balie/")
    strangers = []
    for readme in (file for file in tracked() if file.suffix == ".md"):
        text = readme.read_text()
        named = re.findall(r"`((?:\.\./)*(?:[A-Za-z_-]+/)+[\w.-]*)`", text)
        named += re.findall(r"\]\(([^)#:]+)\)", text)
        strangers += [
            f"{readme.relative_to(ROOT)}: {name}"
            for name in named
            if not made.match(name)
            and not any((at / name).exists() for at in (readme.parent, ROOT, *packages))
        ]
    assert strangers == []
