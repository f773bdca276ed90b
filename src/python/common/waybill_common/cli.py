"""What every command line shares: flags, logs, output and exit codes."""

from __future__ import annotations

import difflib
import re
import sys
from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import structlog

from waybill_common.errors import (
    INTERRUPTED,
    OK,
    UNEXPECTED,
    EnvironmentMissing,
    SettingsRefused,
    WaybillError,
)
from waybill_common.exposure import warn_of_exposure
from waybill_common.logs import configure_logs
from waybill_common.machine import of_the_machine
from waybill_common.redaction import hide, machines_secrets
from waybill_common.settings import (
    UNKNOWN,
    LogSettings,
    Settings,
    StreamSource,
    idle_flags,
    load_settings,
    secrets_in,
    sections_of,
)
from waybill_common.streams import steady_streams
from waybill_common.terminal import complain, complain_of, complain_of_threads, stdout

_VALUE_OF_A_SWITCH = re.compile(r"ignored explicit argument .*", re.DOTALL)
_NAME = re.compile("[a-z][a-z-]{0,11}")
"""Of a command, as somebody may misspell it. Other words may be secret."""

_A_WORD = "a word that belongs to no flag"
_SETTING = re.compile(r"--[a-z]+\.[a-z-]+")


class Parser(ArgumentParser):
    """argparse with complaints in the form of every other error: found, allowed, remedy.

    Flags can't be abbreviated: a release that adds a flag would change what an abbreviation means.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Unknown flags that look like settings are left to ``load_settings``, which lists them with all else."""
        flags, unknown = self.parse_known_args(args, namespace)
        others = leave_to_settings(flags, unknown)
        if others:
            self._refuse(flags, others)
        return flags

    def _parse_optional(self, arg_string: str) -> Any:
        """Take an unknown ``--name=two words`` for a flag. argparse goes by the blank, and would show the value."""
        found = super()._parse_optional(arg_string)
        is_flag = found is None and re.match(r"--[\w.-]+=", arg_string)
        return (None, arg_string, None) if is_flag else found

    def parse_known_args(  # type: ignore[override]  # as loose as argparse itself
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Namespace, list[str]]:
        self._given = list(sys.argv[1:] if args is None else args)
        flags, others = super().parse_known_args(self._given, namespace)
        self._take_late_word(flags, others)
        return flags, others

    def _take_late_word(self, flags: Namespace, others: list[str]) -> None:
        """A word that may be left out, where it stands after a flag: argparse has decided by then that it is."""
        for action in self._actions:
            is_word = action.nargs == "?" and not action.option_strings
            is_left = is_word and getattr(flags, action.dest, None) == action.default
            if is_left and len(others) == 1 and not others[0].startswith("-"):
                setattr(flags, action.dest, self._get_values(action, [others.pop()]))

    def _check_value(self, action: Action, value: Any) -> None:
        """What stands where a command belongs may be the value of an unknown flag before it."""
        choices = (
            [] if action.choices is None or action.option_strings else [str(one) for one in action.choices]
        )
        if choices and isinstance(value, str) and value not in choices:
            before = self._given[: self._given.index(value)] if value in self._given else []
            if not _NAME.fullmatch(value) or any(word.startswith("-") for word in before):
                raise ArgumentError(action, f"what was given is no choice; allowed: {', '.join(choices)}")
        super()._check_value(action, value)

    def error(self, message: str) -> NoReturn:
        message = _VALUE_OF_A_SWITCH.sub("it takes no value", message)
        found, _, allowed = message.partition("; allowed: ")
        raise SettingsRefused(
            f"{self.prog}: {found}.",
            allowed=f"{allowed or f'what `{self.prog} --help` lists'}.",
            remedy=f"correct it; `{self.prog} --help` shows every flag.",
        )

    def _refuse(self, flags: Namespace, unknown: Sequence[str]) -> NoReturn:
        parser = self.chosen(flags)
        known = parser.all_flags()
        hints = [(word, difflib.get_close_matches(word, known, n=1)) for word in unknown]
        # Words without a flag may be parts of some value, which a shell has taken apart.
        bare = [word for word in unknown if not word.startswith("-")]
        hidden = frozenset() if all(map(_NAME.fullmatch, bare)) else frozenset(bare)
        shown = [(_A_WORD if word in hidden and not near else word, near) for word, near in hints]
        listed = [f"{word} (did you mean {near[0]}?)" if near else word for word, near in shown]
        parser.error(f"unknown: {', '.join(listed)}")

    def all_flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings]

    def chosen(self, flags: Namespace) -> Parser:
        """The parser of the command that was given."""
        for action in self._actions:
            chosen = getattr(flags, action.dest, None)
            if isinstance(chosen, str) and isinstance(action.choices, dict) and chosen in action.choices:
                inner = action.choices[chosen]
                return inner.chosen(flags) if isinstance(inner, Parser) else self
        return self


def leave_to_settings(flags: Namespace, unknown: Sequence[str]) -> list[str]:
    """Note unknown flags that look like settings for ``load_settings``, where the program has any; the other ones."""
    names, words = _flags_and_words(unknown)
    settings = [name for name in names if _SETTING.fullmatch(name)] if hasattr(flags, UNKNOWN) else []
    if settings:
        setattr(flags, UNKNOWN, (*getattr(flags, UNKNOWN), *settings))
    return [name for name in (*names, *words) if name not in settings]


def run_program(name: str, command: Callable[[], int]) -> int:
    """Run a whole program, parsing of flags included; returns the exit code. Nothing is raised: a bug of ours is its
    traceback on stderr, made printable as its message may be somebody else's, and the exit code 1, Python's own.

    Logs go to stderr from the first moment. A reader that closes stdout has read enough: that is no error. Where stdout
    can't be written, a command that succeeded otherwise ends with ``EnvironmentMissing``.
    """
    hide(())
    complain_of_threads()
    with steady_streams() as output:
        configure_logs(LogSettings(), component=name)
        try:
            code = exit_code_of(command)
        except SystemExit as ended:  # --help and --version, or an operator's patch
            code = _code_of(ended)
        except Exception as bug:  # noqa: BLE001  # it is told whole
            complain_of(bug)
            code = UNEXPECTED
        stdout().flush()
        return code if output.failure is None else exit_code_of(lambda: _unwritten(output.failure, code))


def exit_code_of(command: Callable[[], int]) -> int:
    """Run ``command``; a ``WaybillError`` becomes its exit code and one message on stderr.

    An error of the machine, such as a full disk, does too. Anything else is a bug of ours and is raised.
    """
    try:
        with machine_errors():
            return command()
    except WaybillError as error:
        tell_of(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def machine_errors() -> Iterator[None]:
    """What the machine refuses in the block, such as a full disk, becomes an error of ours. Anything else is raised."""
    try:
        yield
    except OSError as error:
        refused = of_the_machine(error)
        if refused is None:
            raise
        raise refused from error


def tell_of(error: BaseException, stream: str | None = None) -> None:
    """One message on stderr, and a line of log; of a bug its traceback. ``stream``: whose it is, where there are
    several.
    """
    whose = "" if stream is None else f"stream {stream}: "
    if not isinstance(error, WaybillError):
        complain_of(error)
        return
    structlog.get_logger().error(type(error).__name__, exit_code=error.exit_code, transient=error.transient)
    complain(f"waybill: {whose}{error.found}", f"  allowed: {error.allowed}", f"  remedy: {error.remedy}")


def settings_of(
    flags: Namespace,
    environ: Mapping[str, str],
    component: str,
    *,
    warns: bool = True,
    stream_source: StreamSource | None = None,
) -> Settings:
    """The settings, and from here on logs as they say. Raises ``SettingsRefused``.

    Programs of a stream call ``waybill_streams.stream_settings``, which has a ``stream_source``.

    ``warns``: say what they expose. A program that only starts another one with them leaves that to it.
    """
    settings = load_settings(flags, environ, stream_source)
    hide((*secrets_in(settings), *machines_secrets(environ)))
    configure_logs(settings.log, component=component)
    for flag in idle_flags(flags):
        structlog.get_logger().warning(
            "flag_does_nothing", flag=flag, until="the next release, which refuses it"
        )
    if warns:
        warn_of_exposure(settings, sections_of(flags))
    return settings


def _code_of(ended: SystemExit) -> int:
    """As Python has it: anything but a number is a message, and a failure."""
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or OK
    complain(str(ended.code))
    return UNEXPECTED


def _unwritten(failure: OSError | None, code: int) -> int:
    error = EnvironmentMissing(
        f"stdout can't be written: {failure.strerror if failure else 'why is unknown'}.",
        allowed="a terminal, a pipe, or a file on a disk with room.",
        remedy="make room, or send the output elsewhere; the command itself has ended as its exit code says.",
    )
    if code == OK:
        raise error
    structlog.get_logger().error("stdout can't be written", why=str(failure))
    return code


def _flags_and_words(unknown: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of flags, and words that belong to none. What follows an unknown flag is its value: it may be a secret, so
    it is left out, as is what follows ``=``.
    """
    names: list[str] = []
    words: list[str] = []
    after_flag = False
    for word in unknown:
        is_flag = word.startswith("-") and word != "-"
        if is_flag:
            names.append(word.partition("=")[0] if word.startswith("--") else word[:2])
        elif not after_flag:
            words.append(word)
        after_flag = is_flag and "=" not in word
    return names, words
