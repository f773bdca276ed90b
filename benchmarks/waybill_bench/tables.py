"""The page's tables, in Markdown. What no run has measured stays empty, or is called so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from waybill_bench.elsewhere import ELSEWHERE, MACHINES, VALUES
from waybill_bench.result import Figure, Results, Run, figures, ratio
from waybill_bench.sink.plan import FLINK, LOCAL, SCRIPT, TUNED, WAYBILL
from waybill_bench.target import Target
from waybill_bench.words import heading, number

NOTHING = "Not measured in this run."
_RATIOS = (
    "rows_per_second",
    "whole_seconds",
    "first_file_seconds",
    "whole_cpu_seconds_per_million_rows",
    "peak_pss_megabytes",
)
_BESIDE = (SCRIPT, TUNED, FLINK)


def setting(results: Results) -> str:
    """What ran where."""
    machine = results.machine
    versions = ", ".join(f"{name} {found}" for name, found in results.versions.items())
    return (
        f"The run: {results.date}, commit `{results.commit}`, {number(results.minutes)} minutes, "
        f"{len(results.runs)} runs.\\\n"
        f"The machine, with broker, store and contenders on it: {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory']}, {machine['system']}.\\\n"
        f"Versions: {versions}."
    )


def targets_table(targets: Sequence[Target], runs: Sequence[Run]) -> str:
    """A line for each, with what was found and whether that is enough."""
    lines = ["| bench | target | wanted | found | turns | |", "|---|---|---|---|---|---|"]
    counted: Counter[str] = Counter()
    for target in targets:
        found = target.found(runs)
        verdict = target.verdict(found)
        counted[verdict] += 1
        cells = (f"{cell(found)} {target.unit}", found.count) if found else ("", "")
        mark = verdict if verdict == "met" else f"**{verdict}**"
        lines.append(
            f"| {target.bench} | {target.says} | {target.wanted} | {cells[0]} | {cells[1]} | {mark} |"
        )
    told = ", ".join(f"{counted[verdict]} {verdict}" for verdict in ("met", "missed", "not measured"))
    return "\n".join([*lines, "", f"Of {len(targets)} targets: {told}. The median decides."])


def runs_table(runs: Sequence[Run]) -> str:
    """A row for each contender of each case, a column for each value."""
    found = figures(runs)
    turns = Counter((run.bench, run.case, run.contender) for run in runs)
    values = list(dict.fromkeys(name for run in runs for name in run.values))
    names = " | ".join(heading(value) for value in values)
    lines = [f"| case | contender | {names} | runs |", "|---|---|" + "---|" * (len(values) + 1)]
    for who, count in turns.items():
        cells = " | ".join(cell(found.get((*who, value))) for value in values)
        lines.append(f"| {who[1]} | {who[2]} | {cells} | {count} |")
    return "\n".join(lines)


def ratios_table(runs: Sequence[Run]) -> str:
    """Both engines beside the script and Flink, in each case that they share a turn of."""
    lines = []
    for case in dict.fromkeys(run.case for run in runs if run.bench == "sink"):
        for contender in (LOCAL, WAYBILL):
            for value in _RATIOS:
                of = (case, contender)
                found = [ratio(runs, bench="sink", of=of, to=(case, to), value=value) for to in _BESIDE]
                if any(found):
                    cells = " | ".join(cell(one) for one in found)
                    lines.append(f"| {case} | {contender} | {heading(value)} | {cells} |")
    if not lines:
        return NOTHING
    names = " | ".join(f"over {name}" for name in _BESIDE)
    return "\n".join(
        [f"| case | contender | of | {names} |", "|---|---|---|" + "---|" * len(_BESIDE), *lines]
    )


def elsewhere_table(runs: Sequence[Run]) -> str:
    """What other machines showed, with this one's medians of the same case before them."""
    found = figures(runs)
    names = " | ".join(heading(value) for value in VALUES)
    lines = [f"| records | contender | machine | {names} |", "|---|---|---|" + "---|" * len(VALUES)]
    for row in ELSEWHERE:
        here = [cell(found.get(("sink", row.case, row.contender, value))) for value in VALUES]
        told_here = " | ".join(here if any(here) else ["not measured"] * len(VALUES))
        lines.append(f"| {row.case} | {row.contender} | this one | {told_here} |")
        for machine in MACHINES:
            if told := row.told.get(machine):
                cells = " | ".join(number(told[value]) if value in told else "" for value in VALUES)
                lines.append(f"| {row.case} | {row.contender} | {machine} | {cells} |")
    return "\n".join(lines)


def cell(figure: Figure | None) -> str:
    """The median, and the least and largest where there was more than one run."""
    if figure is None:
        return ""
    spread = f" ({number(figure.least)} to {number(figure.most)})" if figure.count > 1 else ""
    return number(figure.median) + spread
