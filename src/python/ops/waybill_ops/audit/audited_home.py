"""Which datasets a stream has, and where redrives of their dead letters went: as docs/format.md says it."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.settings import StreamSettings


@dataclass(frozen=True)
class AuditedHome:
    """``dataset`` is what its entries call the stream, ``folder`` where it lies; redrives' records say ``stream``.
    ``before``: where they were recorded and sent to before the stream was given a source. ``since``: where those of its
    own letters are recorded, if it has one.
    """

    folder: str
    dataset: str
    stream: str
    topic: str
    recorded_in: str
    sent_to: str
    before: tuple[str, str] | None = None
    since: str | None = None

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
        before = f"{name}.redrives", f"{name}.redriven"
        recorded_in = f"{topic}.redrives"
        return AuditedHome(folder, name, name, topic, recorded_in, topic, before, recorded_in)
    return AuditedHome(folder, name, name, topic, recorded_in=f"{name}.redrives", sent_to=f"{name}.redriven")


def sibling_home(stream: StreamSettings) -> AuditedHome:
    """The dataset of what was redriven while others filled the topic."""
    name, sent_to = f"{stream.name}_redriven", f"{stream.name}.redriven"
    since = f"{stream.topic}.redrives" if stream.is_filled else None
    return AuditedHome(name, name, stream.name, sent_to, f"{stream.name}.redrives", sent_to, since=since)
