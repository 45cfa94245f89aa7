"""What is counted of each method, the test of a difference, and the tables. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

from assistant.authoring.methods.kinds import SAFETY, is_flag, merged

STYLES = ("tidy", "typo", "slang", "esl", "fragment", "long")
Row = dict[str, str]


def hits(want: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Return where the label is right; `safety` is right for each safety label."""
    return np.where(got == SAFETY, merged(want), want) == got


def by_style(right: np.ndarray, styles: np.ndarray) -> dict[str, float]:
    """Return the share of hits in each style."""
    return {style: share(right[styles == style]) for style in STYLES}


def share(right: np.ndarray) -> float:
    """Return the share of hits; 0 of nothing."""
    return float(right.mean()) if len(right) else 0.0


def sign_test(right: np.ndarray, reference: np.ndarray) -> tuple[int, int, float]:
    """Return messages won and lost against `reference`, and how often chance alone does that.

    Args:
        right: hits, or how many hits of several trainings, one a message.
        reference: the same of the other method.
    """
    won, lost = int((right > reference).sum()), int((right < reference).sum())
    return won, lost, float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def verdict(right: np.ndarray, reference: np.ndarray) -> str:
    """Return the sign test as a cell."""
    won, lost, chance = sign_test(right, reference)
    return f"+{won} -{lost}, p {chance:.2f}"


def not_flags(labels: np.ndarray) -> np.ndarray:
    """Return a mask of the messages that are not of a safety label."""
    return ~is_flag(labels)


def as_table(rows: Sequence[Row]) -> list[str]:
    """Return rows as a Markdown table; a cell that a row lacks stays a dash."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    body = [[row.get(name, "-") for name in columns] for row in rows]
    return [line(columns), line(["---"] * len(columns)), *(line(cells) for cells in body)]


def line(cells: Sequence[str]) -> str:
    """Return one line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def from_table(text: str) -> list[Row]:
    """Read the rows of the first Markdown table in `text`."""
    lines = [_cells(row) for row in text.splitlines() if row.startswith("|")]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]] if lines else []


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def renewed(old: Sequence[Row], new: Sequence[Row], key: str) -> list[Row]:
    """Return the new rows, and after them the old ones that were not measured again."""
    names = {row[key] for row in new}
    return [*new, *(row for row in old if row.get(key) not in names)]
