"""What lies in a container image, read in one pass from a tar of its files: packages of Debian, Python and Java."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote

from waybill_supply.contents import OWN_LICENCE, own_packages, read_zip
from waybill_supply.distribution import canonical, distribution, pypi_purl
from waybill_supply.golang import go_modules
from waybill_supply.jar import jar
from waybill_supply.part import Contents, Part
from waybill_supply.pins import Pins, jars

_DEBIANS_OWN = (
    "usr/lib/",
    "usr/share/",
    "usr/bin/",
    "usr/sbin/",
    "lib/",
    "bin/",
    "sbin/",
    "var/lib/",
    "etc/",
)
_OWN = re.compile(r"(?:^|/)site-packages/(waybill_\w+)/__init__\.py$")
_COPYRIGHT = re.compile(r"usr/share/doc/([^/]+)/copyright$")
_PY4J = re.compile(r"py4j-([\d.]+)-src\.zip$")


@dataclass
class _Found:
    """What the pass has come by so far."""

    status: str = ""
    copyrights: dict[str, str] = field(default_factory=dict)
    dist_infos: dict[str, bytes] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)


def image_contents(name: str, sha256: str, tar: IO[bytes], root: Path, pins: Pins) -> Contents:
    known = {
        jar.sha256: jar
        for manifest in (root / "3rdparty/jvm").glob("*.json")
        for jar in jars(manifest.read_bytes())
    }
    found = _Found()
    with tarfile.open(fileobj=tar, mode="r|") as files:
        for member in files:
            if member.isfile() and (file := files.extractfile(member)):
                _take(member.name.removeprefix("./"), file, found, known, pins)
    parts = {part.purl: part for part in [*found.parts, *_distributions(found.dist_infos, pins)]}
    parts |= {part.purl: part for part in debian(found.status, found.copyrights)}
    own = [
        Part(pypi_purl(one, pins.version), canonical(one), pins.version, licence=OWN_LICENCE)
        for one in found.own
    ]
    return Contents(
        name=name,
        sha256=sha256,
        own=tuple(sorted(own, key=lambda part: part.name)),
        parts=tuple(part for _, part in sorted(parts.items()) if part.name not in {one.name for one in own}),
    )


def _take(path: str, file: IO[bytes], found: _Found, known: Mapping[str, Part], pins: Pins) -> None:
    if path == "var/lib/dpkg/status" or path.startswith("var/lib/dpkg/status.d/"):
        found.status += file.read().decode("utf-8", "replace") + "\n\n"
    elif match := _COPYRIGHT.match(path):
        found.copyrights[match[1]] = file.read().decode("utf-8", "replace")
    elif path.startswith(_DEBIANS_OWN):
        return  # these are in dpkg's list
    elif match := _OWN.search(path):
        found.own.add(match[1])
    elif ".dist-info/" in path:
        found.dist_infos[path] = file.read()
    elif path.endswith(".jar"):
        found.parts.append(jar(PurePosixPath(path).name, file.read(), known))
    elif path.endswith(".pex"):
        with zipfile.ZipFile(io.BytesIO(file.read())) as pex:
            found.parts += read_zip(pex, pins)
            found.own |= {part.name.replace("-", "_") for part in own_packages(pex, pins)}
    elif match := _PY4J.search(path):
        found.parts.append(Part(pypi_purl("py4j", match[1]), "py4j", match[1], licence="BSD-3-Clause"))
    elif path.startswith(("usr/local/bin/", "opt/")):
        found.parts += go_modules(file)


def debian(status: str, copyrights: Mapping[str, str]) -> Iterator[Part]:
    """The packages that dpkg has installed, with the licences that their copyright files name."""
    for paragraph in re.split(r"\n\s*\n", status):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, re.MULTILINE))
        if not fields.get("Status", "").endswith(" installed"):
            continue
        name, version, architecture = fields["Package"], fields["Version"], fields["Architecture"]
        named = re.findall(r"^License: *(\S.*)$", copyrights.get(name, ""), re.MULTILINE)
        yield Part(
            purl=f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={architecture}",
            name=name,
            version=version,
            licence=", ".join(sorted(set(named))),
        )


def _distributions(files: Mapping[str, bytes], pins: Pins) -> Iterator[Part]:
    for path in sorted(files):
        if path.endswith(".dist-info/METADATA"):
            dist_info = path.removesuffix("METADATA")
            inside = [name for name in files if name.startswith(dist_info)]
            wheel = files.get(f"{dist_info}WHEEL", b"").decode()
            yield distribution(dist_info, inside, files.__getitem__, *_wheel(dist_info, wheel, pins))


def _wheel(dist_info: str, wheel: str, pins: Pins) -> tuple[str, str]:
    """The (file, sha256) of the one pinned wheel that has this name, version and tags."""
    stem = PurePosixPath(dist_info).name.removesuffix(".dist-info")
    tags = set(re.findall(r"^Tag: (\S+)", wheel, re.MULTILINE))
    fitting = [
        (file, sha256)
        for file, sha256 in pins.files.items()
        if file.lower().startswith(f"{stem.lower()}-") and file.endswith(".whl") and _tags(file) & tags
    ]
    return fitting[0] if len(fitting) == 1 else ("", "")


def _tags(wheel: str) -> set[str]:
    python, abi, platform = (part.split(".") for part in wheel.removesuffix(".whl").split("-")[-3:])
    return {f"{one}-{two}-{three}" for one in python for two in abi for three in platform}
