"""The error tree: codes are unique and stable, messages whole, and errors survive a process boundary."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator

import pytest
import structlog

from waybill_common import errors
from waybill_common.cli import exit_code_of, run_program
from waybill_common.errors import TerminalError, TransientError, WaybillError, exit_codes

KINDS = list(exit_codes().values())
CODES = {
    "SettingsRefused": 2,
    "SourceUnavailable": 10,
    "SourceRefused": 11,
    "KafkaUnavailable": 20,
    "DeliveryFailed": 21,
    "TopicRefused": 22,
    "CursorRefused": 23,
    "ProducerFenced": 24,
    "RegistryUnavailable": 25,
    "RegistryRefused": 26,
    "ContractRefused": 27,
    "KafkaRefused": 28,
    "LakeUnavailable": 30,
    "LakeRefused": 31,
    "LedgerCorrupt": 32,
    "DataLoss": 33,
    "DriverFenced": 34,
    "ContractUnknown": 35,
    "ObjectConflict": 36,
    "SparkFailed": 37,
    "WorkerDied": 29,
    "DeploymentOvertaken": 38,
    "TooManyDead": 39,
    "AuditFailed": 40,
    "LagExceeded": 41,
    "NothingDelivered": 42,
    "EnvironmentMissing": 50,
    "JarMismatch": 51,
    "PortInUse": 52,
    "ServiceNotReady": 53,
    "BackfillRefused": 60,
    "DeadLettersRefused": 61,
    "StreamTestFailed": 62,
}
"""Written out a second time on purpose: changing a code breaks other people's scripts."""


def leaves(kind: type[WaybillError]) -> Iterator[type[WaybillError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for one in below:
        yield from leaves(one)


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_the_codes_are_the_documented_ones() -> None:
    assert {kind.__name__: code for code, kind in exit_codes().items()} == CODES


def test_no_two_classes_share_a_code_and_none_goes_without() -> None:
    classes = list(leaves(WaybillError))
    assert sorted(kind.exit_code for kind in classes) == sorted(exit_codes())
    assert all(3 <= code < 126 or code == 2 for code in exit_codes())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_class_is_either_transient_or_terminal(kind: type[WaybillError]) -> None:
    assert issubclass(kind, TransientError) != issubclass(kind, TerminalError)
    assert kind.transient is issubclass(kind, TransientError)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_tree_in_the_modules_docstring_has_each_class_and_code(kind: type[WaybillError]) -> None:
    lines = [line.split() for line in (errors.__doc__ or "").splitlines()]
    assert ["│" in line for line in lines if line[-2:] == [kind.__name__, str(kind.exit_code)]] == [
        kind.transient
    ]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling_whole(kind: type[WaybillError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("found 7.", allowed="1 to 3.", remedy="take 2.")))  # noqa: S301  # ours
    assert type(copy) is kind
    assert (copy.found, copy.allowed, copy.remedy) == ("found 7.", "1 to 3.", "take 2.")


def test_a_message_says_what_was_found_what_is_allowed_and_the_remedy() -> None:
    error = errors.DataLoss("found 7.", allowed="1 to 3.", remedy="take 2.")
    assert str(error) == "found 7. Allowed: 1 to 3. Remedy: take 2."


def test_a_command_ends_with_its_errors_code_and_one_message_on_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.configure(processors=[structlog.processors.JSONRenderer()])

    def command() -> int:
        raise errors.TopicRefused("found 7.", allowed="1 to 3.", remedy="take 2.")

    assert exit_code_of(command) == 22
    out, err = capsys.readouterr()
    assert err == "waybill: found 7.\n  allowed: 1 to 3.\n  remedy: take 2.\n"
    assert json.loads(out)["exit_code"] == 22


def test_an_interrupt_ends_with_130_and_a_bug_keeps_its_traceback() -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    def broken() -> int:
        raise ZeroDivisionError

    assert exit_code_of(interrupted) == 130
    with pytest.raises(ZeroDivisionError):
        exit_code_of(broken)


@pytest.mark.parametrize(
    ("raised", "code"),
    [(SystemExit(0), 0), (SystemExit(None), 0), (SystemExit(7), 7), (SystemExit("why"), 1), (KeyboardInterrupt(), 130)],
    ids=repr,
)  # fmt: skip
def test_a_program_returns_its_code_however_it_ends(raised: BaseException, code: int) -> None:
    def command() -> int:
        raise raised

    assert run_program("program", command) == code


def test_a_program_logs_to_stderr_before_its_settings_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> int:
        structlog.get_logger().warning("said")
        raise errors.SettingsRefused("found 7.", allowed="1 to 3.", remedy="take 2.")

    assert run_program("program", command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err.splitlines()[0])["component"] == "program"


def test_a_terminal_obeys_nothing_that_a_message_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> int:
        raise errors.LakeRefused("It said \x1b[2J\x9b0m\r.\n  - Two é", allowed="\x07.", remedy="none.")

    assert exit_code_of(command) == 31
    told = capsys.readouterr().err.partition("waybill: ")[2]
    assert told.startswith("It said \\x1b[2J\\x9b0m\\r.\n  - Two é\n  allowed: \\x07.\n")
