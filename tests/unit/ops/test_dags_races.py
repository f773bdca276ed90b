"""Deployments of DAGs made at the same time: each gets a number of its own, and none undoes another."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from unit.zips import ONE, TWO, zip_of

from waybill_airflow.layout import Deployment, version_of
from waybill_common.errors import DeploymentOvertaken
from waybill_common.lake import Lake
from waybill_common.settings import LakeSettings, Settings
from waybill_common.settings.lake_sections import DagsSettings
from waybill_ops.dags.deploying import make_current, undo
from waybill_ops.dags.version_store import RACES, VersionStore, open_version_store

AT = "2026-11-25T01:00:00.000+00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dags"


def test_of_many_publishers_at_once_each_gets_a_number_of_its_own(folder: Path) -> None:
    settings = Settings(dags=DagsSettings(url=str(folder)))
    bodies = [zip_of(**{"a_dag.py": f"# {number}"}) for number in range(RACES)]
    gate, numbers = threading.Barrier(len(bodies)), []

    def race(body: bytes) -> None:
        own = open_version_store(settings)
        version = own.store(body)
        gate.wait(30)
        numbers.append(own.deploy(make_current(version, AT, "")).entry.number)

    threads = [threading.Thread(target=race, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(numbers) == list(range(1, RACES + 1))
    history = open_version_store(settings).history()
    assert [one.number for one in history] == list(range(RACES, 0, -1))
    assert {one.version for one in history} == {version_of(body) for body in bodies}


@dataclass(frozen=True)
class Crowded(Lake):
    """Somebody else's deployment is always first, ``times`` times."""

    times: list[int] = field(default_factory=lambda: [1])

    def put_new(self, key: str, body: bytes) -> Any:
        if key.startswith("deployments/") and self.times[0] > 0:
            self.times[0] -= 1
            number = int(key[-17:-5])
            super().put_new(key, Deployment(number, f"{number:064x}", AT).to_json())
        return super().put_new(key, body)


def crowded(folder: Path, times: int) -> VersionStore:
    return VersionStore(Crowded(settings=LakeSettings(url=str(folder)), stream="", times=[times]))


def test_who_loses_the_race_publishes_after_the_winner(folder: Path) -> None:
    versions = crowded(folder, 2)
    done = versions.deploy(make_current(versions.store(ONE), AT, ""))
    assert (done.entry.number, versions.current()) == (3, done.entry)


def test_races_are_bounded(folder: Path) -> None:
    versions = crowded(folder, 1000)
    with pytest.raises(DeploymentOvertaken, match=f"{RACES} times in a row"):
        versions.deploy(make_current(versions.store(ONE), AT, ""))


def test_a_rollback_does_not_undo_what_was_deployed_meanwhile(folder: Path) -> None:
    versions = open_version_store(Settings(dags=DagsSettings(url=str(folder))))
    for body in (ONE, TWO):
        seen = versions.deploy(make_current(versions.store(body), AT, "")).entry
    with pytest.raises(DeploymentOvertaken, match="Deployment 2 was current"):
        crowded(folder, 1).deploy(undo(seen, version_of(ONE), AT, ""))
    current = versions.current()
    assert current is not None
    assert current.number == 3
