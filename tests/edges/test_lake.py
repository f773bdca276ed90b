"""Each form of a lake's address and keys, and each mistake in them, through each verb that reaches a lake."""

from __future__ import annotations

import pytest
from edges.case import Case, World
from edges.lake_forms import FORMS, MISTAKES
from edges.programs import Programs
from edges.running import chosen, failures


@pytest.mark.parametrize("case", chosen(FORMS), ids=lambda case: case.id)
def test_every_verb_takes_the_form(case: Case, own_world: World, programs: Programs) -> None:
    assert failures(case, own_world, programs) == []
    if case.after is not None:
        case.after(own_world)


@pytest.mark.parametrize("case", chosen(MISTAKES), ids=lambda case: case.id)
def test_every_verb_says_the_same_of_the_mistake(case: Case, world: World, programs: Programs) -> None:
    assert failures(case, world, programs) == []
