"""Artifacts in small, made as Pex and we make them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from waybill_supply.pins import Pins

WHEEL = "some_library-1.2.0-py3-none-any.whl"
BUILT = "from_source-3.0-py3-none-any.whl"
PEX_WHEEL = "pex-2.1.137-py2.py3-none-any.whl"
PINS = Pins(
    files={WHEEL: "a" * 64, "from_source-3.0.tar.gz": "b" * 64, PEX_WHEEL: "c" * 64},
    licences={"pex": "Pex's licence", "from-source": "its licence, from its sdist"},
    version="9.9.9",
)


def wheel_files(name: str, version: str, *lines: str, **more: str) -> dict[str, str]:
    metadata = "\n".join(["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines, "", ""])
    start = f"{name}-{version}.dist-info/"
    return {f"{start}METADATA": metadata} | {
        start + path.replace("__", "/"): text for path, text in more.items()
    }


LIBRARY = wheel_files(
    *("some_library", "1.2.0", "License-Expression: MIT", "Requires-Dist: from-source>=2"),
    licenses__LICENSE="the words of MIT",
    sboms__rust="no list",
)
SOURCE = wheel_files("from_source", "3.0", "Classifier: License :: OSI Approved :: MIT License")


def pex_bytes(*own: str, lacking: str = "", wheels: Mapping[str, dict[str, str]] | None = None) -> bytes:
    """A PEX with two wheels, or ``wheels``; of ``lacking`` its PEX-INFO knows nothing."""
    held = {WHEEL: LIBRARY, BUILT: SOURCE, **(wheels or {})}
    info = {
        "distributions": {name: "0" for name in held if name != lacking},
        "build_properties": {"pex_version": "2.1.137"},
    }
    members = {"PEX-INFO": json.dumps(info), "__main__.py": ""}
    members |= {".bootstrap/pex/vendor/_vendored/packaging_20_9/packaging/__init__.py": ""}
    members |= {f"{package}/__init__.py": "" for package in own}
    for wheel, files in held.items():
        members |= {f".deps/{wheel}/{path}": text for path, text in files.items()}
    return b"#!/usr/bin/env python3.11\n" + zip_bytes(members)


def zip_bytes(members: dict[str, str] | dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def pex(folder: Path, name: str = "program.pex") -> Path:
    path = folder / name
    path.write_bytes(pex_bytes("waybill_common", "waybill_program"))
    path.chmod(0o755)
    return path
