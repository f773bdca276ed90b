"""``backfill`` chooses its engine by a flag: Spark as in 0.1.0, or this machine's processes."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from waybill_delivery.backfilling import Backfill
from waybill_delivery.run_summary import RunSummary
from waybill_local import local_run
from waybill_ops.cli import main

RANGE = ["--from", "0:5,1:7", "--to", "0:9,1:8"]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the local engine was told to do, which it does not do."""
    told: list[Any] = []

    def run(settings: Any, _stop: Any, backfill: Any, _watch: Any) -> RunSummary:
        told.extend((settings, backfill))
        return RunSummary(commits=[1], rows=3)

    monkeypatch.setattr(local_run, "run", run)
    return told


def test_the_local_engine_delivers_a_range_without_java_and_bundle(
    here: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    given = ["--delivery.workers=3", "--lake.url=/there", "--", "--lake.url=/again"]
    assert main(["backfill", "--engine=local", *RANGE, *given]) == 0
    settings, backfill = here
    assert backfill == Backfill({0: 5, 1: 7}, {0: 9, 1: 8})
    assert (settings.lake.url, settings.delivery.workers) == ("/again", 3)
    assert '"rows": 3' in capsys.readouterr().out


def test_times_mean_the_same_to_both(here: list[Any]) -> None:
    assert main(["backfill", "--engine", "local", "--from=2026-11-01", "--to=2026-11-02"]) == 0
    assert here[1] == Backfill(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--engine=Local"], "'Local' is not possible here.\n  allowed: one of local, spark."),
        (["--engine="], "allowed: one of local, spark"),
        ([], "--bundle was not given, and the engine is spark."),
        (["--engine=spark"], "--bundle was not given, and the engine is spark."),
        (["--engine=local", "--bundle=x"], "--bundle was given, and the engine is local."),
        (["--engine=local", "--master=local[2]"], "--master was given, and the engine is local."),
        (["--engine=local", "--spark-home=/x"], "--spark-home was given, and the engine is local."),
        (["--engine=local", "--jars-dir=/x"], "--jars-dir was given, and the engine is local."),
        (["--engine=local", "--conf=a.b=1"], "--conf was given, and the engine is local."),
        (["--engine=local", "--print"], "--print was given, and the engine is local."),
        (["--engine=local", "--keep-classes"], "--keep-classes was given, and the engine is local."),
        (["--engine=local", "--json"], "--json was given, and the engine is local."),
        (["--engine=local", "--", "--stop-file=/x"], "--stop-file stands after --, and the engine is local."),
        (["--engine=local", "--", "word"], "word stands after --, and the engine is local."),
        (["--engine=local", "--", "--delivery.trigger=1 seconds"], "does not use delivery.trigger"),
        (["--bundle=x", "--delivery.workers=2"], "--delivery.workers was given, and the engine is spark."),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_the_chosen_engine_does_not_know_is_refused_at_once(
    given: list[str], said: str, here: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", *RANGE, *given]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert "allowed" in err
    assert (out, here) == ("", [])


def test_without_the_local_engines_wheel_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "waybill_local"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [one for one in sys.path if "local_engine" not in one])
    sys.path_importer_cache.clear()
    assert main(["backfill", "--engine=local", *RANGE]) == 50
    assert "install waybill-local beside waybill-ops" in capsys.readouterr().err
