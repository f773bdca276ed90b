"""Everything that a pipeline stored or said, as text to search in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq
from confluent_kafka import Message
from confluent_kafka.admin import AdminClient
from integration.producer.runs import headers, read

Places = dict[str, bytes]
"""What was found in each place: a name to show, and its bytes."""


def kafka_places(servers: str, prefix: str) -> Places:
    """Keys, values and headers of all records of the topics whose names begin so, decompressed."""
    topics = AdminClient({"bootstrap.servers": servers}).list_topics(timeout=20).topics
    return {
        f"{name} {message.partition()}:{message.offset()}": b"\n".join(_parts(message))
        for name, topic in topics.items()
        if name.startswith(prefix)
        for message in read(servers, name, len(topic.partitions))
    }


def _parts(message: Message) -> Iterator[bytes]:
    yield message.key() or b""
    yield message.value() or b""
    for name, value in headers(message).items():
        yield name.encode()
        yield value


def file_places(folder: Path) -> Places:
    """Every file as it is, and what is in each Parquet file, decoded."""
    found: Places = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        found[str(path)] = path.read_bytes()
        if path.suffix == ".parquet":
            rows = pq.ParquetFile(path).read().to_pylist()
            found[f"{path} decoded"] = json.dumps(rows, default=_text, ensure_ascii=False).encode()
    return found


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def leaks(places: Mapping[str, bytes], secrets: Mapping[str, str]) -> set[tuple[str, str]]:
    """Which secret lies where: its kind and the place. Escapes of JSON don't hide one."""
    needles = [(mark.lower().encode(), what) for mark, what in secrets.items()]
    return {
        (what, place)
        for place, content in places.items()
        for lower in [content.lower()]
        for mark, what in needles
        if mark in lower
    }


def joined(places: Mapping[str, bytes], names: Iterable[str]) -> bytes:
    """All of the places whose names have one of ``names`` in them."""
    wanted = list(names)
    return b"\n".join(content for place, content in places.items() if any(one in place for one in wanted))
