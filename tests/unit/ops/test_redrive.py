"""Redrives: what is done with a letter, and that nothing is sent twice whatever happens."""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_events import EVENT
from unit.ops.letters import TOPIC, Fault, Kafka, Killed, letter, status, value

from waybill_common.contract.framing import frame
from waybill_common.errors import DeadLettersRefused, DeliveryFailed, ProducerFenced
from waybill_common.kafka.transactional import TransactionLost
from waybill_common.screen import Screen
from waybill_ops.dead_letters.dead_letter import DeadLetterState, RecordCoordinates
from waybill_ops.dead_letters.recorded import Statuses
from waybill_ops.dead_letters.redrive_status import RedriveStatus
from waybill_ops.redrive import change as change_module
from waybill_ops.redrive.change import Change, RedriveDeadLetter, WaiveDeadLetter, chunks, redrive_of
from waybill_ops.redrive.patch import Patch, load_patch
from waybill_ops.redrive.patching import PatchVerdict, consider
from waybill_ops.redrive.preview import preview_of, print_preview
from waybill_ops.redrive.sending import carry_out
from waybill_streams.names import NAMES

MEND = Patch(Path("patch.py"), "f" * 64, lambda event: {**event, "latitude": float(event["latitude"])})
LETTERS = [letter(n) for n in range(7)]


def redrives(statuses: Statuses) -> Iterator[RedriveDeadLetter]:
    for one in LETTERS:
        found = consider(one, statuses.get(one.coordinates), MEND, NAMES)
        if found.verdict is PatchVerdict.SEND:
            yield redrive_of(found, MEND.sha256)


def run(kafka: Kafka) -> None:
    """One redrive, from its start to whatever end it meets."""
    with contextlib.suppress(Killed, ProducerFenced, DeliveryFailed):
        carry_out(redrives, kafka.open, sleep=lambda _: None)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_module, "MOST_CHANGES", 2)


@settings(max_examples=400)
@given(faults=st.lists(st.sampled_from(list(Fault)), max_size=25), runs=st.integers(1, 4))
def test_for_any_interleaving_of_crashes_nothing_is_sent_twice_and_in_the_end_all_is(
    faults: list[Fault], runs: int
) -> None:
    kafka = Kafka(iter(faults))
    kafka.rival = lambda: run(kafka)
    for _ in range(runs):
        run(kafka)
        assert set(Counter(kafka.sent).values()) <= {1}
        assert set(kafka.sent) == set(kafka.statuses), "sent without a record, or recorded without being sent"
    kafka.faults = iter(())
    already = len(kafka.sent)
    assert carry_out(redrives, kafka.open, sleep=lambda _: None) == len(LETTERS) - already
    assert Counter(kafka.sent) == {one.coordinates: 1 for one in LETTERS}
    assert carry_out(redrives, kafka.open, sleep=lambda _: None) == 0


def test_what_was_committed_after_all_counts_as_done() -> None:
    kafka = Kafka(iter([Fault.LOST_THOUGH_COMMITTED, Fault.LOST]))
    assert carry_out(redrives, kafka.open, sleep=lambda _: None) == len(LETTERS)


def test_three_losses_in_a_row_fail_the_run() -> None:
    kafka = Kafka(iter([Fault.NONE, *[Fault.LOST] * 3]))
    with pytest.raises(DeliveryFailed, match="Chunk 4"):
        carry_out(redrives, kafka.open, sleep=lambda _: None)
    assert len(kafka.sent) == 2


@given(sizes=st.lists(st.integers(0, 60), max_size=30))
def test_chunks_hold_every_change_once_and_no_more_than_fits(sizes: list[int]) -> None:
    changes = [
        RedriveDeadLetter(RecordCoordinates(TOPIC, 0, n), None, b"x" * size, (), None)
        for n, size in enumerate(sizes)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(change_module, "BYTES", 50)
        found = list(chunks(changes))
    assert [one for chunk in found for one in chunk] == changes
    for chunk in found:
        assert len(chunk) <= 2
        assert (
            len(chunk) == 1
            or sum(len(one.value or b"") for one in chunk if isinstance(one, RedriveDeadLetter)) <= 50
        )


def test_a_mended_value_is_spelled_as_the_producer_spells_it_and_keyed_by_its_id() -> None:
    found = consider(LETTERS[0], None, MEND, NAMES)
    assert (found.verdict, found.value, found.key) == (
        PatchVerdict.SEND,
        NAMES.encode(EVENT),
        EVENT.id.encode(),
    )


def test_a_value_that_satisfies_the_contract_now_is_sent_as_it_is_with_its_key() -> None:
    found = consider(letter(value=value()), None, None, NAMES)
    assert (found.verdict, found.value, found.key) == (PatchVerdict.SEND, value(), b"key")


def test_a_framed_value_keeps_its_frame() -> None:
    found = consider(letter(value=frame(7, value(latitude="7.1351"))), None, MEND, NAMES)
    assert found.value == frame(7, NAMES.encode(EVENT))


@pytest.mark.parametrize("raw", [None, b"", b"[1]", b"\xff", b"\x00", b"[" * 100_000], ids=repr)
def test_a_patch_is_given_objects_only(raw: bytes | None) -> None:
    assert consider(letter(value=raw), None, MEND, NAMES).verdict is PatchVerdict.NO_EVENT


def test_what_is_redriven_or_waived_is_not_looked_at() -> None:
    broken = Patch(Path("patch.py"), "f" * 64, lambda event: 1 // 0)  # type: ignore[arg-type, return-value]
    place = LETTERS[0].coordinates
    waived = status(place, state="waived", successor=None, reason="test data")
    assert consider(LETTERS[0], status(place), broken, NAMES).verdict is PatchVerdict.REDRIVEN
    assert consider(LETTERS[0], waived, broken, NAMES).verdict is PatchVerdict.WAIVED
    with pytest.raises(DeadLettersRefused, match="ZeroDivisionError"):
        consider(LETTERS[0], None, broken, NAMES)


def test_a_patch_that_returns_what_json_can_not_hold_is_refused() -> None:
    with pytest.raises(DeadLettersRefused, match="names_topic/0/0"):
        consider(LETTERS[0], None, Patch(Path("p"), "f" * 64, lambda event: {**event, "id": {1}}), NAMES)


def test_a_successors_header_names_its_own_letter_only() -> None:
    old = ((b"waybill-redrive-of", b"names_topic/0/1"), (b"h", b"1"), (b"waybill-redrive-patch", b"x"))
    sent = redrive_of(consider(letter(9, headers=old), None, MEND, NAMES), "a" * 64)
    assert sent.headers == (
        (b"h", b"1"),
        (b"waybill-redrive-of", b"names_topic/0/9"),
        (b"waybill-redrive-patch", b"a" * 64),
    )


@pytest.mark.parametrize(
    "changes",
    [{"successor": None}, {"state": "waived"}, {"reason": "x"}, {"state": "waived", "successor": None}],
    ids=str,
)
def test_a_status_is_whole(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"a redriven dead letter|a waived dead letter"):
        status(LETTERS[0].coordinates, **changes)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("mend = 1\n", "defines no function mend"),
        ("def mend(:\n", "fails when it is loaded: SyntaxError"),
        ("import nowhere_to_be_found\n", "fails when it is loaded: ModuleNotFoundError"),
    ],
    ids=["no_function", "no_python", "raises"],
)
def test_a_file_that_is_no_patch_is_refused(source: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "patch.py").write_text(source)
    with pytest.raises(DeadLettersRefused, match=named):
        load_patch(tmp_path / "patch.py")


def test_a_patchs_sha256_is_that_of_the_bytes_that_run(tmp_path: Path) -> None:
    path = tmp_path / "patch.py"
    path.write_text("import math\n\n\ndef mend(event):\n    return {'pi': math.pi}\n")
    patch = load_patch(path)
    assert patch.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert patch.mend({}) == {"pi": math.pi}
    with pytest.raises(DeadLettersRefused, match="can't be read"):
        load_patch(tmp_path / "nowhere.py")


def test_a_patch_that_returns_no_dict_is_refused() -> None:
    listed = Patch(Path("p"), "f" * 64, lambda event: [event])  # type: ignore[arg-type, return-value]
    with pytest.raises(DeadLettersRefused, match="returned"):
        consider(LETTERS[0], None, listed, NAMES)


def test_redrives_whose_commits_stand_go_on_though_their_answers_are_lost() -> None:
    recorded: dict[RecordCoordinates, Any] = {}
    todo = [
        WaiveDeadLetter(RecordCoordinates(TOPIC, 0, number), "why")
        for number in range(5 * change_module.MOST_CHANGES)
    ]

    class Session:
        def __init__(self) -> None:
            self.statuses: Mapping[RecordCoordinates, RedriveStatus] = dict(recorded)

        def commit(self, _number: int, chunk: tuple[Change, ...]) -> None:
            recorded.update({one.coordinates: SimpleNamespace(state=DeadLetterState.WAIVED) for one in chunk})
            raise TransactionLost("the answer was lost")

        def await_readable(self) -> None: ...

        def close(self) -> None: ...

    found = carry_out(
        lambda statuses: [one for one in todo if one.coordinates not in statuses],
        Session,
        lambda _seconds: None,
    )
    assert found == len(todo)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (None, "dry run: 7 of 7 dead letters would be sent; --send sends them to orders.redriven"),
        (7, "sent 7 of 7 dead letters to orders.redriven"),
    ],
    ids=["dry run", "sent"],
)
def test_who_redrives_is_told_to_which_topic(sent: int | None, told: str) -> None:
    """A stream that others fill has one of its own for that: docs/dead-letters.md."""
    out = StringIO()
    preview = preview_of((consider(one, None, MEND, NAMES) for one in LETTERS), 0)
    print_preview(preview, sent, Screen(out), sent_to="orders.redriven")
    assert out.getvalue() == f"{told}\n"
