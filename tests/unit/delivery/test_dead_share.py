"""Where too many of the last records are dead letters: every run ends, until somebody accepts that in the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.contract.messages import message
from unit.contracts.documents import field, raw
from unit.delivery.datasets import Delivered, Killed
from unit.delivery.orders import bound

from waybill_common.contract import Registry
from waybill_common.errors import TooManyDead
from waybill_common.kafka import TopicState
from waybill_common.ledger import Journal, Layout, ManifestPlan, OffsetRange
from waybill_common.ledger.manifest import Manifest3
from waybill_delivery.backfilling import deliver_range
from waybill_delivery.loop import DeliveryLoop

AMOUNT = field(1, "amount", "long", required=True)
FIRST = bound(raw(AMOUNT, stream="orders"))
WIDER = bound(raw(AMOUNT, field(2, "note", "string"), stream="orders", version=2))
GOOD, BAD, NONE = b'{"amount":1}', b'{"amount":"x"}', b"{"


@pytest.fixture
def dataset(tmp_path: Path) -> Delivered:
    return Delivered(tmp_path, block=1000)


def add(dataset: Delivered, **counts: int) -> None:
    """``good``, ``bad`` and ``none`` records, in this order."""
    values = {"good": GOOD, "bad": BAD, "none": NONE}
    for kind, count in counts.items():
        first = len(dataset.records)
        dataset.records += [message(first + at, 1, values[kind]) for at in range(count)]


def ended(dataset: Delivered) -> str:
    with pytest.raises(TooManyDead) as raised:
        dataset.run(FIRST)
    assert raised.value.exit_code == 39
    return raised.value.found


def entries(dataset: Delivered) -> list[str]:
    return sorted(path.name for path in (dataset.folder / "orders" / "_waybill").glob("0*.json"))


def test_a_run_ends_right_after_the_commit_that_has_them_and_names_the_commonest_reasons(
    dataset: Delivered,
) -> None:
    add(dataset, good=889, bad=100, none=11)
    assert ended(dataset) == (
        "Of the last 1000 records of orders_topic, up to commit 1, 111 are dead letters: "
        "100 wrong_type in /amount (100), such as orders_topic 0:889; 11 not_json, such as orders_topic 0:989."
    )
    assert (dataset.receipts[-1].rows, dataset.receipts[-1].dead) == (889, 111)


def test_every_later_run_ends_alike_idle_or_not_and_writes_nothing(dataset: Delivered) -> None:
    """As where the first one was killed between its receipt and its end."""
    add(dataset, bad=1000)
    said, known = ended(dataset), entries(dataset)
    assert ended(dataset) == said
    add(dataset, good=5)
    assert ended(dataset) == said
    assert entries(dataset) == known


def test_an_open_commit_is_finished_first(dataset: Delivered) -> None:
    add(dataset, bad=1000)
    with pytest.raises(Killed):
        dataset.run(FIRST, killed=True)
    assert "up to commit 1, 1000 are dead" in ended(dataset)
    assert [one.number for one in dataset.receipts] == [1]


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        ({"bad": 998}, 0.1),
        ({"good": 900, "bad": 100}, 0.1),
        ({"good": 9000, "bad": 1000}, 0.1),
        ({"bad": 1000}, 1.0),
        ({"good": 1000}, 0.0),
    ],
    ids=["too few records", "just as many", "just as many of ten thousand", "never", "none"],
)
def test_fewer_end_no_run(counts: dict[str, int], share: float, dataset: Delivered) -> None:
    dataset.max_dead_share = share
    add(dataset, **counts)
    dataset.run(FIRST)
    add(dataset, good=1)
    assert dataset.run(FIRST).number == 2


def test_what_several_commits_have_is_counted_and_named_together(dataset: Delivered) -> None:
    for counts in ({"bad": 150}, {"none": 20}, {"good": 10}):
        add(dataset, **counts)
        dataset.run(FIRST)
    add(dataset, good=820)
    assert ended(dataset) == (
        "Of the last 1000 records of orders_topic, up to commit 4, 170 are dead letters: "
        "150 wrong_type in /amount (150), such as orders_topic 0:0; 20 not_json, such as orders_topic 0:150."
    )


def test_counting_begins_anew_once_it_was_judged(dataset: Delivered) -> None:
    add(dataset, good=1000)
    dataset.run(FIRST)
    add(dataset, good=800, bad=200)
    assert "Of the last 1000 records" in ended(dataset)


def test_another_contract_may_fit_again(dataset: Delivered) -> None:
    add(dataset, bad=1000)
    ended(dataset)
    add(dataset, good=1)
    receipt = dataset.run(FIRST, WIDER)
    assert (receipt.number, receipt.recent.records, receipt.recent.dead) == (2, 1, 0)


def test_acceptance_is_recorded_at_once_where_nothing_is_to_be_moved(dataset: Delivered) -> None:
    add(dataset, bad=1000)
    ended(dataset)
    dataset.accept_dead = True
    receipt, manifest = dataset.run(FIRST), dataset.manifests[-1]
    assert isinstance(manifest, Manifest3)
    assert (receipt.number, receipt.accept_dead, receipt.splits) == (2, True, ())
    dataset.run(FIRST)
    assert len(dataset.receipts) == 2, "once"
    dataset.accept_dead = False
    dataset.run(FIRST)
    add(dataset, bad=999)
    receipt = dataset.run(FIRST)
    assert (receipt.number, receipt.accept_dead) == (3, False)
    assert (receipt.recent.records, receipt.recent.dead) == (999, 999), "counted anew"
    add(dataset, bad=1)
    assert "Of the last 1000 records" in ended(dataset)


def test_manifests_of_a_run_that_accepts_say_so_and_it_holds_for_them(dataset: Delivered) -> None:
    dataset.accept_dead = True
    add(dataset, bad=1200)
    receipt = dataset.run(FIRST)
    assert (receipt.accept_dead, receipt.recent.dead, len(dataset.receipts)) == (True, 1200, 1)
    assert [isinstance(one, Manifest3) and one.accept_dead for one in dataset.manifests] == [True]
    dataset.accept_dead = False
    add(dataset, good=1)
    assert dataset.run(FIRST).recent.records == 1


def test_a_run_that_accepts_finishes_an_open_commit_as_it_is(dataset: Delivered) -> None:
    add(dataset, bad=1000)
    with pytest.raises(Killed):
        dataset.run(FIRST, killed=True)
    dataset.accept_dead = True
    dataset.run(FIRST)
    assert [(one.number, one.accept_dead) for one in dataset.receipts] == [(1, False), (2, True)]


@pytest.mark.parametrize("counts", [{}, {"good": 1500}], ids=["nothing", "no dead letter"])
def test_where_no_dead_letter_counts_nothing_is_recorded(counts: dict[str, int], dataset: Delivered) -> None:
    add(dataset, good=1)
    dataset.run(FIRST)
    dataset.accept_dead = True
    dataset.run(FIRST)
    add(dataset, **counts)
    dataset.run(FIRST)
    assert all(one.splits for one in dataset.receipts)


def test_what_somebody_else_has_accepted_meanwhile_ends_no_run(dataset: Delivered) -> None:
    add(dataset, bad=1000)
    ended(dataset)
    journal = Journal(dataset.lake, writer="a" * 32)
    late = journal.position()
    dataset.accept_dead = True
    dataset.run(FIRST)
    layout = Layout(row_group_rows=100, compression="zstd")
    plan = ManifestPlan("orders_topic", FIRST, layout, 100, accept_loss=False, writer="a" * 32, release="0")
    topic = TopicState("orders_topic", "id", {0: 0}, {0: 1000})
    loop = DeliveryLoop(journal, plan, Registry((FIRST,)), lambda: topic, lambda *_: [], late)
    loop.recover()
    assert loop.position.number == 2


@pytest.mark.parametrize("how", ["altered", "longer", "gone"])
def test_reasons_that_cannot_be_read_are_said_to_be_unknown(how: str, dataset: Delivered) -> None:
    add(dataset, bad=1000)
    ended(dataset)
    [letters] = (dataset.folder / "orders" / "dead_letters").glob("*.parquet")
    stored = letters.read_bytes()
    letters.unlink() if how == "gone" else letters.write_bytes(
        stored + b"x" if how == "longer" else stored[1:]
    )
    assert ended(dataset).endswith("1000 are dead letters: 1000 wrong_type, an example is unknown.")


def test_an_earlier_receipt_that_is_gone_does_not_hide_that_there_are_too_many(dataset: Delivered) -> None:
    add(dataset, bad=999)
    dataset.run(FIRST)
    add(dataset, good=1)
    ended(dataset)
    (dataset.folder / "orders" / "_waybill" / f"{1:020d}.receipt.json").unlink()
    assert ended(dataset).endswith("999 are dead letters: why could not be read.")


def test_a_backfill_is_judged_too(dataset: Delivered) -> None:
    add(dataset, bad=1000)
    with pytest.raises(Killed):
        dataset.run(FIRST, killed=True)  # opens what the backfill of the same offsets would
    journal = Journal(dataset.lake, writer="a" * 32)
    layout = Layout(row_group_rows=100, compression="zstd")
    plan = ManifestPlan("orders_topic", FIRST, layout, 100, accept_loss=False, writer="a" * 32, release="0")
    topic = TopicState("orders_topic", "id", {0: 0}, {0: 1000})
    loop = DeliveryLoop(
        journal,
        plan,
        Registry((FIRST,)),
        lambda: topic,
        lambda manifest, contract: [dataset.carried(manifest, contract, one) for one in manifest.splits],
        journal.position(),
    )
    with pytest.raises(TooManyDead):
        deliver_range(loop, OffsetRange({0: 0}, {0: 1000}))
