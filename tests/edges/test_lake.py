"""Each form of a lake's address and keys, and each mistake in them, through each verb that reaches a lake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edges.case import Case
from edges.case import Row
from edges.case import World
from edges.conftest import ROWS
from edges.conftest import WHICH
from edges.lake_forms import FORMS
from edges.lake_forms import MISTAKES
from edges.programs import Programs
from edges.verbs import VERBS
from edges.verbs import Verb


def chosen(cases: tuple[Case, ...]) -> list[Case]:
    return [case for case in cases if WHICH != "ci" or case.in_ci]


def asked_for(verb: Verb, case: Case) -> bool:
    if WHICH == "ci":
        # One story is delivered by Spark; a mistake that ends every other verb ends the driver too.
        return verb.name != "prove" and (not verb.spark or (verb.name == "submit" and case.exit_code == 0))
    return not verb.minutes or case.exit_code != 0 or case.in_ci


def rows_of(case: Case, world: World, programs: Programs) -> list[Row]:
    """Also noted for the table."""
    own = case.env(world)
    env = {name: value for name, value in {**world.env, **own}.items() if value is not None}
    lake = env["WAYBILL_LAKE__URL"].removesuffix("/")
    env.setdefault("WAYBILL_DAGS__URL", f"{lake}/dags")
    running = replace(programs, places={**programs.places, "lake": lake, "scratch": str(world.folder)})
    rows = []
    for verb in VERBS:
        if verb.meets(case) and asked_for(verb, case):
            rows.append(running.run(verb, case, env, world.folder))
            ROWS.append(rows[-1])
    return rows


def wrong(rows: list[Row]) -> list[str]:
    assert rows
    return [row.line() for row in rows if not row.ok]


@pytest.mark.parametrize("case", chosen(FORMS), ids=lambda case: case.id)
def test_every_verb_takes_the_form(case: Case, own_world: World, programs: Programs) -> None:
    assert wrong(rows_of(case, own_world, programs)) == []
    if case.after is not None:
        case.after(own_world)


@pytest.mark.parametrize("case", chosen(MISTAKES), ids=lambda case: case.id)
def test_every_verb_says_the_same_of_the_mistake(case: Case, world: World, programs: Programs) -> None:
    assert wrong(rows_of(case, world, programs)) == []
