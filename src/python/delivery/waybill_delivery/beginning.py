"""How each run begins, whatever carries its splits: what is in the lake, which topic it is, and whether both agree."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from waybill_common.contract import BoundContract, Registry
from waybill_common.kafka import Topic, ensure_topic, topic_state
from waybill_common.lake import Lake, check_conditional_writes, open_lake
from waybill_common.ledger import (
    Journal,
    Layout,
    LedgerPosition,
    Manifest,
    ManifestPlan,
    OffsetRange,
    Receipt,
    SplitReport,
    check_may_backfill,
    check_names,
    check_not_compacted,
    check_same_stream,
    check_same_topic,
    longest_splits,
)
from waybill_common.settings import Settings
from waybill_common.version import VERSION
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.stream_contract import contracts_of
from waybill_delivery.backfilling import Backfill, find_range
from waybill_delivery.folder_bounds import longest_folder, window_past
from waybill_delivery.leftovers import remove_leftovers
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.splits import TaskContext
from waybill_streams.redrives import DatasetHome, home_of

Carry = Callable[[TaskContext], list[SplitReport]]
"""An engine: delivers a manifest's splits somewhere and returns their reports."""


@dataclass(frozen=True)
class Beginning:
    """A run that may deliver. ``offset_range`` is a backfill's."""

    settings: Settings
    lake: Lake
    journal: Journal
    plan: ManifestPlan
    registry: Registry[BoundContract]
    position: LedgerPosition
    topic: str
    offset_range: OffsetRange | None

    def loop(self, carry: Carry, closed: Callable[[Receipt], object]) -> DeliveryLoop:
        def carried(manifest: Manifest, contract: BoundContract) -> list[SplitReport]:
            settings = self.settings
            delivery = settings.delivery
            longest = longest_splits(
                {split.partition for split in manifest.splits},
                loop.position.seen,
                split_bytes=delivery.split_bytes,
                most_rows=delivery.rows_per_object,
            )
            return carry(
                TaskContext(
                    manifest,
                    contract,
                    settings.kafka,
                    self.lake,
                    delivery.accept_loss,
                    delivery.split_bytes,
                    longest,
                )
            )

        loop = DeliveryLoop(
            journal=self.journal,
            plan=self.plan,
            registry=self.registry,
            topic=lambda: topic_state(self.settings.kafka, self.topic),
            carry=carried,
            position=self.position,
            closed=closed,
        )
        return loop


def begin(settings: Settings, backfill: Backfill | None = None, home: DatasetHome | None = None) -> Beginning:
    """``home`` is another dataset of the stream's than its own, whose topic is there.

    Raises what refuses the lake, the topic, or the two together, before anything moves.
    """
    is_own, home = home is None, home or home_of(settings.stream)
    registry = contracts_of(settings.stream)
    document = parse_document(registry.current.document)
    lake = open_lake(settings.lake, home.folder)
    check_conditional_writes(lake)
    journal = Journal(lake, writer=uuid.uuid4().hex)
    position = journal.position()
    plan = _plan(settings, home, registry.current, document, journal.writer)
    begun = position.number > 0 or position.open is not None
    check_same_stream(position, plan.ledger_stream, plan.topic)
    if not begun or _is_new(plan.contract, position):
        check_names(
            plan.topic,
            settings.kafka.partitions,
            lake.address,
            longest_folder(document),
            is_local=lake.local_root is not None,
        )
    topic = _usable_topic(settings, home.topic, create=is_own and not begun and backfill is None)
    check_same_topic(position, topic.id)
    offset_range = None
    if backfill is not None:
        offset_range = find_range(settings.kafka, topic_state(settings.kafka, topic.name), backfill)
        check_may_backfill(offset_range, position, journal.first(), lake.address)
    remove_leftovers(lake, position)
    return Beginning(settings, lake, journal, plan, registry, position, topic.name, offset_range)


def _is_new(contract: BoundContract, position: LedgerPosition) -> bool:
    """Whether the dataset's last commit was of another one."""
    has = position.contract
    return has is not None and not contract.is_named(has.version, has.fingerprint)


def _usable_topic(settings: Settings, name: str, *, create: bool) -> Topic:
    """Created only for a lake that is new: under a ledger, a missing topic was deleted."""
    kafka = settings.kafka if create else settings.kafka.model_copy(update={"create_topics": False})
    topic = ensure_topic(kafka, name, partitions=kafka.partitions)
    check_not_compacted(topic.name, topic.cleanup_policy)
    return topic


def _plan(
    settings: Settings, home: DatasetHome, contract: BoundContract, document: ContractDocument, writer: str
) -> ManifestPlan:
    return ManifestPlan(
        topic=home.topic,
        contract=contract,
        layout=Layout(
            row_group_rows=settings.delivery.row_group_rows,
            compression=settings.delivery.compression,
        ),
        rows_per_object=settings.delivery.rows_per_object,
        split_bytes=settings.delivery.split_bytes,
        accept_loss=settings.delivery.accept_loss,
        writer=writer,
        release=VERSION,
        window_past=window_past(document, settings.delivery.window_past),
        stream=home.stream,
    )
