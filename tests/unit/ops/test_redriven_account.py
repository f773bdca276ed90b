"""The account of a stream whose topic others fill: each record that was redriven belongs to just one letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from waybill_common.settings import StreamSettings
from waybill_ops.audit.audited_home import AuditedHome, own_home, sibling_home
from waybill_ops.audit.compare import compare
from waybill_ops.audit.database import open_database
from waybill_ops.audit.findings import Code
from waybill_ops.audit.redrive_records import Fate, NamedPlace
from waybill_ops.audit.redrives import _SUCCESSOR, Redrives, count_dead_letters

STREAM = StreamSettings(name="orders", topic="shop.orders", contract=b"{}")
OWN, SIBLING = own_home(STREAM), sibling_home(STREAM)
ID, ITS_ID = "id of shop.orders", "id of orders.redriven"
TOPIC, REDRIVEN = "shop.orders", "orders.redriven"


def fate(offset: int, to: int | None, *, of: str = TOPIC, of_id: str = ID, **changes: Any) -> Fate:
    """Of the letter at 0:``offset``, which was redriven to 0:``to``, or waived."""
    successor = None if to is None else NamedPlace(REDRIVEN, changes.pop("to_id", ITS_ID), (0, to))
    state = "waived" if to is None else "redriven"
    return Fate(2, changes.pop("stream", "orders"), NamedPlace(of, of_id, (0, offset)), state, successor)


class Account:
    """A dataset's dead letters, what is recorded, and the records of its topic with the letters that they name."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database
        self.ask("INSERT INTO objects VALUES (0, 'dead.parquet', false, 3, NULL)")
        self.ask("INSERT INTO bounds VALUES (0, 0, 100)")
        self.ask("INSERT INTO reach VALUES (0, 0, 120)")

    def ask(self, sql: str) -> None:
        self.database.execute(sql).fetchall()

    def lose(self, below: int) -> None:
        """Kafka's retention has passed there."""
        self.ask(f"UPDATE bounds SET log_start = {below}")  # noqa: S608

    def letters(self, *offsets: int) -> None:
        for one in offsets:
            self.ask(f"INSERT INTO dead_rows (object, p, o) VALUES (0, 0, {one})")  # noqa: S608

    def found(
        self, home: AuditedHome | None, fates: list[Fate], *records: tuple[int, str | None, int | None]
    ) -> list[Code]:
        assert home is not None
        redrives = Redrives(self.database, home, ITS_ID if home.is_sibling else ID, wanted=True)
        redrives.take(fates)
        rows = [
            (0, at, of, None if of is None else 0, offset, of == home.topic) for at, of, offset in records
        ]
        redrives._insert("successors", _SUCCESSOR, rows)
        found = compare(self.database, with_log=True, of_others=True)
        return [one.code for one in found if one.code is Code.MISSING or one.code.startswith("redrive")]


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with open_database(tmp_path) as database:
        yield Account(database)


def test_where_others_fill_a_topic_redrives_go_beside_the_stream_and_not_beside_the_topic() -> None:
    assert (OWN.recorded_in, OWN.sent_to, OWN.is_sent_to) == ("orders.redrives", REDRIVEN, False)
    assert (
        AuditedHome("orders_redriven", "orders_redriven", "orders", REDRIVEN, "orders.redrives", REDRIVEN)
        == SIBLING
    )
    names = own_home(StreamSettings())
    assert (names.recorded_in, names.sent_to, names.is_sent_to) == (
        "names_topic.redrives",
        "names_topic",
        True,
    )
    assert names.before == ("names.redrives", "names.redriven")
    assert sibling_home(StreamSettings()).recorded_in == "names.redrives"


def test_letters_of_both_datasets_and_their_records_close(account: Account) -> None:
    account.letters(7)
    fates = [fate(3, 0), fate(4, 7), fate(7, 9, of=REDRIVEN, of_id=ITS_ID), fate(5, None)]
    records = (0, TOPIC, 3), (7, TOPIC, 4), (9, REDRIVEN, 7)
    assert account.found(SIBLING, fates, *records) == []
    assert count_dead_letters(account.database, 20).redriven == 1


def test_letters_of_two_topics_of_one_name_are_two(account: Account) -> None:
    fates = [fate(3, 0), fate(3, 1, of_id="id of the one before")]
    assert account.found(SIBLING, fates, (0, TOPIC, 3), (1, TOPIC, 3)) == []


ODD: dict[str, tuple[list[Fate], list[tuple[int, str | None, int | None]], list[Code]]] = {
    "a record without a letter": ([], [(0, None, None)], [Code.REDRIVE_UNRECORDED]),
    "a record without a fate": ([], [(0, TOPIC, 3)], [Code.REDRIVE_UNRECORDED]),
    "a record beyond the frontier without a fate": ([], [(110, TOPIC, 3)], [Code.REDRIVE_UNRECORDED]),
    "a record that names another letter than its fate": (
        [fate(3, 0)],
        [(0, TOPIC, 4)],
        [Code.REDRIVE_UNRECORDED, Code.REDRIVE_WITHOUT_SUCCESSOR],
    ),
    "two records of one letter": (
        [fate(3, 0)],
        [(0, TOPIC, 3), (1, TOPIC, 3)],
        [Code.REDRIVEN_TWICE, Code.REDRIVE_UNRECORDED],
    ),
    "two fates of one record": ([fate(3, 0), fate(4, 0)], [(0, TOPIC, 3)], [Code.REDRIVE_WITHOUT_SUCCESSOR]),
    "a fate without a record": ([fate(3, 0)], [], [Code.REDRIVE_WITHOUT_SUCCESSOR]),
    "a fate without a record beyond the frontier": ([fate(3, 110)], [], [Code.REDRIVE_WITHOUT_SUCCESSOR]),
    "a fate of no letter of the sibling's": (
        [fate(7, 0, of=REDRIVEN, of_id=ITS_ID)],
        [(0, REDRIVEN, 7)],
        [Code.REDRIVE_OF_NO_LETTER],
    ),
}


@pytest.mark.parametrize(("fates", "records", "codes"), ODD.values(), ids=ODD)
def test_whatever_does_not_belong_together_is_found(
    account: Account,
    fates: list[Fate],
    records: list[tuple[int, str | None, int | None]],
    codes: list[Code],
) -> None:
    assert account.found(SIBLING, fates, *records) == codes


def test_what_kafka_has_no_more_is_asked_of_the_lake(account: Account) -> None:
    account.lose(10)
    account.letters(4)
    account.ask("INSERT INTO data_rows (object, p, o) VALUES (0, 0, 2)")
    account.ask("INSERT INTO holes VALUES (0, 5, 7)")
    stand = [fate(number, to) for number, to in enumerate((2, 4, 5, 6))]
    assert account.found(SIBLING, stand) == []
    assert account.found(SIBLING, [fate(9, 7)]) == [Code.MISSING]


def test_what_is_not_read_yet_is_not_judged(account: Account) -> None:
    assert account.found(SIBLING, [fate(3, 120)]) == []


def test_the_streams_own_letters_are_counted_by_what_is_recorded(account: Account) -> None:
    account.letters(3, 4, 5)
    assert account.found(OWN, [fate(3, 0), fate(4, None)]) == []
    counted = count_dead_letters(account.database, 20)
    assert (counted.open, counted.redriven, counted.waived) == (1, 1, 1)


def test_what_was_redriven_though_it_is_no_dead_letter_here_is_found(account: Account) -> None:
    account.letters(3)
    assert account.found(OWN, [fate(3, 0), fate(6, 1)]) == [Code.REDRIVE_OF_NO_LETTER]


def test_letters_of_another_stream_on_the_same_topic_are_not_ours(account: Account) -> None:
    account.letters(3)
    assert account.found(OWN, [fate(3, 0, stream="sales")]) == []
    assert count_dead_letters(account.database, 20).open == 1


def test_redrives_that_went_to_a_topic_which_is_gone_are_told(account: Account) -> None:
    redrives = Redrives(account.database, OWN, ID, wanted=True)
    fates = [fate(3, 0), fate(4, 1, to_id="another"), fate(5, None), fate(6, 1, to_id="x", stream="sales")]
    found = redrives.sent_elsewhere(fates, OWN.sent_to, ITS_ID)
    assert [(one.code, one.where) for one in found] == [(Code.TOPIC_CHANGED, REDRIVEN)]
    assert "redrives went to the one with id another" in found[0].detail
    assert len(redrives.sent_elsewhere(fates, OWN.sent_to, None)) == 2
