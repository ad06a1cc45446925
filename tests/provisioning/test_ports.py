"""Ports that are in use are passed over."""

import socket

from provisioning.workstation.demo.ports import free_port


def test_the_next_port_is_taken_when_the_first_is_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert free_port(taken) > taken


def test_a_free_port_is_taken_as_it_is():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    assert free_port(port) == port
