"""A small contract of each kind, as a run is given it: made from a document alone."""

from __future__ import annotations

import json
from typing import Any

from unit.contracts.documents import ORDERS, Json

from waybill_common.contract import BoundContract
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.stream_contract import contract_of

DAY = 86_400_000


def bound(tree: Json) -> BoundContract:
    return contract_of(parse_document(canonical_bytes(tree)), "it")


def orders(**members: Any) -> BoundContract:
    """A member of ``None`` is left out."""
    return bound({name: one for name, one in (ORDERS | members).items() if one is not None})


def order(number: int, *, day: int | None = 20_000, **members: Any) -> bytes:
    fields = {"order_id": f"o-{number}", "total": {"amount": "1.10"}, "created_at": day and day * DAY}
    return json.dumps({**fields, **members}).encode()
