"""Contracts and records at random: what the judge stores closes under the audit, and with one change it does not."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.contracts.avro_generated import AvroMaker
from unit.contracts.generated import Maker
from unit.ops.altered import cell, turned, twice, without
from unit.ops.documented import WINDOW, Dataset, Fields

from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import KafkaInput

RECORDS = 20
SEEDS = st.integers(0, 2**32)


def random_dataset(seed: int, folder: Path, kind: type[Maker] = Maker) -> Dataset:
    maker = kind(seed)
    tree = maker.document()
    dataset = Dataset(folder)
    for version in (1, 2):
        of = parse_document(canonical_bytes(tree | {"version": version}))
        records = [KafkaInput(maker.record(tree), **maker.around()) for _ in range(RECORDS)]
        window = WINDOW if of.partition_by else None
        dataset.commit(of, records[: RECORDS // 2], records[RECORDS // 2 :], window=window)
    return dataset


@settings(max_examples=10)
@given(seed=SEEDS, kind=st.sampled_from((Maker, AvroMaker)))
def test_whatever_the_judge_stores_closes_under_the_audit(seed: int, kind: type[Maker]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dataset = random_dataset(seed, Path(folder), kind)
        assert [one for one in dataset.audit() if one.code.fails] == []


@settings(max_examples=25)
@given(seed=SEEDS)
@example(seed=117)  # a struct beside a null one with a required field
def test_one_change_at_random_is_found(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dataset = random_dataset(seed, Path(folder))
        if told := changed(dataset, random.Random(seed)):
            assert dataset.codes(), told


def changed(dataset: Dataset, dice: random.Random) -> str:
    """What was changed, in words; nothing where the dataset has no object that can be changed so."""
    splits = [split for commit in dataset.commits for split in commit.splits]
    data = [(split, one) for split in splits for one in split["data"]]
    letters = [split["dead_letters"] for split in splits if split["dead_letters"]]
    if not data or not letters:
        return ""
    split, one = dice.choice(data)
    row = dice.randrange(one["rows"])
    what = dice.choice(
        ("cell", "cell", "cell", "letter", "gone", "twice", "turned", "folder", "counts", "entry")
    )
    if what in ("cell", "letter"):
        entry = one if what == "cell" else dice.choice(letters)
        before = dataset.table(entry)
        name = dice.choice([each for each in before.column_names if each not in NOT_COMPARED])
        dataset.rewrite(entry, cell(name, row if what == "cell" else 0))
        is_same = dataset.table(entry).equals(before)  # such as a null that a required column can't hold
        return "" if is_same else f"{what} {name} of {entry['key']}"
    if what == "turned" and one["rows"] == 1:
        return ""
    if what == "gone" and one["rows"] == 1:
        return ""
    if what in ("gone", "twice", "turned"):
        dataset.rewrite(one, {"gone": without(row), "twice": twice(row), "turned": turned}[what])
    elif what == "folder":
        dataset.move(one, "a_day=2026-11-28")
    elif what == "counts":
        name = dice.choice(("skipped", "tombstones", "raw_bytes"))
        split[name] += 1
        if name == "skipped":
            split["empty"] -= 1
        dataset.write()
    else:
        _changed_entry(one, dice)
        dataset.write()
    return f"{what} of {one['key']}"


NOT_COMPARED = {"kafka_timestamp_ms", "header_names"}
"""Null in most dead letters; tests of their own tell what they have to be."""


def _changed_entry(one: Fields, dice: random.Random) -> None:
    match dice.choice(("offsets", "time", "raw_bytes", "partition", "sha256")):
        case "offsets":
            one["offsets"]["last"] += 1
        case "time":
            one["time"] = {"min": 0, "max": 1}
        case "raw_bytes":
            one["raw_bytes"] += 1
        case "partition":
            one["partition"] = [*one["partition"], "x"]
        case _:
            one["sha256"] = "0" * 64
