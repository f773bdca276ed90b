"""One list of all commands that reach a lake, Kafka or the API. A command without a row fails a unit test.

They stand in the order of a story: each finds what those before it made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from edges.case import Case, Part

TOPIC = "names_topic"


@dataclass(frozen=True)
class Verb:
    """``name`` is how a user calls it. ``{…}`` in ``words`` are filled in from the run's ``Places``.

    ``spark``: starts a driver, some 8 s; ``starts``: other processes.
    ``minutes``: takes minutes where nothing is wrong, so a story leaves it out
    unless all are asked for. ``code`` is its exit code where all is well.
    """

    name: str
    program: Literal["waybill", "producer"]
    words: tuple[str, ...]
    reaches: frozenset[Part]
    spark: bool = False
    minutes: bool = False
    starts: bool = False

    @property
    def own_process(self) -> bool:
        return self.spark or self.starts

    def meets(self, case: Case) -> bool:
        """Whether it reaches what the case is about."""
        return case.part in self.reaches


_LAKE: frozenset[Part] = frozenset({"lake"})
_DAGS: frozenset[Part] = frozenset({"lake", "dags"})
_KAFKA: frozenset[Part] = frozenset({"kafka"})
_BOTH: frozenset[Part] = frozenset({"lake", "kafka"})
_SPARK = ("--bundle={bundle}", "--jars-dir={jars}", "--spark-home={spark}", "--master=local[1]")
_QUICK = ("--conf=spark.ui.enabled=false", "--conf=spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1")

VERBS = (
    Verb("init", "waybill", ("init",), _BOTH),
    Verb("producer", "producer", ("--producer.pages=1",), frozenset({"kafka", "api"})),
    Verb("submit", "waybill", ("submit", *_SPARK, *_QUICK), _BOTH, spark=True),
    Verb("deliver", "waybill", ("deliver",), _BOTH, starts=True),
    Verb("plan", "waybill", ("plan", "--json"), _BOTH),
    Verb("report", "waybill", ("report", "--json", "--by=country"), _LAKE),
    Verb("contract pull", "waybill", ("contract", "pull", "{scratch}/contract.json"), _LAKE),
    Verb("contract publish", "waybill", ("contract", "publish", "{document}", "--tighten"), _BOTH),
    Verb("lag", "waybill", ("lag", "--json"), _BOTH),
    Verb("verify", "waybill", ("verify", "--json"), _BOTH),
    Verb("dead-letters list", "waybill", ("dead-letters", "list", "--json"), _BOTH),
    Verb("dead-letters show", "waybill", ("dead-letters", "show", "{letter}"), _BOTH),
    Verb("dead-letters export", "waybill", ("dead-letters", "export", "{scratch}/letters.jsonl"), _BOTH),
    Verb("redrive", "waybill", ("redrive", "--json"), _BOTH),
    Verb(
        "dead-letters waive",
        "waybill",
        ("dead-letters", "waive", "--reason-text=of a test", "--offset={offset}"),
        _BOTH,
    ),
    Verb(
        "backfill",
        "waybill",
        ("backfill", "--from={from}", "--to={to}", *_SPARK, *_QUICK, "--", "--lake.url={lake}/backfill"),
        _BOTH,
        spark=True,
    ),
    Verb("dags publish", "waybill", ("dags", "publish", "{archive}", "--json"), _DAGS),
    Verb("dags list", "waybill", ("dags", "list", "--json"), _DAGS),
    Verb("dags rollback", "waybill", ("dags", "rollback", "--to={version}", "--json"), _DAGS),
    Verb(
        "prove",
        "waybill",
        ("prove", "--events=400", "--rounds=1", "--faults=stop-driver", *_SPARK, *_QUICK),
        _BOTH,
        spark=True,
        minutes=True,
    ),
)
