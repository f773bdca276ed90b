"""Marked users through the whole pipeline: no password, hash or postcode in clear anywhere, whatever is wrong."""

from __future__ import annotations

import base64
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.delivery.conftest import Stream
from integration.privacy.api import Reply, telling
from integration.privacy.marked import Marks, malformed, page, whole
from integration.privacy.search import Places, file_places, joined, kafka_places, leaks
from integration.producer.runs import PARTITIONS, Pipeline, Ran

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_ops.cli import main
from waybill_sandbox.kafka import KafkaCluster

GOOD = 10


def useless(marks: Marks, users: list[bytes]) -> list[Reply]:
    """Replies that are no page, each with something of a user in it."""
    text = f"{marks.text('body')} {marks.number('body')}"
    return [
        Reply(f"<html>{text}</html>".encode(), 502),
        Reply(text.encode(), 503, reason=marks.text("reason")),
        Reply(json.dumps({"error": text}).encode(), 500),
        Reply(json.dumps({"error": {"user": marks.user()}}).encode()),
        Reply(text.encode()),
        Reply(whole(marks.user())),
        Reply(whole([marks.user()])),
        Reply(page(users)[:-1]),
        Reply(page(users), cut=True),
        Reply(b'{"results": [' + users[0][:300].replace(b":", b" ", 3)),
        Reply(page(users[:2], results=len(users))),
        Reply(page(users).replace(b'"info"', json.dumps(marks.text("member")).encode())),
    ]


def final(marks: Marks, users: list[bytes]) -> list[Reply]:
    """Replies that end a run."""
    return [
        Reply(f"{marks.text('body')} {marks.number('body')}".encode(), 404),
        Reply(whole(marks.user()), 400, reason=marks.text("reason")),
        Reply(page(users, seed=marks.text("info"))),
        Reply(
            page(
                users,
                page=marks.number("info"),
                results=[marks.text("info")],
                version={"a": marks.text("info")},
            )
        ),
    ]


class Trial:
    """One topic, one lake, and all that was said meanwhile."""

    def __init__(
        self, kafka: KafkaCluster, topic: str, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.servers, self.topic, self.folder, self.capsys = kafka.bootstrap_servers, topic, folder, capsys
        self.kafka = KafkaSettings(bootstrap_servers=self.servers, replication_factor=1, timeout=15)
        self.lake = LakeSettings(url=str(folder / "lake"))
        self.said: Places = {}

    def produce(self, replies: list[Reply], results: int, **settings: object) -> Ran:
        with telling(replies) as url:
            ran = Pipeline(self.servers, url, self.topic, self.folder).run(
                source__results=results, source__attempts=20, source__backoff=0.001, source__backoff_limit=0.001,
                source__window=0.001, producer__pages=1, log__level="debug", **settings,
            )  # fmt: skip
        number = len(self.said)
        self.said[f"log {number}"] = ran.stderr.encode()
        self.said[f"summary {number}"] = json.dumps(ran.summary, ensure_ascii=False).encode()
        return ran

    def deliver(self) -> None:
        stream = Stream(self.kafka, self.topic, open_lake(self.lake, "names"), PARTITIONS)
        stream.produce([b'{"latitude": "no row"}'])
        stream.driver().reach(stream.ends())
        self.noted("delivery")

    def command(self, *words: str) -> None:
        self.capsys.readouterr()
        assert main([*words, "--log.level=debug"]) == 0
        self.noted(" ".join(words))

    def noted(self, what: str) -> None:
        said = self.capsys.readouterr()
        self.said[what] = f"{said.out}\n{said.err}".encode()

    def places(self) -> Places:
        """After the last run: nothing is written any more."""
        return self.said | kafka_places(self.servers, self.topic) | file_places(self.folder)


@pytest.fixture
def trial(
    kafka: KafkaCluster,
    topic: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Trial]:
    """Temporary files of everything that runs lie in the trial's own folder."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("WAYBILL_KAFKA__BOOTSTRAP_SERVERS", kafka.bootstrap_servers)
    monkeypatch.setenv("WAYBILL_STREAM__TOPIC", topic)
    monkeypatch.setenv("WAYBILL_LAKE__URL", str(tmp_path / "lake"))
    yield Trial(kafka, topic, tmp_path, capsys)


def test_no_password_hash_or_postcode_of_any_user_lies_anywhere_in_clear(trial: Trial) -> None:
    marks = Marks()
    good = [marks.user() for _ in range(GOOD)]
    noise = random.Random(1)
    city, state = (base64.b85encode(noise.randbytes(400)).decode() for _ in range(2))
    long = marks.user(location__city=city, location__state=state)
    broken = malformed(marks)
    users = [*map(whole, good), whole(long), *broken.values()]
    # The long one is too large for it, and nothing else is.
    ensure_topic(trial.kafka, trial.topic, partitions=PARTITIONS, config={"max.message.bytes": "1100"})

    for reply in final(marks, users):
        assert trial.produce([reply], len(users)).code == 11
    ran = trial.produce([*useless(marks, users), Reply(page(users))], len(users))
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    dead: dict[str, Any] = ran.summary["dead_letters"]
    # The first of two with one id is an event.
    assert (ran.summary["events"], dead["total"]) == (GOOD + 1, len(broken))
    assert dead["by_reason"]["too_large"] == dead["by_reason"]["repeated_id"] == 1

    trial.deliver()
    trial.command("verify", "--json", "--complete")
    trial.command("report")
    trial.command("lag")
    trial.command("dead-letters", "list")
    trial.command("dead-letters", "export", str(trial.folder / "letters.jsonl"))
    trial.command("dead-letters", "export", str(trial.folder / "letters.parquet"))
    trial.command("redrive")

    places = trial.places()
    assert leaks(places, marks.secret) == set()
    # And the search would have found it.
    kept = [user["location"]["city"] for user in good]
    for found in (joined(places, [f"{trial.topic} "]), joined(places, ["decoded"])):
        assert [city for city in kept if city.encode() not in found] == []
        assert b"k1:" in found
    assert b'"full_name":"Mrs Kept ' in joined(places, [f"{trial.topic}.dead"])


def test_whole_bodies_are_kept_where_they_are_asked_for(trial: Trial) -> None:
    marks = Marks()
    user = whole(marks.user(email=1))
    assert trial.produce([Reply(page([user]))], 1, producer__dead_bodies="whole").code == 0
    found = leaks(trial.places(), marks.secret)
    assert {what for what, _ in found} >= {"password", "salt", "md5", "sha1", "sha256", "postcode", "phone"}
    assert {place.split()[0] for _, place in found} == {f"{trial.topic}.dead"}
