"""Every command of this component, by its name. Whoever imports it loads all that any of them needs."""

from __future__ import annotations

from waybill_ops.commands import (
    backfill,
    dags,
    dead_letters,
    init,
    lag,
    prove,
    redrive,
    report,
    submit,
    verify,
)

COMMANDS = {
    "init": init,
    "submit": submit,
    "verify": verify,
    "report": report,
    "lag": lag,
    "dead-letters": dead_letters,
    "redrive": redrive,
    "backfill": backfill,
    "prove": prove,
    "dags": dags,
}
