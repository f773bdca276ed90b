"""Names of objects fit where they go, or are refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from waybill_common.errors import SettingsRefused
from waybill_common.ledger.keys import check_names, data_key, partition_in
from waybill_spark import cli


@pytest.mark.parametrize(
    ("topic", "partitions", "address", "is_local"),
    [
        ("t" * 188, 1, "/lake/names", True),
        ("t" * 187, 11, "/lake/names", True),
        ("t" * 249, 1, "s3://bucket/lake/names", False),
        ("t" * 249, 1, "s3://" + "b" * 63 + "/" + "p" * 600 + "/names", False),
    ],
    ids=["local", "ten partitions", "store", "a long prefix"],
)
def test_a_name_that_fits_is_taken(topic: str, partitions: int, address: str, is_local: bool) -> None:
    check_names(topic, partitions, address, "date=0001-01-01", is_local=is_local)


@pytest.mark.parametrize(
    ("topic", "partitions", "address", "is_local", "size"),
    [
        ("t" * 189, 1, "/lake/names", True, "names of 241 bytes"),
        ("t" * 188, 11, "/lake/names", True, "names of 241 bytes"),
        ("t" * 200, 1, "/lake/names", True, "names of 252 bytes"),
        ("t", 1, "/" + "ü" * 500 + "/names", True, "keys of 10"),
        ("t" * 249, 1, "s3://bucket/" + "p" * 900 + "/names", False, "keys of 1"),
    ],
    ids=["one more", "ten partitions", "200", "a long folder", "a long prefix"],
)
def test_a_name_that_does_not_fit_is_refused(
    topic: str, partitions: int, address: str, is_local: bool, size: str
) -> None:
    with pytest.raises(SettingsRefused, match=size):
        check_names(topic, partitions, address, "date=0001-01-01", is_local=is_local)


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """The application sets up logs for a process of its own."""
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("logs_as_before")
def test_the_application_refuses_it_before_it_asks_kafka(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--lake.url", f"{tmp_path}/lake", "--stream.topic", "t" * 200, "--kafka.timeout", "1"]
    assert cli.main([*flags, "--kafka.bootstrap-servers", "127.0.0.1:1"]) == 2
    assert "names of 252 bytes" in capsys.readouterr().err
    assert not list((tmp_path / "lake").rglob("*.json"))


def test_the_folders_of_a_key_say_what_its_partition_is() -> None:
    assert partition_in(data_key("t", 0, 0, 1, "date=2026-11-22")) == ("2026-11-22",)
    assert partition_in("dead_letters/t-0-0-1.parquet") == ()
    escaped = data_key("t", 0, 0, 1, "kind_value=a%2Fb%3D%25/at_hour=2026-11-22-13")
    assert partition_in(escaped) == ("a/b=%", "2026-11-22-13")
    assert partition_in(data_key("t", 0, 0, 1, "")) == ()


@pytest.mark.parametrize("is_local", [True, False])
def test_a_folder_that_no_disk_would_take_is_refused_wherever_the_lake_is(*, is_local: bool) -> None:
    fits = "k_value=" + "é" * 116
    check_names("t", 1, "/lake/names", f"{fits}/at_day=0001-01-01", is_local=is_local)
    with pytest.raises(SettingsRefused, match="a name of 241 bytes"):
        check_names("t", 1, "/lake/names", f"{fits}x/at_day=0001-01-01", is_local=is_local)
