"""A file of rows as readers have it, and a reader's values as the value table writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

Rows = list[dict[str, Any]]
Reader = Callable[[Path], Rows]


def text_of(value: Any) -> Any:
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case bytes():
            return value.hex()
        case dict():
            return {name: text_of(one) for name, one in value.items()}
        case list() | tuple():
            return [text_of(one) for one in value]
    return repr(value)


def by_pyarrow(path: Path) -> Rows:
    return list(pq.read_table(path).to_pylist())


def by_pandas(path: Path) -> Rows:
    """With Arrow's types: numpy has no null beside whole numbers, and makes floats of them."""
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    columns = {name: frame[name].array.__arrow_array__().to_pylist() for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
