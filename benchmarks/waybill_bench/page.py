"""``docs/benchmarks.md`` and its pictures: a template's words, and figures that all come from the results.

In the template, a line ``<!-- setting -->`` becomes what ran where, ``<!-- targets GROUP -->`` their table,
``<!-- ratios -->`` and ``<!-- elsewhere -->`` theirs, and ``<!-- bench NAME: VALUE … -->`` a picture of each value and
the bench's table. ``<!-- by-hand NAME: VALUE … -->`` is that of a bench that runs by hand, with its date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from waybill_bench.chart import Chart
from waybill_bench.result import Results, Run
from waybill_bench.tables import NOTHING, elsewhere_table, ratios_table, runs_table, setting, targets_table
from waybill_bench.targets import BY_HAND, GROUPS
from waybill_bench.words import heading

PICTURES = "images"
_PLACE = re.compile(
    r"^<!-- (setting|targets|ratios|elsewhere|bench|by-hand)(?: ([\w-]+))?(?:: ([\w ]+))? -->$", re.MULTILINE
)
_QUICK = (
    "**This was a quick run**, with fewer turns and records than `make bench` takes: enough to see whether something "
    "broke,\ntoo little for a verdict.\n\n"
)


@dataclass(frozen=True)
class Measured:
    """The regular run, and the last ones of the benches that run by hand."""

    regular: Results
    by_hand: Sequence[Results]

    def of(self, kind: str) -> Sequence[Results]:
        return self.by_hand if kind == BY_HAND else (self.regular,)


def write_page(measured: Measured, template: str, page: Path) -> None:
    """The page and its pictures beside it; pictures of an earlier run are removed."""
    folder = page.parent / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("bench-*.svg"):
        old.unlink()
    for name, picture in pictures(measured, template).items():
        (folder / name).write_text(picture)
    page.write_text(benchmarks_page(measured, template))


def benchmarks_page(measured: Measured, template: str) -> str:
    """The whole page."""
    runs = measured.regular.runs

    def fill(place: re.Match[str]) -> str:
        kind, name, values = place.groups()
        if kind == "setting":
            return (_QUICK if measured.regular.quick else "") + setting(measured.regular)
        if kind == "targets":
            return targets_table(GROUPS[name], [run for one in measured.of(name) for run in one.runs])
        if kind == "ratios":
            return ratios_table(runs)
        if kind == "elsewhere":
            return elsewhere_table(runs)
        found, own = _of(measured, kind, name)
        if not own:
            return NOTHING
        date = f"Run by hand on {found.date}, commit `{found.commit}`."
        parts = [*_images(kind, own, values.split()), runs_table(own)]
        return "\n\n".join([date, *parts] if kind == BY_HAND else parts)

    return _PLACE.sub(fill, template)


def pictures(measured: Measured, template: str) -> dict[str, str]:
    """SVG by file name."""
    found = {}
    for kind, name, values in _PLACE.findall(template):
        _, own = _of(measured, kind, name)
        for value in _measured(own, values.split()):
            found[_picture(kind, name, value)] = Chart(heading(value), _groups(own, value)).svg()
    return found


def _of(measured: Measured, kind: str, bench: str) -> tuple[Results, list[Run]]:
    """The results that have a place's bench, and its runs; a place of another kind has none."""
    own = [(one, [run for run in one.runs if run.bench == bench]) for one in measured.of(kind)]
    return max(own, key=lambda one: len(one[1]))


def _measured(runs: Sequence[Run], values: Sequence[str]) -> list[str]:
    return [value for value in values if any(value in run.values for run in runs)]


def _images(kind: str, runs: Sequence[Run], values: Sequence[str]) -> list[str]:
    return [
        f"![{heading(value)}]({PICTURES}/{_picture(kind, runs[0].bench, value)})"
        for value in _measured(runs, values)
    ]


def _picture(kind: str, bench: str, value: str) -> str:
    kept = "bench-by-hand" if kind == BY_HAND else "bench"
    return f"{kept}-{bench}-{value.replace('_', '-')}.svg"


def _groups(runs: Sequence[Run], value: str) -> Mapping[str, Mapping[str, list[float]]]:
    groups: dict[str, dict[str, list[float]]] = {}
    for run in runs:
        if value in run.values:
            groups.setdefault(run.case, {}).setdefault(run.contender, []).append(run.values[value])
    return groups
