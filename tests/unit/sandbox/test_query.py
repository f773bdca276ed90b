from __future__ import annotations

import pytest

from waybill_sandbox.api.request_query import FIELDS, parse, stream_of


@pytest.mark.parametrize(
    ("target", "version"),
    [
        ("/api/", "1.4"),
        ("/api", "1.4"),
        ("/api/1.4/", "1.4"),
        ("/api/1.2", "1.2"),
        ("/api/9.9/", None),
        ("/api/latest/", None),
        ("/", None),
    ],
)
def test_the_path_names_the_version_and_an_unknown_one_is_not_found(target: str, version: str | None) -> None:
    query = parse(target)
    assert (query and query.version) == version


@pytest.mark.parametrize(
    ("parameters", "results"),
    [
        ("results=5000", 5000),
        ("results=5001", 1),
        ("results=0", 1),
        ("results=-3", 1),
        ("results=ten", 1),
        ("", 1),
    ],
)
def test_results_out_of_range_become_one(parameters: str, results: int) -> None:
    query = parse(f"/api/?{parameters}")
    assert query is not None
    assert query.results == results


@pytest.mark.parametrize(("page", "expected"), [("7", 7), ("0", 1), ("-1", 1), ("x", 1), ("1.5", 1)])
def test_a_bad_page_becomes_one(page: str, expected: int) -> None:
    query = parse(f"/api/?page={page}")
    assert query is not None
    assert query.page == expected


@pytest.mark.parametrize(
    ("nat", "nats"),
    [("gb", ("GB",)), ("us,GB", ("GB", "US")), ("GB,XX", ()), ("", ())],
    ids=["lower_case", "several", "one_unknown_drops_all", "none"],
)
def test_one_unknown_nationality_drops_the_filter(nat: str, nats: tuple[str, ...]) -> None:
    query = parse(f"/api/?nat={nat}")
    assert query is not None
    assert query.nats == nats


@pytest.mark.parametrize(
    ("seed", "nats"),
    [
        ("0123456789abcdef00", ("AU",)),
        ("0123456789abcdef14", ("US",)),
        ("0123456789abcdefff", ()),
        ("short09", ()),
    ],
    ids=["first", "last", "no_such_nationality", "another_length"],
)
def test_a_seed_of_eighteen_ends_in_a_nationality(seed: str, nats: tuple[str, ...]) -> None:
    query = parse(f"/api/?seed={seed}")
    assert query is not None
    assert query.nats == nats


def test_gender_is_ignored_with_a_seed() -> None:
    seeded, free = parse("/api/?gender=female&seed=a"), parse("/api/?gender=female")
    assert seeded is not None
    assert free is not None
    assert (seeded.gender, free.gender) == (None, "female")


def test_unknown_fields_of_inc_are_ignored() -> None:
    query, none = parse("/api/?inc=nat,shoe,gender"), parse("/api/?inc=shoe")
    assert query is not None
    assert none is not None
    assert query.inc == ("gender", "nat")
    assert none.inc == FIELDS


def test_the_stream_depends_on_every_parameter() -> None:
    targets = ("", "seed=b", "page=2", "results=3", "nat=gb", "inc=login")
    queries = [parse(f"/api/?{target}") for target in targets]
    streams = {stream_of(query, query.seed or "a") for query in queries if query is not None}
    assert len(streams) == len(targets)
