"""Growth: what a start and a batch cost when the ledger holds 10 receipts, and when it holds 100,000."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from waybill_bench.commits import STREAM
from waybill_bench.delivering import deliver
from waybill_bench.engines import local_command, submit_command
from waybill_bench.ledgers import rewind, write_ledger
from waybill_bench.load import Load, fill
from waybill_bench.result import Run
from waybill_bench.world import World
from waybill_common.kafka import topic_state
from waybill_common.ledger.keys import LATEST
from waybill_common.settings import KafkaSettings

BATCHES = 10
"""Of one run, its first included. One partition, one task, ten records: next to nothing but overhead."""
BATCH_OFFSETS = 10


@dataclass(frozen=True)
class Case:
    """A ledger's length, whether ``latest.json`` is there, and the turns in which it is measured."""

    receipts: int
    turns: Sequence[int]
    hint: bool = True

    @property
    def name(self) -> str:
        return f"{self.receipts:,} receipts" + ("" if self.hint else ", no latest.json")


FULL = (
    Case(10, range(1, 6)),
    Case(1_000, (2,)),
    Case(10_000, (2,)),
    Case(100_000, range(1, 6)),
    Case(100_000, (2,), hint=False),
)
QUICK = (Case(10, (1,)), Case(10_000, (1,)))


def growth(world: World, quick: bool) -> Iterator[Run]:
    """The local engine: one run a case and turn; every second turn goes the other way round."""
    return _growth(world, "waybill-local", local_command(world), QUICK if quick else FULL)


def growth_by_hand(world: World) -> Iterator[Run]:
    """The same on Spark."""
    return _growth(world, "waybill", submit_command(world), FULL)


def _growth(world: World, contender: str, argv: tuple[str, ...], cases: Sequence[Case]) -> Iterator[Run]:
    room, topic = world.room(f"growth-{contender}"), f"bench_growth_{contender}"
    lakes = _lakes(world, room, topic, {case.receipts for case in cases})
    for turn in range(1, 1 + max(max(case.turns) for case in cases)):
        due = [case for case in cases if turn in case.turns]
        for case in due if turn % 2 else reversed(due):
            lake = lakes[case.receipts]
            if not case.hint:
                (lake / STREAM / LATEST).unlink()
            settings = world.settings(topic, str(lake), delivery__max_offsets_per_trigger=str(BATCH_OFFSETS))
            done = deliver(argv, world.room("growth-run"), settings)
            expected = list(range(case.receipts + 1, case.receipts + 1 + BATCHES))
            assert [commit.number for commit in done.commits] == expected, done.commits
            rewind(lake / STREAM, case.receipts)
            values = {
                "startup_seconds": done.startup_seconds,
                "batch_seconds": statistics.median(done.batch_seconds),
            }
            yield Run(bench="growth", case=case.name, contender=contender, turn=turn, values=values)


def _lakes(world: World, room: Path, name: str, lengths: set[int]) -> Mapping[int, Path]:
    """A lake for each length of ledger, over one topic; all of them end at the same offset."""
    whole = max(lengths) + BATCHES * BATCH_OFFSETS
    markers = sum(1 for _ in Load(records=whole).transactions())
    fill(world.bootstrap_servers, name, Load(records=whole - markers, partitions=1))
    topic = topic_state(KafkaSettings(bootstrap_servers=world.bootstrap_servers), name)
    # No offset more: a ledger of ten commits has 10,000 offsets in each then, and its manifests take no more.
    ends = {0: max(lengths)}
    for length in lengths:
        write_ledger(room / str(length) / STREAM, topic, length, ends)
    return {length: room / str(length) for length in lengths}
