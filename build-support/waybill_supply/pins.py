"""What was reviewed: the sha256 of each file that the locks and the jar manifests admit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_supply.distribution import canonical
from waybill_supply.part import Part, SupplyError

_LIST = "3rdparty/python/files.sha256"


@dataclass(frozen=True)
class Pins:
    files: Mapping[str, str]
    licences: Mapping[str, str]  # texts that their wheels lack, by canonical name
    version: str  # Waybill's own

    def of_wheel(self, wheel: str) -> tuple[str, str]:
        """The (file, sha256) that the wheel is, or the sdist that it was built from.

        Raises ``SupplyError`` for what no lock admits.
        """
        name, version, *_ = wheel.split("-")
        for file in (wheel, *(sdist for sdist in self.files if sdist == f"{name}-{version}.tar.gz")):
            if file in self.files:
                return file, self.files[file]
        raise SupplyError(
            f"{wheel} is neither in {_LIST} nor made from an sdist there.\n"
            "`make locks` writes that list with the locks; was a lock changed without it?"
        )


def read_pins(root: Path) -> Pins:
    lines = (root / _LIST).read_text().splitlines()
    macros = (root / "build-support/macros.build").read_text()
    version = re.search(r'^VERSION = "([^"]+)"', macros, re.MULTILINE)
    if version is None:
        raise SupplyError('build-support/macros.build has no line VERSION = "…".\nPut the version there.')
    return Pins(
        files={name: sha256 for sha256, name in (line.split("  ", 1) for line in lines)},
        licences={
            canonical(text.stem): text.read_text()
            for text in sorted((root / "build-support/licences").glob("*.txt"))
        },
        version=version[1],
    )


def jars(manifest: str | bytes, *, at_run_time: bool = False) -> Iterator[Part]:
    """The jars of a manifest of ``3rdparty/jvm``."""
    for entry in json.loads(manifest)["jars"]:
        group, artifact, version = entry["coordinate"].split(":")
        yield Part(
            purl=f"pkg:maven/{group}/{artifact}@{version}",
            name=artifact,
            version=version,
            group=group,
            file=entry["file"],
            sha256=entry["sha256"],
            licence="Apache-2.0" if group.startswith("org.apache.") else "",  # the foundation's own, always
            at_run_time=at_run_time,
        )
