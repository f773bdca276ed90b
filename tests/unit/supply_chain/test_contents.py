"""What an artifact's list says is read from the artifact: no part is left out, none is made up."""

from __future__ import annotations

import email
import json
from pathlib import Path

import pytest
from unit.supply_chain.made import BUILT, PINS, WHEEL, pex, pex_bytes, wheel_files, zip_bytes

from waybill_supply.contents import contents
from waybill_supply.distribution import licence
from waybill_supply.part import SupplyError

JARS = json.dumps({"jars": [{"coordinate": "org.some:jar:1.0", "file": "jar-1.0.jar", "sha256": "d" * 64}]})


def test_a_pex_has_its_wheels_their_hashes_and_the_pex_that_unpacks_them(tmp_path: Path) -> None:
    found = contents(pex(tmp_path), PINS)
    assert [(part.purl, part.file, part.sha256[:1], part.licence) for part in found.parts] == [
        ("pkg:pypi/from-source@3.0", "from_source-3.0.tar.gz", "b", "MIT"),
        ("pkg:pypi/some-library@1.2.0", WHEEL, "a", "MIT"),
        ("pkg:pypi/pex@2.1.137", "pex-2.1.137-py2.py3-none-any.whl", "c", "Apache-2.0"),
    ]
    assert [part.purl for part in found.parts[2].inner] == ["pkg:pypi/packaging@20.9"]
    assert [part.name for part in found.own] == ["waybill-common", "waybill-program"]


def test_a_part_keeps_the_text_of_its_licence_and_one_without_gets_ours(tmp_path: Path) -> None:
    texts = {part.name: [text.text for text in part.texts] for part in contents(pex(tmp_path), PINS).parts}
    assert texts["some-library"] == ["the words of MIT"]
    assert texts["from-source"] == ["its licence, from its sdist"]


def test_a_zip_has_the_parts_of_its_pex_and_says_that_jars_are_fetched(tmp_path: Path) -> None:
    bundle = tmp_path / "spark_app.zip"
    bundle.write_bytes(zip_bytes({"spark_app.pex": pex_bytes("waybill_spark"), "jars.json": JARS.encode()}))
    found = contents(bundle, PINS)
    assert {part.name: part.at_run_time for part in found.parts} == {
        "jar": True,
        "some-library": False,
        "from-source": False,
        "pex": False,
    }
    assert [part.name for part in found.own] == ["waybill-spark"]


def test_a_wheel_has_no_parts_and_says_what_it_requires(tmp_path: Path) -> None:
    wheel = tmp_path / "waybill_one-9.9.9-py3-none-any.whl"
    files = wheel_files("waybill_one", "9.9.9", "Requires-Dist: some-library<2,>=1")
    wheel.write_bytes(zip_bytes(files | {"waybill_one/__init__.py": ""}))
    found = contents(wheel, PINS)
    assert (found.parts, found.requires) == ((), ("some-library<2,>=1",))
    assert [part.name for part in found.own] == ["waybill-one"]


def test_a_wheel_that_pex_info_does_not_name_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "program.pex"
    path.write_bytes(pex_bytes(lacking=BUILT))
    with pytest.raises(SupplyError, match=BUILT):
        contents(path, PINS)


def test_a_package_of_others_at_the_root_of_a_pex_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.pex"
    path.write_bytes(pex_bytes("waybill_common", "copied_from_elsewhere"))
    with pytest.raises(SupplyError, match="copied_from_elsewhere"):
        contents(path, PINS)


def test_a_wheel_that_no_lock_admits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.pex"
    path.write_bytes(pex_bytes(wheels={"other-1.0-py3-none-any.whl": wheel_files("other", "1.0")}))
    with pytest.raises(SupplyError, match=r"other-1\.0.*\n`make locks`"):
        contents(path, PINS)


def test_a_part_of_which_no_licence_is_known_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.pex"
    path.write_bytes(pex_bytes(wheels={WHEEL: wheel_files("some_library", "1.2.0")}))
    with pytest.raises(SupplyError, match=r"build-support/licences/some-library\.txt"):
        contents(path, PINS)


def test_what_was_built_into_a_wheel_is_listed_below_it(tmp_path: Path) -> None:
    inner = {"components": [{"name": "ahash", "version": "0.8", "purl": "pkg:cargo/ahash@0.8?x=y"}]}
    files = wheel_files("from_source", "3.0") | {
        "from_source-3.0.dist-info/sboms/one.json": json.dumps(inner)
    }
    path = tmp_path / "program.pex"
    path.write_bytes(pex_bytes(wheels={BUILT: files}))
    [part] = [part for part in contents(path, PINS).parts if part.name == "from-source"]
    assert [one.purl for one in part.inner] == ["pkg:cargo/ahash@0.8"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param("License-Expression: MIT OR Apache-2.0\nLicense: other", "MIT OR Apache-2.0", id="expression"),
        pytest.param("License: Apache License 2.0", "Apache-2.0", id="a name that many use"),
        pytest.param("License: BSD", "BSD", id="a name that says too little"),
        pytest.param("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License", "MIT", id="classifier"),
        pytest.param(f"License: {'word ' * 20}", "", id="a whole text"),
        pytest.param("Classifier: Topic :: Internet", "", id="nothing"),
    ],
)  # fmt: skip
def test_a_licence_is_as_the_author_says_it(lines: str, said: str) -> None:
    assert licence(email.message_from_string(lines + "\n")) == said
