"""A producer that has the stream's redrives to itself, and what it found recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from functools import partial

from confluent_kafka import KafkaError
from confluent_kafka import Message

from waybill_common.errors import TopicRefused
from waybill_common.kafka import topic_state
from waybill_common.kafka.clients import Writer
from waybill_common.kafka.plan import redrives_plan
from waybill_common.kafka.plan import require_topic
from waybill_common.kafka.transaction import TransactionLost
from waybill_common.kafka.transaction import begin_producing
from waybill_common.kafka.transaction import discard
from waybill_common.kafka.transaction import run_transaction
from waybill_common.kafka.transaction import transactional_config
from waybill_common.kafka.transaction import transactional_producer
from waybill_common.settings import Settings
from waybill_common.settings import StreamSettings
from waybill_ops.letters.letter import Place
from waybill_ops.redrive.change import Change
from waybill_ops.redrive.change import Redrive
from waybill_ops.redrive.change import Reopen
from waybill_ops.redrive.change import Waive
from waybill_ops.redrive.fate import Fate
from waybill_ops.redrive.fate import Successor
from waybill_ops.redrive.fate import read_fates

ROLE = "redrive"


@dataclass
class Landed:
    """Where the brokers put a transaction's records, by letter; ``acknowledged`` counts all of them."""

    at: dict[Place, Successor] = field(default_factory=dict)
    acknowledged: int = 0
    first: KafkaError | None = None

    def note(self, place: Place, error: KafkaError | None, message: Message) -> None:
        """Touches nothing of ``error``: after a fatal one any call into it would raise here."""
        if error is not None:
            self.first = self.first or error
            return
        self.acknowledged += 1
        partition, offset = message.partition(), message.offset()
        if partition is not None and offset is not None and offset >= 0:
            self.at[place] = Successor(partition=partition, offset=offset)


@dataclass(frozen=True)
class KafkaSession:
    """``topic_id`` is the events' topic's; ``run`` this command's random id."""

    producer: Writer
    settings: Settings
    topic_id: str
    run: str
    fates: Mapping[Place, Fate]

    def commit(self, number: int, chunk: tuple[Change, ...]) -> None:
        fill = partial(self._fill, number, chunk)
        run_transaction(self.producer, fill, self.settings.kafka.timeout, ROLE)

    def close(self) -> None:
        discard(self.producer)

    def _fill(self, number: int, chunk: tuple[Change, ...]) -> None:
        """Successors first: where they landed is part of the letters' fates."""
        sent = Landed()
        redrives = [change for change in chunk if isinstance(change, Redrive)]
        for redrive in redrives:
            self.producer.produce(
                self.settings.stream.topic,
                redrive.value,
                redrive.key,
                headers=[(name.decode(), value) for name, value in redrive.headers],
                on_delivery=partial(sent.note, redrive.place),
            )
        self._flush(sent, len(redrives))
        if len(sent.at) != len(redrives):
            raise TransactionLost(
                f"the brokers told the offsets of {len(sent.at)} of {len(redrives)} records"
            )
        recorded = Landed()
        for change in chunk:
            self.producer.produce(
                self.settings.stream.redrives_topic,
                self._record(change, number, sent.at),
                str(change.place).encode(),
                on_delivery=partial(recorded.note, change.place),
            )
        self._flush(recorded, len(chunk))

    def _flush(self, landed: Landed, count: int) -> None:
        self.producer.flush(self.settings.kafka.timeout)
        if landed.acknowledged != count:
            first = f": {landed.first.str()}" if landed.first is not None else ""
            raise TransactionLost(f"{landed.acknowledged} of {count} records were acknowledged{first}")

    def _record(self, change: Change, number: int, at: Mapping[Place, Successor]) -> bytes | None:
        if isinstance(change, Reopen):
            return None
        waived = isinstance(change, Waive)
        return Fate(
            stream=self.settings.stream.name,
            topic=change.place.topic,
            topic_id=self.topic_id,
            partition=change.place.partition,
            offset=change.place.offset,
            state="waived" if waived else "redriven",
            at=datetime.now(UTC),
            run=self.run,
            chunk=number,
            successor=at.get(change.place),
            patch_sha256=change.patch_sha256 if isinstance(change, Redrive) else None,
            reason=change.reason if isinstance(change, Waive) else None,
        ).encode()


def transactional_id(stream: StreamSettings) -> str:
    """The same for every redrive of the stream, so that a newer one fences an older one. No setting."""
    return f"waybill-{stream.name}-{stream.topic}-redrive"


def open_session(settings: Settings, topic_id: str, run: str) -> KafkaSession:
    """Connect, fence older redrives, and learn what is recorded.

    ``topic_id`` is the ledger's. Raises ``SettingsRefused``, ``TopicRefused``, ``KafkaUnavailable``,
    ``ProducerFenced`` and ``LettersRefused``.
    """
    found = topic_state(settings.kafka, settings.stream.topic).id
    if found != topic_id:
        raise TopicRefused(
            f"Topic {settings.stream.topic} has id {found}, the ledger knows {topic_id}: it was deleted and recreated.",
            allowed="the topic that the letters came from.",
            remedy="export the letters, and produce what is to be kept to the new topic by other means.",
        )
    config = transactional_config(settings.kafka, transactional_id(settings.stream), "waybill-redrive")
    producer = transactional_producer(settings.kafka, config)
    require_topic(settings.kafka, redrives_plan(settings.kafka, settings.stream))
    begin_producing(producer, settings.kafka, ROLE)
    return KafkaSession(producer, settings, topic_id, run, read_fates(settings, topic_id))
