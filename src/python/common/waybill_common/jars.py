"""Jar manifests: the jars of one JVM classpath, fetched once and checked.

The fetching is done by the Apache Ivy that pyspark ships, so it takes nothing but Java and Spark, and works wherever
Ivy's own configuration finds its repositories.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from xml.sax.saxutils import quoteattr

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from waybill_common.errors import EnvironmentMissing, JarMismatch, ServiceNotReady, SettingsRefused
from waybill_common.private_folder import close_to_others, make_private, require_private, require_private_file
from waybill_common.redaction import redacted
from waybill_common.settings import machine_environment

_ELSEWHERE = "name another folder with --jars-dir or XDG_CACHE_HOME"
FETCH_SECONDS = 600
_IVY_LAYOUT = "[organisation]/[artifact]/[revision]/[artifact]-[revision](-[classifier]).[ext]"


class Jar(BaseModel):
    """One jar: ``group:artifact:version``, its file name and the SHA-256 of its bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coordinate: Annotated[str, Field(pattern=r"^[\w.-]+:[\w.-]+:[\w.-]+$")]
    file: Annotated[str, Field(pattern=r"^\w[\w.-]*\.jar$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @property
    def ivy_path(self) -> Path:
        """Where Ivy puts it below the folder that it retrieves to."""
        return Path(*self.coordinate.split(":"), self.file)


class JarManifest(BaseModel):
    """The closed list of a classpath's jars; ``roots`` and ``excludes`` are what it was resolved from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    roots: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    jars: Annotated[tuple[Jar, ...], Field(min_length=1)]

    @property
    def folder(self) -> str:
        """Name and digest of the jars, so that a changed manifest never meets an older set."""
        digest = hashlib.sha256("".join(jar.sha256 + jar.file for jar in self.jars).encode()).hexdigest()
        return f"{self.name}-{digest[:12]}"


def read_jar_manifest(path: Path) -> JarManifest:
    """The manifest in a JSON file. Raises SettingsRefused where there is none."""
    try:
        return JarManifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SettingsRefused(
            f"{path} is no jar manifest: {error}",
            allowed='a JSON file with "name", "roots" and "jars" of coordinate, file and sha256.',
            remedy="name a manifest under 3rdparty/jvm, or build the bundle again.",
        ) from error


def fetch_jars(manifest: JarManifest, cache: Path, *, java: Path, spark_home: Path) -> tuple[Path, ...]:
    """The manifest's jars as files below ``cache``, downloaded if they aren't there yet, checked in any case.

    The folder gets its final name only when it is complete and checked. Raises JarMismatch, naming the jar, where a
    SHA-256 differs or a jar is missing, EnvironmentMissing where ``spark_home`` has no Ivy or another user can change
    the jars, ServiceNotReady where the download fails.
    """
    final = cache / manifest.folder
    if cache.exists():
        require_private(cache, remedy=_ELSEWHERE, way_too=False)
    if not final.exists():
        try:
            make_private(cache, remedy=_ELSEWHERE, way_too=False)
        except OSError as error:
            raise EnvironmentMissing(
                f"The folder {cache} for the jars of {manifest.name} can't be made: {error.strerror}.",
                allowed="a folder that this user may write to, or one that has the jars.",
                remedy=f"{_ELSEWHERE}.",
            ) from error
        with tempfile.TemporaryDirectory(prefix=f".{manifest.name}-", dir=cache) as folder:
            work = Path(folder)
            _retrieve(manifest, work, java=java, ivy=_ivy_jar(spark_home))
            complete = work / "complete"
            complete.mkdir(mode=0o700)
            for jar in manifest.jars:
                _check(work / "libs" / jar.ivy_path, jar)
                (work / "libs" / jar.ivy_path).replace(complete / jar.file)
                close_to_others(complete / jar.file)
            _publish(complete, final)
    require_private(final, remedy=_ELSEWHERE, way_too=False)
    paths = tuple(final / jar.file for jar in manifest.jars)
    for path, jar in zip(paths, manifest.jars, strict=True):
        _check(path, jar)
        require_private_file(path, remedy=_ELSEWHERE)
    return paths


def _check(path: Path, jar: Jar) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        found = "no file"
    if found != jar.sha256:
        raise JarMismatch(
            f"The jar {jar.file} ({jar.coordinate}) at {path.parent} has sha256 {found}.",
            allowed=f"{jar.sha256}, which the jar manifest names.",
            remedy=f"delete {path.parent} and run again; if it comes back, the repository serves another file "
            "than the one that was reviewed: don't use it.",
        )


def _ivy_jar(spark_home: Path) -> Path:
    found = sorted((spark_home / "jars").glob("ivy-*.jar"))
    if not found:
        raise EnvironmentMissing(
            f"There is no ivy-*.jar in {spark_home / 'jars'}.",
            allowed="the folder of a Spark 4.2 installation.",
            remedy="set SPARK_HOME to one; pip install pyspark==4.2.0 brings it.",
        )
    return found[-1]


def _ivy_module(name: str, jars: Sequence[Jar]) -> str:
    """An ivy.xml that asks for exactly these jars: nothing is resolved, so nothing can slip in."""
    lines = ['<ivy-module version="2.0">', f'<info organisation="waybill" module={quoteattr(name)}/>']
    lines += ['<configurations><conf name="default"/></configurations>', "<dependencies>"]
    for jar in jars:
        group, artifact, version = (quoteattr(part) for part in jar.coordinate.split(":"))
        lines.append(
            f'<dependency org={group} name={artifact} rev={version} transitive="false" conf="default->master"/>'
        )
    return "\n".join([*lines, "</dependencies>", "</ivy-module>", ""])


def _retrieve(manifest: JarManifest, work: Path, *, java: Path, ivy: Path) -> None:
    module = work / "ivy.xml"
    module.write_text(_ivy_module(manifest.name, manifest.jars))
    # Ivy's own folder too: a user without a name or a home has none, and Java would make one called "?" here.
    command = [str(java), f"-Divy.default.ivy.user.dir={work / 'ivy'}"]
    command += ["-jar", str(ivy), "-cache", str(work / "cache"), "-ivy", str(module)]
    command += ["-confs", "default", "-types", "jar", "bundle", "-retrieve", f"{work / 'libs'}/{_IVY_LAYOUT}"]
    try:
        done = subprocess.run(
            command,
            env=machine_environment(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=FETCH_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _not_fetched(manifest, f"took more than {FETCH_SECONDS} s") from error
    if done.returncode != 0:
        raise _not_fetched(
            manifest, f"failed:\n{redacted(done.stdout)[-2000:]}{redacted(done.stderr)[-1000:]}\n"
        )


def _not_fetched(manifest: JarManifest, what: str) -> ServiceNotReady:
    return ServiceNotReady(
        f"Fetching the {len(manifest.jars)} jars of {manifest.name} {what}",
        allowed="a Maven repository that Ivy can reach.",
        remedy="check the network and Java's proxy settings (JAVA_TOOL_OPTIONS), then run again.",
    )


def _publish(complete: Path, final: Path) -> None:
    try:
        complete.rename(final)
    except OSError:
        # Another process was first; its set is checked like ours.
        if not final.is_dir():
            raise
