"""A trap strikes the requests that it is meant for, as often as it says."""

from __future__ import annotations

from faults.traps import Act, Board, Fault


def test_the_first_that_fit_pass_and_then_so_many_are_struck() -> None:
    board = Board()
    trap = board.arm(Fault(Act.RESET, "PUT .*/data/.*", skip=1, times=2))
    labels = ["PUT /a/data/1", "GET /a/data/1", "PUT /a/data/2", "PUT /a/data/3", "PUT /a/data/4"]
    assert [board.strike(label) is trap for label in labels] == [False, False, True, True, False]
    assert trap.reached.is_set()


def test_a_label_has_to_fit_as_a_whole() -> None:
    board = Board()
    board.arm(Fault(Act.RESET, "Produce", times=None))
    assert board.strike("InitProducerId") is None
    assert board.strike("Produce") is not None


def test_what_is_held_is_dropped_when_the_board_is_cleared() -> None:
    board = Board()
    trap = board.arm(Fault(Act.HOLD, ".*"))
    board.clear()
    assert not trap.goes_on()
    assert board.strike("anything") is None


def test_what_is_released_goes_on() -> None:
    trap = Board().arm(Fault(Act.HOLD, ".*"))
    trap.release()
    assert trap.goes_on()
