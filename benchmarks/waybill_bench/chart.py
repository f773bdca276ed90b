"""Bar charts as SVG: a bar for the median, a dot for each run. Text stays text, and equal results give equal bytes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from xml.sax.saxutils import escape

from waybill_bench.words import number

WIDTH = 760
OURS = "waybill"
_BARS_END, _ROW, _TOP = 660, 22, 34
_NAMES, _CASES = 150, 240
"""Where bars begin, behind the names of contenders or of cases."""
# Each reads on white and on near-black: pictures are shown on both.
_TEXT = "#737b85"
_OUR_COLOUR = "#2f81f7"
_COLOURS = ("#b8860b", "#8f6cc9", "#3f9a5b", "#d05f5a")


@dataclass(frozen=True)
class Chart:
    """``groups`` has, for each case, each contender's runs. A contender has one colour in all of them.

    Where there is only one contender, its bars are named after the cases.
    """

    title: str
    groups: Mapping[str, Mapping[str, Sequence[float]]]

    def svg(self) -> str:
        """The whole picture."""
        contenders = dict.fromkeys(name for group in self.groups.values() for name in group)
        colours = dict(zip((name for name in contenders if name != OURS), cycle(_COLOURS), strict=False))
        alone = len(contenders) == 1
        left = _CASES if alone else _NAMES
        most = max(run for group in self.groups.values() for runs in group.values() for run in runs)
        scale = (_BARS_END - left) / (most or 1)
        body, y = [_text(0, 16, self.title, bold=True)], _TOP
        for case, group in self.groups.items():
            if not alone:
                body.append(_text(0, y + 14, case))
                y += _ROW
            for contender, runs in group.items():
                body.append(_text(left - 10, y + 14, case if alone else contender, anchor="end"))
                body += _bar(left, y, runs, scale, colours.get(contender, _OUR_COLOUR))
                y += _ROW
            y += 0 if alone else _ROW // 3
        label = escape(self.title, {'"': "&quot;"})
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
            f'role="img" aria-label="{label}" font-family="system-ui, sans-serif" font-size="13" fill="{_TEXT}">\n'
            + "\n".join(body)
            + "\n</svg>\n"
        )


def _bar(left: int, y: int, runs: Sequence[float], scale: float, colour: str) -> Iterator[str]:
    median = statistics.median(runs)
    yield (
        f'<rect x="{left}" y="{y + 3}" width="{median * scale:.1f}" height="{_ROW - 7}" rx="2" '
        f'fill="{colour}" fill-opacity="0.45"/>'
    )
    for run in runs:
        yield f'<circle cx="{left + run * scale:.1f}" cy="{y + 10.5}" r="3" fill="{colour}"/>'
    yield _text(left + max(runs) * scale + 9, y + 14, number(median))


def _text(x: float, y: int, words: str, *, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
