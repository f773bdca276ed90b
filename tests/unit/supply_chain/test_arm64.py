"""Each locked package of the PEXes and wheels has a wheel that Linux on arm64 takes. None of them is run there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from waybill_supply.pins import read_pins

ROOT = Path(__file__).parents[3]
LOCKS = ("ops", "producer", "sandbox", "spark")
NO_WHEEL = {"pyspark-client"}
"""Published as sources alone, and in no artifact: what runs on Spark has the pyspark of its Spark."""


def locked(lock: str) -> list[tuple[str, str]]:
    """The (name, version) of each package."""
    text = (ROOT / f"3rdparty/python/{lock}.lock").read_text()
    return re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE)


def lacking(packages: Iterable[tuple[str, str]], files: Iterable[str]) -> list[str]:
    """Those of which no file is a wheel for any machine, or for glibc on arm64."""
    wheels = [file.removesuffix(".whl").rsplit("-", 3) for file in files if file.endswith(".whl")]
    taken = {
        re.sub(r"[-_.]+", "-", package).lower()
        for package, _, _, platform in wheels
        if platform == "any" or re.search(r"manylinux\w*_aarch64", platform)
    }
    return [
        name for name, version in packages if re.sub(r"[-_.]+", "-", f"{name}-{version}").lower() not in taken
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_package_has_a_wheel_for_arm64(lock: str) -> None:
    """The list is `make locks`'s, which asks for that machine too; the index is not asked here."""
    packages = locked(lock)
    assert packages
    assert set(lacking(packages, read_pins(ROOT).files)) <= NO_WHEEL


def test_a_package_for_other_machines_alone_is_noticed() -> None:
    packages = [(name, "1") for name in ("pure-one", "both", "other", "musl", "mac", "old", "source")]
    files = [
        "Pure_One-1-py3-none-any.whl",
        "both-1-cp311-cp311-manylinux_2_28_x86_64.whl",
        "both-1-cp311-cp311-manylinux2014_aarch64.manylinux_2_17_aarch64.whl",
        "other-1-cp311-cp311-manylinux_2_28_x86_64.whl",
        "musl-1-cp311-cp311-musllinux_1_2_aarch64.whl",
        "mac-1-cp311-cp311-macosx_11_0_arm64.whl",
        "old-0.9-cp311-cp311-manylinux_2_28_aarch64.whl",
        "source-1.tar.gz",
    ]
    assert lacking(packages, files) == ["other", "musl", "mac", "old", "source"]
