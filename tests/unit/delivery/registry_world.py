"""A stream of Avro whose schemas a registry has: real driver, tasks, objects and registry; Kafka is a list."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from confluent_kafka import Message
from registry_server import TestRegistry
from unit.contract.messages import message
from unit.contracts.documents import field as column
from unit.contracts.documents import raw, struct_of
from unit.contracts.test_avro_by_java import DATUMS, HERE
from unit.delivery.orders import bound

from waybill_common.contract import BoundContract, Registry
from waybill_common.kafka import TopicState, offset_of
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import Journal, Layout, Manifest, ManifestPlan, Receipt3, Split, SplitReport
from waybill_common.schema_registry import SchemaRegistry
from waybill_common.settings import KafkaSettings, LakeSettings, RegistrySettings
from waybill_delivery.carrying import carry_bound
from waybill_delivery.events import AskingDecoder, asking_decoder, known_schemas
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.schema_binding import SchemaBinding
from waybill_delivery.splits import SchemasAsked, SplitOutcome, TaskContext
from waybill_delivery.splits.split_process import report_in
from waybill_delivery.splits.task import store_split

TOPIC = "orders_topic"
SCHEMA = (HERE / "datagen_orders.avsc").read_text()
DATUM = DATUMS["datagen order"]
TRADES = (HERE / "datagen_stock_trades.avsc").read_text()
TRADE = DATUMS["trade"]
ADDRESS = struct_of(column(7, "city", "string"), column(8, "state", "string"), column(9, "zipcode", "long"))
RENAMED = SCHEMA.replace('"itemid"', '"article"').replace('"name":"orders"', '"name":"orders2"')
"""The same datum means another record by it."""


def contract(frame: str | None = "confluent", **more: Any) -> BoundContract:
    value = {"format": "avro", "registry": "default", **({"frame": frame} if frame else {})}
    return bound(
        raw(
            column(1, "ordertime", "timestamptz", required=True),
            column(2, "orderid", "int", required=True),
            column(3, "itemid", "string"),
            column(4, "orderunits", "double"),
            column(5, "address", ADDRESS),
            entries={"1": {"wire": "epoch_ms"}},
            **{"stream": "orders", "id": ["orderid"], "value": value, **more},
        )
    )


def framed(number: int, datum: bytes = DATUM) -> bytes:
    return b"\x00" + struct.pack(">I", number) + datum


class Killed(BaseException):
    """Nothing runs on."""


@dataclass
class RegistryDataset:
    """``killed_at`` names the step at which the driver dies: carried, bound, closing. ``headers`` are the first
    records'.
    """

    folder: Path
    registry: TestRegistry
    contract: BoundContract = field(default_factory=contract)
    values: list[Any] = field(default_factory=list)
    headers: list[Sequence[tuple[str, bytes | None]]] = field(default_factory=list)
    rows_per_object: int = 4
    accepts_unknown: bool = False
    keeps: bool = False
    has_url: bool = True
    runs: int = 0
    manifests: list[Manifest] = field(default_factory=list)
    receipts: list[Receipt3] = field(default_factory=list)
    sent: list[tuple[Split, ...]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    bound: Callable[[], None] = lambda: None

    @property
    def lake(self) -> Lake:
        return open_lake(LakeSettings(url=str(self.folder), attempts=2), "orders")

    @property
    def records(self) -> list[Message]:
        sides = (*self.headers, *[()] * len(self.values))
        return [
            message(at, 1_700_000_000_000, one, headers=side)
            for at, (one, side) in enumerate(zip(self.values, sides, strict=False))
        ]

    def client(self, name: str) -> SchemaRegistry:
        assert name == "default"
        settings = self.registry.settings() if self.has_url else RegistrySettings()
        return SchemaRegistry(settings, sleep=self.slept.append)

    def run(self, killed_at: str = "") -> Receipt3:
        """All records there are; the last receipt."""
        self.runs += 1
        journal = Journal(self.lake, writer=f"{self.runs:032x}")
        plan = ManifestPlan(
            TOPIC,
            self.contract,
            Layout(row_group_rows=100, compression="zstd"),
            self.rows_per_object,
            accept_loss=False,
            writer=journal.writer,
            release="0.2.0",
            max_dead_share=1,
        )
        binding = SchemaBinding(
            journal, self.client, accepts_unknown=self.accepts_unknown, keeps=self.keeps, clock=self._later
        )
        topic = TopicState(TOPIC, "id", {0: 0}, {0: len(self.values)})

        def carry(manifest: Manifest, of: BoundContract) -> list[SplitReport]:
            self.manifests.append(manifest)
            context = TaskContext(manifest, of, KafkaSettings(), self.lake, accept_loss=False)

            def engine(given: TaskContext) -> list[SplitOutcome]:
                self.sent.append(given.splits)
                found = [report_in(self.carried(given, one).to_text(), 3) for one in given.splits]
                if killed_at == "carried" or (killed_at == "bound" and given.schemas is not None):
                    raise Killed
                self.bound()
                return found

            return [
                one.report for one in carry_bound(context, engine, binding, loop.position.open_sha256 or "")
            ]

        def look() -> TopicState:
            if killed_at == "closing" and loop.position.open is not None:
                raise Killed
            return topic

        loop = DeliveryLoop(
            journal,
            plan,
            Registry((self.contract,)),
            look,
            carry,
            journal.position(),
            closed=self.receipts.append,  # type: ignore[arg-type]  # all are of format 3
            binding=binding,
            sleep=lambda _: None,
        )
        loop.reach({0: len(self.values)})
        return self.receipts[-1]

    def _later(self) -> float:
        """Each look at the clock is an hour after the one before: no comparison holds."""
        self.slept.append(0)
        return len(self.slept) * 3600.0

    def carried(self, context: TaskContext, split: Split) -> Any:
        decoder = asking_decoder(
            known_schemas(self.contract), context.manifest, context.schemas, context.lake
        )
        assert isinstance(decoder, AskingDecoder)
        given = [one for one in self.records if split.start <= offset_of(one) < split.end]
        blocks = [decoder.decode(0, given[at : at + 3]) for at in range(0, len(given), 3)]
        ids = decoder.asked(0)
        return SchemasAsked(split, ids) if ids else store_split(context, split, blocks, split.start)

    def objects(self) -> list[str]:
        root = Path(str(self.lake.local_root))
        found = (path for part in ("data", "dead_letters") for path in (root / part).rglob("*.parquet"))
        return sorted(str(path.relative_to(root)) for path in found)

    def outcome(self) -> dict[int, str]:
        """By offset: what the column ``itemid`` has, or a dead letter's reason."""
        found: dict[int, str] = {}
        for key in self.objects():
            for row in pq.ParquetFile(Path(str(self.lake.local_root)) / key).read().to_pylist():
                assert row["kafka_offset"] not in found
                found[row["kafka_offset"]] = row["reason"] if key.startswith("dead") else row["itemid"]
        return dict(sorted(found.items()))

    def entry(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((Path(str(self.lake.local_root)) / "_waybill" / name).read_text())
        return found

    def files(self) -> set[str]:
        root = Path(str(self.lake.local_root)) / "_waybill"
        return {str(one.relative_to(root)) for one in root.rglob("*") if one.is_file()}


def splits_of(sent: Sequence[tuple[Split, ...]]) -> list[list[int]]:
    return [[one.start for one in some] for some in sent]
