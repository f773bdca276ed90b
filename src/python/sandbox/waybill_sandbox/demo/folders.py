"""Where the demo's files lie, and the artifacts that it runs."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import SettingsRefused

_MARKER = ".waybill-demo"


@dataclass(frozen=True)
class DemoFolders:
    """Everything below ``folder`` belongs to the demo and is made anew by each run."""

    folder: Path
    dist: Path

    @property
    def producer(self) -> Path:
        return self.dist / "producer.pex"

    @property
    def bundle(self) -> Path:
        return self.dist / "spark_app.zip"

    @property
    def waybill(self) -> Path:
        return self.dist / "waybill.pex"

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def dataset(self) -> Path:
        return self.lake / "names"

    @property
    def key_file(self) -> Path:
        return self.folder / "pseudonym.key"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def services(self) -> Path:
        return self.folder / "services"

    @property
    def summary(self) -> Path:
        return self.folder / "summary.json"


def prepare(folders: DemoFolders) -> None:
    """Empties the demo's folder and makes the pseudonym key, in a file that only its owner can read.

    Raises SettingsRefused for a folder with other people's files, and for artifacts that aren't built.
    """
    for artifact in (folders.producer, folders.bundle, folders.waybill):
        if not artifact.is_file():
            raise SettingsRefused(
                f"There is no {artifact}.",
                allowed="a folder with producer.pex, spark_app.zip and waybill.pex.",
                remedy="build them with `make package`, or run `make demo`, which does.",
            )
    folder = folders.folder
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARKER).is_file():
        raise SettingsRefused(
            f"The folder {folder} holds files that the demo did not make.",
            allowed="a new or empty folder, or one of an earlier demo.",
            remedy="name another folder with --folder.",
        )
    if folder.is_dir():
        shutil.rmtree(folder)
    for each in (folders.lake, folders.logs, folders.services):
        each.mkdir(parents=True)
    (folder / _MARKER).touch()
    with os.fdopen(os.open(folders.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as key:
        key.write(secrets.token_hex(32))
