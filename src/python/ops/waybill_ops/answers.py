"""What a verb that only asks has found of one stream, or of several: printed, with the exit code that follows."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from waybill_common.cli import machine_errors, tell_of
from waybill_common.errors import OK, WaybillError
from waybill_common.many import Outcome, whole_code
from waybill_common.screen import Screen, Styled, TableColumn, on_stdout
from waybill_common.settings import Settings
from waybill_common.terminal import say_json
from waybill_streams.chosen_streams import StreamsByName, several_of
from waybill_streams.stream_settings import settings_of


@dataclass(frozen=True)
class StreamAnswer:
    """``said`` is the JSON form, ``show`` tells the same to people. ``failure`` is what the numbers mean, told after
    them.
    """

    said: Callable[[], Mapping[str, Any]]
    show: Callable[[Screen], None]
    failure: WaybillError | None = None


Ask = Callable[[Settings], StreamAnswer]


def with_sibling(own: StreamAnswer, name: str, ask: Callable[[], StreamAnswer | None]) -> StreamAnswer:
    """With what is found of the dataset of what was redriven, ``name``, if there is one.

    What keeps that from being asked leaves the stream's own answer as it is. The failure is the one whose exit code
    would count for two streams.
    """
    refused: WaybillError | None = None
    sibling: StreamAnswer | None = None
    try:
        sibling = ask()
    except WaybillError as error:
        refused = error
    if sibling is None and refused is None:
        return own
    failure = refused if sibling is None else sibling.failure
    outcome = Outcome(name) if failure is None else Outcome.of(name, failure)

    def said() -> dict[str, Any]:
        found = sibling.said() if sibling is not None else outcome.as_json()
        return {**own.said(), "redriven": found}

    def show(screen: Screen) -> None:
        own.show(screen)
        screen.line(Styled(f"stream {name}", "bold"))
        if sibling is not None:
            sibling.show(screen)
        if failure is not None:
            screen.line(f"  it ends with {outcome.error}: {outcome.found}")

    return StreamAnswer(said, show, _counting(own.failure, failure))


def _counting(own: WaybillError | None, sibling: WaybillError | None) -> WaybillError | None:
    code = whole_code(one.exit_code for one in (own, sibling) if one is not None)
    return next((one for one in (own, sibling) if one is not None and one.exit_code == code), None)


def answer_for_chosen(
    flags: Namespace, environ: Mapping[str, str], verb: str, ask: Ask, *, at_once: int = 1
) -> int:
    """Of the stream that was chosen, or of several; with ``--json`` as JSON."""
    chosen = several_of(flags, environ, verb)
    if chosen is not None:
        return answer_for_several(chosen.streams, ask, as_json=flags.json, at_once=at_once)
    return answer_for(settings_of(flags, environ, verb), ask, as_json=flags.json)


def answer_for(settings: Settings, ask: Ask, *, as_json: bool) -> int:
    """Of one stream. Raises the answer's failure after it was printed."""
    answer = ask(settings)
    if as_json:
        say_json(answer.said(), indent=2)
    else:
        answer.show(_screen())
    if answer.failure is not None:
        raise answer.failure
    return OK


def answer_for_several(streams: StreamsByName, ask: Ask, *, as_json: bool, at_once: int) -> int:
    """Of each, in their order; what ends one leaves the others alone. ``at_once`` of them are asked for at a time.

    The exit code: 1 if a fault of ours ended any; else the smallest that passes; else the smallest; else 0.
    """
    screen, outcomes = _screen(), list[Outcome]()
    told: dict[str, dict[str, Any]] = {}
    for name, found in _found(streams, ask, at_once):
        answer = found if isinstance(found, StreamAnswer) else None
        failure = answer.failure if answer is not None else found
        outcome = Outcome(name) if not isinstance(failure, BaseException) else Outcome.of(name, failure)
        outcomes.append(outcome)
        if as_json:
            told[name] = {**outcome.as_json(), **(answer.said() if answer is not None else {})}
        elif answer is not None:
            screen.line(Styled(f"stream {name}", "bold"))
            answer.show(screen)
        if isinstance(failure, BaseException):
            tell_of(failure, name)
    code = whole_code(one.exit_code for one in outcomes)
    if as_json:
        say_json({"exit_code": code, "streams": told}, indent=2)
    else:
        _print_outcomes(outcomes, screen)
    return code


def _found(
    streams: StreamsByName, ask: Ask, at_once: int
) -> Iterator[tuple[str, StreamAnswer | BaseException]]:
    if at_once == 1:  # what it shows of its progress and what is told of the one before are not to mix
        for name, one in streams.items():
            yield name, _asked(ask, one)
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="ask") as asking:
        asked = [(name, asking.submit(copy_context().run, _asked, ask, one)) for name, one in streams.items()]
        for name, found in asked:
            yield name, found.result()


def _asked(ask: Ask, settings: Settings | WaybillError) -> StreamAnswer | BaseException:
    if not isinstance(settings, Settings):
        return settings
    try:
        with machine_errors():
            return ask(settings)
    except Exception as error:  # noqa: BLE001  # told with the others' answers, a bug with its traceback
        return error


def _print_outcomes(outcomes: Sequence[Outcome], screen: Screen) -> None:
    rows = [(one.stream, str(one.exit_code), one.error or "ok", one.found or "") for one in outcomes]
    screen.table(["stream", TableColumn("exit code", right=True), "outcome", ""], rows)


def _screen() -> Screen:
    """A pipe has no width of its own; names of objects are long and must stay whole."""
    return on_stdout(piped_width=240)
