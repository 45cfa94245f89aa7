"""Shares as a picture: a dot at the rate, a whisker over its interval. Plain SVG, drawn by hand.

Pure, and the same file for the same figures. No library draws it, so nothing is fetched and no
names of parts clash when several stand on one page.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.authoring.scoring import Share

WIDTH, LABELS, VALUES, LINE, TOP = 900, 260, 150, 20, 34
COLOURS = ("#1b6ca8", "#c1440e", "#7a3e9d", "#2b8a3e", "#5f6b73")
INK, PALE = "#1c2326", "#d5dbde"


class Line(NamedTuple):
    """One row of a picture."""

    label: str
    shares: Mapping[str, Share]
    """By the name of the series."""
    aim: float | None = None


def draw(title: str, lines: Sequence[Line], *, low: float = 0.0, high: float = 1.0) -> str:
    """Return an SVG of `lines` on an axis from `low` to `high`."""
    series = list(dict.fromkeys(name for line in lines for name in line.shares))
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(series)}
    body, y = [], TOP + (LINE if len(series) > 1 else 0)
    start = y
    for line in lines:
        y += 6
        body.append(_text(LABELS - 10, y + 14, line.label, "end"))
        if line.aim is not None:
            x = _place(line.aim, low, high)
            tall = LINE * len(line.shares)
            body.append(_stroke(x, y, x, y + tall, INK, dashed=True))
        for name, share in line.shares.items():
            body += _dot(share, y + LINE / 2, colours[name], low, high)
            y += LINE
    height = y + 30
    axis = [part for tick in _ticks(low, high) for part in _tick(tick, start, y, low, high)]
    keys = _keys(colours) if len(series) > 1 else []
    return (
        f'<svg role="img" aria-label="{html.escape(title)}" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" '
        f'font-size="13"><title>{html.escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="0" y="18" font-size="15" font-weight="600" fill="{INK}">'
        f"{html.escape(title)}</text>{''.join([*keys, *axis, *body])}</svg>"
    )


def _place(value: float, low: float, high: float) -> float:
    inside = min(max(value, low), high)
    return LABELS + (WIDTH - LABELS - VALUES) * (inside - low) / (high - low)


def _dot(share: Share, y: float, colour: str, low: float, high: float) -> list[str]:
    left, right = (_place(edge, low, high) for edge in share.interval())
    x = _place(share.rate, low, high)
    return [
        _stroke(left, y, right, y, colour),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>',
        _text(WIDTH - VALUES + 12, y + 4, f"{share.rate:.3f} ({share.hits} of {share.of})"),
    ]


def _ticks(low: float, high: float) -> list[float]:
    span = high - low
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2) if span / s <= 8)
    return [round(low + i * step, 2) for i in range(int(span / step + 1e-9) + 1)]


def _tick(value: float, top: float, bottom: float, low: float, high: float) -> list[str]:
    x = _place(value, low, high)
    return [_stroke(x, top, x, bottom, PALE), _text(x, bottom + 18, f"{value:g}", "middle")]


def _keys(colours: Mapping[str, str]) -> list[str]:
    parts, x = [], LABELS
    for name, colour in colours.items():
        parts += [f'<circle cx="{x}" cy="{TOP}" r="4.5" fill="{colour}"/>']
        parts += [_text(x + 10, TOP + 4, name)]
        x += 30 + 7 * len(name)
    return parts


def _stroke(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False
) -> str:
    dash = ' stroke-dasharray="3 3"' if dashed else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="1.5"{dash}/>'
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">'
        f"{html.escape(words)}</text>"
    )
