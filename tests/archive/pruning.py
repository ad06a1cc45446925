"""A device that sells and prunes while the recorder of power cuts looks on.

python pruning.py FOLDER
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from appliance.journal import prune
from tests.archive.device import Device

ROUNDS = 6


def main():
    prune.AT_ONCE, prune.AT_LEAST, prune.ALWAYS_KEPT = 40, 5, 10
    marks = os.open(os.environ["RECORD_MARKS"], os.O_WRONLY | os.O_CREAT, 0o600)
    device = Device(Path(sys.argv[1]))
    for number in range(ROUNDS):
        for _ in range(5):
            head = device.sell(12)
            os.write(marks, f"sold {head.sequence}\n".encode())
        while (found := device.plan(acked=head, archived=[head])) is not None:
            device.journal.prune(found)
            os.write(marks, f"pruned {found.until.sequence}\n".encode())
        if number % 2:
            # What the writer does in an idle moment, so that the file itself is written to.
            device.journal._connection.execute("pragma wal_checkpoint(passive)")
    # The power goes now: nothing is closed.
    os._exit(0)


if __name__ == "__main__":
    main()
