"""A text of others on a terminal, in a log, beside a bar: nothing of it is obeyed, and none of it is left out."""

from __future__ import annotations

import json
import logging
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog
from hostile import ALL, HOSTILE, Pipe, Terminal, obeyed

from waybill_common.cli import run_program
from waybill_common.errors import LakeRefused
from waybill_common.logs import configure_logs
from waybill_common.printable import MOST, MOST_LINES, printable, printable_json, printable_lines
from waybill_common.screen import Screen, Styled, TableColumn
from waybill_common.settings import LogSettings
from waybill_common.terminal import complain, foreign_text, marked

UNSHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.fixture(autouse=True)
def _defaults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TERM", "xterm-256color")
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def test_every_character_without_a_shape_is_spelled() -> None:
    wanted = [chr(one) for one in range(0x110000) if unicodedata.category(chr(one)) in UNSHOWN]
    assert [ascii(one) for one in wanted if printable(one) == one] == []


@pytest.mark.parametrize("text", ["żółw", "名前", "naïve [a] \\ %s {x}", "שלום", "🐢", "a b\u3000c"])
def test_words_of_any_script_stay_as_they_are(text: str) -> None:
    assert printable(text) == text
    assert printable_lines(text) == [text]


@pytest.mark.parametrize("mark", ["\u0300", "\u0489", "\u20dd", "\u0e49", "\U0001e8d0"], ids=ascii)
def test_marks_make_no_towers_and_stand_on_nobody_elses_letters(mark: str) -> None:
    spelled = ascii(mark)[1:-1]
    assert printable(f"a{mark}b{mark * 2}") == f"a{mark}b{mark * 2}"
    assert printable(f"a{mark * 1000}").count(mark) < 10
    assert printable(f"{mark}a") == f"{spelled}a"
    assert printable_lines(f"a\n{mark}a") == ["a", f"{spelled}a"]
    assert printable(printable(f"a{mark * 20}")) == printable(f"a{mark * 20}")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_printable_once_stays_so(text: str) -> None:
    assert obeyed(printable(text)) == []
    assert printable(printable(text)) == printable(text)
    assert "\n" not in printable(text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_json_for_a_terminal_gives_the_text_back(text: str) -> None:
    told = printable_json({text: [text]}, indent=2)
    assert obeyed(told) == []
    assert json.loads(told) == {text: [text]}


def test_what_is_left_out_is_counted() -> None:
    assert printable("x" * 5_010, 5_000) == "x" * 5_000 + "… (10 more characters)"
    lines = printable_lines("\n".join(map(str, range(1_000))))
    assert len(lines) == MOST_LINES + 1
    assert (lines[0], lines[-1]) == ("0", "999")
    assert "… (800 lines left out) …" in lines
    lines = printable_lines("\n".join(["y" * 3_000] * 100))
    assert sum(map(len, lines)) < 70_000
    assert any("characters left out" in line for line in lines)


@pytest.mark.parametrize("stream", [Terminal, Pipe])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_tables_and_lines_show_a_text_as_it_stands(text: str, stream: type[Terminal | Pipe]) -> None:
    out = stream()
    screen = Screen(out, piped_width=400)
    screen.line(Styled(text, "bold"), text)
    screen.table((TableColumn(text, footer=text), "b"), [(text, "1"), (Styled(text, "red"), text)])
    assert obeyed(out.getvalue()) == []
    assert printable(text) in out.getvalue() or stream is Terminal


@pytest.mark.parametrize("stream", [Terminal, Pipe])
@pytest.mark.parametrize("form", ["json", "console"])
def test_an_event_is_one_line_and_obeyed_by_nobody(
    form: str, stream: type[Terminal | Pipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    err = stream()
    monkeypatch.setattr(sys, "stderr", err)
    configure_logs(LogSettings.model_validate({"format": form}), component=ALL)
    log = structlog.get_logger()
    for text in HOSTILE.values():
        log.info(text, found=text, several=[text, {text: (text, None)}], **{text: 1})
        log.bind(error=ValueError(text)).error("failed")
    out = err.getvalue()
    assert obeyed(out) == []
    assert len(out.splitlines()) == 2 * len(HOSTILE)
    if form == "json":
        assert [json.loads(line)["found"] for line in out.splitlines()[::2]] == list(HOSTILE.values())


def test_a_value_is_spelled_once_and_can_not_look_like_two(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    configure_logs(LogSettings(format="console"), component="x")
    structlog.get_logger().info("said", a="one\x1b two", b="x=1 'y", c="bare\x07")
    line = err.getvalue()
    assert r"'one\x1b two'" in line
    assert '"x=1 \'y"' in line
    assert r"bare\x07" in line
    assert r"bare\\x07" not in line


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_logged_traceback_shows_no_variables_and_begins_no_line(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    configure_logs(LogSettings.model_validate({"format": form}), component="x")
    password = "hunter" + str(2)
    try:
        int(ALL + password[:0])
    except ValueError:
        structlog.get_logger().exception("broken")
    assert password not in err.getvalue()
    assert "ValueError" in err.getvalue()
    assert obeyed(err.getvalue()) == []


def test_a_long_text_of_an_event_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Pipe()
    monkeypatch.setattr(sys, "stderr", err)
    configure_logs(LogSettings(format="json"), component="x")
    structlog.get_logger().info("said", body="x" * 10**6, counts={"a": ["y" * 10**6]})
    assert len(err.getvalue()) < 3 * MOST
    assert "(996,000 more characters)" in err.getvalue()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_bar_shows_a_text_as_it_stands(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    configure_logs(LogSettings(format="console"), component="x")
    with Screen(err).progress() as bars:
        tell = bars.begin(text, 3)
        tell(1, beside=text)
        structlog.get_logger().info("said", found=text)
        print(text, file=sys.stderr)
        assert list(bars.track(text, [1, 2])) == [1, 2]
    assert obeyed(err.getvalue()) == []


def test_a_message_marks_its_further_lines() -> None:
    assert marked("a\nb\n  - c\n") == "a\n  | b\n  - c"


def test_what_libraries_write_in_pieces_is_marked_once_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with foreign_text():
        for piece in ("one ", "line\x1b[2J\nan", "other\n", "\n"):
            sys.stderr.write(piece)
        complain("ours")
    assert capsys.readouterr().err == "  | one line\\x1b[2J\n  | another\n  | \nours\n"


def _warns() -> None:
    """As ``warnings`` does where no test's runner collects them."""
    sys.stderr.write(warnings.formatwarning(ALL, UserWarning, "a.py", 1, ALL))


def _logs_by_itself() -> None:
    """As ``logging`` does for a library that nobody configured."""
    assert logging.lastResort is not None
    logging.lastResort.handle(logging.makeLogRecord({"msg": ALL, "levelno": logging.WARNING}))


def _dies_in_a_thread() -> None:
    def die() -> None:
        raise ValueError(ALL)

    thread = threading.Thread(target=die)
    before, threading.excepthook = threading.excepthook, threading.__excepthook__
    try:
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before


def _ends() -> None:
    raise SystemExit(ALL)


def _raises() -> None:
    raise RuntimeError(ALL) from KeyError(ALL)


def _refuses() -> None:
    raise LakeRefused(ALL, allowed=ALL, remedy=ALL)


@pytest.mark.parametrize("how", [_warns, _logs_by_itself, _dies_in_a_thread, _ends, _raises, _refuses])
@pytest.mark.parametrize("stream", [Terminal, Pipe])
def test_whatever_ends_or_disturbs_a_program(
    how: Callable[[], None], stream: type[Terminal | Pipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    err = stream()
    monkeypatch.setattr(sys, "stderr", err)

    def command() -> int:
        how()
        return 0

    code = run_program("program", command)
    assert code == {_ends: 1, _raises: 1, _refuses: 31}.get(how, 0)
    assert obeyed(err.getvalue()) == []
    assert r"esc\x1b[2J" in err.getvalue()
