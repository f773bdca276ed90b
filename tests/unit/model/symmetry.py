"""Names of drivers mean nothing: states that differ only in them are the same state."""

from __future__ import annotations

from functools import cache
from typing import Any

from unit.model.world import GONE, Bodies, Document, Driver, Rows, Schemas, State

Names = tuple[tuple[int, int], ...]


def canonical(state: State) -> State:
    """The same state with its drivers in a fixed order. Two that tie keep theirs: sound, only less is merged."""
    drivers = state.drivers
    if not drivers or (len(drivers) == 1 and drivers[0].writer == 0):
        return state
    ranked = sorted(drivers, key=rank)
    names: Names = tuple((driver.writer, name) for name, driver in enumerate(ranked))
    if all(old == new for old, new in names):
        return state
    return state._replace(
        drivers=tuple(renamed(driver, name, names) for name, driver in enumerate(ranked)),
        store=signed(state.store, names),
        pending=signed(state.pending, names),
    )


def rank(driver: Driver) -> tuple[Any, ...]:
    return (driver.at, driver.number, driver.release, driver.accepts_loss, driver.mine, driver.split,
            driver.beaten, driver.frontier, driver.told, driver.left, driver.holes, driver.origin,
            driver.ahead or (), driver.tightens, driver.accepts_dead, driver.meaning)  # fmt: skip


def renamed(driver: Driver, name: int, names: Names) -> Driver:
    manifest = driver.manifest and driver.manifest._replace(
        writer=dict(names).get(driver.manifest.writer, GONE)
    )
    return driver._replace(writer=name, manifest=manifest)


@cache
def signed(bodies: Bodies, names: Names) -> Bodies:
    """The same objects and requests, each writer under its new name; one that has none is gone."""
    new = dict(names)
    return frozenset(
        (
            key,
            body
            if isinstance(body, Rows | Document | Schemas)
            else body._replace(writer=new.get(body.writer, GONE)),
        )
        for key, body in bodies
    )
