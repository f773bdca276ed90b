"""Workers that are threads here, and do as they are told: none is a process, none asks Kafka."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, cast

import pytest
from unit.ledger.entries import manifest3

from waybill_common.errors import KafkaUnavailable
from waybill_common.lake import open_lake
from waybill_common.ledger import Split
from waybill_common.settings import KafkaSettings, LakeSettings, LogSettings
from waybill_delivery.splits import TaskContext
from waybill_delivery.splits import report_in as report_of
from waybill_local import commit_splits
from waybill_local.worker_process import WorkerProcess
from waybill_local.workers import Workers
from waybill_streams.names import NAMES


def context(folder: Path, splits: list[Split], longest: int = 1000, stream: str = "names") -> TaskContext:
    partitions = {split.partition for split in splits}
    manifest = manifest3(
        stream=stream,
        topic=f"{stream}_topic",
        before={p: min(one.start for one in splits if one.partition == p) for p in partitions},
        origin=dict.fromkeys(partitions, 0),
        after={p: max(one.end for one in splits if one.partition == p) for p in partitions},
        splits=tuple(splits), holes=(),
    )  # fmt: skip
    lake = open_lake(LakeSettings(url=str(folder)), stream)
    whole = dict.fromkeys(partitions, longest)
    return TaskContext(manifest, NAMES, KafkaSettings(), lake, accept_loss=False, longest=whole)


def splits_of(partitions: int, each: int = 1, length: int = 5) -> list[Split]:
    return [
        Split(partition=p, start=n * length, end=(n + 1) * length)
        for p in range(partitions)
        for n in range(each)
    ]


@dataclass
class Ended:
    """A process that a signal has ended."""

    exitcode: int = -9

    def join(self, _within: float | None = None) -> None: ...
    def kill(self) -> None: ...


@dataclass
class Crew:
    """Workers that die of the partitions ``deadly``; whoever carries a split says where it begins. Those of a stream in
    ``blocked`` wait until its event is set. ``given`` has all hands, ``by`` the stream of each.
    """

    deadly: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    blocked: dict[str, threading.Event] = field(default_factory=dict)
    given: list[list[int]] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    started_workers: int = 0

    def started(self, _workers: Workers) -> WorkerProcess:
        ours, theirs = Pipe()
        self.started_workers += 1
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return WorkerProcess(cast("Any", Ended()), ours)

    def _serve(self, pipe: Any) -> None:
        while True:
            try:
                stream, _, _, hand = pipe.recv()
            except EOFError:
                return
            partitions = [split.partition for split in hand]
            self.by.append(stream)
            self.given.append(partitions)
            if stream in self.blocked:
                self.blocked[stream].wait(60)
            if self.deadly & {*partitions}:
                pipe.close()
                return
            if self.refused & {*partitions}:
                pipe.send(
                    [json.dumps({"exit_code": KafkaUnavailable.exit_code, "arguments": ["a", "b", "c"]})]
                )
            else:
                pipe.send([str(partition) for partition in partitions])

    def carried_alone(self, _context: TaskContext, split: Split, _log: LogSettings) -> str:
        self.alone.append(split.partition)
        return str(split.partition)


@contextmanager
def crew_at_work() -> Iterator[Crew]:
    made = Crew()

    def report_in(reply: str, format: int) -> Any:  # noqa: A002
        return reply if reply.isdigit() else report_of(reply, format)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workers, "_started", lambda self: made.started(self))
        patch.setattr(commit_splits, "carry_alone", made.carried_alone)
        patch.setattr(commit_splits, "report_in", report_in)
        yield made
