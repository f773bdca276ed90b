"""Where a stream's dead letters go when they are sent anew, and which datasets it has for that reason."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.settings import StreamSettings
from waybill_common.stream_names import SIBLING


@dataclass(frozen=True)
class DatasetHome:
    """A dataset: its folder in the lake, what its entries call the stream, and the topic that is delivered into it."""

    folder: str
    stream: str
    topic: str


@dataclass(frozen=True)
class RedriveRoute:
    """``sent_to`` takes what is redriven, ``recorded_in`` remembers it. ``old_ids`` are transactional ids of 0.1.0.

    ``before``: where redrives went while the stream had no source of ours; what is recorded there counts on. It may be
    one topic that both are recorded in.
    """

    sent_to: str
    recorded_in: str
    old_ids: tuple[str, ...] = ()
    before: RedriveRoute | None = None


def home_of(stream: StreamSettings) -> DatasetHome:
    return DatasetHome(stream.lake_folder, stream.name, stream.topic)


def sibling_of(stream: StreamSettings) -> DatasetHome:
    """The dataset of what was redriven while others filled the topic. There is one only once something was, and it
    stays when the stream is given a source.

    It goes by the stream's name, as the topic does that it is delivered from, also where the stream's own dataset is
    called otherwise. Neither a stream nor a dataset may have a name that ends like this one.
    """
    name = f"{stream.name}{SIBLING}"
    return DatasetHome(name, name, f"{stream.name}.redriven")


def route_of(stream: StreamSettings) -> RedriveRoute:
    """Of letters of the stream's own dataset."""
    besides = route_of_redriven(stream)
    if not stream.is_filled:
        return besides
    old_id = f"waybill-{stream.name}-{stream.topic}-redrive"
    return RedriveRoute(stream.topic, stream.redrives_topic, (old_id,), besides)


def route_of_redriven(stream: StreamSettings) -> RedriveRoute:
    """Of letters of the sibling: the same, whoever fills the stream's topic."""
    return RedriveRoute(sibling_of(stream).topic, f"{stream.name}.redrives")
