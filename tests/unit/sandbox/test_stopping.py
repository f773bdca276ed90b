from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from waybill_sandbox.stopping import end_on_signals

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _former_handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_the_first_signal_ends_and_others_do_not_disturb_the_end(number: signal.Signals) -> None:
    end_on_signals()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    for other in NUMBERS:
        signal.raise_signal(other)


def test_a_hangup_that_the_caller_ignores_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_on_signals()
    signal.raise_signal(signal.SIGHUP)
