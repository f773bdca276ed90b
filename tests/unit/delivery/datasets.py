"""A dataset on disk and the log that it is delivered from: the real loop and the real objects, Kafka is a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from confluent_kafka import Message

from waybill_common.contract import BoundContract, Registry
from waybill_common.kafka import TopicState, offset_of
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import Journal, Layout, Manifest, ManifestPlan, Receipt, Split, SplitReport
from waybill_common.ledger.receipt import Receipt3
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_contracts.document import parse_document
from waybill_delivery.events import decoder_of
from waybill_delivery.folder_bounds import window_past
from waybill_delivery.letter_groups import LetterGroup
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.splits import TaskContext
from waybill_delivery.splits.spool import Spool
from waybill_delivery.splits.task import end_of_loss, store_split

TOPIC = "orders_topic"
TODAY = 20_000
"""Days since 1970."""


class Killed(BaseException):
    """Nothing runs on."""


@dataclass
class Delivered:
    folder: Path
    records: list[Message] = field(default_factory=list)
    day: int = TODAY
    spools: bool = False
    accept_loss: bool = False
    later_start: int = 0
    """Of the log, once the records were read."""
    manifests: list[Manifest] = field(default_factory=list)
    receipts: list[Receipt3] = field(default_factory=list)
    letters: list[LetterGroup] = field(default_factory=list)
    max_dead_share: float = 0.1
    accept_dead: bool = False
    block: int = 4

    @property
    def lake(self) -> Lake:
        return open_lake(LakeSettings(url=str(self.folder)), "orders")

    def run(self, *known: BoundContract, killed: bool = False, wanted: int = 3650) -> Receipt3:
        """All records there are, as one commit; the last receipt."""
        journal = Journal(self.lake, writer=f"{len(self.manifests):032x}")
        own = known[-1]
        plan = ManifestPlan(
            TOPIC,
            own,
            Layout(row_group_rows=100, compression="zstd"),
            10_000,
            self.accept_loss,
            journal.writer,
            "0.2.0",
            window_past=window_past(parse_document(own.document), wanted),
            max_dead_share=self.max_dead_share,
            accept_dead=self.accept_dead,
        )
        end = offset_of(self.records[-1]) + 1 if self.records else 0
        topic = TopicState(TOPIC, "id", {0: 0}, {0: end})

        def carry(manifest: Manifest, contract: BoundContract) -> list[SplitReport]:
            self.manifests.append(manifest)
            found = [self.carried(manifest, contract, split) for split in manifest.splits]
            if killed:
                raise Killed
            return found

        def closed(receipt: Receipt) -> None:
            assert isinstance(receipt, Receipt3)
            self.receipts.append(receipt)

        loop = DeliveryLoop(
            journal,
            plan,
            Registry(known),
            lambda: topic,
            carry,
            journal.position(),
            closed,
            sleep=lambda _: None,
            clock=lambda: self.day * 86_400.0,
        )
        loop.reach({0: end})
        return self.receipts[-1]

    def carried(self, manifest: Manifest, contract: BoundContract, split: Split) -> SplitReport:
        context = TaskContext(manifest, contract, KafkaSettings(), self.lake, self.accept_loss)
        decoder = decoder_of(contract, manifest.format)
        given = [one for one in self.records if split.start <= offset_of(one) < split.end]
        with Spool(0 if self.spools else 2**30, "here") as blocks:
            for at in range(0, max(1, len(given)), self.block):
                blocks.extend([decoder.decode(0, given[at : at + self.block])])
            gone = end_of_loss(context, split, blocks, self.later_start)
            done = store_split(context, split, blocks, gone)
            self.letters += done.letters
            return done.report

    def objects(self) -> list[str]:
        root = Path(str(self.lake.local_root))
        found = (path for part in ("data", "dead_letters") for path in (root / part).rglob("*.parquet"))
        return sorted(str(path.relative_to(root)) for path in found)

    def rows(self, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = pq.ParquetFile(Path(str(self.lake.local_root)) / key).read().to_pylist()
        return found

    def folders(self) -> list[str]:
        return [
            key.removeprefix("data/").rpartition("/")[0] for key in self.objects() if key.startswith("data/")
        ]

    def all_rows(self) -> list[dict[str, Any]]:
        found = [row for key in self.objects() if key.startswith("data/") for row in self.rows(key)]
        return sorted(found, key=lambda row: row["kafka_offset"])

    def dead(self) -> list[tuple[int, str, str]]:
        found = [row for key in self.objects() if key.startswith("dead") for row in self.rows(key)]
        return [(row["kafka_offset"], row["reason"], row["detail"]) for row in found]


def offsets_of(rows: Sequence[dict[str, Any]]) -> list[int]:
    return [row["kafka_offset"] for row in rows]
