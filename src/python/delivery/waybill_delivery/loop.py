"""The delivery loop: decide, open, carry, close, until the frontier has reached the targets.

One loop serves steady state and recovery: an open manifest is only another thing to decide on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import structlog

from waybill_common.contract import BoundContract, Registry
from waybill_common.errors import DataLoss, ObjectConflict, TopicRefused
from waybill_common.kafka import TopicState
from waybill_common.ledger import (
    Deliver,
    Done,
    Frontier,
    Journal,
    LedgerPosition,
    Manifest,
    ManifestPlan,
    NextStep,
    Open,
    Receipt,
    Recent,
    Situation,
    SplitReport,
    TooDead,
    check_can_deliver,
    check_not_compacted,
    check_still_the_topic,
    next_step,
    receipt_for,
    utc_day,
)
from waybill_delivery.contract_documents import ContractDocuments
from waybill_delivery.dead_letters_told import too_many_dead
from waybill_delivery.schema_binding import SchemaBinding

_SETTLING = (0.5, 1.0, 2.0)
"""Seconds between looks at a topic that seems to have been cut back."""


@dataclass
class DeliveryLoop:
    """One driver's work on one stream.

    ``topic`` tells the topic's state now; ``carry`` delivers a manifest's splits somewhere and returns their reports;
    ``begins`` is told each manifest before it is carried, ``closed`` each receipt of this driver. ``origin_at`` tells
    where a dataset without a manifest begins, on this state of its topic; None: as the plan says. ``binding`` says what
    the ids in records mean, where a registry has their schemas.
    """

    journal: Journal
    plan: ManifestPlan
    registry: Registry[BoundContract]
    topic: Callable[[], TopicState]
    carry: Callable[[Manifest, BoundContract], list[SplitReport]]
    position: LedgerPosition
    closed: Callable[[Receipt], object] = lambda _receipt: None
    begins: Callable[[Manifest], object] = lambda _manifest: None
    origin_at: Callable[[TopicState], Frontier] | None = None
    binding: SchemaBinding | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    _seen: TopicState | None = field(default=None, init=False)
    _origin: Frontier = field(default_factory=dict, init=False)
    _has_said: bool = field(default=False, init=False)

    def reach(self, targets: Mapping[int, int], should_stop: Callable[[], bool] = lambda: False) -> None:
        """Deliver until the frontier is at ``targets``; stops between commits where ``should_stop`` says so."""
        self._say_what_will_change()
        while not should_stop():
            match self._next(targets):
                case Done():
                    return
                case Open() if should_stop():  # to ask the topic may have taken a while
                    return
                case Open(manifest):
                    self.check_opening()
                    self._documents.store(self.plan.contract)
                    self.position = self.journal.open(self.position, manifest)
                    if self.position.open is manifest:  # what was checked for it a moment ago is as good now
                        self.position = self.deliver(manifest)
                case Deliver(manifest):
                    self.position = self.deliver(manifest)
                case TooDead(position):
                    newer = self._newer_position()  # in which somebody may have accepted them
                    if newer is None:
                        raise too_many_dead(self.journal, position, self.plan)
                    self.position = newer

    def look(self) -> TopicState:
        """The topic now, which the next step goes by."""
        self._seen = self.topic()
        return self._seen

    def is_at(self, targets: Mapping[int, int]) -> bool:
        """Whether, by the last look, nothing is to be done up to there. Raises what forbids to go on, as it seems now:
        ``reach`` looks again before it says so.
        """
        seen = self._seen
        try:
            return isinstance(self.step(targets), Done)
        finally:
            self._seen = seen

    def recover(self) -> None:
        """Finish what an earlier run left open, and refuse a topic or dataset that this run can't continue."""
        self.reach(self.position.frontier)

    def deliver(self, manifest: Manifest) -> LedgerPosition:
        """Carry every split of an open manifest, whoever wrote it, under its own contract; then close it."""
        self.begins(manifest)
        contract = self.check(manifest)
        try:
            reports = self.carry(manifest, contract) if manifest.splits else []
        except (DataLoss, ObjectConflict):
            newer = self._newer_position()
            if newer is None:
                raise
            self.journal.check_not_fenced(manifest)
            return newer
        asks, sha256 = contract.registry is not None, self.position.open_sha256 or ""
        schemas = self._binding.settled(manifest, sha256) if asks else None
        topic = self.look()
        check_still_the_topic(manifest, topic.id)
        check_not_compacted(topic.name, topic.cleanup_policy)
        receipt = receipt_for(
            manifest,
            sha256,
            reports,
            writer=self.journal.writer,
            release=self.plan.release,
            before=self._counts_on(manifest),
            schemas=schemas,
        )
        position = self.journal.close(manifest, receipt)
        self.closed(receipt)
        structlog.get_logger().info(
            "commit",
            number=manifest.number,
            rows=receipt.rows,
            dead=receipt.dead,
            skipped=receipt.skipped,
            empty=receipt.empty,
            lost=receipt.lost,
            objects=receipt.objects,
            recovered=manifest.writer != self.journal.writer,
        )
        return position

    def check(self, manifest: Manifest) -> BoundContract:
        """The contract that an open manifest is delivered under. Raises where this release can't."""
        contract = self._documents.of(manifest)
        check_can_deliver(manifest, contract)
        return contract

    def check_opening(self) -> None:
        """Before a new manifest: what its ids mean is what the registry says, where there is one."""
        self._binding.check_before(self.plan.contract, self.position.schemas or {})

    @cached_property
    def _documents(self) -> ContractDocuments:
        return ContractDocuments(self.journal, self.registry)

    @cached_property
    def _binding(self) -> SchemaBinding:
        return self.binding or SchemaBinding(self.journal)

    def _say_what_will_change(self) -> None:
        """Warn once, before a dataset goes over to format 3: there is no way back."""
        if self.position.is_old and not self._has_said:
            self._has_said = True
            structlog.get_logger().warning(
                "format_goes_over",
                found="this dataset is of lake format 1 or 2",
                next="its next new commit is of format 3; releases before 0.2.0 can't go on with it then",
            )

    def _counts_on(self, manifest: Manifest) -> Recent | None:
        """What the receipt's ``recent`` goes on from: nothing, after another contract."""
        return self.position.recent if self.position.recent_contract == manifest.contract else None

    def _next(self, targets: Mapping[int, int]) -> NextStep:
        for seconds in _SETTLING:
            try:
                return self.step(targets)
            except DataLoss:
                newer = self._newer_position()
                if newer is None:
                    raise
                self.position = newer
            except TopicRefused as error:
                # A cluster that has just been restarted shows a lower end of the log for a moment.
                structlog.get_logger().warning(
                    "topic_refused_so_far", found=error.found, looking_again_in=seconds
                )
                self.sleep(seconds)
        return self.step(targets)

    def step(self, targets: Mapping[int, int]) -> NextStep:
        """What comes next, by the last look or a new one; nothing of it is done. Raises what forbids to go on."""
        if not self._origin and self.position.open is None:
            self._origin = self.journal.origin(self.position)
        # The state that was asked for before a receipt is also one asked for before the next manifest.
        topic, self._seen = self._seen or self.topic(), None
        # Whoever finishes an open commit needs no contract but that.
        known = self.position.contract if self.position.open is None else None
        difference = self._documents.difference(known, self.plan.contract, tighten=self.plan.tightens)
        today = utc_day(self.clock())
        origin = self._origin
        if self.origin_at and self.position.number == 0 and self.position.open is None:
            origin = self.origin_at(topic)
        return next_step(Situation(self.position, topic, targets, origin, difference, today), self.plan)

    def _newer_position(self) -> LedgerPosition | None:
        """What the ledger says before a loss is claimed: offsets that this driver misses may have arrived by another.
        None where no other one closed a commit."""
        found = self.journal.position()
        return found if found.number > self.position.number else None
