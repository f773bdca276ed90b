"""What a run of several streams shows of itself: each stream's figures, and which of them are ill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waybill_local.delivery_figures import FIGURES
from waybill_local.delivery_watch import DeliveryWatch
from waybill_status.figures import Distribution, Figure, Values


@dataclass(frozen=True)
class StreamsWatch:
    """By stream."""

    streams: Mapping[str, DeliveryWatch]

    def complaint(self) -> str | None:
        """A line for each stream that is ill."""
        ill = [(name, watch.complaint()) for name, watch in sorted(self.streams.items())]
        return "\n".join(f"{name}: {why}" for name, why in ill if why is not None) or None

    def figures(self) -> Iterable[tuple[Figure, Values]]:
        """Each of them once: a page that had one twice would be refused as a whole."""
        found: dict[Figure, dict[tuple[str, ...], float | Distribution]] = {one: {} for one in FIGURES}
        for watch in self.streams.values():
            for figure, values in watch.figures():
                found[figure].update(values)
        return found.items()
