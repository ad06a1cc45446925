"""The whole way: offered at the office, fetched over the real door by a device that shows who it is."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain.update import Offer, Stage, Why
from appliance.update.fetching import PIECE, Fetcher, FetchError, Office
from appliance.update.notes import Notes
from appliance.uplink.tls import Certificates

CEILING_S = 120
ROOT = Path(__file__).parents[2]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def door(office, settings, tmp_path):
    """The real door, over the same state; its database is a file of its own."""
    port = free_port()
    settings.BALIE_DOOR = f"localhost:{port}"
    environment = os.environ | {
        "BALIE_STATE": str(settings.BALIE_STATE),
        "BALIE_DOOR": settings.BALIE_DOOR,
        "PYTHONPATH": str(ROOT),
    }
    balie = [sys.executable, "-m", "collector"]

    def run(*words, **more):
        subprocess.run([*balie, *words], env=environment, cwd=tmp_path, check=True, **more)

    run("migrate", stdout=subprocess.DEVNULL)
    run("authority", "init", stdout=subprocess.DEVNULL)
    run("device", "add", "register-1", "--name", "Kassa 1", "--register", "1", "--folder", "card")
    running = subprocess.Popen(
        [*balie, "door", "--address", "127.0.0.1", "--port", str(port)],
        env=environment,
        cwd=tmp_path,
    )
    until = time.monotonic() + CEILING_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    run.port = port
    yield run
    running.terminate()
    running.wait(CEILING_S)


@pytest.fixture
def card(door, tmp_path):
    folder = tmp_path / "card"
    return Certificates(folder / "ca.pem", folder / "device.pem", folder / "device.key")


def test_fetched_in_pieces_and_resumed(door, card, make_bundle, tmp_path):
    file = make_bundle("0.2.0", blocks=700)
    door("update", "add", str(file))
    door("update", "offer", "0.2.0", "--to", "everyone")
    offer = said_to(door, file)
    notes = Notes(tmp_path / "data")
    notes.folder.mkdir(parents=True)
    handshakes = []
    office = Office(lambda: handshakes.append(1) or card.context())

    def fetcher():
        return Fetcher(
            notes, offer=lambda: offer, source=office, may=lambda: True, room=lambda _: 10**10
        )

    first = fetcher()
    first.step()
    assert 0 < notes.fetched.have < offer.size
    with notes.part(offer).open("ab") as torn:
        torn.write(b"what a power cut left")
    again = fetcher()
    while not notes.fetched.is_whole:
        again.step()
    assert notes.bundle(offer).read_bytes() == file.read_bytes()
    assert notes.report().stage is Stage.FETCHED
    assert offer.size > 2 * PIECE
    assert len(handshakes) == 1


def test_an_office_that_hung_up_meanwhile_is_called_again(door, card, make_bundle):
    file = make_bundle("0.2.0")
    door("update", "add", str(file))
    door("update", "offer", "0.2.0", "--to", "everyone")
    handshakes = []
    office = Office(lambda: handshakes.append(1) or card.context())
    offer = said_to(door, file)
    first = office.piece(offer, 0, 100)
    office._line.sock.shutdown(socket.SHUT_RDWR)
    assert first + office.piece(offer, 100, 200) == file.read_bytes()[:200]
    assert len(handshakes) == 2


def said_to(door, file):
    """Return the offer as the office says it at this door."""
    data = file.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return Offer("0.2.0", digest, len(data), f"https://localhost:{door.port}/updates/{digest}")


def test_nobody_gets_a_piece_without_a_certificate(door, card, make_bundle):
    file = make_bundle("0.2.0")
    door("update", "add", str(file))
    door("update", "offer", "0.2.0", "--to", "everyone")
    offer = said_to(door, file)
    stranger = Office(lambda: ssl.create_default_context(cafile=str(card.ca)))
    for office, wanted, why in [
        (Office(card.context), offer, None),
        (stranger, offer, Why.DENIED),
        (Office(card.context), replace(offer, where=f"{offer.where[:-4]}0000"), Why.DENIED),
        (Office(card.context), replace(offer, where="https://localhost:9/x"), Why.UNREACHABLE),
    ]:
        try:
            office.piece(wanted, 0, 100)
            found = None
        except FetchError as error:
            found = error.why
        assert found is why, wanted.where
    door("device", "revoke", "register-1")
    with pytest.raises(FetchError) as refused:
        Office(card.context).piece(offer, 0, 100)
    assert refused.value.why is Why.DENIED
