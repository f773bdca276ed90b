"""``docs/benchmarks.md`` and its pictures: a template's words, and figures that all come from the results.

In the template, a line ``<!-- setting -->`` becomes what ran where, ``<!-- targets -->`` their table, and
``<!-- bench NAME: VALUE … -->`` a picture of each value and the bench's table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from waybill_bench.chart import Chart
from waybill_bench.result import Figure, Results, Run, figures
from waybill_bench.targets import TARGETS
from waybill_bench.words import heading, number

PICTURES = "images"
_PLACE = re.compile(r"^<!-- (setting|targets|bench) ?(?:(\w+): ([\w ]+))? -->$", re.MULTILINE)
_QUICK = (
    "**This was a quick run**, with fewer turns and records than `make bench` takes: enough to see whether something "
    "broke,\ntoo little for a verdict.\n\n"
)


def write_page(results: Results, template: str, page: Path) -> None:
    """The page and its pictures beside it; pictures of an earlier run are removed."""
    folder = page.parent / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("bench-*.svg"):
        old.unlink()
    for name, picture in pictures(results, template).items():
        (folder / name).write_text(picture)
    page.write_text(benchmarks_page(results, template))


def benchmarks_page(results: Results, template: str) -> str:
    """The whole page."""

    def fill(place: re.Match[str]) -> str:
        kind, bench, values = place.groups()
        if kind == "setting":
            return _setting(results)
        if kind == "targets":
            return _targets(results.runs)
        own = _of(results, bench)
        return (
            "\n\n".join([*_images(own, values.split()), _table(own)]) if own else "Not measured in this run."
        )

    return _PLACE.sub(fill, template)


def pictures(results: Results, template: str) -> dict[str, str]:
    """SVG by file name."""
    found = {}
    for kind, bench, values in _PLACE.findall(template):
        own = _of(results, bench) if kind == "bench" else []
        for value in _measured(own, values.split()):
            found[_picture(bench, value)] = Chart(heading(value), _groups(own, value)).svg()
    return found


def _of(results: Results, bench: str) -> list[Run]:
    return [run for run in results.runs if run.bench == bench]


def _measured(runs: Sequence[Run], values: Sequence[str]) -> list[str]:
    return [value for value in values if any(value in run.values for run in runs)]


def _images(runs: Sequence[Run], values: Sequence[str]) -> list[str]:
    return [
        f"![{heading(value)}]({PICTURES}/{_picture(runs[0].bench, value)})"
        for value in _measured(runs, values)
    ]


def _picture(bench: str, value: str) -> str:
    return f"bench-{bench}-{value.replace('_', '-')}.svg"


def _setting(results: Results) -> str:
    machine = results.machine
    versions = ", ".join(f"{name} {found}" for name, found in results.versions.items())
    return (
        f"{_QUICK if results.quick else ''}"
        f"The run: {results.date}, commit `{results.commit}`, {number(results.minutes)} minutes, "
        f"{len(results.runs)} runs.\\\n"
        f"The machine, with broker, store and contenders on it: {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory']}, {machine['system']}.\\\n"
        f"Versions: {versions}."
    )


def _targets(runs: Sequence[Run]) -> str:
    lines = ["| bench | target | wanted | found | turns | |", "|---|---|---|---|---|---|"]
    counted: Counter[str] = Counter()
    for target in TARGETS:
        found = target.found(runs)
        verdict = target.verdict(found)
        counted[verdict] += 1
        cells = (f"{_cell(found)} {target.unit}", found.count) if found else ("", "")
        mark = verdict if verdict == "met" else f"**{verdict}**"
        lines.append(
            f"| {target.bench} | {target.says} | {target.wanted} | {cells[0]} | {cells[1]} | {mark} |"
        )
    told = ", ".join(f"{counted[verdict]} {verdict}" for verdict in ("met", "missed", "not measured"))
    return "\n".join([*lines, "", f"Of {len(TARGETS)} targets: {told}. The median decides."])


def _table(runs: Sequence[Run]) -> str:
    """A row for each contender of each case, a column for each value."""
    found = figures(runs)
    turns = Counter((run.bench, run.case, run.contender) for run in runs)
    values = list(dict.fromkeys(name for run in runs for name in run.values))
    names = " | ".join(heading(value) for value in values)
    lines = [f"| case | contender | {names} | runs |", "|---|---|" + "---|" * (len(values) + 1)]
    for who, count in turns.items():
        cells = " | ".join(_cell(found.get((*who, value))) for value in values)
        lines.append(f"| {who[1]} | {who[2]} | {cells} | {count} |")
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    """The median, and the least and largest where there was more than one run."""
    if figure is None:
        return ""
    spread = f" ({number(figure.least)} to {number(figure.most)})" if figure.count > 1 else ""
    return number(figure.median) + spread


def _groups(runs: Sequence[Run], value: str) -> Mapping[str, Mapping[str, list[float]]]:
    groups: dict[str, dict[str, list[float]]] = {}
    for run in runs:
        if value in run.values:
            groups.setdefault(run.case, {}).setdefault(run.contender, []).append(run.values[value])
    return groups
