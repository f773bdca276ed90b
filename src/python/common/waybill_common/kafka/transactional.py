"""A transactional producer: its configuration, and one transaction, begun, filled, committed; or aborted."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from confluent_kafka import KafkaError, KafkaException

from waybill_common.errors import ProducerFenced
from waybill_common.kafka.client_config import Value, librdkafka_config
from waybill_common.kafka.client_errors import NO_RIGHT, failure
from waybill_common.kafka.clients import Writer, open_writer
from waybill_common.kafka.topic_plan import LARGEST_RECORD
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


def transactional_producer(settings: KafkaSettings, config: dict[str, Value]) -> Writer:
    """A producer that has not connected yet; raises ``SettingsRefused`` for a property librdkafka does not take."""
    return open_writer(settings, config)


def begin_producing(producer: Writer, settings: KafkaSettings, role: str = "producer") -> None:
    """``init_transactions``: fence older producers of the same id and end what they left open.

    ``role`` is what a message calls them. Raises ``ProducerFenced``, ``KafkaUnavailable`` or ``KafkaRefused``.
    """
    try:
        _while_retriable(producer.init_transactions, settings.timeout)
    except KafkaException as error:
        if error.args[0].code() in _FENCED:
            _fenced(error, role)
        with contextlib.suppress(KafkaException):  # a fatal error is raised here once more
            producer.poll(0)  # fills in what it was told
        doing, own = "starting transactions", producer.transactional_id
        raise failure(settings, doing, error, producer.told, transactional_id=own) from error


@contextlib.contextmanager
def transaction(producer: Writer, timeout: float, role: str = "producer") -> Iterator[None]:
    """One transaction around what is produced and flushed; at its end it is committed, and readers see all of it once
    the brokers have written its markers, which ``await_readable`` waits for.

    ``timeout`` in seconds bounds the commit. Raises ``ProducerFenced``, or ``TransactionLost``, after which the
    producer is of no more use and Kafka has to be asked what is committed, or ``KafkaRefused`` where it lacks a right.
    """
    try:
        producer.begin_transaction()
        yield
        _while_retriable(producer.commit_transaction, timeout)
    except (KafkaException, BufferError, SystemError) as error:
        cause = _cause(error, producer)
        _raise_if_fenced(cause, role)
        _abort(producer, role)
        _raise_if_refused(cause, producer)
        raise TransactionLost(_text(cause)) from cause
    except TransactionLost:
        trouble = _trouble(producer)
        _abort(producer, role)
        _raise_if_refused(trouble, producer)
        raise
    except BaseException:
        # Whatever ends us here, readers shall not have to wait for the transaction's time-out.
        with contextlib.suppress(KafkaException, ProducerFenced):
            _abort(producer, role)
        raise


def discard(producer: Writer) -> None:
    """Drop what it still holds: another producer decides anew what is to be sent. What it still says is known."""
    with contextlib.suppress(KafkaException, SystemError):
        producer.purge()
        producer.flush(1.0)


def _while_retriable(call: Callable[[float], None], timeout: float) -> None:
    """A retriable error asks to call again, which is safe: it goes on with what the first call began."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            call(max(0.1, deadline - time.monotonic()))
            return
        except KafkaException as error:
            if not error.args[0].retriable() or time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def _abort(producer: Writer, role: str) -> None:
    """Abort what may be open. That it can't be is no news: the next ``init_transactions`` ends it. Being fenced is."""
    try:
        producer.abort_transaction(_ABORT_SECONDS)
    except KafkaException as error:
        _raise_if_fenced(error, role)


def _trouble(producer: Writer) -> KafkaException | None:
    """What ended the transaction, where librdkafka knows: its delivery reports only say that records were dropped.

    No second transaction begins inside of one: librdkafka answers with the first one's error, or with ``_STATE``.
    """
    try:
        producer.begin_transaction()
    except KafkaException as error:
        return error
    return None


def _raise_if_refused(error: Exception | None, producer: Writer) -> None:
    if isinstance(error, KafkaException) and error.args[0].code() in NO_RIGHT:
        denied, own = " and ".join(dict.fromkeys(producer.denied)), producer.transactional_id
        raise failure(producer.settings, "publishing", error, topic=denied, transactional_id=own) from error


def _cause(error: Exception, producer: Writer) -> Exception:
    """What librdkafka raised. A fatal error that meets callbacks comes out as the cause of SystemErrors, or of one that
    has none, and then librdkafka still tells it."""
    found: BaseException | None = error
    while isinstance(found, SystemError):
        found = found.__cause__
    if found is None:
        trouble = _trouble(producer)
        found = trouble if trouble is not None and trouble.args[0].fatal() else None
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
