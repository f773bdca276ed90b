"""Random faults from all that the cells know, under load, for as long as is asked; then the audit of both streams."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from faults.engines import Driver
from faults.matrix.store import HOW, WHAT
from faults.programs import Program
from faults.records import event
from faults.rig import Rig
from faults.second_stream import NAME as SECOND
from faults.second_stream import SecondStream
from faults.traps import Act, Fault

from waybill_sandbox.api import ApiFault as ApiFault
from waybill_sandbox.api import FaultKind, FaultPlan

PASSING = {0, 10, 20, 21, 24, 30, 34, 128 + signal.SIGKILL}
"""How a program may end here: well, by a transient error, beaten by a rival, or killed."""

ON_KAFKA = ("Produce", "EndTxn", "Fetch", "ListOffsets", "InitProducerId", "FindCoordinator")
KAFKA_ACTS = (Act.RESET, Act.LOSE_REPLY, Act.SLOW)
API_KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.LATENCY)
PAUSE_SECONDS = (0.3, 2.5)

ENGINES: dict[str, str] = {Driver.LOCAL: "faults.drive_local", Driver.PROCESS: "faults.drive"}
BOTH = "local, both streams"
"""Each driver that is started is one of these, by chance; only the last one delivers the second stream."""

_UNTOLD = "killed before it told"


@dataclass
class Soak:
    """``run`` returns the result as one JSON object."""

    rig: Rig
    second: SecondStream
    seconds: float
    producers: list[Program] = field(default_factory=list)
    drivers: list[Program] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    closed: dict[tuple[str, int], str] = field(default_factory=dict)
    stray: int = 0

    def run(self) -> dict[str, Any]:
        rig, began = self.rig, time.monotonic()
        rig.repeated_ids = True
        rig.create_topic()
        self.second.create()
        self.second.write(commit=True)
        # Before it has a cursor, a topic with somebody else's records is rightly refused.
        rig.producer(producer__pages=1).ended_with(0)
        while time.monotonic() - began < self.seconds:
            self._keep_running()
            strike = rig.random.choice(self._strikes)
            self.struck[strike.__name__] += 1
            strike()
            time.sleep(rig.random.uniform(*PAUSE_SECONDS))
        self._end()
        last = rig.deliver(lake__attempts=8)
        self._note_commits(last, Driver.PROCESS)
        self._note_commits(self.second.deliver(), BOTH)
        events, lost, doubled, wrong = rig.audit()
        return {
            "seconds": round(time.monotonic() - began),
            "faults": dict(sorted(self.struck.items())),
            "exit_codes": {str(code): count for code, count in sorted(self.codes.items())},
            "streams": {
                "names": self._told("names", events, len(lost), len(doubled), wrong),
                SECOND: self._told(SECOND, *self.second.audit()),
            },
        }

    def _told(
        self, stream: str, events: int, lost: int, doubled: int, wrong: Sequence[str]
    ) -> dict[str, object]:
        stored = self.rig.stored(stream)
        receipts = [stored.receipt(number) for number in stored.receipts]
        by = Counter(self.closed.get((stream, number), _UNTOLD) for number in stored.receipts)
        return {
            "events": events,
            "rows": sum(one["rows"] for one in receipts),
            "dead_letters": sum(one["dead"] for one in receipts),
            "commits": len(receipts),
            "commits_by": dict(sorted(by.items())),
            "frontier": receipts[-1]["frontier"],
            "lost": lost,
            "doubled": doubled,
            "wrong": wrong[:5],
        }

    def _keep_running(self) -> None:
        """One of each at least; what ended is noted."""
        for programs, start in ((self.producers, self._start_producer), (self.drivers, self._start_driver)):
            for program in [one for one in programs if one.child.wait(0) is not None]:
                programs.remove(program)
                self._note(program)
            if not programs:
                start()

    def _note(self, program: Program) -> None:
        code = program.code()
        assert code in PASSING, f"{program.name} ended with {code}:\n{program.child.log_tail()}"
        self.codes[code] += 1
        self._note_commits(program, program.name)
        self.rig.programs.started.remove(program)

    def _note_commits(self, program: Program, engine: str) -> None:
        """Those that it has closed, by its own log."""
        for line in program.log().splitlines():
            if '"event": "commit"' in line:
                told = json.loads(line)
                self.closed[told.get("stream", "names"), told["number"]] = engine

    def _start_producer(self) -> None:
        pages = self.rig.random.randrange(5, 60)
        self.producers.append(self.rig.producer(producer__pages=pages, producer__pause_interval=0.4))

    def _start_driver(self) -> None:
        size = self.rig.random.randrange(40, 400)
        trigger = self.rig.random.choice(("1 seconds", "available-now"))
        engine = self.rig.random.choice([*ENGINES, BOTH])
        flags = {"delivery__trigger": trigger, "delivery__rows_per_object": size, "lake__timeout": 3}
        if engine == BOTH:
            self.drivers.append(self.second.driver_of_both(engine, **flags))
        else:
            self.drivers.append(self.rig.driver_of(ENGINES[engine], engine, **flags))

    @property
    def _strikes(self) -> tuple[Callable[[], None], ...]:
        return (
            self.kill_a_producer,
            self.kill_a_driver,
            self.second_producer,
            self.second_driver,
            self.freeze_one,
            self.store_fault,
            self.store_fault,
            self.kafka_fault,
            self.kafka_fault,
            self.api_fault,
            self.stray_records,
            self.others_write,
            self.others_write,
            self.kill_the_broker,
        )

    def kill_a_producer(self) -> None:
        self.rig.random.choice(self.producers).kill()

    def kill_a_driver(self) -> None:
        self.rig.random.choice(self.drivers).kill()

    def second_producer(self) -> None:
        if len(self.producers) < 2:
            self._start_producer()

    def second_driver(self) -> None:
        if len(self.drivers) < 3:
            self._start_driver()

    def freeze_one(self) -> None:
        """For a while in which the other ones go on."""
        program = self.rig.random.choice([*self.producers, *self.drivers])
        if program.child.wait(0) is None:
            program.freeze()
            time.sleep(self.rig.random.uniform(0.5, 4))
            program.wake()

    def store_fault(self) -> None:
        random = self.rig.random
        fault = HOW[random.choice(sorted(HOW))]
        self.rig.on_store(replace(fault, label=WHAT[random.choice(sorted(WHAT))], skip=random.randrange(3)))

    def kafka_fault(self) -> None:
        random = self.rig.random
        self.rig.on_kafka(Fault(random.choice(KAFKA_ACTS), random.choice(ON_KAFKA), skip=random.randrange(5)))

    def api_fault(self) -> None:
        kind = self.rig.random.choice(API_KINDS)
        number = len(self.rig.simulator.requests) + self.rig.random.randrange(1, 5)
        self.rig.simulator.set_faults(FaultPlan(faults=(ApiFault(kind=kind, from_request=number),)))

    def stray_records(self) -> None:
        """Somebody else writes into the topic: rubbish, a good event, an aborted transaction."""
        self.stray += 10
        values = [b"\xff", None, b"{}", event(10**9 + self.stray)]
        commit = self.rig.random.random() < 0.6
        self.rig.produce(values, partition=self.rig.random.randrange(2), commit=commit)

    def others_write(self) -> None:
        self.second.write(commit=self.rig.random.random() < 0.8)

    def kill_the_broker(self) -> None:
        if self.rig.random.random() < 0.25:
            self.rig.kafka.kill_node(1)
            time.sleep(self.rig.random.uniform(0, 2))
            self.rig.kafka.restart_nodes(1)

    def _end(self) -> None:
        self.rig.parts.clear()
        self.rig.simulator.set_faults(FaultPlan())
        for program in [*self.producers, *self.drivers]:
            program.terminate()
        for program in [*self.producers, *self.drivers]:
            self._note(program)


def line(result: dict[str, Any], seed: int) -> str:
    """For stdout."""
    return json.dumps({"soak": {"seed": seed, **result}})
