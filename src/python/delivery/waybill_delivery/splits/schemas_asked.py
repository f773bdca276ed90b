"""What a task says of a split with records of schemas that nobody has bound yet: nothing of it is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass

from waybill_common.contract import SchemaId
from waybill_common.ledger import Split

BEGIN = '{"asks":'
"""How the reply begins."""


@dataclass(frozen=True)
class SchemasAsked:
    """``ids`` as the records' frames have them, in their order."""

    split: Split
    ids: tuple[SchemaId, ...]

    def to_text(self) -> str:
        return json.dumps({"asks": self.ids, "split": self.split.model_dump()})


def schemas_asked_in(text: str) -> SchemasAsked:
    said = json.loads(text)
    return SchemasAsked(Split.model_validate(said["split"]), tuple(said["asks"]))
