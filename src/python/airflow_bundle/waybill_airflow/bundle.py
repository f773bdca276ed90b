"""Airflow's DAG bundle over published versions: a run keeps the code that it began with."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import finalize

from airflow.dag_processing.bundles.base import BaseDagBundle, BundleVersion, BundleVersionLock

from waybill_airflow.archive import unpack
from waybill_airflow.bundle_error import BundleError
from waybill_airflow.kept_version import FolderRefused, is_changed, owners_here, require_own
from waybill_airflow.layout import checked_url, is_version, version_of
from waybill_airflow.versions import VersionReader, warn_of_exposure

log = logging.getLogger(__name__)

_OF_AIRFLOW = {"name", "refresh_interval", "version", "view_url_template"}


class WaybillDagBundle(BaseDagBundle):
    """Serves what ``waybill dags publish`` stored. A version is the SHA-256 of its zip.

    Without ``version`` it follows the current deployment; with one it serves that version for ever, from this machine's
    disk once it is there. What is torn, altered or out of reach is never served: the version before stays, and the log
    says why. What was changed on this disk is unpacked anew, from the zip that is kept beside it; a folder that others
    can change serves nothing.
    """

    supports_versioning = True

    def __init__(
        self,
        *,
        url: str,
        endpoint: str | None = None,
        region: str = "us-east-1",
        conn_id: str | None = None,
        ca_file: str | None = None,
        **of_airflow: Any,
    ) -> None:
        """``url`` is /folder, file:///folder or s3://bucket/prefix; ``endpoint`` an S3 server other than Amazon's;
        ``conn_id`` the connection with its keys; ``ca_file`` a PEM file of the CAs that its certificate may be signed
        by, besides the system's. Asks nobody anything. Raises ``BundleError``.
        """
        if unknown := sorted(of_airflow.keys() - _OF_AIRFLOW):
            raise BundleError(
                f"WaybillDagBundle has no kwarg {', '.join(unknown)}.",
                allowed=f"url, endpoint, region, conn_id, ca_file, {', '.join(sorted(_OF_AIRFLOW))}.",
                remedy="remove it from dag_bundle_config_list; keys belong into the connection that conn_id names.",
            )
        if endpoint is not None and "@" in urlsplit(endpoint).netloc:
            raise BundleError(
                "The endpoint has a user in it.",
                allowed="http://host:port or https://host:port.",
                remedy="remove it; keys belong into the connection that conn_id names.",
            )
        super().__init__(**of_airflow)
        self._reader = VersionReader(
            checked_url(url), endpoint and endpoint.rstrip("/"), region, conn_id, ca_file
        )
        self._serving: str | None = None
        self._hold: BundleVersionLock | None = None

    def initialize(self) -> None:
        """Raises ``BundleError`` where there is nothing that could be served."""
        warn_of_exposure(self._reader.endpoint)
        if self.version is None:
            self._follow()
        else:
            self._provide(self.version)
        super().initialize()

    def refresh(self) -> None:
        """Go over to the current deployment, unless this bundle is bound to one version."""
        if self.version is None:
            self._follow()

    def get_current_version(self) -> BundleVersion | None:
        version = self._known()
        return None if version is None else BundleVersion(version)

    @property
    def path(self) -> Path:
        """The version's folder. It never changes, so a process that works in it is not disturbed by a new version."""
        return self.versions_dir / (self._known() or "nothing-yet")

    def _known(self) -> str | None:
        return self.version or self._serving or self._served_last()

    def _follow(self) -> None:
        try:
            version = self._reader.current().version
            self._provide(version)
        except FolderRefused:
            raise
        except BundleError as error:
            kept = self._known()
            if kept is None:
                raise
            log.error("DAG bundle %s keeps serving version %s. %s", self.name, kept, error)  # noqa: TRY400
            version = kept
        if version != self._serving:
            self._serve(version)

    def _provide(self, version: str) -> None:
        """Have the version's folder on this disk. Of several processes one fetches it."""
        if not is_version(version):
            raise BundleError(
                f"{version!r} is no version of bundle {self.name}.",
                allowed="the SHA-256 of a published zip, in hex.",
                remedy="clear the run, so that it begins with the current version.",
            )
        folder, owners = self.versions_dir / version, owners_here(os.environ.get("SUDO_UID"))
        if folder.is_dir():
            require_own(folder, owners)
            archive = self._kept_archive(version)
            if archive is not None and not is_changed(folder, archive, owners):
                return
        with self.lock():
            self._renew(version, folder, owners)
        require_own(folder, owners)

    def _renew(self, version: str, folder: Path, owners: frozenset[int]) -> None:
        archive = self._kept_archive(version)
        if archive is None:
            try:
                archive = self._reader.archive(version)
            except BundleError as error:
                if not folder.is_dir():
                    raise
                # Unpacked by a release that kept no zip, and the store is out of reach just now.
                log.warning("DAG bundle %s: version %s can't be compared. %s", self.name, version, error)
                return
            self._keep_archive(version, archive)
        if folder.is_dir() and is_changed(folder, archive, owners):
            log.error("DAG bundle %s: %s was changed on this disk; it is unpacked anew.", self.name, folder)
            shutil.rmtree(folder)
        if not folder.is_dir():
            unpack(archive, folder)

    def _kept_archive(self, version: str) -> bytes | None:
        """The zip of ``version`` on this disk, where it still is what its name says."""
        try:
            archive = (self._archives / f"{version}.zip").read_bytes()
        except FileNotFoundError:
            return None
        return archive if version_of(archive) == version else None

    def _keep_archive(self, version: str, archive: bytes) -> None:
        self._archives.mkdir(parents=True, exist_ok=True)
        for other in self._archives.glob("*.zip"):
            if not (self.versions_dir / other.stem).is_dir():  # Airflow has removed that version
                other.unlink(missing_ok=True)
        draft = self._archives / f".{version}.{os.getpid()}"
        draft.write_bytes(archive)
        draft.replace(self._archives / f"{version}.zip")

    @property
    def _archives(self) -> Path:
        return self.base_dir / "archives"

    def _serve(self, version: str) -> None:
        # Airflow removes versions that no task has used for long; it spares one that is held.
        hold = BundleVersionLock(self.name, version)
        hold.acquire()
        finalize(self, _let_go, hold, os.getpid())
        self._provide(version)  # in case it was removed just before
        if self._hold is not None:
            self._hold.release()
        self._hold, self._serving = hold, version
        note = self._note.with_name(f"{self._note.name}.{os.getpid()}")
        note.write_text(version)
        note.replace(self._note)

    @property
    def _note(self) -> Path:
        return self.base_dir / "serving"

    def _served_last(self) -> str | None:
        """What a process on this machine served last: also a start finds its DAGs while the store is out of reach."""
        try:
            version = self._note.read_text()
        except FileNotFoundError:
            return None
        return version if is_version(version) and (self.versions_dir / version).is_dir() else None


def _let_go(hold: BundleVersionLock, owner: int) -> None:
    if os.getpid() == owner:  # a fork shares its parent's lock, and would end it
        hold.release()
