"""What the brokers say: ``overview`` of all, ``offsets``, ``configuration``, ``groups``; ``creating`` makes a topic."""

from __future__ import annotations
