"""3rdparty/python/files.sha256 names the files that the artifacts' locks admit; pgjdbc is a mended release."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from waybill_supply.file_pins import files, fits, main
from waybill_supply.pins import read_pins

ROOT = Path(__file__).parents[3]
LOCKS = ("airflow", "ops", "pex", "producer", "sandbox", "spark")


def admitted() -> set[str]:
    text = "".join((ROOT / f"3rdparty/python/{lock}.lock").read_text() for lock in LOCKS)
    return set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))


def test_a_lock_admits_each_file_of_the_list() -> None:
    assert set(read_pins(ROOT).files.values()) <= admitted()


def test_each_locked_package_has_a_file_in_the_list() -> None:
    named = {re.sub(r"[-_.]+", "-", name).lower() for name in read_pins(ROOT).files}
    for lock in LOCKS:
        for name, version in re.findall(
            r"^([a-z0-9.-]+)==(\S+)", (ROOT / f"3rdparty/python/{lock}.lock").read_text(), re.MULTILINE
        ):
            start = re.sub(r"[-_.]+", "-", f"{name}-{version}")
            assert any(file.startswith(f"{start}-") for file in named), f"{name}=={version}: run `make locks`"


@pytest.mark.parametrize(
    ("wheel", "taken"),
    [
        pytest.param("a-1-py3-none-any.whl", True, id="pure"),
        pytest.param("a-1-py2.py3-none-any.whl", True, id="pure, for both"),
        pytest.param("a-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", True, id="linux"),
        pytest.param("a-1-cp310-abi3-macosx_11_0_arm64.whl", True, id="stable ABI"),
        pytest.param("a-1-cp312-abi3-macosx_11_0_arm64.whl", False, id="stable ABI of a newer Python"),
        pytest.param("a-1-cp312-cp312-manylinux_2_28_x86_64.whl", False, id="another Python"),
        pytest.param("a-1-cp311-cp311-win_amd64.whl", False, id="Windows"),
        pytest.param("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", False, id="musl"),
    ],
)
def test_a_wheel_counts_where_a_cpython_311_on_linux_or_macos_takes_it(wheel: str, taken: bool) -> None:
    assert fits(wheel) == taken


def test_no_address_gets_into_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "pylock.toml"
    lock.write_text(
        '[[packages]]\nname = "a"\nversion = "1"\n'
        f'sdist = {{ url = "https://some.host/x/a-1.tar.gz", hashes = {{ sha256 = "{"0" * 64}" }} }}\n'
        f'wheels = [{{ url = "https://some.host/x/a-1-py3-none-any.whl", hashes = {{ sha256 = "{"1" * 64}" }} }}]\n'
    )
    assert main([str(lock)]) == 0
    assert capsys.readouterr().out == f"{'1' * 64}  a-1-py3-none-any.whl\n{'0' * 64}  a-1.tar.gz\n"
    assert "://" not in (ROOT / "3rdparty/python/files.sha256").read_text()


def test_a_package_without_files_is_none() -> None:
    assert list(files({"packages": [{"name": "a"}]})) == []


def test_pgjdbc_is_at_least_the_release_that_closed_its_holes() -> None:
    roots = json.loads((ROOT / "3rdparty/jvm/iceberg.json").read_text())["roots"]
    [version] = [root.rsplit(":", 1)[1] for root in roots if root.startswith("org.postgresql:")]
    assert tuple(map(int, version.split("."))) >= (42, 7, 11)
