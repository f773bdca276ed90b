"""An image's list, from a tar of its files."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from unit.supply_chain.made import PINS, WHEEL, wheel_files, zip_bytes

from waybill_supply.image_contents import image_contents
from waybill_supply.part import Contents

STATUS = """Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Description: a shell
 with a second line

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""
COPYRIGHT = "Files: *\nLicense: GPL-3+\n\nFiles: doc\nLicense: GFDL-1.3\n\nLicense: GPL-3+\n text"
POM = {"META-INF/maven/org.other/other/pom.properties": "version=2.0\n"}
GO = b"\x7fELF" + b"x" * 20 + b"\xff Go buildinf:" + bytes([8, 2]) + b"\0" * 16 + b"\x06go1.26"
GO_LIST = (
    b"path\tx\nmod\texample.org/x\tv1.0.0\t\ndep\texample.org/old\tv1.0.0\n=>\texample.org/new\tv2.0.0\n"
)


def listed(tmp_path: Path, **files: bytes | str) -> Contents:
    manifests = tmp_path / "3rdparty/jvm"
    manifests.mkdir(parents=True)
    entry = {"coordinate": "org.known:known:1.0", "file": "known-1.0.jar", "sha256": known_sha256()}
    (manifests / "some.json").write_text(json.dumps({"jars": [entry]}))
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    tar.seek(0)
    return image_contents("image", "e" * 64, tar, tmp_path, PINS)


def known_jar() -> bytes:
    return zip_bytes({"Known.class": "", "META-INF/LICENSE": "Apache License\n Version 2.0"})


def known_sha256() -> str:
    return hashlib.sha256(known_jar()).hexdigest()


def test_debians_packages_are_those_that_dpkg_has_installed(tmp_path: Path) -> None:
    files = {"var/lib/dpkg/status": STATUS, "usr/share/doc/bash/copyright": COPYRIGHT}
    [part] = listed(tmp_path, **files).parts
    assert part.purl == "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64"
    assert part.licence == "GFDL-1.3, GPL-3+"


def test_a_distribution_is_found_where_it_is_installed_and_has_its_wheels_hash(tmp_path: Path) -> None:
    site = "opt/waybill/producer/lib/python3.11/site-packages/"
    wheel = wheel_files("some_library", "1.2.0", "License-Expression: MIT", WHEEL="Tag: py3-none-any\n")
    found = listed(
        tmp_path,
        **{site + path: text for path, text in wheel.items()},
        **{f"{site}waybill_x/__init__.py": ""},
    )
    assert [(part.purl, part.file, part.sha256) for part in found.parts] == [
        ("pkg:pypi/some-library@1.2.0", WHEEL, "a" * 64)
    ]
    assert [part.name for part in found.own] == ["waybill-x"]


def test_a_jar_is_known_by_its_bytes_or_its_pom_or_else_by_its_name(tmp_path: Path) -> None:
    found = listed(
        tmp_path,
        **{
            "opt/a/renamed.jar": known_jar(),
            "opt/a/other-2.0.jar": zip_bytes(POM),
            "opt/a/org.other.other-2.0.jar": zip_bytes(POM | {"x": ""}),  # as Quarkus names it
            "opt/a/nameless-3.jar": zip_bytes({"x": ""}),
        },
    )
    assert [(part.purl, part.licence) for part in found.parts] == [
        ("pkg:generic/nameless@3", ""),
        ("pkg:maven/org.known/known@1.0", "Apache-2.0"),
        ("pkg:maven/org.other/other@2.0", ""),
    ]


def test_a_go_program_has_the_modules_that_it_was_built_from(tmp_path: Path) -> None:
    program = GO + bytes([len(GO_LIST)]) + GO_LIST
    found = listed(tmp_path, **{"usr/local/bin/x": program, "usr/local/bin/no": b"\x7fELF no Go"})
    assert [part.purl for part in found.parts] == [
        *("pkg:golang/example.org/new@v2.0.0", "pkg:golang/example.org/x@v1.0.0", "pkg:golang/stdlib@1.26")
    ]
