"""Names of versions and deployments, and which one is current."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_airflow.bundle_error import BundleError
from waybill_airflow.layout import (
    Deployment,
    archive_key,
    checked_url,
    deployment_key,
    following,
    is_version,
    location_of,
    numbers,
    read_deployment,
    version_of,
)

VERSION = version_of(b"a zip")
NUMBERS = st.integers(1, 10**12 - 1)


@given(st.lists(NUMBERS, unique=True), st.randoms())
def test_the_highest_number_is_current_in_whatever_order_a_store_lists(
    known: list[int], random: object
) -> None:
    keys = [deployment_key(number) for number in known]
    random.shuffle(keys)  # type: ignore[attr-defined]  # a random.Random
    assert numbers(keys) == sorted(known, reverse=True)


@given(NUMBERS, NUMBERS)
def test_keys_sort_as_numbers_do(one: int, other: int) -> None:
    assert (deployment_key(one) < deployment_key(other)) == (one < other)


@given(st.text())
def test_a_foreign_file_is_no_deployment(name: str) -> None:
    assert numbers([f"deployments/x{name}", f"deployments/{name}.tmp", f"{name}/000000000001.json"]) == []


@given(NUMBERS, st.binary(), st.text())
def test_an_entry_is_read_as_it_was_written(number: int, archive: bytes, note: str) -> None:
    entry = Deployment(number, version_of(archive), "2026-11-25T01:00:00.000+00:00", note)
    assert read_deployment(number, entry.to_json()) == entry


@given(st.binary())
def test_a_version_is_a_name_that_no_path_can_escape(archive: bytes) -> None:
    assert is_version(version_of(archive))
    assert archive_key(version_of(archive)).count("/") == 2


def test_numbers_have_no_gap() -> None:
    first = following(None, VERSION, "at", "note")
    assert (first.number, following(first, VERSION, "at", "note").number) == (1, 2)


@pytest.mark.parametrize(
    "change",
    [{"number": 2}, {"version": "main"}, {"version": 5}, {"at": None}, {"note": 1}, {"more": "x"}],
    ids=["number", "version", "version no text", "at", "note", "extra"],
)
def test_an_entry_that_no_publisher_writes_is_refused(change: dict[str, object]) -> None:
    entry = {"number": 1, "version": VERSION, "at": "2026", "note": "", **change}
    with pytest.raises(BundleError, match=r"deployments/000000000001\.json is damaged"):
        read_deployment(1, json.dumps(entry).encode())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"number": 1}'])
def test_an_entry_that_is_no_entry_is_refused(body: bytes) -> None:
    with pytest.raises(BundleError, match="is damaged"):
        read_deployment(1, body)


@pytest.mark.parametrize(
    ("url", "path"),
    [("/srv/dags", "/srv/dags"), ("file:///srv/dags", "/srv/dags"), ("s3://bucket/a/b", None)],
)
def test_a_url_is_a_folder_or_a_bucket(url: str, path: str | None) -> None:
    assert checked_url(url) == url
    assert location_of(url).folder == path


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dags",
        "s3://",
        "s3:///x",
        "gs://b",
        "file://host/x",
        "s3://b/x?region=x",
        "s3://b/a//b",
        "//srv/dags",
    ],
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(BundleError, match="can't be used"):
        checked_url(url)


@given(st.from_regex(r"[a-zA-Z0-9]{8,20}", fullmatch=True))
def test_a_password_in_a_url_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(BundleError) as raised:
        checked_url(f"s3://user:{password}@a-b/dags")
    assert password not in str(raised.value)
