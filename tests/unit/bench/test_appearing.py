"""A file counts from when it has its name, and only files that readers take count."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waybill_bench.sink.appearing import appeared, files_below, gathered
from waybill_bench.sink.steady import Mark


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ((1.0, 2.0), [(1.0, 1), (2.0, 1)]),
        ((2.0, 1.0), [(1.0, 1), (2.0, 1)]),
        ((1.0, 1.04, 1.09, 2.0), [(1.0, 3), (2.0, 1)]),
        ((1.0, 1.09, 1.18, 1.27), [(1.0, 2), (1.18, 2)]),
        ((), []),
    ],
    ids=["apart", "in any order", "together", "a chain is cut", "none"],
)
def test_what_appears_together_is_one_commit(
    times: tuple[float, ...], expected: list[tuple[float, int]]
) -> None:
    assert list(gathered(Mark(at, 1) for at in times)) == [Mark(*one) for one in expected]


def test_a_file_counts_from_its_rename_and_what_readers_leave_out_does_not(tmp_path: Path) -> None:
    table = pa.table({"id": ["a", "b"]})
    day = tmp_path / "date=2026-11-25"
    day.mkdir()
    for name in ("part-1-0-0", "0-00.parquet", ".part-1.inprogress.x", "_SUCCESS", "1-00.tmp"):
        pq.write_table(table, day / name)
    found = sorted(path.name for path in files_below(tmp_path))
    assert found == ["0-00.parquet", "part-1-0-0"]
    (mark,) = appeared(tmp_path)
    assert (mark.records, mark.at) == (4, min((day / name).stat().st_ctime for name in found))
