"""What lies in a built artifact, read from the artifact itself: a PEX, a zip of ours, or a wheel."""

from __future__ import annotations

import email
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from waybill_supply.distribution import canonical, distribution, pypi_purl
from waybill_supply.part import Contents, Part, SupplyError, Text
from waybill_supply.pins import Pins, jars

LICENCES = "THIRD-PARTY-LICENSES"
OWN_LICENCE = "Apache-2.0"
_OF_A_PEX = {".bootstrap", ".deps", "PEX-INFO", "__main__.py", "__pex__", LICENCES}
_VENDORED = ".bootstrap/pex/vendor/_vendored/"
_VERSIONED = re.compile(r"([a-z]+)_(\d+(?:_\d+)*)$")


def contents(path: Path, pins: Pins) -> Contents:
    """Raises ``SupplyError`` for what is neither PEX, zip nor wheel, and for parts that no lock admits."""
    found = Contents(name=path.name, sha256=digest(path), licence=OWN_LICENCE)
    with zipfile.ZipFile(path) as archive:
        if path.suffix == ".whl":
            return replace(found, own=own_packages(archive, pins), requires=wheel_requires(archive))
        return replace(
            found, own=own_packages(archive, pins), parts=with_texts(read_zip(archive, pins), pins)
        )


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_zip(archive: zipfile.ZipFile, pins: Pins) -> tuple[Part, ...]:
    """The parts of a PEX, or of a zip with PEXes and manifests of jars, which are fetched when it runs."""
    names = set(archive.namelist())
    if "PEX-INFO" in names:
        return tuple(pex_parts(archive, pins))
    parts: list[Part] = []
    for name in sorted(names):
        if name.endswith(".pex"):
            with archive.open(name) as file, _inner_zip(file) as inner:
                parts += read_zip(inner, pins)
        elif name == "jars.json":
            parts += jars(archive.read(name), at_run_time=True)
    return tuple(parts)


def pex_parts(pex: zipfile.ZipFile, pins: Pins) -> Iterator[Part]:
    """The wheels in a PEX, each compared with what the PEX says of itself, and the Pex that unpacks them."""
    info = json.loads(pex.read("PEX-INFO"))
    by_wheel: dict[str, list[str]] = {}
    for name in pex.namelist():
        if name.startswith(".deps/") and name.count("/") > 1:
            by_wheel.setdefault(name.split("/")[1], []).append(name)
    if unknown := sorted(
        name
        for name in {name.split("/")[0] for name in pex.namelist()} - _OF_A_PEX
        if not name.startswith("waybill_")
    ):
        raise SupplyError(
            f"{pex.filename} has {', '.join(unknown)} at its root, which is neither Waybill's nor Pex's.\n"
            "Whatever is of others belongs into a wheel that a lock names."
        )
    if set(by_wheel) != set(info["distributions"]):
        odd = sorted(set(by_wheel) ^ set(info["distributions"]))
        raise SupplyError(f"{pex.filename}: .deps and PEX-INFO differ in {', '.join(odd)}.\nBuild it again.")
    for wheel, names in sorted(by_wheel.items()):
        [dist_info] = [
            name.removesuffix("METADATA")
            for name in names
            if name.endswith(".dist-info/METADATA") and name.count("/") == 3
        ]
        yield distribution(dist_info, names, pex.read, *pins.of_wheel(wheel))
    version = info["build_properties"]["pex_version"]
    file, sha256 = pins.of_wheel(f"pex-{version}-py2.py3-none-any.whl")
    yield Part(
        purl=pypi_purl("pex", version),
        name="pex",
        version=version,
        file=file,
        sha256=sha256,
        licence="Apache-2.0",
        inner=tuple(vendored(pex)),
    )


def vendored(pex: zipfile.ZipFile) -> Iterator[Part]:
    """What Pex carries along for itself; a version only where a folder's name has it."""
    folders = {
        name.removeprefix(_VENDORED).split("/")[0]
        for name in pex.namelist()
        if name.startswith(_VENDORED) and name.count("/") > _VENDORED.count("/")
    }
    for folder in sorted(folders):
        match = _VERSIONED.match(folder)
        name, version = (match[1], match[2].replace("_", ".")) if match else (folder, "")
        yield Part(purl=pypi_purl(name, version), name=name, version=version)


def own_packages(archive: zipfile.ZipFile, pins: Pins) -> tuple[Part, ...]:
    """Waybill's packages: their folders at the root of the archive, or of a PEX in it."""
    tops = {name.split("/")[0] for name in archive.namelist() if re.match(r"waybill_\w+/", name)}
    for name in archive.namelist():
        if name.endswith(".pex"):
            with archive.open(name) as file, _inner_zip(file) as inner:
                tops |= {part.name.replace("-", "_") for part in own_packages(inner, pins)}
    return tuple(
        Part(
            purl=pypi_purl(top, pins.version), name=canonical(top), version=pins.version, licence=OWN_LICENCE
        )
        for top in sorted(tops)
    )


def wheel_requires(wheel: zipfile.ZipFile) -> tuple[str, ...]:
    [metadata] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return tuple(sorted(email.message_from_bytes(wheel.read(metadata)).get_all("Requires-Dist", [])))


def with_texts(parts: tuple[Part, ...], pins: Pins) -> tuple[Part, ...]:
    """For parts that carry no text of their licence, ours of it. Raises ``SupplyError`` where there is none."""
    done = []
    for part in parts:
        if not part.texts and not part.at_run_time:
            if part.name not in pins.licences:
                raise SupplyError(
                    f"{part.name} {part.version} carries no text of its licence ({part.licence or 'not named'}).\n"
                    f"Put it into build-support/licences/{part.name}.txt, from its sdist or its repository."
                )
            part = replace(part, texts=(Text("LICENSE", pins.licences[part.name]),))
        done.append(part)
    return tuple(done)


def _inner_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """A stored member is read in place, a compressed one in memory."""
    return zipfile.ZipFile(file if file.seekable() else io.BytesIO(file.read()))
