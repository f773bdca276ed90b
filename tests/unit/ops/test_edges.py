"""The list of verbs that the edges run is whole."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator

import pytest
from edges.case import by_kind
from edges.lake_forms import FORMS, MISTAKES
from edges.verbs import VERBS

from waybill_ops import later


def commands(parser: ArgumentParser, name: str) -> Iterator[str]:
    """``dead-letters list`` and the like; a command with others below it is none itself,
    and one without settings reaches nobody."""
    below = [one for one in parser._actions if isinstance(one, _SubParsersAction)]
    for action in below:
        for word, inner in action.choices.items():
            yield from commands(inner, f"{name} {word}")
    if not below and "--config" in parser._option_string_actions:
        yield name


def every_command() -> set[str]:
    found = {"producer"}
    for name in later.COMMANDS:
        if name == "console":  # it has edges of its own
            continue
        parser = ArgumentParser()
        later.command(name).add_arguments(parser)
        found.update(commands(parser, name))
    reach_nobody = {"stream list", "stream show", "stream test"}
    # Their topics are flags of their own; they do as ``lag`` does.
    return found - {"contract init", "stream new"} - reach_nobody


def test_each_command_has_a_row_and_each_row_is_a_command() -> None:
    assert {verb.name for verb in VERBS} == every_command()


@pytest.mark.parametrize("cases", [FORMS + MISTAKES], ids=["lake"])
def test_cases_have_names_of_their_own_and_ci_runs_some(cases: tuple[object, ...]) -> None:
    names = [case.id for case in FORMS + MISTAKES]
    assert len(set(names)) == len(names)
    assert all(any(case.in_ci for case in of_kind) for _, of_kind in by_kind(MISTAKES))
