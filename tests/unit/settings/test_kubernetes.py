"""Kubernetes sets variables for each Service, also for one called ``waybill``: they are nobody's mistake."""

from __future__ import annotations

import pytest
from unit.settings.conftest import load, refusal

from waybill_common.settings import Settings

WAYBILL = {
    "WAYBILL_SERVICE_HOST": "10.0.0.1",
    "WAYBILL_SERVICE_PORT": "8080",
    "WAYBILL_SERVICE_PORT_HTTP": "8080",
    "WAYBILL_SERVICE_PORT_GRPC_WEB": "9090",
    "WAYBILL_PORT": "tcp://10.0.0.1:8080",
    "WAYBILL_PORT_8080_TCP": "tcp://10.0.0.1:8080",
    "WAYBILL_PORT_8080_TCP_PROTO": "tcp",
    "WAYBILL_PORT_8080_TCP_PORT": "8080",
    "WAYBILL_PORT_8080_TCP_ADDR": "10.0.0.1",
    "WAYBILL_PORT_53_UDP": "udp://10.0.0.1:53",
    "WAYBILL_PORT_9_SCTP_PROTO": "sctp",
}


@pytest.mark.parametrize("service", ["WAYBILL", "WAYBILL_PRODUCER", "WAYBILL_KAFKA_0", "WAYBILL_CONFIG"])
def test_a_services_variables_are_ignored(service: str) -> None:
    assert (
        load([], {name.replace("WAYBILL", service, 1): value for name, value in WAYBILL.items()})
        == Settings()
    )


def test_so_are_those_of_ipv6() -> None:
    variables = {
        "WAYBILL_SERVICE_HOST": "fd00::1",
        "WAYBILL_PORT": "tcp://[fd00::1]:8080",
        "WAYBILL_PORT_8080_TCP_ADDR": "fd00::1",
    }
    assert load([], variables) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WAYBILL_PORT", "8080"),
        ("WAYBILL_PORT", "http://10.0.0.1:80"),
        ("WAYBILL_PORT", "tcp://lake:80"),
        ("WAYBILL_SERVICE_HOST", "lake.example.org"),
        ("WAYBILL_SERVICE_PORT", "http"),
        ("WAYBILL_SERVICE_PORT", ""),
        ("WAYBILL_PORT_8080_TCP_PROTO", "http"),
        ("WAYBILL_LAKE__PORT", "tcp://10.0.0.1:80"),
        ("WAYBILL_KAFKA__SERVICE_HOST", "10.0.0.1"),
        ("waybill_port", "tcp://10.0.0.1:80"),
        ("WAYBILL_PORT_X_TCP", "tcp://10.0.0.1:80"),
        ("WAYBILL_HOST", "10.0.0.1"),
    ],
)
def test_what_is_not_exactly_that_is_refused_as_any_other(name: str, value: str) -> None:
    assert f"{name} is no variable of ours" in refusal([], {name: value}).found
