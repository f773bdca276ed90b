"""Several streams in one session: each commit is a job in its stream's pool; none is begun once the run is to end."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from waybill_common.settings import LogSettings
from waybill_delivery.splits import SplitsDropped, TaskContext
from waybill_spark.driver import streams_in_session
from waybill_spark.driver.streams_in_session import SparkEngine


@dataclass
class Session:
    """As much of one as the engine touches."""

    pools: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sparkContext(self) -> Session:  # noqa: N802  # Spark's name
        return self

    def setLocalProperty(self, name: str, value: str) -> None:  # noqa: N802
        self.pools.append((name, value))


def commit_of(stream: str) -> TaskContext:
    return cast("TaskContext", SimpleNamespace(manifest=SimpleNamespace(stream=stream, number=4)))


def test_each_streams_commits_go_to_its_pool_until_the_run_is_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    session, carried = Session(), list[str]()

    def distribute(_spark: Any, context: TaskContext, _log: LogSettings) -> list[Any]:
        carried.append(context.manifest.stream)
        return []

    monkeypatch.setattr(streams_in_session, "distribute_splits", distribute)
    engine = SparkEngine(cast("Any", session), LogSettings())
    for stream in ("orders", "quakes"):
        assert engine.carry(commit_of(stream)) == []
    assert session.pools == [("spark.scheduler.pool", stream) for stream in carried] != []
    engine.drop_what_is_not_begun()
    with pytest.raises(SplitsDropped, match="commit 4 of orders"):
        engine.carry(commit_of("orders"))
    assert carried == ["orders", "quakes"]
