"""Which version is served, when, and for how long."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.dag_processing.bundles.base import (
    BundleUsageTrackingManager,
    BundleVersion,
    get_bundle_tracking_file,
)

from waybill_airflow.bundle import WaybillDagBundle
from waybill_airflow.bundle_error import BundleError
from waybill_airflow.kept_version import FolderRefused
from waybill_airflow.layout import archive_key

Archive = Callable[[str], bytes]
Publish = Callable[[bytes], str]


@pytest.fixture
def bundle(name: str, versions: Path) -> Callable[..., WaybillDagBundle]:
    def build(version: str | None = None) -> WaybillDagBundle:
        return WaybillDagBundle(name=name, url=str(versions), version=version)

    return build


def word(bundle: WaybillDagBundle) -> str:
    """What the served code says."""
    return (bundle.path / "helpers_of_dag" / "words.py").read_text().split("'")[1]


def test_the_current_version_is_served_unpacked(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive
) -> None:
    version = publish(archive("one"))
    served = bundle()
    served.initialize()
    assert served.get_current_version() == BundleVersion(version)
    assert served.path == served.versions_dir / version
    assert (served.path / "helpers_of_dag" / "query.sql").read_text() == "SELECT 1"
    assert [file.name for file in served.versions_dir.iterdir()] == [version]


def test_a_refresh_goes_over_to_the_next_version_and_not_before(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive
) -> None:
    publish(archive("one"))
    served = bundle()
    served.initialize()
    folder = served.path
    second = publish(archive("two"))
    assert word(served) == "one"
    served.refresh()
    assert (word(served), served.get_current_version()) == ("two", BundleVersion(second))
    assert folder.is_dir()


def test_a_run_keeps_the_version_that_it_began_with(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive
) -> None:
    first = publish(archive("one"))
    pinned = bundle(first)
    pinned.initialize()
    publish(archive("two"))
    pinned.refresh()
    later = bundle(first)
    later.initialize()
    assert [word(one) for one in (pinned, later)] == ["one", "one"]
    assert later.get_current_version() == BundleVersion(first)


def test_a_pinned_version_that_is_on_this_disk_needs_no_store(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive, versions: Path
) -> None:
    version = publish(archive("one"))
    bundle(version).initialize()
    shutil.rmtree(versions)
    again = bundle(version)
    again.initialize()
    assert word(again) == "one"


def test_a_rollback_serves_the_older_version_again(
    bundle: Callable[..., WaybillDagBundle],
    publish: Publish,
    deploy: Callable[[str], None],
    archive: Archive,
) -> None:
    first = publish(archive("one"))
    publish(archive("two"))
    served = bundle()
    served.initialize()
    deploy(first)
    served.refresh()
    assert (word(served), served.get_current_version()) == ("one", BundleVersion(first))


def test_a_zip_without_a_deployment_is_never_served(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, upload: Publish, archive: Archive
) -> None:
    publish(archive("one"))
    upload(archive("two"))
    served = bundle()
    served.initialize()
    served.refresh()
    assert word(served) == "one"


@pytest.mark.parametrize("how", ["cut short", "altered", "missing"])
def test_a_torn_version_is_never_served_and_the_one_before_stays(
    how: str,
    bundle: Callable[..., WaybillDagBundle],
    publish: Publish,
    archive: Archive,
    versions: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = publish(archive("one"))
    served = bundle()
    served.initialize()
    body = archive("two")
    second = publish(body)
    file = versions / archive_key(second)
    match how:
        case "cut short":
            file.write_bytes(body[: len(body) // 2])
        case "altered":
            file.write_bytes(archive("evil"))
        case "missing":
            file.unlink()
    with caplog.at_level(logging.ERROR, "waybill_airflow.bundle"):
        served.refresh()
        restarted = bundle()
        restarted.initialize()
    for one in (served, restarted):
        assert (word(one), one.get_current_version()) == ("one", BundleVersion(first))
    assert [file.name for file in served.versions_dir.iterdir()] == [first]
    assert caplog.text.count(f"keeps serving version {first}") == 2
    assert "Remedy: " in caplog.text
    with pytest.raises(BundleError):
        bundle(second).initialize()

    file.write_bytes(body)
    served.refresh()
    assert word(served) == "two"


def test_a_torn_first_version_is_refused_with_its_remedy(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive, versions: Path
) -> None:
    version = publish(archive("one"))
    (versions / archive_key(version)).write_bytes(b"PK")
    with pytest.raises(BundleError, match=r"is torn or altered: its 2 bytes .* publish the zip again"):
        bundle().initialize()


def test_a_store_that_is_gone_stops_neither_a_refresh_nor_a_restart(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive, versions: Path
) -> None:
    publish(archive("one"))
    served = bundle()
    served.initialize()
    shutil.rmtree(versions)
    served.refresh()
    restarted = bundle()
    restarted.initialize()
    assert word(served) == word(restarted) == "one"


def test_nothing_published_yet_is_refused_with_the_command(
    bundle: Callable[..., WaybillDagBundle], versions: Path
) -> None:
    versions.mkdir()
    with pytest.raises(BundleError, match=r"Nothing is published at .* `waybill dags publish"):
        bundle().initialize()


def test_airflows_cleaning_spares_the_version_that_is_served(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive, name: str
) -> None:
    cleaner = BundleUsageTrackingManager()
    versions = [publish(archive(word)) for word in ("one", "two")]
    served = bundle()
    served.initialize()
    for version in versions:
        bundle(version).initialize()
        file = get_bundle_tracking_file(name, version)
        file.write_text("2026-01-01T00:00:00+00:00")
        [info] = [one for one in cleaner._find_all_tracking_files(name) or [] if one.version == version]
        cleaner._remove_stale_bundle(name, info)
    assert [file.name for file in served.versions_dir.iterdir()] == [versions[1]]
    served.refresh()
    assert word(served) == "two"


@pytest.mark.parametrize("version", ["main", "../../etc", "0" * 63], ids=["branch", "path", "too short"])
def test_what_is_no_version_is_refused(version: str, bundle: Callable[..., WaybillDagBundle]) -> None:
    with pytest.raises(BundleError, match="is no version of bundle"):
        bundle(version).initialize()


def test_a_version_that_was_changed_on_the_disk_is_unpacked_anew(
    bundle: Callable[..., WaybillDagBundle],
    publish: Publish,
    archive: Archive,
    versions: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    version = publish(archive("one"))
    served = bundle()
    served.initialize()
    (served.path / "helpers_of_dag" / "words.py").write_text("WORD = 'another'")
    shutil.rmtree(versions)  # it needs no store for that
    served.refresh()
    later = bundle(version)
    with caplog.at_level(logging.ERROR):
        later.initialize()
    assert word(later) == "one"
    assert "was changed on this disk" in caplog.text


def test_a_folder_that_others_can_change_serves_nothing(
    bundle: Callable[..., WaybillDagBundle], publish: Publish, archive: Archive
) -> None:
    publish(archive("one"))
    served = bundle()
    served.initialize()
    served.versions_dir.chmod(0o777)
    for each in (bundle(), served):
        with pytest.raises(FolderRefused, match="can be written to by everybody"):
            each.refresh()
