"""Which datasets a stream has, and where redrives of their dead letters went: as docs/format.md says it."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.settings import StreamSettings


@dataclass(frozen=True)
class AuditedHome:
    """``dataset`` is what its entries call the stream, ``folder`` where it lies; redrives' records say ``stream``."""

    folder: str
    dataset: str
    stream: str
    topic: str
    recorded_in: str
    sent_to: str

    @property
    def is_sent_to(self) -> bool:
        """Whether its topic takes redrives: else what its headers say is nobody's business."""
        return self.topic == self.sent_to

    @property
    def is_sibling(self) -> bool:
        return self.dataset != self.stream


def own_home(stream: StreamSettings) -> AuditedHome:
    name, topic, folder = stream.name, stream.topic, stream.lake_folder
    if stream.is_filled:
        return AuditedHome(folder, name, name, topic, recorded_in=f"{topic}.redrives", sent_to=topic)
    return AuditedHome(folder, name, name, topic, recorded_in=f"{name}.redrives", sent_to=f"{name}.redriven")


def sibling_home(stream: StreamSettings) -> AuditedHome | None:
    """The dataset of what was redriven. None for a stream that is redriven through its own topic."""
    own = own_home(stream)
    if own.is_sent_to:
        return None
    name = f"{stream.name}_redriven"
    return AuditedHome(name, name, stream.name, own.sent_to, own.recorded_in, own.sent_to)
