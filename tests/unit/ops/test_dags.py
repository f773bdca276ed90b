"""``waybill dags`` on a local folder: what becomes current, and what never does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.zips import ONE, THREE, TWO, zip_of

from waybill_airflow.layout import archive_key, deployment_key, version_of
from waybill_common.settings import Settings
from waybill_common.settings.lake_sections import DagsSettings
from waybill_ops.cli import main
from waybill_ops.dags.version_store import VersionStore, open_version_store

Dags = Callable[..., tuple[int, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dags"


@pytest.fixture
def versions(folder: Path) -> VersionStore:
    return open_version_store(Settings(dags=DagsSettings(url=str(folder))))


@pytest.fixture
def dags(folder: Path, capsys: pytest.CaptureFixture[str]) -> Dags:
    """Runs ``waybill dags … --json``: its exit code, and its answer or what it said on stderr."""

    def run(*words: str) -> tuple[int, Any]:
        code = main(["dags", *words, "--json", f"--dags.url={folder}"])
        said = capsys.readouterr()
        return code, json.loads(said.out) if code == 0 else said.err

    return run


@pytest.fixture
def publish(dags: Dags, tmp_path: Path) -> Callable[[bytes], tuple[int, Any]]:
    def run(body: bytes) -> tuple[int, Any]:
        (tmp_path / "airflow_dags.zip").write_bytes(body)
        return dags("publish", str(tmp_path / "airflow_dags.zip"), "--note=by a test")

    return run


def deployed(dags: Dags) -> list[tuple[int, str]]:
    code, said = dags("list")
    assert code == 0
    return [(one["number"], one["version"]) for one in said["deployments"]]


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_publishing_stores_the_zip_by_its_content_and_makes_it_current(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags, folder: Path
) -> None:
    code, said = publish(ONE)
    version = version_of(ONE)
    assert code == 0
    assert {**said, "at": ""} == {
        "changed": True,
        "url": str(folder),
        "number": 1,
        "version": version,
        "at": "",
        "note": "by a test",
    }
    assert (folder / archive_key(version)).read_bytes() == ONE
    assert files(folder) == {archive_key(version), deployment_key(1)}


def test_publishing_what_is_current_makes_no_entry(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags, folder: Path
) -> None:
    _, first = publish(ONE)
    before = files(folder)
    assert publish(ONE) == (0, {**first, "changed": False})
    assert files(folder) == before


def test_an_older_version_is_published_again_by_a_new_entry(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags
) -> None:
    versions = [publish(body)[1]["version"] for body in (ONE, TWO, ONE)]
    assert deployed(dags) == [(3, versions[0]), (2, versions[1]), (1, versions[0])]


def test_a_rollback_goes_back_one_deployment_and_a_second_one_undoes_it(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags
) -> None:
    one, two = (publish(body)[1]["version"] for body in (ONE, TWO))
    code, said = dags("rollback")
    assert (code, said["number"], said["version"], said["note"]) == (0, 3, one, "rollback of deployment 2")
    code, said = dags("rollback", "--note=it was right")
    assert (code, said["number"], said["version"], said["note"]) == (0, 4, two, "it was right")


def test_a_rollback_takes_the_beginning_of_a_version(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags
) -> None:
    one, _, three = (publish(body)[1]["version"] for body in (ONE, TWO, THREE))
    assert dags("rollback", "--to", one[:8].upper())[1]["version"] == one
    code, said = dags("rollback", "--to", one)
    assert (code, said["changed"], said["number"]) == (0, False, 4)
    assert dags("rollback", "--to", three[:12])[1]["number"] == 5


@pytest.mark.parametrize("wanted", ["zzz", "", "0" * 64], ids=["no hex", "empty", "unknown"])
def test_an_unknown_version_is_refused_with_those_that_exist(
    wanted: str, publish: Callable[[bytes], tuple[int, Any]], dags: Dags
) -> None:
    versions = [publish(body)[1]["version"] for body in (ONE, TWO)]
    code, said = dags("rollback", f"--to={wanted}")
    assert code == 2
    assert all(version[:12] in said for version in versions)
    assert len(deployed(dags)) == 2


def test_without_an_older_deployment_there_is_nothing_to_go_back_to(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags
) -> None:
    assert dags("rollback")[0] == 2
    publish(ONE)
    code, said = dags("rollback")
    assert (code, "1 were made" in said) == (2, True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"print('no zip')", "no zip"),
        (ONE[:-30], "no zip"),
        (zip_of(**{"dags/a_dag.py": ""}), "no .py file at its root"),
        (zip_of(**{"a_dag.py": "", "__main__.py": ""}), "__main__.py"),
        (zip_of(**{"a_dag.py": "", "../evil.py": ""}), "outside of its folder"),
    ],
    ids=["text", "cut short", "nothing at the root", "a PEX", "escaping"],
)
def test_what_is_no_zip_of_dags_is_refused_and_nothing_is_stored(
    body: bytes, why: str, publish: Callable[[bytes], tuple[int, Any]], folder: Path
) -> None:
    code, said = publish(body)
    assert (code, why in said) == (2, True)
    assert not folder.exists()


def test_a_file_that_is_not_there_is_refused(dags: Dags) -> None:
    code, said = dags("publish", "/no/such/airflow_dags.zip")
    assert (code, "/no/such/airflow_dags.zip can't be read" in said) == (2, True)


def test_no_place_for_versions_is_refused_by_the_settings_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dags", "list"]) == 2
    assert "WAYBILL_DAGS__URL" in capsys.readouterr().err


def test_a_place_that_can_not_be_made_is_refused_by_the_settings_name(
    publish: Callable[[bytes], tuple[int, Any]], folder: Path
) -> None:
    folder.write_text("a file")
    code, said = publish(ONE)
    assert (code, "correct dags.url" in said) == (31, True)


def test_a_torn_upload_is_refused_and_never_becomes_current(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags, folder: Path
) -> None:
    _, first = publish(ONE)
    torn = folder / archive_key(version_of(TWO))
    torn.parent.mkdir(parents=True)
    torn.write_bytes(TWO[:40])
    code, said = publish(TWO)
    assert (code, "is torn or altered: its 40 bytes" in said) == (36, True)
    assert deployed(dags) == [(1, first["version"])]
    torn.unlink()
    assert publish(TWO)[1]["number"] == 2


def test_an_interrupted_publish_changes_nothing_and_is_finished_by_the_next(
    versions: VersionStore, publish: Callable[[bytes], tuple[int, Any]], dags: Dags
) -> None:
    _, first = publish(ONE)
    versions.store(TWO)
    assert deployed(dags) == [(1, first["version"])]
    assert dags("rollback", "--to", version_of(TWO))[0] == 2
    assert publish(TWO)[1]["number"] == 2


@pytest.mark.parametrize(("damage", "code"), [("cut", 36), ("gone", 31)])
def test_a_rollback_to_a_zip_that_is_not_whole_is_refused(
    damage: str, code: int, publish: Callable[[bytes], tuple[int, Any]], dags: Dags, folder: Path
) -> None:
    for body in (ONE, TWO):
        publish(body)
    zipped = folder / archive_key(version_of(ONE))
    zipped.unlink()
    if damage == "cut":
        zipped.write_bytes(ONE[:40])
    assert dags("rollback")[0] == code
    assert len(deployed(dags)) == 2


def test_a_damaged_entry_is_named(
    publish: Callable[[bytes], tuple[int, Any]], dags: Dags, folder: Path
) -> None:
    publish(ONE)
    (folder / deployment_key(2)).write_text("{")
    code, said = dags("list")
    assert (code, "deployments/000000000002.json is damaged" in said) == (31, True)


def test_people_see_numbers_short_versions_and_notes(
    publish: Callable[[bytes], tuple[int, Any]], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for body in (ONE, TWO):
        publish(body)
    assert main(["dags", "list", f"--dags.url={folder}"]) == 0
    current, older = capsys.readouterr().out.splitlines()
    assert current.split()[:3] == ["current", "2", version_of(TWO)[:12]]
    assert older.split()[:2] == ["1", version_of(ONE)[:12]]
    assert older.endswith(" by a test")
