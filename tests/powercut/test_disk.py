"""A disk that is full, read-only or broken from any call on: refused in words, nothing half.

The real desk, with each call that changes one of its files failing in turn. A sale is either shown
as done and in the journal, or refused before, with a sentence; once the disk is mended the same
basket is sold and everything goes on.
"""

from __future__ import annotations

import os
import shutil

import pytest

from tests.powercut import disk, register
from tests.powercut.programs import lives

TRIES = int(os.environ.get("BALIE_DISK_FAULTS", "5"))
"""How many of the calls are tried for each fault; a thousand are all of them."""
ALL = 200

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is not installed")


@pytest.mark.parametrize("fault", disk.FAULTS)
def test_a_sale_is_refused_before_it_is_shown_and_goes_on_when_the_disk_is_mended(
    in_memory, recorder, fault
):
    register.make(in_memory)
    (in_memory / "data").rename(in_memory / "base")
    told = lives("refusing", in_memory, recorder, fault, TRIES)
    assert len(told) >= TRIES // 2
    for life in told:
        assert "raised" not in life, life
        assert life["sold"] == life["shown"], life
        assert len(life["shown"]) in (2, 3), life
        assert life["sound"], life
        assert all(len(sentence.split()) > 3 for sentence in life["refused"]), life
    assert any(life["refused"] for life in told)
    if TRIES >= ALL:
        assert any(len(life["shown"]) == 2 for life in told), "some call refused a sale"
