"""``examples/audit.py`` on datasets of contracts' documents, with a list in Kafka's place: what it finds, and what it
says that it does not look at."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import document
from unit.contracts.documents import field as column
from unit.ops.altered import cell
from unit.ops.documented import WINDOW, Dataset
from unit.ops.orders import ORDER, ORDERS, order
from unit.ops.test_documented_audit import CHANGES

from waybill_contracts.judging import KafkaInput

EXAMPLE = Path(__file__).parents[3] / "examples" / "audit.py"
FLAT = document(
    column(1, "id", "string", required=True), column(2, "count", "long"), column(3, "rate", "double"),
    column(4, "open", "boolean"), id=["id"], extra="ignore", entries={"1": {"rules": {"maxLength": 3}}},
)  # fmt: skip
RECORDS = (
    b'{"id":"a","count":1,"rate":1.5,"open":true,"more":[]}', b'{"id":"b","rate":2,"count":null}',
    b'{"id":"long"}', None, b'{"id":"c","count":9223372036854775807,"rate":-0.0,"open":false}',
)  # fmt: skip
Audit = Callable[..., Iterable[str]]


@dataclass(frozen=True)
class FoundMessage:
    place: tuple[int, int]
    record: KafkaInput | None
    """None at the end of a partition."""

    def error(self) -> Any:
        return None if self.record else self

    def name(self) -> str:
        return "_PARTITION_EOF"

    def offset(self) -> int:
        return self.place[1]

    def timestamp(self) -> tuple[int, int]:
        return 1, self.record.timestamp if self.record else -1

    def key(self) -> bytes | None:
        return self.record.key if self.record else None

    def value(self) -> bytes | None:
        return self.record.value if self.record else None

    def headers(self) -> list[tuple[str, bytes | None]] | None:
        try:
            return [
                (name.decode(), value) for name, value in (self.record.headers if self.record else ())
            ] or None
        except UnicodeDecodeError:
            raise SystemError from None


@dataclass
class FoundLog:
    """A consumer of confluent-kafka's, over a dataset's log."""

    dataset: Dataset
    left: list[FoundMessage] = field(default_factory=list)

    @property
    def topics(self) -> dict[str, Any]:
        return {self.dataset.topic: self}

    @property
    def partitions(self) -> list[int]:
        return [*self.dataset.ends]

    def list_topics(self, _topic: str, **_more: Any) -> FoundLog:
        return self

    def assign(self, places: list[Any]) -> None:
        [here] = places
        own = [FoundMessage(at, one) for at, one in self.dataset.log.items() if at[0] == here.partition]
        self.left = [*own, FoundMessage((here.partition, -1), None)]

    def poll(self, _seconds: float) -> FoundMessage:
        return self.left.pop(0)

    def get_watermark_offsets(self, _here: Any, **_more: Any) -> tuple[int, int]:
        return 0, 0

    def close(self) -> None:
        """Nothing is open."""


def said_of(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: Audit = runpy.run_path(str(EXAMPLE))["audit"]
    kafka = found.__globals__["kafka"]
    monkeypatch.setattr(kafka, "Consumer", lambda _settings: FoundLog(dataset))
    return list(found(dataset.root, "nowhere", dataset.topic))


@pytest.fixture
def flat(tmp_path: Path) -> Dataset:
    made = Dataset(tmp_path)
    made.commit(FLAT, [KafkaInput(one, b"k", (), 1_764_421_200_123) for one in RECORDS])
    return made


@pytest.fixture
def orders(tmp_path: Path) -> Dataset:
    made = Dataset(tmp_path)
    made.commit(ORDER, ORDERS, [order("p1"), order("p2", amount=2)], window=WINDOW)
    made.commit(ORDER, [order("z")], window=WINDOW)
    return made


def test_a_flat_contract_closes_and_nothing_is_left_out(
    flat: Dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_of(flat, monkeypatch) == []
    assert capsys.readouterr().err == ""
    assert flat.audit() == []


@pytest.mark.parametrize("name", ["id", "count", "rate", "open", "kafka_timestamp"])
@pytest.mark.parametrize("row", [0, 1, 2])
def test_any_cell_of_a_flat_contract_is_compared(
    name: str, row: int, flat: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = flat.commits[0].splits[0]["data"][0]
    before = flat.table(one)
    flat.rewrite(one, cell(name, row))
    assert bool(said_of(flat, monkeypatch)) != flat.table(one).equals(before)


def test_of_other_contracts_it_says_that_it_does_not_compare_contents(
    orders: Dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_of(orders, monkeypatch) == []
    assert capsys.readouterr().err == f"contract {ORDER.sha256}: the contents of its rows are not compared\n"


JUDGEMENT = {
    *("wrong_folder", "other_folder_key", "told_dead", "told_a_row", "stored_though_skipped"),
    *("skipped_though_asked_for", "tombstones", "no_tombstones", "letter_reason", "letter_detail", "reasons"),
    *("manifest_partitions", "manifest_no_window", "manifest_window", "manifest_no_days", "manifest_version"),
    *(
        "column_gone",
        "column_more",
        "column_narrower",
        "column_wider",
        "columns_in_another_order",
        "letters_time",
    ),
}
"""To see these a reader has to judge records, or to read the contract's schema."""


@pytest.mark.parametrize("what", sorted(CHANGES.keys() - JUDGEMENT))
def test_it_finds_what_ledger_objects_coordinates_and_bytes_tell(
    what: str, orders: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    CHANGES[what][0](orders)
    assert said_of(orders, monkeypatch)


@pytest.mark.parametrize(
    "change",
    [lambda d: d.update(contract=2), lambda d: d.update(value={"format": "avro", "registry": "default"})],
    ids=["language", "avro"],
)
def test_a_contract_that_it_can_not_read_ends_it(
    change: Callable[[dict[str, Any]], object], flat: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = json.loads(FLAT.text)
    change(tree)
    flat.commits[0].document = _Named(json.dumps(tree).encode())  # type: ignore[assignment]  # of another language
    flat.write()
    with pytest.raises(SystemExit, match="not known here"):
        said_of(flat, monkeypatch)


@dataclass(frozen=True)
class _Named:
    text: bytes
    version: int = 1
    partition_by: tuple[Any, ...] = ()

    @property
    def sha256(self) -> str:
        return sha256(self.text).hexdigest()
