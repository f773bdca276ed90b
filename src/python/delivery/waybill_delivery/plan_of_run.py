"""What a run of one stream would do and promise. It asks Kafka and the store, and changes nothing in either.

``waybill plan`` looks it up by its name.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn, TypeVar

from waybill_common.contract import BoundContract, Registry
from waybill_common.errors import KafkaRefused, KafkaUnavailable, LakeRefused, LakeUnavailable, WaybillError
from waybill_common.kafka import Topic, TopicState, describe_topic, offsets_at, topic_state, topic_to_be
from waybill_common.lake import Lake, check_readable, open_lake, writers_actions
from waybill_common.ledger import (
    Frontier,
    Journal,
    LedgerPosition,
    check_contract,
    longest_splits,
)
from waybill_common.settings import Settings
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.newest_records import newest_records
from waybill_contracts.stream_contract import contracts_of
from waybill_delivery.beginning import Beginning, beginning_of, topic_that_is_there
from waybill_delivery.beginning_at import beginning_at
from waybill_delivery.contract_documents import ContractDocuments
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.planning import (
    PlanPart,
    RunPlan,
    StepsAhead,
    contract_part,
    lake_part,
    newest_part,
    objects_part,
    origin_part,
    promise_part,
    rights_part,
    steps_part,
    topic_part,
    writers_of_newest,
)
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.sibling import has_redriven
from waybill_streams.redrives import DatasetHome, home_of, sibling_of

LOOKED_AT, LOOK_SECONDS = 100, 5.0
"""Of the topic's newest records, for so long at most."""

_WINDOWS = (timedelta(days=1), timedelta(hours=1))
"""Back from now, the first of which the topic still has all of tells how many records come in a day."""

T = TypeVar("T")


def plan_of(settings: Settings) -> RunPlan:
    """Raises nothing that a run would end with: it is among the problems."""
    return _Planning(settings, None).plan()


def plan_of_redriven(settings: Settings) -> RunPlan | None:
    """Of the dataset of what was redriven, which each run of the stream delivers too; None where there is none. Raises
    what keeps a run from finding out.
    """
    home = sibling_of(settings.stream)
    found = has_redriven(settings, home)
    if found is None and not settings.stream.is_filled:
        told = f"{home.topic} may not be described by this user: if it is there, a run delivers nothing of it"
        return RunPlan(home.stream, (PlanPart("topic", {"name": home.topic, "exists": None}, (told,)),), ())
    return _Planning(settings, home).plan() if found else None


@dataclass
class _Planning:
    settings: Settings
    sibling: DatasetHome | None
    problems: list[WaybillError] = field(default_factory=list)

    def plan(self) -> RunPlan:
        """Everything is asked as the run asks it; where that ends, what else can be told is asked by itself."""
        begun = self._tried(
            lambda: beginning_of(
                self.settings, None, self.sibling, probe=check_readable, usable=_topic_as_it_is
            )
        )
        known = _Known() if begun is None else _Known.of(begun)
        if begun is None:
            self._ask_the_rest(known)
        parts = [*self._of_what_is_known(known)]
        if known.state is not None and known.document is not None:
            if begun is not None:
                parts += self._of_a_run(begun, known, known.state, known.document)
            if not known.creates:
                parts += self._newest(known, known.state, known.document)
        stream, delivery = self.settings.stream, self.settings.delivery
        parts.append(promise_part(stream, delivery, known.document, None if known.creates else known.topic))
        store = self._tried(lambda: writers_actions(self._lake))
        parts.append(rights_part(stream, self._address, store, creates=known.creates))
        return RunPlan(self._home.stream, tuple(parts), tuple(self.problems))

    @property
    def _home(self) -> DatasetHome:
        return self.sibling or home_of(self.settings.stream)

    @property
    def _lake(self) -> Lake:
        return open_lake(self.settings.lake, self._home.folder)

    @property
    def _address(self) -> str:
        return self._tried(lambda: self._lake.address) or self.settings.lake.url

    def _ask_the_rest(self, known: _Known) -> None:
        """What the run did not come to. Who did not answer is not asked again."""
        first = self.problems[0]
        known.registry = self._tried(lambda: contracts_of(self.settings.stream))
        if self.sibling is None:
            self._tried(lambda: beginning_at(self.settings))
        known.journal = Journal(self._lake, writer=uuid.uuid4().hex)
        if not isinstance(first, LakeUnavailable | LakeRefused):
            known.position = self._tried(known.journal.position)
        if not isinstance(first, KafkaUnavailable | KafkaRefused):
            known.topic = self._tried(lambda: describe_topic(self.settings.kafka, self._home.topic))
            if known.topic is not None:
                known.state = self._tried(lambda: topic_state(self.settings.kafka, self._home.topic))

    def _of_what_is_known(self, known: _Known) -> list[PlanPart]:
        if known.topic is not None and known.state is None:
            known.state = self._tried(lambda: _state_of(self.settings, known.topic))
        parts = [
            topic_part(self._home.topic, known.topic, known.state, creates=known.creates),
            lake_part(self._address, known.position, known.document),
        ]
        if known.registry is not None:
            parts.append(self._contract(known, known.registry))
        return parts

    def _contract(self, known: _Known, registry: Registry[BoundContract]) -> PlanPart:
        """An open commit is finished under its own; the next one has to follow that."""
        position, contract = known.position, registry.current
        last = None if position is None else position.open
        named = None if position is None else last.contract if last is not None else position.contract
        dataset = None
        if known.journal is not None and named is not None:
            documents = ContractDocuments(known.journal, registry)
            dataset = self._tried(lambda: documents.document_of(named))
            if known.begun is None and position is not None:
                at = (
                    position
                    if last is None
                    else replace(position, number=last.number, contract=last.contract)
                )
                self._tried(lambda: check_contract(at, contract, documents.difference(named, contract)))
        return contract_part(contract, named, dataset)

    def _of_a_run(
        self, begun: Beginning, known: _Known, state: TopicState, document: ContractDocument
    ) -> list[PlanPart]:
        loop = begun.loop(_carry_nothing, RunSummary())
        loop.topic = lambda: state
        most = self.settings.delivery.max_offsets_per_trigger
        known.ahead = ahead = StepsAhead.of(loop, state, most)
        if ahead.problem is not None:
            self._add(ahead.problem)
        position, at = begun.position, begun.at
        has_begun = position.number > 0 or position.open is not None
        first = self._tried(begun.journal.first) if has_begun else None
        otherwise = None
        if first is not None and at is not None and at.is_said:
            otherwise = self._tried(lambda: at.said_otherwise(first, state))
        origin = self._tried(lambda: begun.journal.origin(position) if has_begun else _first_of(loop, state))
        steps = steps_part(ahead, state, most)
        if origin is None:  # a start that is refused begins nowhere
            return [steps]
        return [
            origin_part(origin, state, at.start if at else None, begun=has_begun, otherwise=otherwise),
            steps,
            self._objects(known, ahead, state, document),
        ]

    def _objects(
        self, known: _Known, ahead: StepsAhead, state: TopicState, document: ContractDocument
    ) -> PlanPart:
        delivery = self.settings.delivery
        longest = longest_splits(
            state.log_ends,
            None if known.position is None else known.position.seen,
            split_bytes=delivery.split_bytes,
            most_rows=delivery.rows_per_object,
        )
        waiting = {p: max(0, end - ahead.frontier.get(p, 0)) for p, end in state.log_ends.items()}
        day = None if known.creates else self._tried(lambda: _of_a_day(self.settings, state))
        return objects_part(delivery, document, longest, day, waiting)

    def _newest(self, known: _Known, state: TopicState, document: ContractDocument) -> list[PlanPart]:
        each = max(1, LOOKED_AT // max(1, len(state.log_ends)))
        spans = {p: (max(state.log_starts[p], end - each), end) for p, end in state.log_ends.items()}
        kafka = self.settings.kafka
        found = self._tried(lambda: newest_records(kafka, state.name, spans, LOOKED_AT, LOOK_SECONDS))
        if found is None:
            return []
        writers, begun, ahead = None, known.begun, known.ahead
        if document.value.registry and begun is not None and ahead is not None and ahead.problem is None:
            writers = self._tried(lambda: writers_of_newest(self.settings, begun, ahead, document, found))
        return [newest_part(document, [one.record for one in found], writers)]

    def _tried(self, ask: Callable[[], T]) -> T | None:
        try:
            return ask()
        except WaybillError as error:
            self._add(error)
            return None

    def _add(self, error: WaybillError) -> None:
        """Each problem once."""
        if all((one.exit_code, one.found) != (error.exit_code, error.found) for one in self.problems):
            self.problems.append(error)


@dataclass
class _Known:
    """None for what could not be asked for; ``begun`` where the run would begin.

    ``creates``: the topic is missing, and the run would make it.
    """

    registry: Registry[BoundContract] | None = None
    journal: Journal | None = None
    position: LedgerPosition | None = None
    topic: Topic | None = None
    state: TopicState | None = None
    begun: Beginning | None = None
    ahead: StepsAhead | None = None

    @classmethod
    def of(cls, begun: Beginning) -> _Known:
        return cls(begun.registry, begun.journal, begun.position, begun.described, begun=begun)

    @property
    def creates(self) -> bool:
        return self.topic is not None and not self.topic.id

    @property
    def document(self) -> ContractDocument | None:
        return None if self.registry is None else parse_document(self.registry.current.document)


def _topic_as_it_is(settings: Settings, name: str, is_new: bool) -> Topic:  # as the run's own
    """One without an id where the run would make it."""
    if settings.stream.is_filled and is_new:
        return topic_to_be(settings.kafka, name, partitions=settings.kafka.partitions) or Topic(
            name, "", settings.kafka.partitions, "delete", -1, -1
        )
    return topic_that_is_there(settings, name, is_new=is_new)


def _first_of(loop: DeliveryLoop, state: TopicState) -> Frontier:
    """Where a dataset without a commit begins. Raises ``SettingsRefused``."""
    return {} if loop.origin_at is None else loop.origin_at(state)


def _state_of(settings: Settings, topic: Topic | None) -> TopicState | None:
    if topic is None:
        return None
    if topic.id:
        return topic_state(settings.kafka, topic.name)
    none: Mapping[int, int] = dict.fromkeys(range(topic.partitions), 0)
    return TopicState(topic.name, "", none, none, topic.cleanup_policy)


def _of_a_day(settings: Settings, state: TopicState) -> dict[int, float] | None:
    """Offsets of each partition in a day, by how many came lately; None where the topic no longer has so much."""
    now = datetime.fromtimestamp(time.time(), tz=UTC)
    for window in _WINDOWS:
        at = offsets_at(settings.kafka, state, now - window)
        if all(not 0 < state.log_starts[p] >= offset for p, offset in at.items()):
            days = timedelta(days=1) / window
            return {p: (state.log_ends[p] - offset) * days for p, offset in at.items()}
    return None


def _carry_nothing(_context: object) -> NoReturn:
    raise AssertionError("a plan carries nothing")
