"""The real RAUC, where it is: it asks our backend what the played one of `machine.py` asks.

Its service runs on a bus of its own, over slots that are files, with a bundle of the form ``plain``:
``verity`` needs the kernel's device mapper, which the image has and a workshop may lack.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.update.slots import Slots
from appliance.update.system import Rauc, UpdateError
from provisioning.image import bundle as real

ROOT = Path(__file__).parents[2]
CEILING_S = 300

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("rauc", "dbus-run-session", "mksquashfs")))
    or os.geteuid() != 0
    or not Path("/dev/loop-control").exists(),
    reason="RAUC, a bus, or the right to mount is missing here",
)

SERVICE = """
export DBUS_STARTER_BUS_TYPE=session
rauc -c {conf} service --override-boot-slot=A &
service=$!
for each in $(seq 100); do rauc -c {conf} status >/dev/null 2>&1 && break; sleep 0.2; done
{python} -c '
import sys
from pathlib import Path
from appliance.update.system import Rauc
rauc, bundle = Rauc(("rauc", "-c", sys.argv[1])), Path(sys.argv[2])
version = rauc.version_of(bundle)
rauc.install(bundle)
other = rauc.other()
assert (other.name, other.version, other.is_whole, other.is_bad) == ("B", version, True, True), other
rauc.try_other()
assert not rauc.other().is_bad
rauc.refuse_other()
assert rauc.other().is_bad
rauc.keep()
' {conf} {bundle}
ended=$?
kill $service
exit $ended
"""


@pytest.fixture
def device(tmp_path):
    real.make_key(tmp_path / "keys")
    for name in ("A", "B"):
        (tmp_path / name).write_bytes(bytes(1 << 20))
    backend = tmp_path / "backend"
    backend.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\ncd {ROOT} && exec {sys.executable} -c \'\n'
        "import sys\nfrom pathlib import Path\nfrom appliance.update import rauc\n"
        f'sys.exit(rauc.main(sys.argv[1:], Path("{tmp_path}/start")))\' "$@"\n'
    )
    backend.chmod(0o755)
    (tmp_path / "system.conf").write_text(
        "[system]\ncompatible=balie-arm64\nbootloader=custom\nactivate-installed=false\n"
        f"statusfile={tmp_path}/rauc.status\nmountprefix={tmp_path}/mnt\n"
        f"[keyring]\npath={tmp_path}/keys/{real.CERTIFICATE}\nuse-bundle-signing-time=true\n"
        f"[handlers]\nbootloader-custom-backend={backend}\n"
        f"[slot.root.0]\ndevice={tmp_path}/A\ntype=raw\nbootname=A\n"
        f"[slot.root.1]\ndevice={tmp_path}/B\ntype=raw\nbootname=B\n"
    )
    return tmp_path


def plain_bundle(folder, keys):
    content = folder / "content"
    content.mkdir()
    (content / "root.ext4").write_bytes(os.urandom(300_000))
    (content / "manifest.raucm").write_text(
        "[update]\ncompatible=balie-arm64\nversion=0.2.0\n[image.root]\nfilename=root.ext4\n"
    )
    made = folder / "plain.raucb"
    command = ["rauc", f"--cert={keys / real.CERTIFICATE}", f"--key={keys / real.KEY}", "bundle"]
    subprocess.run([*command, str(content), str(made)], check=True, capture_output=True)
    return made


def test_it_writes_the_other_slot_and_asks_as_we_expect(device):
    made = plain_bundle(device, device / "keys")
    script = SERVICE.format(conf=device / "system.conf", bundle=made, python=sys.executable)
    ended = subprocess.run(
        ["dbus-run-session", "sh", "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=device,
        capture_output=True,
        text=True,
        timeout=CEILING_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    written = (device / "content" / "root.ext4").read_bytes()
    assert (device / "B").read_bytes()[: len(written)] == written
    orders = [line for line in (device / "asked").read_text().splitlines() if "set-" in line]
    assert orders == [
        "set-state B bad",
        "set-primary B",
        "set-state B bad",
        "set-state A good",
    ]
    state = Slots(device / "start").read()
    assert (state.slot, state.trying, state.bad) == ("A", False, "B")


def test_somebody_elses_bundle_is_refused_by_its_signature(device):
    real.make_key(device / "others")
    made = plain_bundle(device, device / "others")
    with pytest.raises(UpdateError, match="not signed by whoever may update this device"):
        Rauc(("rauc", "-c", str(device / "system.conf"))).version_of(made)
