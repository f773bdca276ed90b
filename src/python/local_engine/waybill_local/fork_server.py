"""The process that workers are forked from. It imports all that they need, once, while the driver does likewise."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

from waybill_common.settings import without_settings
from waybill_local.socket_folder import short_socket_path

WORKER = "waybill_local.worker"


def start_server() -> ForkServerContext:
    """Does not wait until it is ready; where it runs already it stays. It has none of this process's settings: a split
    comes with what its worker needs.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([WORKER])
    with without_settings(), short_socket_path():
        forkserver.ensure_running()
    return context
