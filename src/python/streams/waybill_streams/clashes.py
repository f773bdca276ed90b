"""What two streams must not share: a dataset, and a topic that Waybill fills for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waybill_common.errors import SettingsRefused
from waybill_streams.stream_folder import StreamFolder


def check_apart(
    stream: StreamFolder,
    others: Iterable[StreamFolder],
    topics: Mapping[str, str],
    datasets: Mapping[str, str],
) -> None:
    """Raises ``SettingsRefused`` where ``stream`` shares what is one stream's own. ``topics`` and ``datasets`` are what
    settings say, by stream, where it is not what the folders say.
    """
    dataset, topic = datasets.get(stream.name, stream.dataset), topics.get(stream.name, stream.topic)
    if topic in _of_redrives(stream):
        raise SettingsRefused(
            f"The topic of stream {stream.name} is {topic}, which its own redrives fill.",
            allowed="a topic that others fill.",
            remedy=f"correct it ({stream.place}), or give the stream another name. Nothing was touched.",
        )
    for other in others:
        if other.name == stream.name:
            continue
        if datasets.get(other.name, other.dataset) == dataset:
            raise SettingsRefused(
                f"The streams {stream.name} and {other.name} have one dataset, {dataset}.",
                allowed="a dataset for each stream.",
                remedy=f"give one of them another in its stream.toml ({stream.place}, {other.place}). Nothing was "
                "touched.",
            )
        if stream.is_filled and other.is_filled and topics.get(other.name, other.topic) == topic:
            raise SettingsRefused(
                f"The streams {stream.name} and {other.name} each have a source that fills the topic {topic}.",
                allowed="one source for a topic; other streams may read it.",
                remedy=f"take [source] out of one of them ({stream.place}, {other.place}), or give it another topic. "
                "Nothing was touched.",
            )
        for filled, its, redriven in (
            (stream, topic, other),
            (other, topics.get(other.name, other.topic), stream),
        ):
            if filled.is_filled and its in _of_redrives(redriven):
                raise SettingsRefused(
                    f"The stream {filled.name} has a source that fills the topic {its}, which redrives of stream "
                    f"{redriven.name} fill.",
                    allowed="one source for a topic; other streams may read it.",
                    remedy=f"give {filled.name} another topic ({filled.place}). Nothing was touched.",
                )


def _of_redrives(stream: StreamFolder) -> tuple[str, ...]:
    """Topics that are made beside a stream whose own topic others fill."""
    return () if stream.is_filled else (f"{stream.name}.redriven", f"{stream.name}.redrives")
