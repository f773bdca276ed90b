from __future__ import annotations

import os
import signal
import time

import pytest

from waybill_producer.stop_requests import StopRequested, StopRequests


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=["SIGTERM", "SIGINT", "SIGHUP"]
)
def test_a_signal_ends_a_wait_at_once(number: signal.Signals) -> None:
    stop = StopRequests()
    started = time.monotonic()
    with stop.listening(), pytest.raises(StopRequested), stop.interrupting():
        os.kill(os.getpid(), number)
        time.sleep(60)
    assert time.monotonic() - started < 30
    assert stop.signal is number


def test_elsewhere_a_signal_waits_for_the_next_wait() -> None:
    stop = StopRequests()
    with stop.listening():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
        assert stop.signal is signal.SIGTERM
        with pytest.raises(StopRequested), stop.interrupting():
            pytest.fail("a wait began after the signal")


def test_a_second_hangup_ends_nothing() -> None:
    stop = StopRequests()
    with stop.listening():
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0)
    assert stop.signal is signal.SIGHUP


def test_a_hangup_is_left_alone_where_the_caller_ignores_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stop = StopRequests()
        with stop.listening():
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0)
        assert stop.signal is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_former_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    stop = StopRequests()
    with stop.listening():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
