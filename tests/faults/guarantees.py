"""``docs/guarantees.md`` from the results of a run of the matrix. A pure function; standard library only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from faults.engines import Driver, fault_of
from faults.promises import Promise

HEAD = """\
# Guarantees

Written by `make faults` from what it ran; do not edit. [tests/faults](../tests/faults/README.md) says how a cell works,
and [results.json](../tests/faults/results.json) has each of them.

Each cell makes one fault happen at one moment, to real processes, on a real Kafka and an S3 server. Then a reader that
shares no code with the writers compares every record of the topic with every row and dead letter of the lake, the pages
of the API with the topic, and the ledger with the stored bytes. A cell that lost or doubled anything has failed.

What delivers is a column: "process" is the Spark application's own driver without its JVM, "local" is `waybill
deliver`, "both by turns" one after the other, "spark" all of the Spark application. Of a test ID, `ID-local` is the one
with the local engine, `ID-both` that with both.

On your own test cluster: [`waybill prove`](prove.md).
"""

NOT = """
## What is not guaranteed
The [README](../README.md#what-is-guaranteed-and-what-is-not) has the list of known limits: without a seed, with too
short a retention, with a topic that is made again, and so on. And the run above does not cover:

- Contracts: what a record is worth, no cell can say. Where more than `delivery.max_dead_share` of the last 1,000
  records or more became dead letters, each run ends with [exit code 39](errors.md#toomanydead), idle ones too, until
  somebody accepts that in an entry of the ledger; with fewer it goes on and names the commonest reasons.
- Schema registries: an id means what the lake has bound to it. Before a new commit the registry is asked whether it
  means the same ([exit code 26](errors.md#registryrefused) if not), once a minute at most. A registry that is made anew
  is believed where the lake does not know an id yet, and between two looks: it wants a new topic.
- Machines: all processes were on one. No cable was cut, no power, no disk lied about what it had written.
- Clocks but the producer's own: those of brokers and store were right.
- A disk that is really full: "can't write" is a limit on the size of the broker's files, which fails each write.
- A store that really stops: "unreachable" and "no answer" are a proxy's doing, {store} itself was up.
- Spark, where the driver is "process" or "both by turns": that is the Spark application's own code with Spark taken
  out.
"""


def guarantees_page(results: Mapping[str, Any]) -> str:
    """The page for ``{"date", "seed", "versions", "cells"}``."""
    cells = results["cells"]
    return "".join(
        [
            HEAD,
            _run(results),
            _table(cells),
            "\n## The cells\n" + "\n".join(_cells(cells)) + "\n",
            NOT.format(store=results["versions"]["store"]),
        ]
    )


def _run(results: Mapping[str, Any]) -> str:
    cells, versions = results["cells"], results["versions"]
    parts = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()) if name != "store")
    sums = {
        name: sum(cell.get(name, 0) for cell in cells) for name in ("events", "lost", "doubled", "failures")
    }
    minutes = sum(cell["seconds"] for cell in cells) / 60
    return (
        f"\nThe last run: {results['date']}, {len(cells)} cells ({_by_driver(cells)}),\n{sums['events']:,} events, "
        f"{sums['lost']} lost, {sums['doubled']} doubled, {sums['failures']} failures, {minutes:.0f} minutes, "
        f"seed {results['seed']}.\n"
        f"{parts}; store: {versions['store']}.\n"
    )


def _table(cells: Sequence[Mapping[str, Any]]) -> str:
    lines = ["", "| promise | faults | runs | failures | events |", "|---|---|---|---|---|"]
    for text, group in _by_promise(cells).items():
        runs, failures, events = (
            sum(cell.get(name, 0) for cell in group) for name in ("runs", "failures", "events")
        )
        lines.append(f"| {text} | {len(_by_fault(group))} | {runs} | {failures} | {events:,} |")
    return "\n".join(lines) + "\n"


def _cells(cells: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """For each promise the tests that prove it: ``pytest tests/faults -k ID --faults=all``."""
    for text, group in _by_promise(cells).items():
        drivers = [driver for driver in Driver if any(cell["driver"] == driver for cell in group)]
        yield f"\n**{text}**\n"
        yield f"| test | moment | fault | {' | '.join(drivers)} |\n|---|---|---|{'---|' * len(drivers)}"
        for fault, played in _by_fault(group).items():
            one = next(iter(played.values()))
            outcomes = " | ".join(_outcomes(played, drivers))
            yield f"| `{fault}` | {one['moment']} | {one['fault']} | {outcomes} |"


def _outcomes(played: Mapping[str, Mapping[str, Any]], drivers: Sequence[Driver]) -> Iterator[str]:
    """A fault's, by driver; nothing where that does not play it."""
    before = ""
    for driver in drivers:
        if driver not in played:
            yield ""
            continue
        outcome = "FAILED" if played[driver]["failures"] else str(played[driver]["outcome"])
        yield "the same" if outcome == before != "FAILED" else outcome
        before = outcome


def _by_fault(cells: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """By the id that a fault's cells share, each of them by its driver."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for cell in cells:
        found.setdefault(fault_of(cell["id"], cell["driver"]), {})[cell["driver"]] = cell
    return found


def _by_driver(cells: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(cell["driver"] for cell in cells)
    return ", ".join(f"{counts[driver]} {driver}" for driver in Driver if counts[driver])


def _by_promise(cells: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The cells by what they prove, without promises that no cell was run for."""
    groups = {one.value: [cell for cell in cells if cell["promise"] == one.name] for one in Promise}
    return {text: group for text, group in groups.items() if group}
