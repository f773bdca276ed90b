"""What is delivered, by whom and how often. Pure."""

from __future__ import annotations

from dataclasses import replace

from waybill_bench.contracts.avro_orders import AvroOrders
from waybill_bench.contracts.orders import FlatOrders, MadeUpOrders, NestedOrders, Spelling
from waybill_bench.load import Load
from waybill_bench.sink.cases import Case
from waybill_bench.sink.plan import FLINK, LOCAL, SCRIPT
from waybill_bench.sink.subjects import AVRO, FLAT, NESTED

BENCH = "contracts"
CANONICAL = "flat, canonical"
FOREIGN = {f"flat, {one}": one for one in (Spelling.PYTHON, Spelling.JACKSON, Spelling.SPARSE)}
NESTED_CASE = "nested with decimals"
AVRO_CASE = "nested with decimals, Avro"
_RECORDS, _COMMITS = 1_000_000, 5
_TURNS, _FLINKS = 3, 2
_AVRO_RECORDS, _AVRO_TURNS = 250_000, 2
"""Fewer, since the script takes its time for them."""
_QUICK_RECORDS, _QUICK_COMMITS = 200_000, 3


def regular(*, quick: bool) -> tuple[Case, ...]:
    """The canonical ones are there to be compared with, by the local engine alone."""
    canonical = Case(CANONICAL, _load(FlatOrders()), (LOCAL,), _TURNS, _COMMITS, subject=FLAT)
    flat = (
        Case(name, _load(FlatOrders(spelling=one)), (LOCAL, SCRIPT), _TURNS, _COMMITS, subject=FLAT)
        for name, one in FOREIGN.items()
    )
    nested = Case(NESTED_CASE, _load(NestedOrders()), (LOCAL, SCRIPT), _TURNS, _COMMITS, subject=NESTED)
    datums = replace(_load(AvroOrders()), records=_AVRO_RECORDS)
    avro = Case(AVRO_CASE, datums, (LOCAL, SCRIPT), _AVRO_TURNS, _COMMITS, subject=AVRO)
    foreign = (*flat, nested)
    if quick:
        return tuple(map(_quick, (canonical, *foreign, avro)))
    flink = (replace(case, contenders=(FLINK,), turns=_FLINKS) for case in foreign)
    return (canonical, *foreign, avro, *flink)


def _load(recipe: MadeUpOrders) -> Load:
    """Without headers, as most topics of others."""
    return Load(_RECORDS, recipe=recipe, headers=False)


def _quick(case: Case) -> Case:
    """Once, by the local engine alone."""
    load = replace(case.load, records=_QUICK_RECORDS)
    return replace(case, load=load, contenders=(LOCAL,), turns=1, commits=_QUICK_COMMITS)
