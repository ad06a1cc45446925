"""Many at the door at once: slow ones, silent ones, and two with one code."""

from __future__ import annotations

import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from appliance.domain import admission as codes
from appliance.door.admitting import Doorkeeper
from appliance.door.arriving import own_key
from appliance.door.asking import NotLetInError, ask
from appliance.door.box import Asked
from collector.enrolment.serving import THREADS
from tests.door.way import CEILING_S

HELLO = b"\x16\x03\x01\x02\x00"
"""How every TLS connection begins; whoever sends no more keeps somebody listening."""


def keys(folder, count):
    made = []
    for number in range(count):
        (folder / f"card-{number}").mkdir()
        made.append(own_key(folder / f"card-{number}"))
    return made


def tried(code, key):
    """Ask until there is an answer; the database may be busy with the other."""
    while True:
        try:
            return ask(codes.read(code), key, {})
        except NotLetInError as refused:
            if refused.key != "office":
                return refused.key


@pytest.mark.parametrize("round_", range(3))
def test_two_devices_with_one_code_at_the_same_moment(shop, tmp_path, round_):
    code = shop.code(f"register-{70 + round_}")
    ready = threading.Barrier(4)

    def come(key):
        ready.wait()
        return tried(code, key)

    with ThreadPoolExecutor(4) as crowd:
        told = list(crowd.map(come, keys(tmp_path, 4)))
    let_in = [each for each in told if not isinstance(each, str)]
    assert len(let_in) == 1
    assert sorted(each for each in told if isinstance(each, str)) == ["used"] * 3
    issued = shop.folder / "state" / "authority" / "issued"
    assert len(list(issued.glob(f"register-{70 + round_}-*.pem"))) == 1


def test_one_device_that_asks_twice_at_the_same_moment(shop, tmp_path):
    code, (key,) = shop.code("register-75"), keys(tmp_path, 1)
    ready = threading.Barrier(2)

    def come(_):
        ready.wait()
        return tried(code, key)

    with ThreadPoolExecutor(2) as crowd:
        first, second = crowd.map(come, range(2))
    assert first == second
    assert first.device["id"] == "register-75"


def test_strangers_who_say_nothing_keep_nobody_out(shop, card):
    """More than the door has threads: half of them begin to speak and stop, half drip."""
    keeper = Doorkeeper(card)
    keeper._box.ask(Asked("t", shop.code("register-76")))
    with ExitStack() as held:
        for number in range(THREADS * 2):
            line = held.enter_context(socket.create_connection(("127.0.0.1", shop.door_port)))
            if number % 2:
                line.sendall(HELLO)
                continue
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            threading.Thread(target=_half_a_request, args=(line, context), daemon=True).start()
        let_in = []
        thread = threading.Thread(target=lambda: let_in.append(keeper.run(threading.Event())))
        thread.start()
        thread.join(CEILING_S)
        assert let_in == [True]


def _half_a_request(line, context):
    try:
        context.wrap_socket(line, server_hostname="localhost").sendall(b"POST /door HTTP/1.1\r\nX")
    except OSError:
        return  # it hung up, as it should
