"""What a lake's URL names: literally, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from edges.lake_forms import BAD_URLS, HOSTILE
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from waybill_airflow.bundle_error import BundleError
from waybill_airflow.layout import location_of
from waybill_common.lake import open_lake
from waybill_common.lake_url import may_hold_secret, parse_location_url
from waybill_common.settings import LakeSettings
from waybill_ops.audit.lake_reader import LakeReader

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\ufffe\uffff\x7f"),
    min_size=1,
    max_size=20,
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200)
"""Anything that may be a folder's name on Linux, but for control characters."""


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_every_character_stands_for_itself(name: str) -> None:
    assert parse_location_url(f"s3://bucket/a/{name}/").path == f"a/{name}"
    assert parse_location_url(f"/srv/{name}").path == f"/srv/{name}"
    assert parse_location_url(f"file:///srv/{name}/").path == f"/srv/{name}"
    assert location_of(f"s3://bucket/a/{name}/").prefix == f"a/{name}"
    assert location_of(f"file:///srv/{name}").folder == f"/srv/{name}"


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS)
def test_what_clients_read_differently_is_refused_by_programs_and_bundle(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_location_url(url)
    with pytest.raises(BundleError):
        location_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "s3://me:hush@bucket/a",
        "s3:me:hush@bucket",
        "file://me:hush@host/a",
        "s3://bucket/a?secret_key=hush",
        "s3://me:hush%40bucket/a",
        "s3://hush%40bucket",
        "s3://me:hush/bucket",
    ],
)
def test_what_may_be_secret_in_a_url_is_in_no_message(url: str) -> None:
    assert may_hold_secret(url)
    for read in (parse_location_url, location_of):
        with pytest.raises((ValueError, BundleError)) as raised:
            read(url)
        assert "hush" not in str(raised.value)


def test_a_sign_at_is_only_a_user_before_the_first_slash() -> None:
    assert parse_location_url("s3://bucket/team@home").path == "team@home"
    assert parse_location_url("/srv/team@home").path == "/srv/team@home"


@given(name=NAMES)
@drawn(max_examples=60)
def test_programs_and_bundle_read_any_prefix_alike(name: str) -> None:
    try:
        found = parse_location_url(f"s3://bucket/{name}")
    except ValueError:
        with pytest.raises(BundleError):
            location_of(f"s3://bucket/{name}")
    else:
        assert (location_of(f"s3://bucket/{name}").prefix, found.path) == (name, name)


@given(name=NAMES)
@drawn(max_examples=25)
def test_what_the_writer_stores_in_any_folder_the_auditor_finds(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("lake") / name
    try:
        settings = LakeSettings(url=str(folder))
    except ValueError:
        return  # it looks like an option, and is refused
    writer, auditor = open_lake(settings, "names"), LakeReader(settings, "names")
    assert writer.put_new("data/date=2026-11-22/x.parquet", b"rows").stored
    auditor.require()
    assert auditor.keys("data") == list(writer.keys("data/")) == ["data/date=2026-11-22/x.parquet"]
    assert auditor.read("data/date=2026-11-22/x.parquet", 100) == b"rows"
    assert (folder / "names" / "data" / "date=2026-11-22" / "x.parquet").read_bytes() == b"rows"
    assert auditor.address == writer.address == f"{folder}/names"
