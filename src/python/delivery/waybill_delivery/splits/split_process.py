"""Carrying one split in a worker process: its report, or an error of ours, as a text for the driver."""

from __future__ import annotations

import gc
import json
import socket
import time
import traceback
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import structlog

from waybill_common.contract import BoundContract
from waybill_common.errors import LakeRefused, TransientError, WaybillError, exit_codes
from waybill_common.kafka import Value, librdkafka_config
from waybill_common.ledger import Split, manifest_key
from waybill_common.logs import configure_logs
from waybill_common.redaction import hide, machines_secrets, redacted
from waybill_common.settings import KafkaSettings, LogSettings, machine_environment, secrets_in
from waybill_common.terminal import marked
from waybill_delivery.splits.carried_split import CarriedSplit, carried_split_in
from waybill_delivery.splits.schemas_asked import BEGIN, SchemasAsked, schemas_asked_in
from waybill_delivery.splits.task_context import TaskContext

if TYPE_CHECKING:
    from waybill_contracts.judging import KnownSchemas
    from waybill_delivery.events import BlockDecoder, SplitReader

Reply = TypeVar("Reply")
SplitOutcome: TypeAlias = CarriedSplit | SchemasAsked

_ERROR = '{"exit_code":'
"""How a reply begins that is no report."""

_MOST_CONTRACTS = 64
"""That a worker keeps decoders of: it may go from stream to stream with each split."""

_NEW_FORMAT = 3
"""Of the manifests that this release opens."""


def reply_to(
    context: TaskContext, split: Split, decoder: BlockDecoder | None = None, reader: SplitReader | None = None
) -> str:
    """Errors of ours travel as data and keep their class; an exception would reach the driver as a text.

    Without a ``decoder`` or a ``reader`` the worker's own is used, which is kept from task to task.
    """
    [reply] = replies_to(context, (split,), decoder, reader)
    return reply


def replies_to(
    context: TaskContext,
    splits: Sequence[Split],
    decoder: BlockDecoder | None = None,
    reader: SplitReader | None = None,
) -> list[str]:
    """A reply for each split, or a single one that has an error: of several splits, then none is vouched for."""
    from waybill_delivery.splits.task import deliver_splits  # the driver reads replies, and would wait for it

    began = time.monotonic()
    manifest = context.manifest
    log = structlog.get_logger().bind(commit=manifest.number, topic=manifest.topic)
    given_up = _given_up(manifest.writer, manifest.number)
    try:
        if given_up:
            raise given_up[0]
        check_lake_is_shared(context)
        carried = deliver_splits(
            context,
            splits,
            reader or _consumer(_connection(context.kafka), context.split_bytes, of_several=len(splits) > 1),
            decoder or _decoder_for(context),
        )
    except WaybillError as error:
        if isinstance(error, TransientError):
            given_up.append(error)
        for split in splits:
            log.error("split_failed", **_place(split), found=error.found)  # noqa: TRY400  # it is no bug
        return [
            json.dumps(
                {"exit_code": error.exit_code, "arguments": [error.found, error.allowed, error.remedy]}
            )
        ]
    seconds = round(time.monotonic() - began, 3)
    for split, one in zip(splits, carried, strict=True):
        if isinstance(one, SchemasAsked):
            log.info("split_asks_for_schemas", **_place(split), ids=len(one.ids), seconds=seconds)
            continue
        told = one.report
        log.info("split", **_place(split), rows=told.rows, dead=told.dead, lost=told.lost, seconds=seconds)
    return [one.to_text() for one in carried]


def _place(split: Split) -> dict[str, int]:
    return {"partition": split.partition, "start": split.start, "end": split.end}


def make_ready(kafka: KafkaSettings, contract: BoundContract, split_bytes: int) -> None:
    """What this worker process keeps for its splits, before there is one."""
    _consumer(_connection(kafka), split_bytes, of_several=False)
    if contract.registry is None:
        _decoder(contract, _NEW_FORMAT).decode(0, ())
    else:
        _known(contract)


def begin_logs(context: TaskContext, log: LogSettings) -> None:
    """Those of a worker's process, which knows no settings but these: none of their secrets gets into a text."""
    hide((*secrets_in(context.kafka, context.lake.settings), *machines_secrets(machine_environment())))
    configure_logs(log, component="task")


class BugInTask(Exception):
    """Its traceback, printable and without secrets: the JVM that gets it writes it into logs, and shows it on its
    pages, as it stands.
    """


def told_by_jvm(carry: Callable[[], Reply]) -> Reply:
    """Raises ``BugInTask`` for any bug."""
    try:
        return carry()
    except Exception as bug:  # noqa: BLE001  # it is told whole
        raise BugInTask(marked(redacted("".join(traceback.format_exception(bug))))) from None


def report_in(reply: str, format: int) -> SplitOutcome:  # noqa: A002  # the ledger's word for it
    """What the worker says of its split; raises the error that it met."""
    if reply.startswith(BEGIN):
        return schemas_asked_in(reply)
    if not reply.startswith(_ERROR):
        return carried_split_in(reply, format)
    parsed = json.loads(reply)
    found, allowed, remedy = parsed["arguments"]
    kind = exit_codes().get(parsed["exit_code"], WaybillError)
    raise kind(found, allowed=allowed, remedy=remedy)


def check_lake_is_shared(context: TaskContext) -> None:
    """Raises ``LakeRefused`` where this machine's folder of that name is not the driver's.

    Otherwise a cluster without a shared disk would scatter the dataset over its machines.
    """
    lake, number = context.lake, context.manifest.number
    if lake.local_root is not None and lake.get(manifest_key(number)) is None:
        raise LakeRefused(
            f"The executor on {socket.gethostname()} finds no manifest {number} in {lake.address}.",
            allowed="an object store, or a folder that the driver and all executors share.",
            remedy="set lake.url to one of them; the commit stays open and nothing of it was stored here.",
        )


@lru_cache(maxsize=_MOST_CONTRACTS)
def _given_up(_writer: str, _number: int) -> list[TransientError]:
    """What this worker process waited for in vain in that commit.

    One failed split ends the run, so the others need not wait as long again, one after the other.
    """
    return []


def _connection(kafka: KafkaSettings) -> tuple[tuple[str, Value], ...]:
    return tuple(librdkafka_config(kafka).items())


@lru_cache(maxsize=4)
def _consumer(
    connection: tuple[tuple[str, Value], ...], split_bytes: int, *, of_several: bool
) -> SplitReader:
    """Kept between the tasks of a worker process: a new one costs a connection and a round of metadata."""
    from waybill_delivery.events import split_consumer

    return split_consumer(dict(connection), split_bytes, of_several=of_several)


@lru_cache(maxsize=_MOST_CONTRACTS)
def _decoder(contract: BoundContract, format: int) -> BlockDecoder:  # noqa: A002
    from waybill_delivery.events import decoder_of

    decoder = decoder_of(contract, format)
    # PySpark's workers look for garbage after each task. In what stays for good there is none, and much to look at. Not
    # for ever: of contracts beyond those that are kept, some would be garbage that nobody finds.
    if _decoder.cache_info().misses <= _MOST_CONTRACTS:
        gc.freeze()
    return decoder


def _decoder_for(context: TaskContext) -> BlockDecoder:
    """The worker's own; what is known of writers' schemas is the commit's."""
    if context.contract.registry is None:
        return _decoder(context.contract, context.manifest.format)
    from waybill_delivery.events import asking_decoder

    return asking_decoder(_known(context.contract), context.manifest, context.schemas, context.lake)


@lru_cache(maxsize=_MOST_CONTRACTS)
def _known(contract: BoundContract) -> KnownSchemas:
    from waybill_delivery.events import known_schemas

    return known_schemas(contract)
