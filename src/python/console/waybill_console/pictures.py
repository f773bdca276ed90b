"""Pictures as inline SVG, made here: nothing is loaded for them, and they are there without a script. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from waybill_common.ledger import Receipt

_WIDTH, _HEIGHT, _FLOOR, _WIDEST = 800, 120, 2, 24
_PARTS = ("rows", "dead", "lost")


@dataclass(frozen=True)
class Bar:
    """One commit."""

    number: int
    rows: int
    dead: int
    lost: int

    @property
    def total(self) -> int:
        return self.rows + self.dead + self.lost


def bars_of(receipts: Sequence[Receipt]) -> tuple[Bar, ...]:
    return tuple(Bar(one.number, one.rows, one.dead, one.lost) for one in receipts)


def commits_picture(bars: Sequence[Bar]) -> Markup:
    """Rows, dead letters and lost offsets of each commit, side by side; empty where there are none.

    Each has two units of height at least where there are any: one dead letter among a million rows is seen.
    """
    if not bars:
        return Markup()
    most = max(bar.total for bar in bars) or 1
    slot = _WIDTH / len(bars)
    width = max(0.6, min(slot - 1, _WIDEST))
    drawn = Markup().join(
        _bar(bar, at * slot + (slot - width) / 2, width, most) for at, bar in enumerate(bars)
    )
    said = (
        f"Commits {bars[0].number:,} to {bars[-1].number:,}: {sum(bar.rows for bar in bars):,} rows, "
        f"{sum(bar.dead for bar in bars):,} dead letters, {sum(bar.lost for bar in bars):,} lost offsets; "
        f"at most {most:,} in one."
    )
    return Markup(
        '<svg class="bars" viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" aria-label="{said}">'
        '<line class="grid" x1="0" x2="{w}" y1="{half}" y2="{half}"/>'
        '<line class="grid" x1="0" x2="{w}" y1="0.5" y2="0.5"/>{bars}'
        '<line class="axis" x1="0" x2="{w}" y1="{h}" y2="{h}"/></svg>'
    ).format(w=_WIDTH, h=_HEIGHT, half=_HEIGHT / 2, said=said, bars=drawn)


def share_picture(parts: Sequence[tuple[str, int]]) -> Markup:
    """One line cut by shares: class and size of each part."""
    total = sum(size for _, size in parts) or 1
    at, drawn = 0.0, []
    for name, size in parts:
        width = 100 * size / total
        drawn.append(
            Markup('<rect class="{}" x="{:.2f}" y="0" width="{:.2f}" height="6"/>').format(name, at, width)
        )
        at += width
    return Markup(
        '<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(Markup().join(drawn))


def _bar(bar: Bar, x: float, width: float, most: int) -> Markup:
    room, y = float(_HEIGHT), float(_HEIGHT)
    parts = []
    for name in _PARTS:
        size = getattr(bar, name)
        height = max(_FLOOR, size * room / most) if size else 0.0
        y -= height
        if height:
            parts.append(
                Markup('<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
                    name, x, max(0.0, y), width, height
                )
            )
    told = escape(f"commit {bar.number:,}: {bar.rows:,} rows, {bar.dead:,} dead letters, {bar.lost:,} lost")
    return Markup("<g><title>{}</title>{}</g>").format(told, Markup().join(parts))
