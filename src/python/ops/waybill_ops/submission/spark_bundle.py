"""The bundle: the application's PEX, its launcher and the manifest of its jars."""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import EnvironmentMissing, SettingsRefused
from waybill_common.machine import of_the_machine
from waybill_common.private_folder import close_to_others, make_private, require_private
from waybill_ops.submission.cache import ELSEWHERE
from waybill_ops.submission.kept_parts import require_parts

PEX = "spark_app.pex"
LAUNCHER = "launcher.py"
_ALLOWED = f"spark_app.zip, or a folder with {PEX}, {LAUNCHER} and the jars' manifest as its one .json file."
_REMEDY = "name one with --bundle; `./pants package ::` builds dist/spark_app.zip."


@dataclass(frozen=True)
class Bundle:
    """The three files, each as an absolute path."""

    pex: Path
    launcher: Path
    jars: Path


def open_bundle(path: Path, cache: Callable[[], Path]) -> Bundle:
    """The bundle in a folder, or in a zip, which is unpacked once below ``cache`` under its content's hash.

    What was unpacked before is compared with the zip. Raises ``SettingsRefused`` where ``path`` is neither, or lacks a
    part, and ``EnvironmentMissing`` for a full disk, a cache that another user can write to, and a part that differs.
    """
    _require_trusted(path)
    if path.is_dir():
        bundle = _in_folder(path, path)
        for part in (bundle.pex, bundle.launcher, bundle.jars):
            _require_trusted(part)
        return bundle
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        final = cache() / digest[:16]
        if not final.exists():
            make_private(final.parent, remedy=ELSEWHERE)
            _unpack(path, final)
        require_private(final, remedy=ELSEWHERE)
        with zipfile.ZipFile(path) as archive:
            parts = [one for one in archive.infolist() if not one.is_dir()]
            require_parts(final, {one.filename: archive.open(one) for one in parts}, str(path))
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        refused = of_the_machine(error) if isinstance(error, OSError) else None
        if refused is not None:
            raise refused from error
        raise SettingsRefused(
            f"The bundle {path} can't be used: {error}.", allowed=_ALLOWED, remedy=_REMEDY
        ) from error
    return _in_folder(final, path)


def _require_trusted(path: Path) -> None:
    if path.exists() and path.stat().st_mode & stat.S_IWOTH:
        raise EnvironmentMissing(
            f"Everybody may write to the bundle {path}.",
            allowed="a zip, or a folder, of whom you trust: it is run.",
            remedy=f"look what lies there, then chmod o-w {path}.",
        )


def _in_folder(folder: Path, named: Path) -> Bundle:
    home = folder.absolute()
    manifests = sorted(home.glob("*.json"))
    lacking = [part for part in (PEX, LAUNCHER) if not (home / part).is_file()]
    if lacking or len(manifests) != 1:
        what = f"lacks {', '.join(lacking)}" if lacking else f"has {len(manifests)} .json files"
        raise SettingsRefused(f"The bundle {named} {what}.", allowed=_ALLOWED, remedy=_REMEDY)
    return Bundle(pex=home / PEX, launcher=home / LAUNCHER, jars=manifests[0])


def _unpack(archive: Path, final: Path) -> None:
    """Under its final name only when whole; of two processes that unpack at once, either's copy will do."""
    with tempfile.TemporaryDirectory(dir=final.parent, prefix=".unpacking-") as folder:
        work = Path(folder) / "bundle"
        work.mkdir(mode=0o700)
        with zipfile.ZipFile(archive) as content:
            content.extractall(work)
        for made in work.rglob("*"):
            close_to_others(made)
        if (work / PEX).is_file():
            (work / PEX).chmod(0o755)
        try:
            work.rename(final)
        except OSError:
            if not final.is_dir():
                raise
