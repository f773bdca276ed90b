"""Every object of the dataset into the audit's tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from waybill_common.contract import ColumnKind, Contract
from waybill_common.screen import Bars
from waybill_ops.audit import object_names
from waybill_ops.audit.audited_ledger import Ledger
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.fingerprint import AuditedKind
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import later_claims
from waybill_ops.audit.object_contents import ObjectOrigin
from waybill_ops.audit.objects import Loaded, Loader, is_claimed
from waybill_ops.audit.record_terms import TermsByOffset

_KINDS = {
    ColumnKind.STRING: AuditedKind.STRING,
    ColumnKind.DOUBLE: AuditedKind.DOUBLE,
    ColumnKind.INSTANT: AuditedKind.INSTANT,
}


def load_objects(
    lake: LakeReader,
    ledger: Ledger,
    terms: TermsByOffset,
    contracts: Sequence[Contract],
    database: duckdb.DuckDBPyConnection,
    scratch: Path,
    progress: Bars,
) -> Loaded:
    """``contracts`` are those that this release carries of the stream, the current one last."""
    loaded = Loaded({column.name: _KINDS[column.kind] for one in contracts for column in one.columns})
    id_field, time_field = (contracts[-1].id_field, contracts[-1].time_field) if contracts else ("", "")
    loader = Loader(database, lake, scratch, id_field, time_field)
    stored = [
        key
        for folder in (object_names.DATA, object_names.DEAD_LETTERS)
        for key in lake.keys(folder)
        if key.endswith(".parquet")
    ]
    claims = ledger.claims | later_claims(lake, ledger.last)
    for key in sorted(ledger.objects.keys() - set(stored)):
        loaded.findings.append(
            Finding(Code.OBJECT_MISSING, key, "its receipt lists it, the lake does not have it")
        )
    for number, key in enumerate(progress.track("objects", stored)):
        expected = ledger.objects.get(key)
        in_flight = expected is None and is_claimed(key, claims)
        if expected is None and not in_flight:
            orphaned = Finding(Code.OBJECT_ORPHANED, key, "no receipt and no open manifest knows it")
            loaded.findings.append(orphaned)
        loader.load(key, number, expected, loaded, in_flight=in_flight, origin=_origin(key, terms))
    return loaded


def _origin(key: str, terms: TermsByOffset) -> ObjectOrigin:
    """By the split that the object's name says."""
    promise = object_names.parse_object_key(key)
    split = terms.split_at(promise.partition, promise.start) if promise else None
    report = None if split is None else terms.splits[split].report
    is_dead = key.startswith(f"{object_names.DEAD_LETTERS}/")
    return ObjectOrigin(is_dead, terms.of_split(split), split, report.reasons if report and is_dead else None)
