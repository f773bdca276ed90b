"""What two streams must not share: a dataset, and a topic that a source of ours fills for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from waybill_common.errors import SettingsRefused
from waybill_streams.stream_folder import StreamFolder


@dataclass(frozen=True)
class StreamPlaces:
    """What settings say of streams' topics and datasets, by stream, where it is not what their folders say."""

    topics: Mapping[str, str] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)

    def topic_of(self, folder: StreamFolder) -> str:
        return self.topics.get(folder.name, folder.topic)

    def dataset_of(self, folder: StreamFolder) -> str:
        return self.datasets.get(folder.name, folder.dataset)


def check_apart(stream: StreamFolder, others: Iterable[StreamFolder], places: StreamPlaces) -> None:
    """Raises ``SettingsRefused`` where ``stream`` shares what is one stream's own."""
    dataset, topic = places.dataset_of(stream), places.topic_of(stream)
    for other in others:
        if other.name == stream.name:
            continue
        if places.dataset_of(other) == dataset:
            raise SettingsRefused(
                f"The streams {stream.name} and {other.name} have one dataset, {dataset}.",
                allowed="a dataset for each stream.",
                remedy=f"give one of them another in its stream.toml ({stream.place}, {other.place}). Nothing was "
                "touched.",
            )
        if stream.is_filled and other.is_filled and places.topic_of(other) == topic:
            raise SettingsRefused(
                f"The streams {stream.name} and {other.name} each have a source that fills the topic {topic}.",
                allowed="one source for a topic; other streams may read it.",
                remedy=f"take [source] out of one of them ({stream.place}, {other.place}), or give it another topic. "
                "Nothing was touched.",
            )
