"""Write what the artifacts' locks leave out: the name of each file that they admit, beside its sha256.

Usage: file_pins.py PYLOCK... > 3rdparty/python/files.sha256

A lock has only hashes, and an artifact only the names of the wheels that it was made from. The PYLOCK files are those
locks as `uv pip compile --format pylock.toml` writes them. No address of theirs gets into the list. Wheels that no
CPython 3.11 on Linux or macOS takes are left out.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_PYTHON = re.compile(r"(^|\.)(py3|cp311)($|\.)")
_ABI3 = re.compile(r"cp3(\d+)$")
_PLATFORM = re.compile(r"(^|\.)(any|manylinux|linux|macosx)")


def fits(wheel: str) -> bool:
    """Whether a CPython 3.11 on Linux or macOS can take the wheel, by its name."""
    python, abi, platform = wheel.removesuffix(".whl").split("-")[-3:]
    oldest = _ABI3.match(python)
    by_abi = abi == "abi3" and oldest is not None and int(oldest[1]) <= 11
    return bool((_PYTHON.search(python) or by_abi) and _PLATFORM.search(platform))


def files(pylock: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The (name, sha256) of each file that counts."""
    for package in pylock["packages"]:
        sources = [package["sdist"]] if "sdist" in package else []
        for file in [*package.get("wheels", ()), *sources]:
            name = file.get("name") or file["url"].rsplit("/", 1)[-1]
            if not name.endswith(".whl") or fits(name):
                yield name, file["hashes"]["sha256"]


def main(argv: Sequence[str] | None = None) -> int:
    found: set[tuple[str, str]] = set()
    for path in sys.argv[1:] if argv is None else argv:
        found.update(files(tomllib.loads(Path(path).read_text())))
    for name, sha256 in sorted(found):
        print(f"{sha256}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
