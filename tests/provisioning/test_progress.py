"""What the person who waits gets to see."""

import io

import pytest

from provisioning.workstation.progress import Progress


def test_steps_are_numbered_and_end_with_their_result():
    out = io.StringIO()
    progress = Progress(2, out)
    with progress.step("First") as step:
        step.result("made")
    with progress.step("Second"):
        pass
    first, second = out.getvalue().splitlines()
    assert first.split() == ["1/2", "First", "made"]
    assert second.split() == ["2/2", "Second", "done"]


def test_a_log_gets_a_line_for_every_tenth_part_only():
    out = io.StringIO()
    with Progress(1, out).step("Packages") as step:
        for part in range(1, 101):
            step.part(part, 100, "a package")
    assert len(out.getvalue().splitlines()) == 12


def test_a_step_that_fails_says_so():
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Progress(1, out).step("First"):
        raise ValueError("no")
    assert out.getvalue().rstrip().endswith("failed")
