"""How each run begins, whatever carries its splits: what is in the lake, which topic it is, and whether both agree."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from waybill_common.contract import BoundContract, Registry
from waybill_common.kafka import Topic, ensure_topic, existing_topic, topic_state
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
from waybill_delivery.beginning_at import BeginningAt, beginning_at
from waybill_delivery.carrying import carry_bound
from waybill_delivery.folder_bounds import longest_folder, window_past
from waybill_delivery.leftovers import remove_leftovers
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.schema_binding import binding_of
from waybill_delivery.splits import CarriedSplit, SplitOutcome, TaskContext
from waybill_streams.redrives import DatasetHome, home_of

Carry = Callable[[TaskContext], Sequence[SplitOutcome]]
"""An engine: delivers a context's splits somewhere and returns what became of them."""


@dataclass(frozen=True)
class Beginning:
    """A run that may deliver. ``offset_range`` is a backfill's; ``at`` is where a dataset begins that has no manifest,
    None for 0, and for where the backfill does."""

    settings: Settings
    lake: Lake
    journal: Journal
    plan: ManifestPlan
    registry: Registry[BoundContract]
    position: LedgerPosition
    topic: str
    described: Topic
    offset_range: OffsetRange | None
    at: BeginningAt | None = None

    def loop(self, carry: Carry, summary: RunSummary) -> DeliveryLoop:
        """``summary`` is told of each commit that this run closes."""
        carried = dict[int, list[CarriedSplit]]()
        binding = binding_of(self.settings, self.journal)

        def carry_all(manifest: Manifest, contract: BoundContract) -> list[SplitReport]:
            settings = self.settings
            delivery = settings.delivery
            longest = longest_splits(
                {split.partition for split in manifest.splits},
                loop.position.seen,
                split_bytes=delivery.split_bytes,
                most_rows=delivery.rows_per_object,
            )
            context = TaskContext(
                manifest,
                contract,
                settings.kafka,
                self.lake,
                delivery.accept_loss,
                delivery.split_bytes,
                longest,
            )
            done = carry_bound(context, carry, binding, loop.position.open_sha256 or "")
            carried.clear()
            carried[manifest.number] = done
            return [one.report for one in done]

        def closed(receipt: Receipt) -> None:
            summary.add(receipt, (group for one in carried.pop(receipt.number, []) for group in one.letters))

        loop = DeliveryLoop(
            journal=self.journal,
            plan=self.plan,
            registry=self.registry,
            topic=lambda: topic_state(self.settings.kafka, self.topic),
            carry=carry_all,
            position=self.position,
            closed=closed,
            origin_at=self.at.origin if self.at else None,
            binding=binding,
        )
        return loop


def begin(
    settings: Settings,
    backfill: Backfill | None = None,
    home: DatasetHome | None = None,
    *,
    probe: Callable[[Lake], None] = check_conditional_writes,
    described: Topic | None = None,
) -> Beginning:
    """``home`` is another dataset of the stream's than its own, whose topic is there, and is filled by us from 0 on.

    Raises what refuses the lake, the topic, or the two together, before anything moves.

    A run of several streams hands in what it asks for all of them at once: its ``probe`` of the store, and the stream's
    topic as it was ``described`` a moment ago.
    """
    usable = usable_topic if described is None else lambda _settings, _name, _is_new: described
    found = beginning_of(settings, backfill, home, probe=probe, usable=usable)
    remove_leftovers(found.lake, found.position)
    return found


def beginning_of(
    settings: Settings,
    backfill: Backfill | None,
    home: DatasetHome | None,
    *,
    probe: Callable[[Lake], None],
    usable: Callable[[Settings, str, bool], Topic],
) -> Beginning:
    """What a run begins with, and all that refuses it; what is written is what ``probe`` and ``usable`` write."""
    is_own, home = home is None, home or home_of(settings.stream)
    registry = contracts_of(settings.stream)
    at = beginning_at(settings) if is_own and backfill is None else None
    document = parse_document(registry.current.document)
    lake = open_lake(settings.lake, home.folder)
    probe(lake)
    journal = Journal(lake, writer=uuid.uuid4().hex)
    position = journal.position()
    plan = _plan(settings, home, registry.current, document, journal.writer)
    begun = position.number > 0 or position.open is not None
    check_same_stream(position, plan.ledger_stream, plan.topic)
    is_first = not begun or _is_new(plan.contract, position)
    if is_first:
        _check_names(home.topic, settings.kafka.partitions, lake, document)
    is_new = is_own and not begun and backfill is None
    topic = usable(settings, home.topic, is_new)
    check_not_compacted(topic.name, topic.cleanup_policy)
    if is_first:  # of others' topics no setting says how many partitions they have
        _check_names(topic.name, topic.partitions, lake, document)
    check_same_topic(position, topic.id)
    first = journal.first() if at is not None and at.is_said and begun else None
    if at is not None and first is not None:
        at.tell_if_begun_otherwise(first, lambda: topic_state(settings.kafka, topic.name))
    offset_range = None
    if backfill is not None:
        offset_range = find_range(settings.kafka, topic_state(settings.kafka, topic.name), backfill)
        check_may_backfill(offset_range, position, journal.first(), lake.address)
    return Beginning(settings, lake, journal, plan, registry, position, topic.name, topic, offset_range, at)


def _check_names(topic: str, partitions: int, lake: Lake, document: ContractDocument) -> None:
    is_local = lake.local_root is not None
    check_names(topic, partitions, lake.address, longest_folder(document), is_local=is_local)


def _is_new(contract: BoundContract, position: LedgerPosition) -> bool:
    """Whether the dataset's last commit was of another one."""
    has = position.contract
    return has is not None and not contract.is_named(has.version, has.fingerprint)


def usable_topic(settings: Settings, name: str, is_new: bool) -> Topic:  # as a callable
    """Created only for a lake that is new, and where a source of ours is to fill it: under a ledger, a missing topic
    was deleted, and whoever fills another one makes it."""
    if settings.stream.is_filled and is_new:
        return ensure_topic(settings.kafka, name, partitions=settings.kafka.partitions)
    return topic_that_is_there(settings, name, is_new=is_new)


def topic_that_is_there(settings: Settings, name: str, *, is_new: bool) -> Topic:
    """One that no run makes. Raises ``TopicRefused``."""
    kafka = settings.kafka
    if not is_new:
        return existing_topic(
            kafka,
            name,
            allowed="the topic that the ledger was begun with, or that a backfill reads.",
            remedy="correct stream.topic or kafka.bootstrap_servers; it is not made anew. Nothing was written.",
        )
    return existing_topic(
        kafka,
        name,
        allowed="a topic that is there: Waybill makes none that no source of its own fills.",
        remedy="correct stream.topic, or have the topic made by who fills it. Nothing was written.",
    )


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
        max_dead_share=settings.delivery.max_dead_share,
        accept_dead=settings.delivery.accept_dead,
        stream=home.stream,
    )
