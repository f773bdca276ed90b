"""DAGs from folders: of whatever streams there are, and what one that is broken does to the others."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import pytest
from airflow.dag_processing.dagbag import DagBag

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "src" / "python" / "dags"
ORDERS = ROOT / "src" / "python" / "streams" / "waybill_streams" / "orders"
FILLED = 'topic = "{name}_topic"\n[source]\ntype = "rest"\n'
OTHERS = 'topic = "shop.{name}"\n'


@dataclass(frozen=True)
class Parsed:
    dags: dict[str, dict[str, Any]]
    errors: dict[str, str]
    opened: list[str]

    @property
    def streams(self) -> set[str]:
        """Those that a DAG delivers, but for the one that 0.1.0 carried."""
        return {dag.removesuffix("_stream_dag") for dag in self.dags if dag.endswith("_stream_dag")} - {
            "name"
        }

    @property
    def refused(self) -> str:
        """What Airflow lists, which is of the one file that has no DAGs."""
        assert [name.rpartition("/")[2] for name in self.errors] == ["refused_streams_dag.py"]
        return next(iter(self.errors.values()))


class Parse(Protocol):
    def __call__(self, **variables: str) -> Parsed: ...


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    folder = tmp_path / "streams"
    folder.mkdir(mode=0o755)
    return folder


def write(folders: Path, name: str, toml: str = OTHERS) -> Path:
    folder = folders / name
    folder.mkdir()
    document = json.loads((ORDERS / "contract.json").read_text())
    (folder / "contract.json").write_text(json.dumps({**document, "stream": name}))
    (folder / "stream.toml").write_text(toml.format(name=name))
    for one in (folder, *folder.iterdir()):
        one.chmod(one.stat().st_mode & ~0o022)
    return folder


def load(variables: dict[str, str], folders: str, answer: Connection) -> None:
    """Airflow's own bag, and each file that is opened below ``folders``."""
    opened = set[str]()

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str) and args[0].startswith(folders):
            opened.add(os.path.relpath(args[0], folders))

    os.environ.update(variables)
    sys.addaudithook(watch)
    bag = DagBag(DAGS, bundle_path=DAGS, bundle_name="waybill")
    tasks = {
        dag_id: {
            one: getattr(task, "command", getattr(task, "options", None))
            for one, task in dag.task_dict.items()
        }
        for dag_id, dag in bag.dags.items()
    }
    answer.send(Parsed(tasks, bag.import_errors, sorted(opened)))


@pytest.fixture
def parse(folders: Path) -> Parse:
    """In a process of its own, as Airflow's DAG processor does: forked from one that has imported Airflow."""

    def parsed(**variables: str) -> Parsed:
        given = {"WAYBILL_STREAMS_FOLDER": str(folders), **variables}
        fork = get_context("fork")
        ours, its = fork.Pipe()
        process = fork.Process(target=load, args=(given, str(folders), its))
        process.start()
        its.close()
        assert ours.poll(200)
        found: Parsed = ours.recv()
        process.join(20)
        assert process.exitcode == 0
        return found

    return parsed


def test_each_folder_makes_a_dag_a_check_of_lag_and_a_consumer(folders: Path, parse: Parse) -> None:
    write(folders, "prices", FILLED)
    write(folders, "returns")
    found = parse()
    assert found.errors == {}
    assert {"prices", "returns", "orders"} <= found.streams
    assert set(found.dags["prices_stream_dag"]) == {
        *("kafka_stream_task", "spark_delivery_task", "verify_task", "receipts_task")
    }
    assert "kafka_stream_task" not in found.dags["returns_stream_dag"]
    for stream in ("prices", "returns"):
        assert set(found.dags[f"{stream}_maintenance_dag"]) == {"ledger_task", "lag_task"}
        assert set(found.dags[f"{stream}_consumer_dag"]) == {"rows_task"}
        commands = [
            words for dag in found.dags if dag.startswith(stream) for words in found.dags[dag].values()
        ]
        assert all(f"--stream={stream}" in words for words in commands if words is not None)


def test_parsing_reads_what_a_stream_is_and_nothing_else_of_its_folder(folders: Path, parse: Parse) -> None:
    folder = write(folders, "returns")
    for code in ("contract.py", "transform.py", "__init__.py"):
        (folder / code).write_text("raise SystemExit('run at parse time')\n")
        (folder / code).chmod(0o644)
    (folder / "samples").mkdir(mode=0o755)
    (folder / "samples" / "rows.jsonl").write_text("{}\n")
    (folder / "samples" / "rows.jsonl").chmod(0o644)
    found = parse()
    assert "returns" in found.streams
    assert [one for one in found.opened if not (folders / one).is_dir()] == [
        "returns/contract.json",
        "returns/stream.toml",
    ]


def test_a_given_folder_stands_in_front_of_a_packaged_one(folders: Path, parse: Parse) -> None:
    write(folders, "orders", FILLED)
    assert "kafka_stream_task" in parse().dags["orders_stream_dag"]


def test_0_1_0s_stream_has_one_dag_whatever_folder_it_has(folders: Path, parse: Parse) -> None:
    write(folders, "names", FILLED)
    found = parse()
    assert found.errors == {}
    assert {"name_stream_dag", "names_maintenance_dag", "names_consumer_dag"} <= set(found.dags)
    assert "names_stream_dag" not in found.dags


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no topic": (lambda folder: (folder / "stream.toml").write_text("start = 'latest'\n"), "topic"),
    "no TOML": (lambda folder: (folder / "stream.toml").write_text("topic ="), "is no TOML"),
    "no contract": (lambda folder: (folder / "contract.json").unlink(), "has no contract.json"),
    "no JSON": (lambda folder: (folder / "contract.json").write_text("{"), "no contract document"),
    "no fields": (
        lambda folder: (folder / "contract.json").write_text('{"schema": []}'),
        "no contract document",
    ),
    "of another": (
        lambda folder: shutil.copy(ORDERS / "contract.json", folder / "contract.json"),
        "contract of stream 'orders'",
    ),
    "open to all": (lambda folder: folder.chmod(0o777), "can be written by everybody"),
    "no stream's name": (lambda folder: folder.rename(folder.with_name("Returns")), "no stream's name"),
    "one dataset": (
        lambda folder: (folder / "stream.toml").write_text('topic = "t"\ndataset = "orders"\n'),
        "The streams returns and orders have one dataset, orders. Allowed: a dataset for each stream. Remedy: give",
    ),
    "the name of 0.1.0's DAG": (
        lambda folder: renamed(folder, "name"),
        "The streams name and names have one DAG, name_stream_dag. Allowed: a DAG for each stream. Remedy: give name",
    ),
}


def renamed(folder: Path, name: str) -> None:
    shutil.rmtree(folder)
    write(folder.parent, name)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_folder_is_an_import_error_with_the_remedy_and_the_others_are_there(
    kind: str, folders: Path, parse: Parse
) -> None:
    write(folders, "prices", FILLED)
    break_, words = BROKEN[kind]
    break_(write(folders, "returns"))
    found = parse()
    assert words in found.refused
    assert "Remedy: " in found.refused
    assert {"prices_stream_dag", "name_stream_dag", "names_maintenance_dag"} <= set(found.dags)
    assert not {"returns_stream_dag", "name_consumer_dag", "Returns_stream_dag"} & set(found.dags)


def test_several_broken_folders_are_told_at_once(folders: Path, parse: Parse) -> None:
    for name in ("prices", "returns"):
        (write(folders, name) / "contract.json").unlink()
    found = parse()
    assert "2 folders are refused" in found.refused
    assert all(f"{folders}/{name} has no contract.json" in found.refused for name in ("prices", "returns"))


def test_a_folder_of_folders_that_is_not_there_leaves_the_packaged_streams(
    folders: Path, parse: Parse
) -> None:
    found = parse(WAYBILL_STREAMS_FOLDER=f"{folders}/none")
    assert f"WAYBILL_STREAMS_FOLDER names {folders}/none, which can't be read" in found.refused
    assert {"orders_stream_dag", "name_stream_dag"} <= set(found.dags)


def test_a_dataset_that_settings_say_counts(folders: Path, parse: Parse) -> None:
    write(folders, "returns", 'topic = "t"\ndataset = "orders"\n')
    assert parse(WAYBILL_STREAMS__RETURNS__DATASET="returns").errors == {}


@pytest.mark.parametrize("kind", ["stream", "maintenance", "consumer"])
def test_for_a_task_its_own_dag_is_built_and_no_other_folder_is_read(
    kind: str, folders: Path, parse: Parse
) -> None:
    for name in ("prices", "returns"):
        write(folders, name)
    (folders / "prices" / "contract.json").write_text("{")
    found = parse(_AIRFLOW_PARSING_CONTEXT_DAG_ID=f"returns_{kind}_dag")
    assert (list(found.dags), found.errors) == ([f"returns_{kind}_dag"], {})
    assert not [one for one in found.opened if one.startswith("prices/")]


@pytest.mark.parametrize("dag_id", ["name_stream_dag", "names_maintenance_dag", "orders_stream_dag"])
def test_so_it_is_of_packaged_streams(dag_id: str, parse: Parse) -> None:
    found = parse(_AIRFLOW_PARSING_CONTEXT_DAG_ID=dag_id)
    assert (list(found.dags), found.errors) == ([dag_id], {})


def test_a_task_whose_folder_broke_meanwhile_is_told(folders: Path, parse: Parse) -> None:
    (write(folders, "returns") / "stream.toml").write_text("topic =")
    found = parse(_AIRFLOW_PARSING_CONTEXT_DAG_ID="returns_stream_dag")
    assert found.dags == {}
    [error] = found.errors.values()
    assert "returns/stream.toml is no TOML" in error


def test_a_dag_of_somebody_elses_is_none_of_ours(parse: Parse) -> None:
    found = parse(_AIRFLOW_PARSING_CONTEXT_DAG_ID="their_stream_dag")
    assert (found.dags, found.errors) == ({}, {})
