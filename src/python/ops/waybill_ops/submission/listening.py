"""What spark-submit is told of the driver's listeners besides its configuration, and where nobody has said enough."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from waybill_common.spark_master import AUTHENTICATE, LOCAL_IP, LOOPBACK, on_this_machine


def listening_environment(master: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Variables for spark-submit, where the caller has not set them."""
    return {LOCAL_IP: LOOPBACK} if on_this_machine(master) and not environ.get(LOCAL_IP) else {}


def warn_of_strangers(master: str, given: Mapping[str, str]) -> None:
    """One line where executors are elsewhere, and anybody who reaches the driver can pass for one."""
    if not on_this_machine(master) and given.get(AUTHENTICATE, "").strip().lower() != "true":
        structlog.get_logger().warning(
            "spark_without_authentication",
            master=master,
            risk="whoever reaches the ports of driver and executors can run code in them",
            remedy=f"{AUTHENTICATE}=true; docs/security.md, Spark on a cluster",
        )
