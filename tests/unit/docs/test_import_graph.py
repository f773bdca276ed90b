"""Engines and auditor stand apart: nothing that one of them must not know is reached by any chain of imports."""

from __future__ import annotations

import ast

import pytest
from unit.docs.import_graph import read_modules, way_between

MODULES = read_modules()
DELIVERY = ("waybill_delivery", "waybill_spark", "waybill_local")
APART = {
    "the Spark application": (("waybill_spark",), ("waybill_local",)),
    "the producer": (("waybill_producer",), DELIVERY),
    "the auditor": (("waybill_ops.audit",), (*DELIVERY, "waybill_producer", "waybill_contracts")),
    "delivery": (("waybill_delivery",), ("waybill_local", "waybill_spark", "waybill_ops")),
    "the local engine": (("waybill_local",), ("waybill_spark", "waybill_ops", "pyspark")),
}


@pytest.mark.parametrize("who", APART)
def test_what_is_to_stand_apart_does(who: str) -> None:
    begin, end = APART[who]
    assert any(name.startswith(begin) for name in MODULES)
    assert way_between(MODULES, begin, end) is None


@pytest.mark.parametrize(
    ("seeded", "line", "who"),
    [
        ("waybill_spark.cli", "from waybill_local.workers import Workers", "the Spark application"),
        ("waybill_delivery.loop", "def f():\n    import waybill_local.local_run", "the Spark application"),
        ("waybill_common.signals", "from waybill_local import workers", "the producer"),
        ("waybill_ops.audit.objects", "from waybill_delivery.events import decoder_of", "the auditor"),
        ("waybill_ops.audit.compare", "from waybill_ops import later", "the auditor"),
        ("waybill_common.errors", "M = 'waybill_delivery.loop'", "the auditor"),
    ],
    ids=["direct", "in a function, through delivery", "through common", "past no face", "by name", "a text"],
)
def test_one_import_that_breaks_it_is_noticed(seeded: str, line: str, who: str) -> None:
    """The check itself is tried: with that line added, there is a way."""
    begin, end = APART[who]
    broken = {**MODULES, seeded: ast.parse(f"{ast.unparse(MODULES[seeded])}\n{line}")}
    way = way_between(broken, begin, end)
    assert way is not None
    assert seeded in way
    assert way[-1].startswith(end)
