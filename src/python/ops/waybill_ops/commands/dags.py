"""``waybill dags``: publish the DAGs in versions, list what was deployed, go back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from waybill_airflow.archive import check_archive
from waybill_airflow.bundle_error import BundleError
from waybill_airflow.layout import Deployment
from waybill_common.cli import settings_of
from waybill_common.errors import OK, SettingsRefused
from waybill_common.flag_types import path_of
from waybill_common.settings import add_settings_flags, uses
from waybill_common.terminal import say, say_json
from waybill_ops.dags import (
    SHOWN,
    DeployedVersion,
    VersionStore,
    make_current,
    open_version_store,
    undo,
    version_before,
    version_named,
)

SETTINGS = uses("dags", "lake", "log", "security", without=("lake.url",))
IDLE = ("lake.url",)
HELP = "publish the DAGs in versions, list them, go back to one"


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    publish = actions.add_parser("publish", help="store a zip of DAGs and make it the current version")
    publish.add_argument("archive", type=path_of, metavar="ZIP", help="airflow_dags.zip")
    listing = actions.add_parser("list", help="every deployment, the current one first")
    rollback = actions.add_parser("rollback", help="make an older version the current one")
    rollback.add_argument(
        "--to",
        metavar="VERSION",
        help="or its beginning (default: the deployment before the current one)",
    )
    for one in (publish, rollback):
        one.add_argument("--note", default="", help="kept with the deployment")
    for one in (publish, listing, rollback):
        one.add_argument("--json", action="store_true", help="one JSON object on stdout instead of lines")
        add_settings_flags(one, *SETTINGS, idle=IDLE)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``SettingsRefused``, ``LakeRefused``, ``LakeUnavailable``, ``ObjectConflict``, ``DeploymentOvertaken``."""
    settings = settings_of(flags, environ, "dags")
    versions = open_version_store(settings)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    match flags.action:
        case "publish":
            done = _publish(versions, read_archive(flags.archive), at, flags.note)
        case "rollback":
            done = _roll_back(versions, flags.to, at, flags.note)
        case _:
            return _list(versions, as_json=flags.json)
    if flags.json:
        say_json({"changed": done.changed, "url": versions.address, **asdict(done.entry)}, indent=2)
    else:
        say(f"{'deployed' if done.changed else 'unchanged'} {_line(done.entry)}")
    return OK


def read_archive(path: Path) -> bytes:
    """A zip of DAGs. Raises ``SettingsRefused`` for anything else."""
    try:
        archive = path.read_bytes()
        check_archive(archive, str(path))
    except OSError as error:
        raise SettingsRefused(
            f"{path} can't be read: {error.strerror}.",
            allowed="a zip of DAGs, such as dist/airflow_dags.zip.",
            remedy="correct the path; `./pants package src/python/dags:airflow_dags` builds one.",
        ) from error
    except BundleError as error:
        raise SettingsRefused(error.found, allowed=error.allowed, remedy=error.remedy) from error
    return archive


def _publish(versions: VersionStore, archive: bytes, at: str, note: str) -> DeployedVersion:
    """Store the zip first, so that an entry never names one that is missing."""
    return versions.deploy(make_current(versions.store(archive), at, note))


def _roll_back(versions: VersionStore, wanted: str | None, at: str, note: str) -> DeployedVersion:
    history = versions.history()
    version = version_before(history) if wanted is None else version_named(history, wanted)
    versions.require(version)
    note = note or f"rollback of deployment {history[0].number}"
    decide = undo(history[0], version, at, note) if wanted is None else make_current(version, at, note)
    return versions.deploy(decide)


def _list(versions: VersionStore, *, as_json: bool) -> int:
    history = versions.history()
    if as_json:
        say_json({"url": versions.address, "deployments": [asdict(one) for one in history]}, indent=2)
    else:
        for one in history:
            say(f"{'current' if one is history[0] else '':<8} {_line(one)}")
    return OK


def _line(one: Deployment) -> str:
    return f"{one.number:>5} {one.version[:SHOWN]} {one.at} {one.note}".rstrip()
