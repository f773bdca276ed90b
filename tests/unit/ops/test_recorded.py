"""What is recorded of letters: two formats under two kinds of keys, read by commands and by the audit alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from unit.ops.letters import letter, old_status, status

from waybill_common.errors import DeadLettersRefused
from waybill_common.settings import StreamSettings
from waybill_ops.audit.audited_home import own_home
from waybill_ops.audit.database import open_database
from waybill_ops.audit.findings import Code
from waybill_ops.audit.redrives import Redrives, read_fates
from waybill_ops.dead_letters.recorded import MARK, MARK_KEY, SOURCE_KEY, AllRecorded, Recorded, source_mark
from waybill_ops.dead_letters.redrive_status import AnyStatus

PLACE, OTHER = letter(0).coordinates, letter(1).coordinates
MAKE: dict[str, Callable[..., AnyStatus]] = {"format 1": old_status, "format 2": status}


def recorded(*records: tuple[bytes | None, bytes | None]) -> Recorded:
    found = Recorded("names", {PLACE.topic: "id"})
    for number, (key, value) in enumerate(records):
        found.take(key, value, f"there-{number}")
    return found


def record(one: AnyStatus) -> tuple[bytes, bytes]:
    return one.key, one.encode()


def audited(
    tmp_path: Path, *records: tuple[bytes | None, bytes | None]
) -> tuple[list[tuple[object, ...]], list[Code]]:
    """What the audit takes of the same records, and what it finds."""
    with open_database(tmp_path) as database:
        redrives = Redrives(database, own_home(StreamSettings()), "id", wanted=True)
        latest = {key: (number, value) for number, (key, value) in enumerate(records)}
        fates, findings = read_fates(latest, "there", "names_topic.redrives")
        redrives.take(fates)
        known = database.execute(
            "SELECT of_p, of_o, state, p, o FROM redrives WHERE own ORDER BY ALL"
        ).fetchall()
        return known, [one.code for one in findings]


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_letters_of_another_topic_of_that_name_or_another_stream_are_not_ours(
    make: Callable[..., AnyStatus], tmp_path: Path
) -> None:
    others = [make(PLACE, topic_id="other"), make(PLACE, stream="orders")]
    assert recorded(*map(record, others)).statuses == {}
    assert audited(tmp_path, *map(record, others)) == ([], [])


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_null_under_its_key_opens_a_letter(make: Callable[..., AnyStatus]) -> None:
    one = make(PLACE)
    assert recorded(record(one)).statuses == {PLACE: one}
    assert recorded(record(one), (one.key, None)).statuses == {}


def test_a_letter_is_the_topics_of_an_id_and_the_streams() -> None:
    assert status(PLACE).key == b"names/id/names_topic/0/0"
    assert old_status(PLACE).key == b"names_topic/0/0"
    both = recorded(record(status(PLACE)), record(status(PLACE, topic_id="other")))
    assert both.statuses == {PLACE: status(PLACE)}


def test_of_two_formats_the_newer_one_counts_and_the_older_ones_key_is_known(tmp_path: Path) -> None:
    old = old_status(PLACE, state="waived", successor=None, reason="x")
    both = record(status(PLACE)), record(old)
    found = recorded(*both)
    assert found.statuses == {PLACE: status(PLACE)}
    assert found.under_old_keys == {PLACE}
    assert audited(tmp_path, *both) == ([(0, 0, "redriven", 0, 1000)], [])
    found.take(status(PLACE).key, None, "there")
    assert found.statuses == {PLACE: old}


def test_a_record_of_another_topic_under_an_old_key_ends_that_one() -> None:
    """Else what counts would depend on whether Kafka had compacted the topic."""
    found = recorded(record(old_status(PLACE)), record(old_status(PLACE, topic_id="other")))
    assert found.statuses == {}
    assert found.under_old_keys == set()


def test_the_mark_is_no_letter(tmp_path: Path) -> None:
    assert recorded((MARK_KEY, MARK), (MARK_KEY, None)).statuses == {}
    assert audited(tmp_path, (MARK_KEY, MARK)) == ([], [])
    with pytest.raises(DeadLettersRefused, match="there-0"):
        recorded((MARK_KEY, MARK.replace(b"2", b"3")))
    assert audited(_below(tmp_path), (MARK_KEY, MARK.replace(b"2", b"3")))[1] == [Code.REDRIVE_UNREADABLE]


def test_a_mark_of_a_source_is_read_by_who_goes_by_it_alone(tmp_path: Path) -> None:
    """Whoever still goes by the old folder would send again what is recorded elsewhere."""
    given = SOURCE_KEY, source_mark("names_topic.redrives")
    known = Recorded("names", {PLACE.topic: "id"}, "names_topic.redrives")
    known.take(*given, "there")
    assert known.statuses == {}
    assert audited(tmp_path, given)[1] == []
    for other in (given, (SOURCE_KEY, source_mark("other.redrives")), (SOURCE_KEY, b"{}")):
        with pytest.raises(DeadLettersRefused, match="has a source now"):
            recorded(other)
    assert audited(_below(tmp_path), (SOURCE_KEY, source_mark("other.redrives")))[1] == [
        Code.REDRIVE_UNREADABLE
    ]


def test_what_was_recorded_before_the_source_counts_unless_something_newer_does() -> None:
    waived = status(PLACE, state="waived", successor=None, reason="x")
    before = recorded(record(waived), record(status(OTHER)))
    both = AllRecorded(recorded(record(status(PLACE))), before)
    assert both.statuses == {PLACE: status(PLACE), OTHER: status(OTHER)}
    assert both.from_before == {PLACE, OTHER}
    assert AllRecorded(recorded(), before).statuses == before.statuses


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        (b"x", status(PLACE).encode()),
        (status(OTHER).key, status(PLACE).encode()),
        (old_status(PLACE).key, status(PLACE).encode()),
        (status(PLACE).key, old_status(PLACE).encode()),
        (old_status(OTHER).key, old_status(PLACE).encode()),
        (status(PLACE).key, b"{}"),
        (None, b"\xff"),
    ],
    ids=["no_place", "another_place", "an_old_key", "a_new_key", "another_old_place", "no_status", "no_json"],
)
def test_a_record_that_is_no_fate_is_refused_by_its_place(
    key: bytes | None, raw: bytes, tmp_path: Path
) -> None:
    with pytest.raises(DeadLettersRefused, match="there-0"):
        recorded((key, raw))
    assert audited(tmp_path, (key, raw))[1] == [Code.REDRIVE_UNREADABLE]


WHERE = b'"topic":"names_topic","topic_id":"id",'


def _format(raw: bytes) -> bytes:
    return raw[1 : raw.index(b",")]


ODD_STATUSES: dict[str, Callable[[bytes], bytes]] = {
    "a chunk beyond 64 bits": lambda raw: raw.replace(b'"chunk":1', b'"chunk":1' + b"0" * 30),
    "a chunk of 0": lambda raw: raw.replace(b'"chunk":1', b'"chunk":0'),
    "a fraction": lambda raw: raw.replace(b'"chunk":1', b'"chunk":1.0'),
    "a boolean as format": lambda raw: raw.replace(_format(raw), b'"format":true'),
    "a fraction as format": lambda raw: raw.replace(_format(raw), _format(raw) + b".0"),
    "no format": lambda raw: raw.replace(_format(raw) + b",", b""),
    "a later format": lambda raw: raw.replace(_format(raw), b'"format":3'),
    "the other format": lambda raw: raw.replace(_format(raw), b'"format":%d' % (3 - int(_format(raw)[-1:]))),
    "no instant": lambda raw: raw.replace(b"2026-11-22T", b"2026-11-22 "),
    "no day": lambda raw: raw.replace(b"2026-11-22T", b"2026-02-30T"),
    "no run": lambda raw: raw.replace(b"0" * 32, b"x" * 32),
    "no patch": lambda raw: raw.replace(b'"patch_sha256":null', b'"patch_sha256":"x"'),
    "a reason of none": lambda raw: raw.replace(b'"reason":null', b'"reason":"x"'),
    "a field twice": lambda raw: raw[:-1] + b',"st\\u0061te":"redriven"}',
    "half of a pair": lambda raw: raw.replace(b'"names"', b'"\\ud800"'),
    "a successor beyond Kafka": lambda raw: raw.replace(b'"offset":1000', b'"offset":9223372036854775808'),
    "a partition beyond Kafka": lambda raw: raw.replace(
        b'"partition":0,"offset":1000', b'"partition":2147483648,"offset":1000'
    ),
    "a successor of the other format": lambda raw: (
        raw.replace(b"{" + WHERE, b"{")
        if b"{" + WHERE in raw
        else raw.replace(b'{"partition":0,', b"{" + WHERE + b'"partition":0,')
    ),
    "a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "another encoding": lambda raw: raw.decode().encode("utf-16"),
    "a list": lambda _: b"[]",
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize("odd", ODD_STATUSES.values(), ids=ODD_STATUSES)
def test_commands_and_audit_refuse_the_same_records(
    odd: Callable[[bytes], bytes], make: Callable[..., AnyStatus], tmp_path: Path
) -> None:
    """Else the audit would be green while no command on letters goes on."""
    key, raw = record(make(PLACE))
    assert odd(raw) != raw
    assert audited(tmp_path, (key, raw))[1] == []
    assert audited(_below(tmp_path), (key, odd(raw)))[1] == [Code.REDRIVE_UNREADABLE]
    with pytest.raises(DeadLettersRefused, match="there"):
        recorded((key, odd(raw)))


def _below(folder: Path) -> Path:
    (folder / "again").mkdir()
    return folder / "again"
