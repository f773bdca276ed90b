"""A transactional producer: its configuration, and one transaction, begun, filled, committed; or aborted."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import NoReturn

import structlog
from confluent_kafka import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka import Producer

from waybill_common.errors import ProducerFenced
from waybill_common.errors import SettingsRefused
from waybill_common.kafka.asking import unavailable
from waybill_common.kafka.client import Value
from waybill_common.kafka.client import librdkafka_config
from waybill_common.kafka.plan import LARGEST_RECORD
from waybill_common.settings import KafkaSettings

SHORTEST_TRANSACTION_MS = 60_000
LONGEST_TRANSACTION_MS = 900_000
"""What brokers allow where nobody changed their ``transaction.max.timeout.ms``."""

BATCH_BYTES = 1_000_000
"""librdkafka's own ``batch.size``."""

_ABORT_SECONDS = 10.0
_FENCED = (KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH)  # noqa: SLF001
_TUNABLE: dict[str, Value] = {
    "log_level": 6,
    "linger.ms": 20,
    "compression.type": "zstd",
    "partitioner": "murmur2_random",
    # What is in it is in memory twice. A transaction may have more: who fills one waits.
    "queue.buffering.max.messages": 20_000,
    "queue.buffering.max.kbytes": 131_072,
}


class TransactionLost(Exception):
    """This producer can't say that the transaction is committed, nor commit it. Only Kafka knows which."""


class _ClientLog:
    """librdkafka's own log lines, as events of ours."""

    def log(self, level: int, _format: str, facility: str, client: str, text: str) -> None:
        log = structlog.get_logger()
        (log.error if level >= 40 else log.info)("librdkafka", facility=facility, client=client, text=text)


def transactional_config(
    settings: KafkaSettings, transactional_id: str, client_id: str, batch_bytes: int | None = None
) -> dict[str, Value]:
    """librdkafka's configuration: what ``kafka.properties`` leaves open, and what delivery rests on.

    ``batch_bytes`` bounds every batch of more than one record: what brokers refuse for its size is one record then.

    A transaction has ``kafka.timeout`` to be filled and acknowledged, and again to be committed. Its own time-out is
    not shorter: after that the broker aborts it, and till then a dead producer's transaction holds back every reader.
    """
    given = settings.properties
    transaction_ms = max(SHORTEST_TRANSACTION_MS, min(LONGEST_TRANSACTION_MS, int(settings.timeout * 2000)))
    defaults = {"client.id": client_id, **_TUNABLE, "transaction.timeout.ms": transaction_ms}
    tunable = {name: value for name, value in defaults.items() if name not in given}
    if "message.timeout.ms" not in given:
        longest = _number(given.get("transaction.timeout.ms"), transaction_ms)
        tunable["message.timeout.ms"] = int(min(settings.timeout * 1000, longest * 0.75))
    if batch_bytes is not None:
        tunable["batch.size"] = max(1, min(batch_bytes, _number(given.get("batch.size"), BATCH_BYTES)))
    fixed: dict[str, Value] = {
        "transactional.id": transactional_id,
        "acks": "all",
        "allow.auto.create.topics": False,
        "message.max.bytes": LARGEST_RECORD,
    }
    return librdkafka_config(settings, {**tunable, **fixed})


def _number(given: str | None, otherwise: int) -> int:
    """A property as a number; what is none is librdkafka's to refuse."""
    return int(given) if given is not None and given.isascii() and given.isdigit() else otherwise


def transactional_producer(config: dict[str, Value]) -> Producer:
    """A producer that has not connected yet; raises ``SettingsRefused`` for a property librdkafka does not take."""
    try:
        return Producer(config, logger=_ClientLog())
    except KafkaException as error:
        raise SettingsRefused(
            f"librdkafka refuses kafka.properties: {error.args[0].str()}.",
            allowed="the properties and values in librdkafka's CONFIGURATION.md.",
            remedy="correct or remove that property.",
        ) from error


def begin_producing(producer: Producer, settings: KafkaSettings, role: str = "producer") -> None:
    """``init_transactions``: fence older producers of the same id and end what they left open.

    ``role`` is what a message calls them. Raises ``ProducerFenced`` or ``KafkaUnavailable``.
    """
    try:
        producer.init_transactions(settings.timeout)
    except KafkaException as error:
        if error.args[0].code() in _FENCED:
            _fenced(error, role)
        raise unavailable(settings, "starting transactions", error) from error


def run_transaction(
    producer: Producer, fill: Callable[[], None], timeout: float, role: str = "producer"
) -> None:
    """One transaction around ``fill``, which produces and flushes; on return all of it is visible to readers.

    ``timeout`` in seconds bounds the commit. Raises ``ProducerFenced``, or ``TransactionLost``, after which the
    producer is of no more use and Kafka has to be asked what is committed.
    """
    try:
        producer.begin_transaction()
        fill()
        _commit(producer, timeout)
    except (KafkaException, BufferError, SystemError) as error:
        cause = _cause(error)
        _raise_if_fenced(cause, role)
        _abort(producer, role)
        raise TransactionLost(_text(cause)) from cause
    except TransactionLost:
        _abort(producer, role)
        raise
    except BaseException:
        # Whatever ends us here, readers shall not have to wait for the transaction's time-out.
        with contextlib.suppress(KafkaException, ProducerFenced):
            _abort(producer, role)
        raise


def discard(producer: Producer) -> None:
    """Drop what it still holds: another producer decides anew what is to be sent. What it still says is known."""
    with contextlib.suppress(KafkaException, SystemError):
        producer.purge()
        producer.flush(1.0)


def _commit(producer: Producer, timeout: float) -> None:
    """Commit; a retriable error asks to call again, which is safe: it is still the same transaction."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            producer.commit_transaction(max(0.1, deadline - time.monotonic()))
            return
        except KafkaException as error:
            if not error.args[0].retriable() or time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def _abort(producer: Producer, role: str) -> None:
    """Abort what may be open. That it can't be is no news: the next ``init_transactions`` ends it. Being fenced is."""
    try:
        producer.abort_transaction(_ABORT_SECONDS)
    except KafkaException as error:
        _raise_if_fenced(error, role)


def _cause(error: Exception) -> Exception:
    """What librdkafka raised. A fatal error that meets delivery reports comes out as the cause of SystemErrors."""
    found: BaseException | None = error
    while isinstance(found, SystemError):
        found = found.__cause__
    if not isinstance(found, KafkaException | BufferError):
        raise error
    return found


def _raise_if_fenced(error: Exception, role: str) -> None:
    if isinstance(error, KafkaException) and error.args[0].code() in _FENCED:
        _fenced(error, role)


def _fenced(error: Exception, role: str) -> NoReturn:
    raise ProducerFenced(
        f"Another {role} of this stream took over, or this one stood still for longer than its transaction's "
        f"time-out ({_text(error)}).",
        allowed=f"one {role} for each stream and topic; the newest one wins.",
        remedy="nothing if another one runs; else start it again: it goes on after the last committed transaction.",
    ) from error


def _text(error: Exception) -> str:
    return str(error.args[0].str()) if isinstance(error, KafkaException) else str(error)
