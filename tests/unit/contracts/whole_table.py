"""The whole value table as one document, its good tokens as rows: a column for each row of the table, and another one
where the value stands in a list, a map and a struct."""

from __future__ import annotations

import json
from typing import Any

from unit.contracts.documents import Json, document, field, list_of, map_of, struct_of
from unit.contracts.value_table import TABLE

from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge, written_row

IDS_OF_A_ROW = 6


def whole_table() -> ContractDocument:
    fields: list[Json] = []
    entries: Json = {}
    for at, (kind, entry) in enumerate(TABLE):
        first = at * IDS_OF_A_ROW + 1
        inner = struct_of(field(first + 1, "v", kind))
        nested = list_of(first + 3, map_of(first + 4, first + 5, inner))
        fields += [field(first, f"top_{at}", kind), field(first + 2, f"nested_{at}", nested)]
        if entry:
            entries |= {str(first): dict(entry), str(first + 1): dict(entry)}
    return document(*fields, entries=entries)


def judged_table(of: ContractDocument) -> tuple[list[JudgedRow], list[dict[str, Any]]]:
    """The rows with their values as text; one more of nulls alone."""
    judge = RecordJudge(of)
    rows, values = [], []
    for at, tokens in enumerate(TABLE.values()):
        for token in [*tokens, "null"]:
            record = f'{{"top_{at}":{token},"nested_{at}":[null,{{}},{{"k":{{"v":{token}}},"z":null}}]}}'
            found = judge.judge(KafkaInput(record.encode("utf-8", "surrogatepass")))
            if isinstance(found, JudgedRow):
                rows.append(found)
                values.append(json.loads(json.dumps(written_row(of, found))))
    return rows, values
