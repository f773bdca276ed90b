"""A batch made ahead, by a thread of its own, while the one before is published."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

from waybill_producer.cursor import PagePosition
from waybill_producer.publishing import Batch


class BatchAhead:
    """Begun when it is made. Nothing of it is sent: whoever drops it has lost a request and nothing else.

    The thread is a daemon: a run that ends does not wait for the API. Other waits end with the source's patience.
    """

    def __init__(self, position: PagePosition, make: Callable[[], Batch]) -> None:
        self.position = position
        self._batch: Future[Batch] = Future()
        # With the context, the thread's log lines are like any other of this run.
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, make), name="batch-ahead", daemon=True).start()

    def batch(self) -> Batch:
        """Waits for it. Raises whatever making it raised."""
        return self._batch.result()

    def wait(self) -> None:
        """Waits until the thread is done, whatever came of it."""
        wait([self._batch])

    def _run(self, make: Callable[[], Batch]) -> None:
        try:
            self._batch.set_result(make())
        except BaseException as error:  # noqa: BLE001  # raised again where the batch is wanted
            self._batch.set_exception(error)
