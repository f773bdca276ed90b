"""The judge alone, as Spark's bundle carries it: what a record costs that no fast path takes. `waybill.pex` runs no
program but its own."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from waybill_bench.contracts.orders import FlatOrders, NestedOrders
from waybill_bench.contracts.plan import BENCH
from waybill_bench.events import Recipe, Records
from waybill_bench.result import Run
from waybill_bench.sink.program import failure, run_program
from waybill_bench.sink.resources import copied, text_of
from waybill_bench.sink.subjects import FLAT, NAMES, NESTED, Subject
from waybill_bench.world import World
from waybill_sandbox.process import Command
from waybill_streams.packaged import STREAMS

JUDGE = "judge"
JUDGED: tuple[tuple[Subject, Records], ...] = (
    (NAMES, Recipe()),
    (FLAT, FlatOrders()),
    (NESTED, NestedOrders()),
)
_RECORDS, _TURNS = 50_000, 3


def case(subject: Subject) -> str:
    return f"the judge alone, {subject.stream}"


def judging(world: World, *, quick: bool) -> Iterator[Run]:
    """In turns, each contract."""
    room, count = world.room("judging"), _RECORDS // (5 if quick else 1)
    for subject, records in JUDGED:
        lines = b"\n".join(value for _, value in records.keyed(count))
        (room / f"{subject.stream}.jsonl").write_bytes(lines + b"\n")
        (room / f"{subject.stream}.json").write_bytes(_document(subject))
    for turn in range(1, 2 if quick else _TURNS + 1):
        for subject, _ in JUDGED:
            yield _run(world, room, subject, count, turn)


def _run(world: World, room: Path, subject: Subject, count: int, turn: int) -> Run:
    program = str(copied("judge_alone.py", room))
    python = room / "spark_app.pex"
    if not python.exists():
        with zipfile.ZipFile(world.places.artifact("spark_app.zip")) as bundle:
            bundle.extract(python.name, room)
        python.chmod(0o755)
    files = (str(room / f"{subject.stream}.{ending}") for ending in ("json", "jsonl"))
    name = f"judge-{subject.stream}-{turn}"
    command = Command(
        name,
        (str(python), program, *files),
        env=dict(world.machine),
        log=room / f"{name}.log",
        cwd=room,
        output=room / f"{name}.out",
    )
    told = json.loads(run_program(command).output)
    if told.pop("rows") != count:
        raise failure(f"The judge does not call each of {count} records of {subject.stream} a row", command)
    return Run(bench=BENCH, case=case(subject), contender=JUDGE, turn=turn, values=told)


def _document(subject: Subject) -> bytes:
    if subject.document is not None:
        return text_of(subject.document).encode()
    return STREAMS[subject.stream].current.document
