"""``waybill-bench``: runs the benchmarks, keeps every run, writes the page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from waybill_bench.contracts import contracts
from waybill_bench.flow.idle import idle
from waybill_bench.flow.idle_streams import idle_streams
from waybill_bench.flow.latency import latency, latency_by_hand
from waybill_bench.flow.producer import producer, producer_by_hand
from waybill_bench.flow.recovery import recovery
from waybill_bench.flow.restarts import restarts
from waybill_bench.flow.verify import verify
from waybill_bench.growth import growth, growth_by_hand
from waybill_bench.host import machine, versions
from waybill_bench.memory import memory, memory_by_hand
from waybill_bench.page import Measured, write_page
from waybill_bench.result import Results, Run
from waybill_bench.sink import sink, sink_by_hand, sink_large
from waybill_bench.warming import warm_up
from waybill_bench.world import Places, World, running_world
from waybill_common.cli import Parser, run_program
from waybill_common.errors import OK
from waybill_common.java_home import find_java
from waybill_common.terminal import complain
from waybill_sandbox.stopping import end_on_signals

Bench = Callable[[World, bool], Iterator[Run]]
"""Given the world and whether it is to be quick: its runs, each yielded when it is done."""

BENCHES: Mapping[str, Bench] = {
    "sink": sink,
    "contracts": contracts,
    "producer": producer,
    "latency": latency,
    "idle": idle,
    "idle-streams": idle_streams,
    "restarts": restarts,
    "recovery": recovery,
    "verify": verify,
    "growth": growth,
    "memory": memory,
}
BY_HAND: Mapping[str, Callable[[World], Iterator[Run]]] = {
    "sink-by-hand": sink_by_hand,
    "producer-by-hand": producer_by_hand,
    "latency-by-hand": latency_by_hand,
    "growth-by-hand": growth_by_hand,
    "memory-by-hand": memory_by_hand,
}
"""What takes long and seldom tells anything new. Its results are a file of their own."""

ALONE: Mapping[str, Callable[[World], Iterator[Run]]] = {"large": sink_large}
"""The same, with a file for each: `--only`."""

TEMPLATE = Path("benchmarks") / "page.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks. Exit codes: ``waybill_common.errors``."""
    return run_program("bench", lambda: _command(argv))


def _command(argv: Sequence[str] | None) -> int:
    parser = Parser(prog="waybill-bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns and records: eight minutes")
    wanted = parser.add_mutually_exclusive_group()
    every = sorted([*BENCHES, *BY_HAND, *ALONE])
    wanted.add_argument("--only", nargs="+", choices=every, default=list(BENCHES), metavar="BENCH")
    wanted.add_argument(
        "--by-hand",
        action="store_const",
        dest="only",
        const=list(BY_HAND),
        help="what costs time without news",
    )
    parser.add_argument(
        "--dist", type=Path, default=Path("dist"), help="the artifacts (default: %(default)s)"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(".bench"), help="made anew (default: %(default)s)"
    )
    parser.add_argument("--spark-home", type=Path, metavar="DIR", help="needed to run anything")
    parser.add_argument("--jar-cache", type=Path, default=Path(".tools/jars"), metavar="DIR")
    parser.add_argument(
        "--results", type=Path, required=True, metavar="FILE", help="where every run is written"
    )
    parser.add_argument(
        "--page",
        type=Path,
        metavar="FILE",
        help="written from the results, with pictures in images/ beside it",
    )
    parser.add_argument(
        "--by-hand-results",
        type=Path,
        nargs="+",
        default=[Path("benchmarks") / "by-hand.json", Path("benchmarks") / "large.json"],
        metavar="FILE",
        help="what --by-hand, and --only large, have written, for the page (default: benchmarks/by-hand.json and "
        "large.json beside it)",
    )
    parser.add_argument("--page-only", action="store_true", help="run nothing: the results are there")
    flags = parser.parse_args(argv)
    if not flags.page_only and flags.spark_home is None:
        parser.error("--spark-home is needed to run anything")
    if flags.page_only and flags.page is None:
        parser.error("--page-only needs --page")
    end_on_signals()
    return _benchmarks(flags, os.environ)


def _benchmarks(flags: Namespace, environ: Mapping[str, str]) -> int:
    if not flags.page_only:
        _run(flags, environ)
    if flags.page is not None:
        measured = Measured(Results.load(flags.results), [*map(Results.load, flags.by_hand_results)])
        write_page(measured, TEMPLATE.read_text(), flags.page)
    return OK


def _run(flags: Namespace, environ: Mapping[str, str]) -> None:
    """Saves after each run: a bench that breaks off leaves what it has measured."""
    java = find_java(environ.get("JAVA_HOME"), environ.get("PATH"))
    manifests = Path("3rdparty") / "jvm"
    places = Places(flags.dist, flags.folder, flags.spark_home, flags.jar_cache, manifests, java)
    began, runs, by_hand = time.monotonic(), list[Run](), {**BY_HAND, **ALONE}
    with running_world(places, environ) as world:
        warm_up(world)
        setting = partial(
            Results,
            date=datetime.now(UTC).date().isoformat(),
            quick=flags.quick,
            commit=_commit(),
            machine=machine(),
            versions=versions(world),
        )
        for name in flags.only:
            for run in BENCHES[name](world, flags.quick) if name in BENCHES else by_hand[name](world):
                runs.append(run)
                seconds = time.monotonic() - began
                _tell(run, seconds)
                setting(minutes=round(seconds / 60, 1), runs=tuple(runs)).save(flags.results)


def _tell(run: Run, seconds: float) -> None:
    values = "  ".join(f"{name}={value:,.6g}" for name, value in run.values.items())
    complain(f"{seconds:6.0f} s  {run.bench}/{run.case}  {run.contender} #{run.turn}  {values}")


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False, timeout=10
    )
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
