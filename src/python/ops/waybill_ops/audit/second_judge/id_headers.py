"""An id of a writer's schema that stands in a header, read by hand from docs/contracts.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

HeaderBytes = Sequence[tuple[bytes, "bytes | None"]]

VALUE_ID = b"__value_schema_id"

_FORMS = re.compile(rb"\x00(?P<number>.{4})|\x01(?P<guid>.{16})", re.DOTALL)
_GROUPS = (0, 8, 12, 16, 20, 32)
"""Where the groups of a GUID's 32 digits begin and end."""


def is_named_by_header(form: dict[str, Any]) -> bool:
    """Whether records of such values are read by schemas that their headers name."""
    return form.get("frame") == "confluent_header" and "registry" in form


def id_told(headers: HeaderBytes) -> int | str | None:
    """Of several headers the last one counts."""
    found = _FORMS.fullmatch(dict(headers).get(VALUE_ID) or b"")
    if found is None:
        return None
    if found["number"] is not None:
        return int(found["number"].hex(), 16)
    digits = found["guid"].hex()
    return "-".join(digits[begin:end] for begin, end in pairwise(_GROUPS))
