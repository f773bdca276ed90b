"""Put the licences of others into each PEX and zip, and a CycloneDX list beside each artifact.

Usage: artifacts.py ROOT ARTIFACT...

A wheel's text lies beside it: a wheel carries nothing of others, and says in itself what lies in it.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from waybill_supply.bom import bom
from waybill_supply.contents import LICENCES, contents, digest
from waybill_supply.licences import licence_text
from waybill_supply.part import SupplyError
from waybill_supply.pins import Pins, read_pins

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def supply(artifact: Path, pins: Pins) -> None:
    """Does both for one artifact; a second time changes nothing."""
    found = contents(artifact, pins)
    if artifact.suffix == ".whl":
        beside(artifact, f".{LICENCES}").write_text(licence_text(found))
    elif add_member(artifact, licence_text(found)):
        found = replace(found, sha256=digest(artifact))
    beside(artifact, ".cdx.json").write_text(bom(found))


def beside(artifact: Path, ending: str) -> Path:
    return artifact.with_name(artifact.name + ending)


def add_member(artifact: Path, text: str) -> bool:
    """Whether it was not there yet. The new file takes the place of the old one, of which there may be other links."""
    with zipfile.ZipFile(artifact) as archive:
        if LICENCES in archive.namelist():
            return False
    member = zipfile.ZipInfo(LICENCES, ZIP_EPOCH)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    new = artifact.with_name(f".{artifact.name}.new")
    shutil.copy2(artifact, new)
    with zipfile.ZipFile(new, "a") as archive:
        archive.writestr(member, text)
    new.replace(artifact)
    return True


def main(argv: Sequence[str] | None = None) -> int:
    root, *artifacts = [Path(argument) for argument in (sys.argv[1:] if argv is None else argv)]
    try:
        pins = read_pins(root)
        for artifact in artifacts:
            supply(artifact, pins)
    except SupplyError as error:
        print(f"waybill: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
