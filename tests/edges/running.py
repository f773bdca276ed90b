"""Running cases: which of them, with which verbs, and what came of it."""

from __future__ import annotations

import os
from dataclasses import replace

from edges.case import Case, Row, World
from edges.programs import Programs
from edges.verbs import VERBS, Verb

# Read here, before the tests' own environment is cleaned of it.
WHICH = os.environ.get("WAYBILL_TEST_EDGES", "ci")
_FEW = ("verify", "dags list")
_FEW_OF_STORY = ("producer", "submit", "verify")
"""What built artifacts run of each case, besides one of each kind with every verb: the verbs share their clients."""
ROWS: list[Row] = []
"""Everything that was run, for the table at the end."""


def chosen(cases: tuple[Case, ...]) -> list[Case]:
    """All, or in CI one of each kind."""
    return [case for case in cases if WHICH != "ci" or case.in_ci]


def failures(case: Case, world: World, programs: Programs) -> list[str]:
    """The lines of the verbs that did not do as the case says; each verb that reaches its part is run."""
    own = case.env(world)
    env = {name: value for name, value in {**world.env, **own}.items() if value is not None}
    lake = env["WAYBILL_LAKE__URL"].removesuffix("/")
    env.setdefault("WAYBILL_DAGS__URL", f"{lake}/dags")
    running = replace(programs, places={**programs.places, "lake": lake, "scratch": str(world.folder)})
    rows = [
        running.run(verb, case, env, world.folder)
        for verb in VERBS
        if verb.meets(case) and _asked_for(verb, case)
    ]
    assert rows, f"no verb reaches {case.part}"
    ROWS.extend(rows)
    return [row.line() for row in rows if not row.ok]


def _asked_for(verb: Verb, case: Case) -> bool:
    if WHICH == "artifacts" and not case.in_ci:
        return verb.name in (_FEW_OF_STORY if case.exit_code == 0 else _FEW)
    if case.exit_code != 0:
        # What ends a driver ends it in `backfill` as in `submit`; in CI it is enough that it ends every other verb.
        return not verb.spark or (WHICH in ("all", "artifacts") and (case.in_ci or verb.name == "submit"))
    if verb.name == "submit":
        return True
    return not verb.spark or (WHICH in ("all", "artifacts") and (case.in_ci or not verb.minutes))
