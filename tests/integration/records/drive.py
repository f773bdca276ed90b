"""One topic of whole records, through everything that ever touches them. Each step must end as its page says."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from changed_topics import configure
from confluent_kafka.admin import AdminClient
from integration.dead_letters.conftest import Desk
from integration.producer.runs import read
from integration.records.rules import expected
from integration.records.stored import Letter, Place, Row, stored_in
from integration.records.strategies import NOW, TOPIC
from kafka_wire import Wire, WireRecord
from sample_events import nth_event

from waybill_common.errors import AuditFailed, LagExceeded
from waybill_ops.cli import main
from waybill_streams.names import NAMES

ANY_TIME = {"message.timestamp.after.max.ms": str(2**63 - 1), "max.message.bytes": "2000000"}
"""A topic's settings, so that the broker stores whatever a client sends."""

SHOWN = 6
UNTOUCHED = "def mend(event):\n    return event\n"
PROBE = WireRecord(NAMES.encode(nth_event(0)), timestamp=NOW)
_CLAIM = re.compile(rb"/(0|[1-9][0-9]{0,8})/(0|[1-9][0-9]{0,18})")
_CLAIMED = {"redrive_unrecorded", "redriven_twice"}

Sent = Mapping[int, WireRecord]
"""By offset; all in partition 0."""


@dataclass(frozen=True)
class Course:
    """``deliver`` moves all that is in the topic into the lake of the desk."""

    desk: Desk
    deliver: Callable[[Desk], None]

    def run(self, records: Sequence[WireRecord], *, log_append: Sequence[WireRecord] = ()) -> None:
        """``log_append`` come last, when the topic keeps the broker's own time."""
        sent = self._send(records, log_append)
        assert self.desk.code("lag", "--json") in (0, LagExceeded.exit_code)
        self.deliver(self.desk)
        found = self._check_lake(sent)
        self._check_audit(sent)
        self._check_letters({place: one for place, one in found.items() if isinstance(one, Letter)})

    def _send(self, records: Sequence[WireRecord], log_append: Sequence[WireRecord]) -> Sent:
        stream = self.desk.stream
        topic, servers = stream.topic, stream.kafka.bootstrap_servers
        sent: dict[int, WireRecord] = {}
        with Wire(servers) as wire:

            def send(some: Sequence[WireRecord]) -> None:
                named = [_naming(one, topic.encode()) for one in some]
                sent.update(zip(wire.produce(topic, named), named, strict=True))

            send(records)
            if log_append:
                _keep_own_time(servers, topic)
                deadline = time.monotonic() + 20
                while not wire.appends_own_time:
                    assert time.monotonic() < deadline, "the broker never went over to its own time"
                    send([PROBE])
                send(log_append)
        return sent

    def _check_lake(self, sent: Sent) -> dict[Place, Row | Letter]:
        """Each record is a row or a dead letter, once, and as the judge says."""
        stream = self.desk.stream
        found = stored_in(Path(stream.lake.local_root or ""))
        messages = read(stream.kafka.bootstrap_servers, stream.topic, stream.partitions)
        assert [one.offset() for one in messages] == list(sent)
        assert found.keys() == {(0, offset) for offset in sent}
        for message, (offset, record) in zip(messages, sent.items(), strict=True):
            check_one(found[0, offset], record, message.timestamp()[1])
        return found

    def _check_audit(self, sent: Sent) -> None:
        topic = self.desk.stream.topic.encode()
        claimed = any(_claims(one, topic) for one in sent.values())
        code, report = self.desk.verify()
        kinds = {one["code"] for one in report["findings"]} - {"repeated_id"}
        assert kinds <= (_CLAIMED if claimed else set()), report["findings"]
        assert (code, report["verdict"]) == ((AuditFailed.exit_code, "failed") if kinds else (0, "ok"))
        assert bool(kinds) == claimed

    def _check_letters(self, letters: Mapping[Place, Letter]) -> None:
        desk, count = self.desk, str(len(letters) + 1)
        listed = desk.json("dead-letters", "list", "--json", "--limit", count)
        assert listed["total"] == len(listed["letters"]) == len(letters)
        assert desk.code("dead-letters", "list", "--limit", count) == 0
        for partition, offset in _odd_ones(letters):
            assert desk.json("dead-letters", "show", f"{partition}:{offset}")
        lines, table = desk.folder / "letters.jsonl", desk.folder / "letters.parquet"
        for file in (lines, table):
            file.unlink(missing_ok=True)
            assert desk.code("dead-letters", "export", str(file)) == 0
        assert len([json.loads(line) for line in lines.read_bytes().splitlines()]) == len(letters)
        assert pq.ParquetFile(table).metadata.num_rows == len(letters)
        for words in ([], [desk.patch(UNTOUCHED)]):
            preview = desk.json("redrive", "--json", "--limit", count, *words)
            assert preview["letters"] == len(preview["shown"]) == len(letters)
            assert desk.code("redrive", "--limit", count, *words) == 0
        waived = sum(letter.reason == "not_json" for letter in letters.values())
        assert desk.code("dead-letters", "waive", "--reason=not_json", "--reason-text=no JSON") == 0
        states = desk.json("dead-letters", "list", "--json")["states"]
        assert states.get("waived", 0) == waived
        self._check_report()

    def _check_report(self) -> None:
        """It takes no settings of Kafka's."""
        lake, topic = self.desk.stream.lake.settings.url, self.desk.stream.topic
        assert main(["report", "--json", f"--lake.url={lake}", f"--stream.topic={topic}"]) == 0


def check_one(one: Row | Letter, record: WireRecord, milliseconds: int) -> None:
    wanted = expected(record.value, milliseconds, lake_format=3)
    if isinstance(one, Row):
        assert (one.event, one.timestamp) == (wanted.event, wanted.timestamp), record
        return
    said = (one.reason, one.detail, one.timestamp, one.milliseconds)
    assert said == (wanted.reason, wanted.detail, wanted.timestamp, wanted.milliseconds), record
    assert (one.key, one.value) == (record.key, record.value), record
    shown = tuple((key.decode(errors="replace"), value) for key, value in record.headers)
    assert one.headers == shown, record
    raw = tuple(key for key, _ in record.headers)
    assert one.header_names == (None if all(map(_is_text, raw)) else raw), record


def _odd_ones(letters: Mapping[Place, Letter]) -> list[Place]:
    """Some that are hard to show: the first of each reason, then those with odd names or times."""
    first: dict[object, Place] = {}
    for place, letter in letters.items():
        first.setdefault((letter.header_names is not None, letter.milliseconds is not None), place)
        first.setdefault(letter.reason, place)
    return list(dict.fromkeys(first.values()))[:SHOWN]


def _naming(record: WireRecord, topic: bytes) -> WireRecord:
    """Headers that speak of the topic name the one of this run."""
    if not any(value and TOPIC in value for _, value in record.headers):
        return record
    named = tuple((key, value and value.replace(TOPIC, topic)) for key, value in record.headers)
    return replace(record, headers=named)


def _claims(record: WireRecord, topic: bytes) -> bool:
    """Whether it says that it succeeds a letter of this topic."""
    return any(
        key == b"waybill-redrive-of"
        and value is not None
        and value.startswith(topic)
        and _CLAIM.fullmatch(value[len(topic) :])
        for key, value in record.headers
    )


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _keep_own_time(servers: str, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": servers})
    configure(admin, topic, "message.timestamp.type", "LogAppendTime")


def smallest(fails: Callable[[Sequence[WireRecord]], Any], records: Sequence[WireRecord]) -> list[WireRecord]:
    """The fewest records, by halving, of which ``fails`` is still true; few tries, since each is a topic."""
    left = list(records)
    while len(left) > 1:
        half = len(left) // 2
        part = next((some for some in (left[:half], left[half:]) if fails(some)), None)
        if part is None:
            break
        left = part
    return left
