"""A worker process as the driver sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

import structlog

from waybill_common.errors import EnvironmentMissing
from waybill_common.settings import LogSettings
from waybill_delivery.splits import TaskContext
from waybill_local.fork_server import fork, start_server
from waybill_local.hands import Hand
from waybill_local.kept_contexts import KeptContexts
from waybill_local.worker import Work, serve

GRACE_SECONDS = 2.0
"""For a worker that is idle or ends by itself; what it may have in hand is not waited for."""

_MOST_DEATHS = 3
"""Of the process that forks workers, while one is started."""


@dataclass(eq=False)
class WorkerProcess:
    process: ForkServerProcess
    pipe: Connection
    contexts: KeptContexts = field(default_factory=KeptContexts)

    def give(self, context: TaskContext, commit: int, hand: Hand) -> None:
        """Its death shows when it is waited for."""
        stream = context.manifest.stream
        sent = None if self.contexts.has(context) else context
        self.contexts.use(stream, sent)
        work: Work = (stream, sent, commit, hand)
        try:
            self.pipe.send(work)
        except OSError:  # the pipe was closed, or reset with something unread in it
            return

    def replies(self) -> list[str] | None:
        """None where it has died, also in the middle of them. Each split's own time-outs bound the wait."""
        try:
            return [str(reply) for reply in self.pipe.recv()]
        except (EOFError, OSError):
            return None

    def end(self, within: float = GRACE_SECONDS) -> None:
        """It may be at its own end, which its exit code tells then."""
        self.pipe.close()
        self.process.join(within)
        self.process.kill()
        self.process.join()


def start_worker(log: LogSettings, deaths: int = 0) -> WorkerProcess:
    """The server that forks may be killed, as whatever takes memory may be: then a new one starts this worker."""
    context = start_server()
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, log), daemon=True)
    try:
        fork(process)
    except (EOFError, ConnectionError) as gone:
        ours.close()
        if deaths + 1 >= _MOST_DEATHS:
            raise EnvironmentMissing(
                f"The process that forks workers died {_MOST_DEATHS} times while it started one.",
                allowed="a machine on which processes of this user live on.",
                remedy="look for a lack of memory (`dmesg`), or for whoever kills it, and run again.",
            ) from gone
        structlog.get_logger().warning("fork_server_died", next="another one starts this worker")
        return start_worker(log, deaths + 1)
    finally:
        theirs.close()
    return WorkerProcess(process, ours)
