"""A Python distribution as it is installed somewhere: what its dist-info folder says."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.message import Message
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from waybill_supply.part import Part, Text

_LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice|copyright", re.IGNORECASE)
_OF_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
_OF_NAMES = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "mit -or- apache license 2.0": "MIT OR Apache-2.0",
}
_UNTOLD = ("", "UNKNOWN", "Dual License")

Read = Callable[[str], bytes]


def canonical(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pypi_purl(name: str, version: str) -> str:
    return f"pkg:pypi/{canonical(name)}" + (f"@{quote(version)}" if version else "")


def distribution(dist_info: str, names: Iterable[str], read: Read, file: str = "", sha256: str = "") -> Part:
    """What lies in ``dist_info``, a folder with a slash at its end, of whose files ``names`` holds the paths."""
    metadata = email.message_from_bytes(read(f"{dist_info}METADATA"))
    name, version = str(metadata["Name"]), str(metadata["Version"])
    inside = sorted(path for path in names if path.startswith(dist_info) and not path.endswith("/"))
    return Part(
        purl=pypi_purl(name, version),
        name=canonical(name),
        version=version,
        file=file,
        sha256=sha256,
        licence=licence(metadata),
        texts=tuple(_texts(dist_info, inside, read)),
        inner=tuple(_built_in(dist_info, inside, read, pypi_purl(name, version))),
        requires=tuple(sorted(required(_all(metadata, "Requires-Dist")))),
    )


def licence(metadata: Message) -> str:
    """The licence as an SPDX expression where the author says it so, or clearly enough; else in the author's words."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        line.rsplit(" :: ", 1)[-1] for line in _all(metadata, "Classifier") if line.startswith("License ::")
    ]
    said = str(metadata.get("License") or "").strip()
    if said not in _UNTOLD and "\n" not in said and len(said) <= 40:
        return _OF_NAMES.get(said.lower(), said)
    return " OR ".join(_OF_CLASSIFIERS.get(one, one) for one in sorted(classifiers) if one != "OSI Approved")


def required(lines: Iterable[str]) -> set[str]:
    """The names in Requires-Dist, but for those of extras."""
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if "extra ==" not in line)
    return {canonical(match[0]) for match in found if match}


def _all(metadata: Message, header: str) -> list[str]:
    return [str(line) for line in metadata.get_all(header, [])]


def _texts(dist_info: str, inside: Iterable[str], read: Read) -> Iterator[Text]:
    for path in inside:
        name = path.removeprefix(dist_info)
        if name.startswith("licenses/") or _LICENCE_FILE.search(PurePosixPath(name).name):
            yield Text(name.removeprefix("licenses/"), read(path).decode("utf-8", "replace"))


def _built_in(dist_info: str, inside: Iterable[str], read: Read, itself: str) -> Iterator[Part]:
    """What the wheel's makers say was built into it (PEP 770): crates, shared libraries."""
    found = {}
    for path in inside:
        if path.startswith(f"{dist_info}sboms/") and path.endswith(".json"):
            for component in json.loads(read(path)).get("components", ()):
                part = _of_component(component)
                if canonical(part.name) != canonical(itself.partition("/")[2].partition("@")[0]):
                    found[part.purl] = part
    yield from (found[purl] for purl in sorted(found))


def _of_component(component: Mapping[str, Any]) -> Part:
    said = [
        one.get("expression") or one["license"].get("id") or one["license"].get("name", "")
        for one in component.get("licenses", ())
    ]
    name, version = component["name"], component.get("version", "")
    purl = component.get("purl") or f"pkg:generic/{quote(name)}" + (f"@{quote(version)}" if version else "")
    [sha256, *_] = [one["content"] for one in component.get("hashes", ()) if one["alg"] == "SHA-256"] or [""]
    return Part(
        purl=purl.partition("?")[0], name=name, version=version, sha256=sha256, licence=" AND ".join(said)
    )
