"""The contexts that a worker has. The driver keeps the same account of them: so it sends none twice in a row, though a
worker goes from stream to stream.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from waybill_delivery.splits import TaskContext

MOST = 16
"""Streams: a context has all splits of its commit."""


@dataclass
class KeptContexts:
    """By stream, the one that was used last at the end. Driver and worker do the same with it, in the same order."""

    _kept: OrderedDict[str, TaskContext] = field(default_factory=OrderedDict)

    def has(self, context: TaskContext) -> bool:
        return self._kept.get(context.manifest.stream) is context

    def use(self, stream: str, sent: TaskContext | None) -> TaskContext:
        """The stream's context: what was ``sent`` now, or what is kept of it."""
        context = sent or self._kept[stream]
        self._kept[stream] = context
        self._kept.move_to_end(stream)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return context
