from __future__ import annotations

import socket

import pytest

from waybill_common.errors import PortInUse
from waybill_sandbox.ports import LOOPBACK, claim_port, free_ports, listens


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert not any(listens(port) for port in ports)


def test_a_taken_port_is_refused_by_number_and_purpose() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} for Kafka"):
            claim_port(port, "Kafka")
        assert listens(port)


def test_a_free_port_is_claimed_as_asked() -> None:
    (port,) = free_ports(1)
    assert claim_port(port, "Kafka") == port
    assert claim_port(0, "Kafka") > 0
