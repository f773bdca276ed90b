"""The run's contract, and what it says otherwise than the dataset's."""

from __future__ import annotations

from collections.abc import Iterator

from waybill_common.contract import BoundContract
from waybill_common.ledger import ContractRef
from waybill_contracts.document import ContractDocument, DescribedValue, parse_document
from waybill_contracts.evolution import first_difference
from waybill_delivery.planning.plan_part import PlanPart, plural

_MEMBERS = ("value", "key", "headers", "extra", "duplicates", "tombstones", "select", "ignore", "id", "time")


def contract_part(
    contract: BoundContract, named: ContractRef | None, dataset: ContractDocument | None
) -> PlanPart:
    """``named`` is the dataset's contract as its last entry says it, ``dataset`` its document, where it could be
    read.
    """
    document = parse_document(contract.document)
    value = document.value
    said = {
        "version": contract.version,
        "fingerprint": contract.fingerprint,
        "format": value.format,
        "frame": value.frame,
        "key": document.key.format if document.key else None,
        "columns": len(document.columns),
        "partition_by": [one.spelling for one in document.partition_by],
        "dataset": None if named is None else {"version": named.version, "fingerprint": named.fingerprint},
        "changes": [],
    }
    form = f"{value.format} in {value.frame}" if value.frame else value.format
    told = [
        f"version {contract.version}, {contract.fingerprint[:15]}…: {form}, {plural(len(document.columns), 'column')}"
    ]
    if named is None:
        told.append("the dataset has none yet: this one is stored before its first commit")
    elif contract.is_named(named.version, named.fingerprint):
        told.append("it is the dataset's")
    else:
        told.append(f"the dataset's is version {named.version}, {named.fingerprint[:15]}…")
        if dataset is not None:
            said["changes"] = changes = [*_changes(dataset, document)]
            told += changes
            found = first_difference(dataset, document)
            told.append(
                "this one may follow it: the next new commit is of it"
                if found is None
                else f"this one may not follow it: {found.place}: {found.found}; allowed: {found.allowed}"
            )
    return PlanPart("contract", said, tuple(told))


def _changes(old: ContractDocument, new: ContractDocument) -> Iterator[str]:
    for name in _MEMBERS:
        if getattr(old, name) != getattr(new, name):
            yield f"{name} is another"
    for name in old.columns.keys() - new.columns.keys():
        yield f"column {name} is gone"
    for name, column in new.columns.items():
        before = old.columns.get(name)
        if before is None:
            yield f"column {name} is new: {column.type.spelling}{' required' if column.required else ''}"
        elif before != column:
            yield f"column {name}: {_change(before, column)}"


def _change(old: DescribedValue, new: DescribedValue) -> str:
    if old.type.spelling != new.type.spelling:
        return f"{old.type.spelling} becomes {new.type.spelling}"
    if old.required != new.required:
        return "it is required now" if new.required else "it is no longer required"
    if old.rules != new.rules:
        return "its rules are others"
    if (old.place, old.wire) != (new.place, new.wire):
        return "it lies elsewhere in the record, or is spelled otherwise"
    return "what is said of it, or of its parts, is another"
