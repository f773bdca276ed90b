"""Which deployment comes next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from waybill_airflow.layout import Deployment, following
from waybill_common.errors import DeploymentOvertaken, SettingsRefused

SHOWN = 12
"""Digits of a version that people get to see, and that tell versions apart."""

Decide = Callable[[Deployment | None], Deployment]
"""From the current deployment to the next one; it returns the current one where nothing needs to be done."""


def make_current(version: str, at: str, note: str) -> Decide:
    """``version`` becomes the current one, whoever else deploys meanwhile; nothing where it is already."""

    def decide(current: Deployment | None) -> Deployment:
        if current is not None and current.version == version:
            return current
        return following(current, version, at, note)

    return decide


def undo(seen: Deployment, version: str, at: str, note: str) -> Decide:
    """Go back from ``seen``. Raises ``DeploymentOvertaken`` where that one is no longer current."""

    def decide(current: Deployment | None) -> Deployment:
        if current != seen:
            raise DeploymentOvertaken(
                f"Deployment {seen.number} was current when this began, and is no longer.",
                allowed="going back from the current deployment.",
                remedy="look at `waybill dags list`, then run again or name a version with --to; nothing was changed.",
            )
        return following(current, version, at, note)

    return decide


def version_before(history: Sequence[Deployment]) -> str:
    """The version of the deployment before the current one; ``history`` begins with the current one."""
    if len(history) < 2:
        raise SettingsRefused(
            f"There is no deployment to go back to: {len(history)} were made.",
            allowed="at least two deployments.",
            remedy="publish one with `waybill dags publish`.",
        )
    return history[1].version


def version_named(history: Sequence[Deployment], prefix: str) -> str:
    """The one deployed version that begins with ``prefix``."""
    known = list(dict.fromkeys(one.version for one in history))
    found = [version for version in known if version.startswith(prefix.lower())] if prefix else []
    if len(found) != 1:
        what = f"begins {len(found)} versions" if found else "is no deployed version"
        raise SettingsRefused(
            f"--to {prefix!r} {what}.",
            allowed=f"the beginning of one of {', '.join(one[:SHOWN] for one in found or known) or 'none at all'}.",
            remedy="take one from `waybill dags list`.",
        )
    return found[0]
