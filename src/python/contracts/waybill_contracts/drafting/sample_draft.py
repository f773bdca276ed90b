"""From a sample to its first document, which takes every record that any can take. Nothing is read or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from waybill_contracts.document import ContractDocument, tokens_of
from waybill_contracts.drafting.drafted import DraftedField, DraftedScalar, DraftedStruct
from waybill_contracts.drafting.envelopes import Envelope, envelope_of
from waybill_contracts.drafting.evidence import EACH, Path, PlaceSeen, learn
from waybill_contracts.drafting.guessing import Guesser
from waybill_contracts.drafting.hints import hints_of
from waybill_contracts.drafting.laying_out import laid_out
from waybill_contracts.drafting.map_guess import new_maps
from waybill_contracts.drafting.proposing import (
    KAFKA_TIME,
    ColumnRefused,
    chosen_id,
    chosen_time,
    with_id,
)
from waybill_contracts.drafting.samples import ReadSample, SampleRecord, is_utf8, looks_framed, read_sample
from waybill_contracts.drafting.seen_report import seen_of
from waybill_contracts.drafting.wishes import ContractDraft, DraftRefused, DraftWishes
from waybill_contracts.judging import DeadRecord, RecordJudge

_FOUND = "no document can be made of these records"


@dataclass
class _Learned:
    """What a document is made of, as far as it is known."""

    seen: PlaceSeen
    envelope: Envelope
    wide: set[Path]


def draft_from_records(records: Sequence[SampleRecord], wishes: DraftWishes) -> ContractDraft:
    """Raises ``DraftRefused``, also where a column is named that can't be what it is wanted for."""
    read = read_sample(records, wishes.form)
    if read.format != "json":
        return _one_column(records, read, wishes)
    if not read.trees:
        raise _nothing_read(records, read)
    learned = _learn(read.trees)
    while True:
        told: list[str] = []
        root, members = _guessed(learned, wishes, told)
        document = laid_out(wishes.stream, root, {**_around(records, read, told), **members})
        dead = _dead(document, records)
        if not _widened(learned, dead):
            return _draft(document, records, learned.seen, dead, told)


def _learn(trees: Sequence[dict[str, Any]]) -> _Learned:
    maps: set[Path] = set()
    seen = learn(trees, maps)
    while found := new_maps(seen):
        maps |= found
        seen = learn(trees, maps)
    return _Learned(seen, envelope_of(trees), set())


def _guessed(learned: _Learned, wishes: DraftWishes, told: list[str]) -> tuple[DraftedStruct, dict[str, Any]]:
    envelope = learned.envelope
    guesser = Guesser(envelope.known, envelope.spare, learned.wide, envelope.flat, wishes.required, told=told)
    try:
        root = guesser.root(learned.seen, envelope.ignored)
    except ValueError as nothing:
        raise DraftRefused(
            f"{_FOUND}: {nothing}", allowed="records with members", remedy="take a sample with values in it"
        ) from None
    if envelope.name:
        told.append(f"The records are in the envelope of {envelope.name}.")
    else:
        told += hints_of(learned.seen)
    always = _Always(learned.seen)
    try:
        time = chosen_time(root, wishes.time or envelope.time_of(root), always.is_there)
        ids = chosen_id(root, wishes.id or envelope.id, wishes.stream, always.is_id)
    except ColumnRefused as refused:
        raise DraftRefused(
            f"{refused}", allowed=refused.allowed, remedy="name one of these columns"
        ) from refused
    if time and (key := f"{time}_day").lower() in {one.name.lower() for one in root.fields}:
        guesser.taken = (key,)
        root = guesser.root(learned.seen, envelope.ignored)
    members: dict[str, Any] = {"extra": "keep", "partition_by": [f"day({time})"] if time else []}
    members |= {"time": time} if time else {}
    members |= {"id": [*ids]} if ids else {}
    members |= {"ignore": [f"/{one}" for one in envelope.ignored]} if envelope.ignored else {}
    _tell_choices(told, wishes, time, ids)
    return with_id(root, ids), members


def _tell_choices(told: list[str], wishes: DraftWishes, time: str | None, ids: tuple[str, ...]) -> None:
    if time is None:
        told.append(
            "No column is evidently the time of an event: `--time COLUMN` names it (or kafka_timestamp)."
        )
    elif wishes.time is None:
        told.append(f"Proposed: {time} as `time`, and folders by its day.")
    if not ids:
        told.append("No column is evidently an id: `--id COLUMN` names it, where there is one.")
    elif not wishes.id:
        told.append(f"Proposed: {' and '.join(ids)} as `id`, which makes it required.")


class _Always:
    """What every record has."""

    def __init__(self, seen: PlaceSeen) -> None:
        self._seen = seen

    def is_there(self, field: DraftedField) -> bool:
        found = self._found(field)
        return found is not None and found.count - found.nulls == self._seen.count

    def is_id(self, field: DraftedField) -> bool:
        found = self._found(field)
        return self._seen.count > 1 and self.is_there(field) and found is not None and found.is_distinct

    def _found(self, field: DraftedField) -> PlaceSeen | None:
        found: PlaceSeen | None = self._seen
        for token in field.place:
            found = found and found.inside(token)
        return found


def _around(records: Sequence[SampleRecord], read: ReadSample, told: list[str]) -> dict[str, Any]:
    """Frame, key, headers and tombstones, as these records have them."""
    value = {"format": read.format, **({"frame": read.frame} if read.frame else {})}
    if read.frame:
        told.append(f"The values are in a frame, {read.frame}.")
    found: dict[str, Any] = {"value": value, "headers": False, "tombstones": "dead"}
    keys = [one.record.key for one in records if one.record.key is not None]
    tombstones = sum(one.record.value is None for one in records)
    if keys or tombstones:
        found["key"] = {"format": "text" if all(map(is_utf8, keys)) else "binary"}
        told.append(f"{len(keys)} records have a key: it is the column kafka_key, {found['key']['format']}.")
    if tombstones:
        found["tombstones"] = "row"
        told.append(f"{tombstones} records have no value: they are rows in which kafka_tombstone is true.")
    names = [name for one in records for name, _ in one.record.headers]
    if names and all(map(is_utf8, names)):
        found["headers"] = True
        told.append("Records have headers: they are the column kafka_headers.")
    return found


def _dead(
    document: ContractDocument, records: Sequence[SampleRecord]
) -> list[tuple[SampleRecord, DeadRecord]]:
    judge = RecordJudge(document, most=None)
    judged = ((one, judge.judge(one.record)) for one in records)
    return [(one, found) for one, found in judged if isinstance(found, DeadRecord)]


def _widened(learned: _Learned, dead: Sequence[tuple[SampleRecord, DeadRecord]]) -> bool:
    """Whether a place that refused a record takes any value now, or no longer has its type from an envelope."""
    told = [one for _, found in dead for one in found.told]
    if learned.envelope.id and any(one.code == "missing_field" for one in told):
        learned.envelope = replace(learned.envelope, id=(), time=None)
        return True
    # What the user wants required stays so: the records that lack it are named.
    paths = {path for one in told if one.code != "missing_field" and (path := _path(learned.seen, one.path))}
    if said := paths & {*learned.envelope.known}:
        known = {path: one for path, one in learned.envelope.known.items() if path not in said}
        learned.envelope = replace(learned.envelope, known=known)
        return True
    new = paths - learned.wide
    learned.wide |= new
    return bool(new)


def _path(seen: PlaceSeen, pointer: str) -> Path:
    """As far as it leads into what was seen; a path that was cut leads to a place around."""
    at, path = seen, []
    for token in (tokens_of(pointer) or ()) if pointer.startswith("/") else ():
        inner = at.inside(token)
        if inner is None:
            break
        path.append(inner.path[-1] if inner.path else EACH)
        at = inner
    return tuple(path)


def _draft(
    document: ContractDocument,
    records: Sequence[SampleRecord],
    seen: PlaceSeen | None,
    dead: Sequence[tuple[SampleRecord, DeadRecord]],
    told: Sequence[str],
) -> ContractDraft:
    counts = Counter(one.reason for _, one in dead)
    said = [
        f"No document like this takes {count} of the records: {code}." for code, count in counts.most_common()
    ]
    return ContractDraft(
        document,
        seen_of(document, records, seen, [(one.where, found.reason, found.detail) for one, found in dead]),
        (*said, *dict.fromkeys(told)),
    )


def _one_column(records: Sequence[SampleRecord], read: ReadSample, wishes: DraftWishes) -> ContractDraft:
    framed = looks_framed(records)
    if framed and wishes.form is None:
        raise DraftRefused(
            f"the values begin as {framed} frames do, and there is no JSON in them",
            allowed="JSON, plain or in a frame",
            remedy="values of Avro and Protobuf need their schema, which this release does not ask for; "
            "`--format binary` takes them as they are",
        )
    for wanted, flag in ((wishes.id, "--id"), (wishes.time not in (None, KAFKA_TIME), "--time")):
        if wanted:
            raise DraftRefused(
                f"{flag} names a column, and {read.format} has one alone",
                allowed="--time kafka_timestamp",
                remedy="leave it out",
            )
    why = "The records are no JSON: " if wishes.form is None else ""
    told = [f"{why}{'the' if why else 'The'} document keeps each whole, as {read.format}."]
    kind = DraftedScalar({"text": "string", "binary": "binary"}[read.format])
    root = DraftedStruct((DraftedField(("value",), "value", kind),))
    members = {"extra": "dead", "partition_by": [f"day({wishes.time})"] if wishes.time else []}
    members |= {"time": wishes.time} if wishes.time else {}
    document = laid_out(wishes.stream, root, {**_around(records, read, told), **members})
    return _draft(document, records, None, _dead(document, records), told)


def _nothing_read(records: Sequence[SampleRecord], read: ReadSample) -> DraftRefused:
    reasons = Counter(reason for _, reason in read.unread)
    if not reasons:
        return DraftRefused(
            f"{_FOUND}: there is none with a value",
            allowed="one record or more",
            remedy="take another sample",
        )
    first = read.unread[0]
    counts = ", ".join(f"{count} {code}" for code, count in reasons.most_common())
    return DraftRefused(
        f"{_FOUND}: of {len(records)} none is a JSON object ({counts}; first {first[0].where})",
        allowed="lines of JSON objects, an array of them, or one object",
        remedy="correct the sample; `--format text` or `--format binary` keeps each line, or record, whole",
    )
