"""Write the CycloneDX list of one image, whose file system comes as a tar on stdin.

Usage: docker export CONTAINER | image.py ROOT NAME SHA256 FILE
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cyclonedx.model.component import ComponentType

from waybill_supply.bom import bom
from waybill_supply.image_contents import image_contents
from waybill_supply.part import SupplyError
from waybill_supply.pins import read_pins


def main(argv: Sequence[str] | None = None) -> int:
    root, name, sha256, file = sys.argv[1:] if argv is None else argv
    try:
        found = image_contents(name, sha256, sys.stdin.buffer, Path(root), read_pins(Path(root)))
    except SupplyError as error:
        print(f"waybill: {error}", file=sys.stderr)
        return 1
    Path(file).write_text(bom(found, ComponentType.CONTAINER))
    print(f"{file}: {len(found.parts)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
