"""A jar as it lies in an image: which package it is, and its licence, as far as its bytes tell."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from waybill_supply.part import Part

_NAME = re.compile(r"(.+?)-(\d[\w.+-]*)\.jar$")
_POM = re.compile(r"META-INF/maven/([^/]+)/([^/]+)/pom\.properties$")
_LICENCES = {
    "Apache-2.0": r"licenses/(?:LICENSE|apache)-2\.0|Apache(?: Software)? License,?\s+(?:Version )?2|^Apache[ -]2",
    "MIT": r"opensource\.org/licenses?/mit|^(?:The )?MIT License|^MIT$",
    "EPL-2.0": r"eclipse\.org/legal/epl-2\.0|Eclipse Public License - v 2\.0|^EPL[ -]2\.0$",
}


def jar(name: str, content: bytes, known: Mapping[str, Part]) -> Part:
    """``known`` are our manifests' jars by sha256. Others name themselves in POM or manifest, or have but ``name``."""
    sha256 = hashlib.sha256(content).hexdigest()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        licence = _licence(archive)
        if sha256 in known:
            return replace(known[sha256], licence=known[sha256].licence or licence)
        group, artifact, version = _coordinate(name, archive)
    start = f"pkg:maven/{group}/{artifact}" if group else f"pkg:generic/{quote(artifact)}"
    return Part(
        purl=f"{start}@{quote(version)}" if version else start,
        name=artifact,
        version=version,
        group=group,
        file=name,
        sha256=sha256,
        licence=licence,
    )


def _coordinate(name: str, archive: zipfile.ZipFile) -> tuple[str, str, str]:
    stem = _NAME.match(name)
    artifact, version = (stem[1], stem[2]) if stem else (name.removesuffix(".jar"), "")
    poms = [match for match in map(_POM.match, archive.namelist()) if match]
    for match in poms:
        # A jar that others were packed into has their POMs too. Quarkus puts the group before the file's name.
        if match[2] == artifact or f"{match[1]}.{match[2]}" == artifact:
            said = re.search(rb"^version=(.+?)\s*$", archive.read(match[0]), re.MULTILINE)
            return match[1], match[2], said[1].decode() if said else version
    vendor = _header("Implementation-Vendor-Id", archive)
    return (vendor if re.fullmatch(r"[a-z]+(\.[\w-]+)+", vendor) else ""), artifact, version


def _licence(archive: zipfile.ZipFile) -> str:
    """From the manifest, a POM of its own, or the text that lies in it."""
    names = archive.namelist()
    said = _header("Bundle-License", archive)
    poms = [name for name in names if re.fullmatch(r"META-INF/maven/[^/]+/[^/]+/pom\.xml", name)]
    if not said and len(poms) == 1:
        block = re.search(rb"<licenses>.*?<name>(.*?)</name>", archive.read(poms[0]), re.DOTALL)
        said = block[1].decode("utf-8", "replace").strip() if block else ""
    texts = [name for name in names if re.fullmatch(r"(META-INF/)?LICENSE(\.txt|\.md)?", name)]
    if not said and texts:
        said = " ".join(archive.read(texts[0])[:600].decode("utf-8", "replace").split())
        return next((spdx for spdx, words in _LICENCES.items() if re.search(words, said)), "")
    return next((spdx for spdx, words in _LICENCES.items() if re.search(words, said, re.IGNORECASE)), said)


def _header(name: str, archive: zipfile.ZipFile) -> str:
    if "META-INF/MANIFEST.MF" not in archive.namelist():
        return ""
    lines = (
        archive.read("META-INF/MANIFEST.MF")
        .decode("utf-8", "replace")
        .replace("\r\n", "\n")
        .replace("\n ", "")
    )
    found = re.search(rf"^{name}: *(\S.*)$", lines, re.MULTILINE)
    return found[1].strip() if found else ""
