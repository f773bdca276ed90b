"""What the brokers say: ``overview`` of all, ``offsets``, ``configuration``, ``groups``; ``creating`` makes a topic."""

from __future__ import annotations

from waybill_console.cluster.offsets import Bounds

# fmt: off
__all__ = [
    "Bounds",
]
