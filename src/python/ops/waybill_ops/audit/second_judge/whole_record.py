"""A whole record, judged by the document's own words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from waybill_ops.audit.second_judge.around_value import (
    FRAMES,
    Unreadable,
    judge_headers,
    judge_key,
    unframed,
)
from waybill_ops.audit.second_judge.avro_nodes import AvroNode, DatumWalk, NoDatum
from waybill_ops.audit.second_judge.avro_schema import AuditedSchema, read_schema
from waybill_ops.audit.second_judge.avro_values import AvroValueReader
from waybill_ops.audit.second_judge.id_headers import HeaderBytes, id_told, is_named_by_header
from waybill_ops.audit.second_judge.json_nodes import (
    Malformed,
    is_too_deep,
    longest_whole,
    old_depth,
    read_nodes,
)
from waybill_ops.audit.second_judge.reading_values import Said, ValueReader
from waybill_ops.audit.second_judge.row_place import WHOLE_CALENDAR, AuditedWindow, place_of
from waybill_ops.audit.second_judge.scalars import Bad, keep_rules
from waybill_ops.audit.second_judge.seeming_frame import told_frame
from waybill_ops.audit.second_judge.told_detail import ToldFault, escaped, pointer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

AuditedSchemas = Mapping[int | str, AuditedSchema]
"""Writers', by the ids in frames; any other is null."""

NO_SCHEMAS: AuditedSchemas = {}


@dataclass(frozen=True)
class SecondVerdict:
    """``verdict`` is row, dead or skipped; a row's ``values`` as ``waybill contract judge`` prints them, and its
    ``place``, the path below ``data/``."""

    verdict: str
    values: dict[str, Any] | None = None
    place: str | None = None
    told: tuple[ToldFault, ...] = ()


SKIPPED = SecondVerdict("skipped")


def judge_by_hand(
    document: dict[str, Any],
    value: bytes | None,
    key: bytes | None,
    headers: HeaderBytes,
    timestamp: int,
    window: AuditedWindow = WHOLE_CALENDAR,
    schemas: Mapping[int | str, str] = {},  # never changed
) -> dict[str, Any]:
    """What ``waybill contract judge --auditor`` prints. ``schemas`` are texts of Avro, by their ids."""
    known = {one: AuditedSchema("AVRO", text, ()) for one, text in schemas.items()}
    found = judge_record(document, value, key, headers, timestamp, window, known)
    if found.verdict == "dead":
        return {"verdict": "dead", "reasons": [[pointer(path), code] for path, code, _ in found.told]}
    if found.verdict == "skipped":
        return {"verdict": "skipped"}
    place = {"place": found.place} if document["partition_by"] else {}
    return {"verdict": "row", "values": found.values, **place}


def judge_record(
    document: dict[str, Any],
    value: bytes | None,
    key: bytes | None,
    headers: HeaderBytes,
    timestamp: int,
    window: AuditedWindow,
    schemas: AuditedSchemas = NO_SCHEMAS,
) -> SecondVerdict:
    choice = document.get("select")
    reader: ValueReader | None = None
    unreadable = None
    content: Any = None
    if value is not None:
        try:
            content = _content(document, value, headers, schemas)
        except Unreadable as code:
            unreadable = str(code)
    elif choice and "header" not in choice:
        return SKIPPED
    twice = False
    if choice and unreadable is None:
        wanted = _wanted(document, choice, content, headers)
        if wanted is False:
            return SKIPPED
        twice = wanted is None and "header" in choice
    said: list[ToldFault] = []
    around: dict[str, Any] = {}
    moment = _moment(timestamp, said)
    judge_key(document, key, headers, around, said)
    judge_headers(document, headers, twice, around, said)
    values: dict[str, Any] = {one["name"]: None for one in document["schema"]["fields"]}
    if unreadable:
        said.append(
            ((), unreadable, "" if "legacy" in document else told_frame(document["value"], value, headers))
        )
    elif value is None:
        if document["tombstones"] == "dead":
            said.append(((), "null_value", ""))
    elif document["value"]["format"] in ("json", "avro"):
        text, root = content
        reader = (ValueReader if document["value"]["format"] == "json" else AvroValueReader)(document, text)
        values = reader.struct(document["schema"]["fields"], root, ())
        said.extend(_in_old_words(reader.said) if reader.is_old else reader.said)
    else:
        values = _column(document, content, said)
    extra = _extra(reader, said) if reader else None
    if said:
        return SecondVerdict("dead", told=tuple(said))
    if document["tombstones"] == "row":
        around["kafka_tombstone"] = "true" if value is None else "false"
    if document["extra"] == "keep":
        around["_extra"] = extra
    return SecondVerdict("row", values | around, place_of(document, values, moment, window))


def _content(document: dict[str, Any], value: bytes, headers: HeaderBytes, schemas: AuditedSchemas) -> Any:
    """Text and root of JSON or Avro, text, or bytes."""
    form, frame = document["value"]["format"], document["value"].get("frame")
    is_old = "legacy" in document
    if is_old and value[:1] == b"\x00":
        value = value[5:]
    whole = value
    if frame:
        value = unframed(frame, value)
    if form == "binary":
        return value
    if form == "avro":
        if "registry" in document["value"]:
            named = id_told(headers) if is_named_by_header(document["value"]) else _id_before(frame, whole)
            return "", _datum(*_writer(named, schemas), value)
        return "", _datum(document["value"]["schema"], (), value)
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise Unreadable("not_json" if is_old else "not_utf8") from None
    return text if form == "text" else (text, _root(text, is_old=is_old))


def _id_before(frame: str, value: bytes) -> int:
    begin, more = FRAMES[frame]
    return int.from_bytes(value[len(begin) : len(begin) + more], "big")


def _writer(named: int | str | None, schemas: AuditedSchemas) -> tuple[str, tuple[str, ...]]:
    """The schema's text, and those before it."""
    if named is None:
        raise Unreadable("bad_frame")
    schema = schemas.get(named)
    if schema is None:
        raise Unreadable("unknown_schema")
    if schema.type != "AVRO":
        raise Unreadable("not_avro")
    return schema.text, schema.before


def _datum(schema: str, before: tuple[str, ...], value: bytes) -> AvroNode:
    try:
        root = DatumWalk(value).whole(read_schema(schema, before))
    except NoDatum:
        raise Unreadable("not_avro") from None
    if root.kind != "object":
        raise Unreadable("not_an_object")
    return root


def _root(text: str, *, is_old: bool) -> Any:
    if not is_old and is_too_deep(text):
        raise Unreadable("too_deep")
    try:
        root = read_nodes(text, is_old=is_old)
        is_beyond_0_1_0 = is_old and (old_depth(root) > 200 or longest_whole(root) > 4300)
    except (Malformed, RecursionError):
        raise Unreadable("not_json") from None
    if is_beyond_0_1_0:
        raise Unreadable("not_json")
    if root.kind != "object":
        raise Unreadable("not_an_object")
    return root


def _wanted(
    document: dict[str, Any], choice: dict[str, Any], content: Any, headers: HeaderBytes
) -> bool | None:
    """``None`` where what says it stands twice."""
    if "header" in choice:
        found = [value for name, value in headers if name == choice["header"].encode()]
        return None if len(found) > 1 else bool(found) and found[0] in [one.encode() for one in choice["in"]]
    root = content[1]
    if "schema" in choice:
        said = {**root.type.said, "name": root.type.name}.get(choice["schema"])
        return isinstance(said, str) and said in choice["in"]
    if document["duplicates"] == "dead" and choice["field"] in root.twice:
        return None
    node = root.last.get(choice["field"])
    return node is not None and node.kind == "string" and node.text in choice["in"]


def _moment(timestamp: int, said: list[ToldFault]) -> str | None:
    if timestamp == -1:
        return None
    if not -62_135_596_800_000 <= timestamp < 253_402_300_800_000:
        said.append(("kafka_timestamp", "bad_timestamp", ""))
        return None
    return (EPOCH + timedelta(milliseconds=timestamp)).isoformat(timespec="microseconds")


def _column(document: dict[str, Any], content: str | bytes, said: list[ToldFault]) -> dict[str, Any]:
    one = document["schema"]["fields"][0]
    text = content if isinstance(content, str) else content.hex()
    try:
        keep_rules(one["type"], document["fields"].get(str(one["id"]), {}), (content, text))
    except Bad as bad:
        said.append(((), bad.code, bad.keyword))
    return {one["name"]: text}


def _in_old_words(said: list[Said]) -> list[Said]:
    known = [
        (path, code if code in _OLD else "bad_value", keyword)
        for path, code, keyword in said
        if code != "unknown_field"
    ]
    unknown = sorted({path[-1][:64] for path, code, _ in said if code == "unknown_field"})
    return [*known, *(((name,), "unknown_field", "") for name in unknown)]


_OLD = ("missing_field", "wrong_type", "bad_value")


def _extra(reader: ValueReader, said: list[ToldFault]) -> str | None:
    size = 0
    for _, path, text in reader.unknown:
        size += len(text) + sum(len(escaped(one)) + 1 for one in path)
        if size > 4 * len(reader.text) + 65_536:
            said.append(((), "extra_too_long", ""))
            return None
    if said or not reader.unknown:
        return None
    found = sorted(reader.unknown)
    return "{" + ",".join(f"{_json_text(pointer(path, None))}:{text}" for _, path, text in found) + "}"


def _json_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
