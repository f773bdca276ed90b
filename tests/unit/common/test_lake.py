"""Creating an object once, on a local folder, whatever becomes of the reply."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from waybill_common.errors import LakeRefused, LakeUnavailable
from waybill_common.lake import Lake, check_conditional_writes, create, open_lake
from waybill_common.lake.store import Put
from waybill_common.settings import LakeSettings
from waybill_sandbox.ports import free_ports

KEY = "_waybill/00000000000000000001.manifest.json"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(LakeSettings(url=f"{tmp_path}/lake", attempts=4), "names")


@dataclass(frozen=True)
class Flaky(Lake):
    """Loses replies by a script: ``s`` stores and says so, ``S`` stores and does not say so, ``-`` stores nothing."""

    script: Iterator[str] = field(default_factory=lambda: iter(""))

    def put_new(self, key: str, body: bytes) -> Put:
        step = next(self.script)
        stored = step in "sS" and super().put_new(key, body).stored
        return Put(stored=stored and step == "s", why="the connection was reset")


@dataclass(frozen=True)
class Overwriting(Lake):
    """A store that takes no notice of ``If-None-Match``."""

    def put_new(self, key: str, body: bytes) -> Put:
        self.overwrite(key, body)
        return Put(stored=True)


@dataclass(frozen=True)
class Polite(Lake):
    """A store that overwrites, and says that it did not."""

    def put_new(self, key: str, body: bytes) -> Put:
        had = self.get(key) is not None
        self.overwrite(key, body)
        return Put(stored=not had)


def flaky(tmp_path: Path, script: str) -> Flaky:
    settings = LakeSettings(url=f"{tmp_path}/lake", attempts=4)
    return Flaky(settings=settings, stream="names", script=iter(script))


def test_the_first_writer_wins_and_the_second_is_shown_what_stands(lake: Lake) -> None:
    first = create(lake, KEY, b"one", lambda body: body == b"one")
    second = create(lake, KEY, b"two", lambda body: body == b"two")
    assert (first.body, first.mine) == (b"one", True)
    assert (second.body, second.mine) == (b"one", False)
    assert lake.get(KEY) == b"one"


def test_of_sixteen_writers_at_once_exactly_one_wins(lake: Lake) -> None:
    gate, won = threading.Barrier(16), []

    def race(number: int) -> None:
        body = str(number).encode()
        gate.wait()
        won.append(create(lake, KEY, body, lambda stored: stored == body).mine)

    threads = [threading.Thread(target=race, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(won) == [False] * 15 + [True]


@pytest.mark.parametrize(
    ("script", "waits"),
    [("s", []), ("S", []), ("-s", [0.1]), ("-S", [0.1]), ("---s", [0.1, 0.2, 0.4])],
    ids=["told", "reply lost", "tried again", "tried again, reply lost", "last attempt"],
)
def test_an_unclear_reply_is_settled_by_asking_what_stands(
    script: str, waits: list[float], tmp_path: Path
) -> None:
    slept: list[float] = []
    created = create(flaky(tmp_path, script), KEY, b"mine", lambda body: body == b"mine", slept.append)
    assert (created.body, created.mine) == (b"mine", True)
    assert slept == waits


def test_a_foreign_object_found_after_an_unclear_reply_is_not_taken_for_ours(tmp_path: Path) -> None:
    other = open_lake(LakeSettings(url=f"{tmp_path}/lake"), "names")
    other.put_new(KEY, b"theirs")
    created = create(flaky(tmp_path, "-"), KEY, b"mine", lambda body: body == b"mine")
    assert (created.body, created.mine) == (b"theirs", False)


def test_attempts_are_bounded_and_the_last_reason_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeUnavailable) as raised:
        create(flaky(tmp_path, "-----"), KEY, b"mine", lambda _: True, lambda _: None)
    assert KEY in raised.value.found
    assert "the connection was reset" in raised.value.found
    assert "4 attempts" in raised.value.allowed


def test_the_probe_accepts_a_folder_and_leaves_nothing_there(lake: Lake, tmp_path: Path) -> None:
    check_conditional_writes(lake)
    assert [*(tmp_path / "lake" / "names").rglob("*")] == [tmp_path / "lake/names/_waybill"]


def test_the_probe_leaves_what_others_have_there(lake: Lake, tmp_path: Path) -> None:
    other = tmp_path / "lake/names/_waybill/probes/of_another_run"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"x")
    check_conditional_writes(lake)
    assert [path for path in (tmp_path / "lake").rglob("*") if path.is_file()] == [other]


@pytest.mark.parametrize("kind", [Overwriting, Polite])
def test_the_probe_refuses_a_store_without_conditional_create(kind: type[Lake], tmp_path: Path) -> None:
    with pytest.raises(LakeRefused, match="does not honour conditional creates") as raised:
        check_conditional_writes(kind(settings=LakeSettings(url=f"{tmp_path}/lake"), stream="names"))
    assert "If-None-Match" in raised.value.allowed
    assert [path for path in (tmp_path / "lake").rglob("*") if path.is_file()] == []


def test_what_is_not_there_is_none_and_listing_starts_behind_a_key(lake: Lake) -> None:
    assert lake.get(KEY) is None
    for number in (1, 2, 3):
        lake.put_new(f"_waybill/{number}", b"x")
    assert sorted(lake.keys("_waybill/")) == ["_waybill/1", "_waybill/2", "_waybill/3"]
    assert sorted(lake.keys("_waybill/", after="_waybill/1")) == ["_waybill/2", "_waybill/3"]
    assert list(lake.keys("nothing/")) == []


@pytest.mark.parametrize(
    ("url", "root", "address"),
    [
        ("/srv/lake/", "/srv/lake/names", "/srv/lake/names"),
        ("file:///srv/a%20lake", "/srv/a%20lake/names", "file:///srv/a%20lake/names"),
        ("s3://bucket/prefix/", None, "s3://bucket/prefix/names"),
    ],
    ids=["path", "file URL", "bucket"],
)
def test_a_lake_knows_where_it_lies_and_says_it_as_the_user_did(
    url: str, root: str | None, address: str
) -> None:
    lake = open_lake(LakeSettings(url=url), "names")
    assert lake.local_root == root
    assert lake.address == address


def test_a_lake_travels_to_the_tasks_and_is_opened_there(lake: Lake) -> None:
    lake.put_new(KEY, b"one")
    copy = pickle.loads(pickle.dumps(lake))  # noqa: S301  # our own bytes
    assert copy == lake
    assert copy.get(KEY) == b"one"


def test_a_folder_that_cant_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file")
    lake = open_lake(LakeSettings(url=f"{tmp_path}/lake"), "names")
    with pytest.raises(LakeRefused, match=str(tmp_path)):
        lake.put_new(KEY, b"x")


class EmptyStore(BaseHTTPRequestHandler):
    """Has no object."""

    def do_GET(self) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)


def test_a_store_that_is_restarted_is_waited_for() -> None:
    [port] = free_ports(1)
    settings = LakeSettings.model_validate(
        {
            "url": "s3://bucket",
            "endpoint": f"http://127.0.0.1:{port}",
            "access_key_id": "a",
            "secret_access_key": "b",
        }
    )
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(open_lake(settings, "names").get, KEY)
        time.sleep(4)
        with HTTPServer(("127.0.0.1", port), EmptyStore) as store:
            store.timeout = 60
            store.handle_request()
        assert found.result(60) is None


def test_a_store_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    settings = LakeSettings.model_validate(
        {
            "url": "s3://bucket",
            "endpoint": "http://127.0.0.1:9",
            "access_key_id": "a",
            "secret_access_key": "b",
            "attempts": 1,
            "timeout": 2,
        }
    )
    with pytest.raises(LakeUnavailable, match="s3://bucket/names"):
        open_lake(settings, "names").get(KEY)
