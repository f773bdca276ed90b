"""Where a Spark master's executors run, and what a driver on this machine alone listens on.

Spark's UI, RPC and block manager take every interface of a machine, and anybody, unless they are told otherwise. Where
nobody else has to reach the driver they get loopback, and ask for a secret that Spark makes for the run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from waybill_common.network import is_loopback

_LOCAL = re.compile(r"local(\[.*\])?")
_LOCAL_CLUSTER = re.compile(r"local-cluster\[.*\]")
LOOPBACK = "127.0.0.1"
LOCAL_IP = "SPARK_LOCAL_IP"
"""Spark's variable for the address of this machine. The UI's listener knows no other way."""

AUTHENTICATE = "spark.authenticate"
_HOST, _BIND = "spark.driver.host", "spark.driver.bindAddress"
_STANDALONE = re.compile(r"spark://(?P<host>\[[^\]]+\]|[^:,]+):[0-9]+")


def is_local(master: str) -> bool:
    """Whether the driver's own JVM does the tasks' work."""
    return _LOCAL.fullmatch(master) is not None


def on_this_machine(master: str) -> bool:
    """Whether driver and executors share this machine's loopback.

    A standalone master that is called by a loopback address has no worker elsewhere: it takes those alone that call it
    by the same address.
    """
    standalone = _STANDALONE.fullmatch(master)
    return (
        is_local(master)
        or _LOCAL_CLUSTER.fullmatch(master) is not None
        or (standalone is not None and is_loopback(standalone["host"].strip("[]")))
    )


def listening_conf(master: str, given: Mapping[str, str], local_ip: str | None) -> dict[str, str]:
    """Spark's configuration, but for what ``given`` (a caller's, an administrator's) says itself.

    One half of an address would not go with the other half from elsewhere: whoever has said one has said both.
    """
    if not on_this_machine(master):
        return {}
    chosen = local_ip or _HOST in given or _BIND in given
    address = {} if chosen else {_HOST: LOOPBACK, _BIND: LOOPBACK}
    # A standalone master has a secret of its own, or none.
    secret = {AUTHENTICATE: "true"} if is_local(master) and AUTHENTICATE not in given else {}
    return {**address, **secret}
