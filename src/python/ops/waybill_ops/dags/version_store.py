"""The versions and deployments in their folder or bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from waybill_airflow.bundle_error import BundleError
from waybill_airflow.layout import (
    DEPLOYMENTS,
    Deployment,
    archive_key,
    checked_url,
    deployment_key,
    numbers,
    read_deployment,
    version_of,
)
from waybill_common.errors import DeploymentOvertaken, LakeRefused, ObjectConflict, SettingsRefused
from waybill_common.lake import Lake, check_conditional_writes, create
from waybill_common.settings import Settings
from waybill_ops.dags.deploying import Decide

RACES = 10
"""How often a deployment is decided anew after somebody else's was first."""


@dataclass(frozen=True)
class DeployedVersion:
    """The current deployment, and whether this run made it."""

    entry: Deployment
    changed: bool


@dataclass(frozen=True)
class VersionStore:
    """Everything that ``dags.url`` holds. Raises ``LakeRefused`` and ``LakeUnavailable``, as a lake does."""

    lake: Lake

    @property
    def address(self) -> str:
        return self.lake.address.rstrip("/")

    def current(self) -> Deployment | None:
        known = numbers(self.lake.keys(DEPLOYMENTS))
        return self._read(known[0]) if known else None

    def history(self) -> tuple[Deployment, ...]:
        """Every deployment, the current one first."""
        return tuple(self._read(number) for number in numbers(self.lake.keys(DEPLOYMENTS)))

    def store(self, archive: bytes) -> str:
        """The version of ``archive``, stored whole. Raises ``ObjectConflict`` where other bytes have its place."""
        version = version_of(archive)
        created = create(self.lake, archive_key(version), archive, lambda stored: stored == archive)
        if not created.mine:
            raise self._torn(version, created.body)
        return version

    def require(self, version: str) -> None:
        """Raises ``LakeRefused`` or ``ObjectConflict`` unless the version's zip is there and whole."""
        found = self.lake.get(archive_key(version))
        if found is None:
            raise LakeRefused(
                f"The zip of version {version} is gone from {self.address}.",
                allowed=f"{archive_key(version)}, as it was published.",
                remedy="publish that zip again, or name another version.",
            )
        if version_of(found) != version:
            raise self._torn(version, found)

    def deploy(self, decide: Decide) -> DeployedVersion:
        """Create the entry that ``decide`` makes of the current one, unless that one will do.

        Where another publisher was first, ``decide`` is asked again. Raises ``DeploymentOvertaken`` after ``RACES``.
        """
        check_conditional_writes(self.lake)
        for _ in range(RACES):
            current = self.current()
            entry = decide(current)
            if entry is current:
                return DeployedVersion(entry, changed=False)
            if create(self.lake, deployment_key(entry.number), entry.to_json(), entry.to_json().__eq__).mine:
                return DeployedVersion(entry, changed=True)
        raise DeploymentOvertaken(
            f"Other publishers deployed to {self.address} first, {RACES} times in a row.",
            allowed="one deployment at a time.",
            remedy="look at `waybill dags list`, then run again; nothing of yours became current.",
        )

    def _read(self, number: int) -> Deployment:
        body = self.lake.get(deployment_key(number))
        with layout_errors():
            return read_deployment(number, body or b"")

    def _torn(self, version: str, found: bytes) -> ObjectConflict:
        return ObjectConflict(
            f"{self.address}/{archive_key(version)} is torn or altered: its {len(found)} bytes have sha256 "
            f"{version_of(found)}.",
            allowed="the bytes that its name says.",
            remedy="remove that object and run again; Airflow refuses it, so no run uses it.",
        )


def open_version_store(settings: Settings) -> VersionStore:
    """The location that ``dags.url`` names. Raises ``SettingsRefused`` where it names none."""
    url = settings.dags.url
    if url is None:
        raise SettingsRefused(
            "dags.url is not set.",
            allowed="a folder or s3://bucket/prefix, the same as Airflow's WaybillDagBundle has as its url.",
            remedy="set --dags.url, WAYBILL_DAGS__URL or [dags] url.",
        )
    try:
        location = settings.lake.model_copy(update={"url": checked_url(url)})
    except BundleError as error:
        raise SettingsRefused(error.found, allowed=error.allowed, remedy="correct dags.url.") from error
    if url.startswith(("/", "file:")):  # the lake's encryption belongs to its bucket
        location = location.model_copy(update={"sse": None, "sse_kms_key_id": None})
    return VersionStore(Lake(settings=location, stream="", setting="dags.url"))


@contextmanager
def layout_errors() -> Iterator[None]:
    """Turn the layout's complaint about a stored entry into an error with an exit code."""
    try:
        yield
    except BundleError as error:
        raise LakeRefused(error.found, allowed=error.allowed, remedy=error.remedy) from error
