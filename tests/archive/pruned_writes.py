"""A device that sells and prunes in turn, for whoever counts what it writes.

python pruned_writes.py FOLDER SALES
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from appliance.journal import prune
from tests.archive.device import Device

EVERY = 250


def main():
    folder, sales = Path(sys.argv[1]), int(sys.argv[2])
    prune.AT_ONCE = EVERY
    device = Device(folder)
    device.sell(600)
    device.prune()
    marks = os.open(folder / "marks", os.O_CREAT | os.O_WRONLY)
    os.write(marks, b"begin")
    size = 0
    for number in range(1, sales + 1):
        device.sell()
        size += len(device.journal.last.raw)
        device.journal.tidy()
        if number % EVERY == 0:
            device.prune()
    os.write(marks, b"end")
    (folder / "size").write_text(json.dumps(size))


if __name__ == "__main__":
    main()
