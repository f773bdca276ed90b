"""The producer is killed at each named point, loses answers, meets limits and a wrong clock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from changed_topics import configure
from faults.matrix.cell import Cell
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault
from waiting import wait_until

# A page in many small requests, so that some of its records can be there before others.
SMALL_BATCHES = json.dumps({"batch.num.messages": "5", "max.in.flight.requests.per.connection": "1"})


def killed(fault: Fault) -> Callable[[Rig], str]:
    """SIGKILL while a request of the second page is held, on its way or on its way back."""

    def play(rig: Rig) -> str:
        rig.producer(producer__pages=1).ended_with(0)
        trap = rig.on_kafka(fault)
        victim = rig.producer(producer__pages=1, kafka__properties=SMALL_BATCHES)
        trap.await_reached()
        victim.kill()
        trap.drop()
        rig.producer(producer__pages=1).ended_with(0)
        return "killed; the next run went on"

    return play


def killed_while_it_waits_for_the_api(rig: Rig) -> str:
    rig.producer(producer__pages=1).ended_with(0)
    victim = rig.producer(producer__pages=100, producer__pause_interval=5)
    wait_until(lambda: "page published" in victim.log(), "page 2")
    victim.kill()
    rig.producer(producer__pages=1).ended_with(0)
    return "killed; the next run went on"


def sigterm(rig: Rig) -> str:
    trap = rig.on_kafka(Fault(Act.HOLD, "EndTxn"))
    program = rig.producer(producer__pages=50)
    trap.await_reached()
    program.terminate()
    time.sleep(0.3)
    trap.release()
    program.ended_with(0)
    return "the open transaction was finished, exit code 0"


def passes(fault: Fault) -> Callable[[Rig], str]:
    """The run takes it in its stride."""

    def play(rig: Rig) -> str:
        trap = rig.on_kafka(fault)
        rig.producer(producer__pages=4).ended_with(0)
        assert trap.struck > 0
        return "exit code 0"

    return play


def clock_set_back(rig: Rig) -> str:
    rig.producer(producer__pages=2).ended_with(0)
    rig.producer("faults.set_back", producer__pages=2).ended_with(0)
    return "later pages have earlier days; exit code 0"


def largest_page(rig: Rig) -> str:
    rig.rows_per_object = 2000
    rig.producer(producer__pages=2, source__results=5000).ended_with(0)
    return "one transaction, exit code 0"


def records_too_large(rig: Rig) -> str:
    rig.create_topic(**{"max.message.bytes": "200"})
    rig.producer(producer__pages=1).ended_with(0)
    configure(rig.admin, rig.topic, "max.message.bytes", "1000000")
    rig.producer(producer__pages=2).ended_with(0)
    return "dead letters in the page's transaction, exit code 0"


def _killed(name: str, moment: str, fault: Fault, *, quick: bool = False) -> Cell:
    return Cell(
        f"producer-killed-{name}", "producer", moment, "SIGKILL", Promise.PAGES, killed(fault), quick=quick
    )


PRODUCER = (
    _killed("starting", "before it fences older ones", Fault(Act.HOLD, "InitProducerId")),
    _killed("first-record", "before the transaction's first record", Fault(Act.HOLD, "Produce")),
    _killed("some-records", "inside the transaction", Fault(Act.HOLD, "Produce", skip=4), quick=True),
    _killed("record-unanswered", "a record is stored, unanswered", Fault(Act.HOLD_REPLY, "Produce", skip=2)),
    _killed("before-commit", "before the commit arrives", Fault(Act.HOLD, "EndTxn"), quick=True),
    _killed("commit-unanswered", "committed, unanswered", Fault(Act.HOLD_REPLY, "EndTxn"), quick=True),
    Cell(
        "producer-killed-between-pages",
        "producer",
        "between two pages",
        "SIGKILL",
        Promise.PAGES,
        killed_while_it_waits_for_the_api,
    ),
    Cell("producer-sigterm", "producer", "before the commit arrives", "SIGTERM", Promise.PAGES, sigterm),
    Cell(
        "producer-commit-answer-lost",
        "producer",
        "committed",
        "connection lost",
        Promise.PAGES,
        passes(Fault(Act.LOSE_REPLY, "EndTxn", skip=1)),
        quick=True,
    ),
    Cell(
        "producer-commit-reset",
        "producer",
        "before the commit arrives",
        "connection reset",
        Promise.PAGES,
        passes(Fault(Act.RESET, "EndTxn", skip=1)),
    ),
    Cell(
        "producer-record-answer-lost",
        "producer",
        "a record is stored",
        "connection lost",
        Promise.PAGES,
        passes(Fault(Act.LOSE_REPLY, "Produce", skip=1)),
    ),
    Cell(
        "producer-clock-set-back",
        "producer",
        "between runs",
        "clock 400 days late",
        Promise.PAGES,
        clock_set_back,
    ),
    Cell("producer-largest-page", "producer", "any", "page of 5,000 users", Promise.PAGES, largest_page),
    Cell(
        "producer-message-limit",
        "producer",
        "any",
        "records above the limit",
        Promise.PAGES,
        records_too_large,
    ),
)
