"""The streams that a console shows, each with its datasets: its own, and that of what of it was redriven."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from waybill_common.contract import WriterSchema
from waybill_common.errors import WaybillError
from waybill_common.lake import open_lake
from waybill_common.ledger import Receipt3, StoredSchemas
from waybill_common.settings import Settings
from waybill_console.messages import MessageContract, contract_of_stream
from waybill_console.stream import ObjectRows, StoredTimes, StreamLedger
from waybill_streams.chosen_streams import StreamsByName
from waybill_streams.redrives import DatasetHome, home_of, route_of, route_of_redriven, sibling_of


@dataclass
class ShownDataset:
    """A dataset, with the topic that is delivered into it. ``own`` is the stream's, where this is what was redriven."""

    settings: Settings
    home: DatasetHome
    own: ShownDataset | None = None

    @property
    def name(self) -> str:
        """What paths call it, and its entries: the stream's name, or that with ``_redriven``."""
        return self.home.stream

    @property
    def stream(self) -> str:
        return self.settings.stream.name

    @property
    def topic(self) -> str:
        return self.home.topic

    @property
    def begins_at_0(self) -> bool:
        """Whether all of the topic belongs to it; of somebody else's it begins where its first run says."""
        return self.own is not None or self.settings.stream.is_filled

    @cached_property
    def ledger(self) -> StreamLedger:
        return StreamLedger(open_lake(self.settings.lake, self.home.folder))

    @cached_property
    def objects(self) -> ObjectRows:
        return ObjectRows(self.settings.lake, self.home.folder)

    @cached_property
    def times(self) -> StoredTimes:
        return StoredTimes(self.settings.lake, self.home.folder)

    @cached_property
    def contract(self) -> MessageContract:
        """The stream's, for both of its datasets; what schemas it knows is each one's own."""
        return contract_of_stream(self.settings.stream, self._schemas)

    def _schemas(self) -> tuple[Mapping[str, str | None], Callable[[str], WriterSchema]]:
        receipt = self.ledger.newest().receipt
        bound = receipt.schemas if isinstance(receipt, Receipt3) else {}
        return bound, StoredSchemas(self.ledger.lake).read


@dataclass(frozen=True)
class ShownStreams:
    """``datasets`` by their names, what was redriven next to its stream. ``refused`` are streams with a folder or
    settings that can't be.
    """

    datasets: Mapping[str, ShownDataset]
    refused: Mapping[str, WaybillError]

    @property
    def own(self) -> tuple[ShownDataset, ...]:
        return tuple(one for one in self.datasets.values() if one.own is None)

    @property
    def is_one(self) -> bool:
        return len(self.own) + len(self.refused) == 1

    def sibling(self, of: ShownDataset) -> ShownDataset | None:
        return next((one for one in self.datasets.values() if one.own is of), None)

    def of_topic(self, topic: str, name: str = "") -> tuple[ShownDataset, ...]:
        """Those that a topic is delivered into, the one called ``name`` first."""
        found = [one for one in self.datasets.values() if one.topic == topic]
        return tuple(sorted(found, key=lambda one: one.name != name))

    @cached_property
    def topics(self) -> frozenset[str]:
        """Whose records may be shown."""
        return frozenset(topic for one in self.own for topic in _topics_of(one.settings))


def shown_streams(streams: StreamsByName) -> ShownStreams:
    datasets: dict[str, ShownDataset] = {}
    for name, settings in streams.items():
        if isinstance(settings, Settings):
            own = datasets[name] = ShownDataset(settings, home_of(settings.stream))
            sibling = sibling_of(settings.stream)
            datasets[sibling.stream] = ShownDataset(settings, sibling, own)
    return ShownStreams(
        datasets, {name: one for name, one in streams.items() if isinstance(one, WaybillError)}
    )


def _topics_of(settings: Settings) -> Iterator[str]:
    stream = settings.stream
    for route in (route_of(stream), route_of_redriven(stream)):
        yield from (stream.topic, route.sent_to, route.recorded_in)
    if stream.is_filled:
        yield stream.dead_topic
