"""A version's zip: what makes one of it, and how it becomes a folder."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from waybill_airflow.bundle_error import BundleError

_IGNORE = ".airflowignore"
_UNPACKING = ".unpacking"


def objection(names: Sequence[str]) -> str | None:
    """Why a zip with these members holds no DAGs that Airflow can run, or None."""
    if escaping := [name for name in names if _escapes(name)]:
        return f"its member {escaping[0]!r} would lie outside of its folder"
    if len(set(names)) < len(names):
        return "it has two members of one name"
    if "__main__.py" in names:
        return "it has a __main__.py, which Airflow's workers would run (is it a PEX?)"
    if not any(name.endswith(".py") and "/" not in name for name in names):
        return "it has no .py file at its root, where Airflow looks for DAGs"
    return None


def check_archive(archive: bytes, named: str) -> None:
    """Raises ``BundleError`` unless ``archive`` is a whole zip of DAGs. ``named`` is what messages call it."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as content:
            damaged = content.testzip()
            why = f"its member {damaged} is damaged" if damaged else objection(content.namelist())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # the last: it wants a password
        why = str(error)
    if why is not None:
        raise BundleError(
            f"{named} is no zip of DAGs: {why}.",
            allowed="a zip with the DAG files at its root and what they import below it.",
            remedy="`./pants package src/python/dags:airflow_dags` builds dist/airflow_dags.zip.",
        )


def unpack(archive: bytes, folder: Path) -> None:
    """Unpack into ``folder``, which appears whole or not at all. One process at a time, for each folder's parent.

    A folder of its own makes Jinja's template files readable, which in a zip they are not. DAGs are still looked for
    at the root only, as Airflow does in a zip.
    """
    check_archive(archive, f"Version {folder.name}")
    work = folder.parent / _UNPACKING
    shutil.rmtree(work, ignore_errors=True)  # left by a process that was killed
    work.mkdir(parents=True)  # no temporary folder of tempfile's: tasks of other users read it
    for name, body in members(archive).items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(body)
    for made in (work, *work.rglob("*")):
        made.chmod(made.stat().st_mode & ~0o022)  # whatever the umask is: else anybody could change it
    work.rename(folder)


def members(archive: bytes) -> dict[str, bytes]:
    """The files that ``archive`` unpacks to."""
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        found = {
            PurePosixPath(one.filename).as_posix(): content.read(one)
            for one in content.infolist()
            if not one.is_dir()
        }
    folders = sorted({name.partition("/")[0] for name in found if "/" in name})
    # Patterns that mean the same in both of Airflow's syntaxes for this file.
    return {_IGNORE: "".join(f"{one}/\n" for one in folders).encode(), **found}


def _escapes(name: str) -> bool:
    return (
        PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name or ":" in name
    )
