"""The bundle inside Airflow: found by its own manager, loaded by its own DagBag, used by several processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from airflow.dag_processing.bundles.manager import DagBundlesManager

from waybill_airflow.bundle import WaybillDagBundle
from waybill_airflow.bundle_error import BundleError

Publish = Callable[[bytes], str]

# What a worker does before a task: the manager's bundle, the version of the run, the file from the bundle's folder.
LOAD = """
import json, sys, warnings
sys.path[:] = json.loads(sys.argv[3])
warnings.simplefilter("error", ResourceWarning)
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import BundleDagBag
bundle = DagBundlesManager().get_bundle(sys.argv[1], sys.argv[2] or None)
print("ready", flush=True)
sys.stdin.readline()
bundle.initialize()
bag = BundleDagBag(bundle.path, bundle_path=bundle.path, bundle_name=bundle.name)
found = [(dag.dag_id, dag.description) for dag in bag.dags.values()]
print(json.dumps([found, bag.import_errors, bag.captured_warnings, bundle.get_current_version().version,
    [stat.file for stat in bag.dagbag_stats]]))
"""


class Worker:
    """A process of Airflow's. ``go`` lets it have its bundle."""

    def __init__(self, name: str, version: str, config: str) -> None:
        env = {**os.environ, "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": config}
        self._child = subprocess.Popen(
            [sys.executable, "-c", LOAD, name, version, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )

    def stop(self) -> None:
        with self._child as child:  # closes the pipes and waits
            child.kill()

    def ready(self) -> None:
        assert self._child.stdout is not None
        while (line := self._child.stdout.readline()) != "ready\n":
            assert line, "it ended before it was ready"

    def go(self) -> list[object]:
        out, err = self._child.communicate("go\n", timeout=120)
        assert self._child.returncode == 0, err
        return list(json.loads(out.strip().splitlines()[-1]))


@pytest.fixture
def worker(name: str, config: str) -> Iterator[Callable[[str], Worker]]:
    """Starts one for a version, or for the current one. Ended with the test."""
    with ExitStack() as started:

        def start(version: str) -> Worker:
            one = Worker(name, version, config)
            started.callback(one.stop)
            return one

        yield start


def test_workers_load_the_version_of_their_run(
    worker: Callable[[str], Worker], publish: Publish, archive: Callable[[str], bytes]
) -> None:
    first, second = publish(archive("one")), publish(archive("two"))
    workers = {version: worker(version) for version in (first, "")}
    for one in workers.values():
        one.ready()
    assert workers[first].go() == [[["a_dag", "one"]], {}, {}, first, ["a_dag.py"]]
    assert workers[""].go() == [[["a_dag", "two"]], {}, {}, second, ["a_dag.py"]]


def test_four_processes_that_begin_at_once_get_one_whole_folder(
    name: str, worker: Callable[[str], Worker], publish: Publish, archive: Callable[[str], bytes]
) -> None:
    version = publish(archive("one"))
    workers = [worker("") for _ in range(4)]
    for one in workers:
        one.ready()
    assert [one.go() for one in workers] == [[[["a_dag", "one"]], {}, {}, version, ["a_dag.py"]]] * 4
    versions = WaybillDagBundle(name=name, url="/unused").versions_dir
    assert [file.name for file in versions.iterdir()] == [version]


def test_airflows_manager_builds_it_from_the_configuration_and_asks_nobody(
    name: str, config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", config)
    [bundle] = DagBundlesManager().get_all_dag_bundles()
    assert isinstance(bundle, WaybillDagBundle)
    assert (bundle.name, bundle.supports_versioning, bundle.is_initialized) == (name, True, False)
    assert bundle.get_current_version() is None
    assert not bundle.path.exists()


@pytest.mark.parametrize(
    "kwargs",
    [
        {"url": "/dags", "secret_access_key": "hunter2"},
        {"url": "s3://user:hunter2@bucket/dags"},
        {"url": "s3://bucket/dags?secret=hunter2"},
        {"url": "s3://bucket", "endpoint": "http://user:hunter2@minio:9000"},
        {"url": "dags"},
        {"url": "gs://bucket/dags"},
    ],
    ids=[
        "unknown kwarg",
        "url with a password",
        "query",
        "endpoint with a password",
        "relative",
        "other store",
    ],
)
def test_what_does_not_belong_into_kwargs_is_refused_at_once(kwargs: dict[str, str]) -> None:
    with pytest.raises(BundleError, match="Remedy: ") as raised:
        WaybillDagBundle(name="waybill", **kwargs)
    if "?" not in kwargs["url"]:
        assert "hunter2" not in str(raised.value)


def test_the_package_imports_nothing_of_waybills_others() -> None:
    code = "import sys, waybill_airflow.bundle; print([n for n in sys.modules if n.startswith('waybill')])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = done.stdout.strip().splitlines()[-1]
    assert "waybill_airflow.bundle" in loaded
    assert "waybill_common" not in loaded
