"""The learning curve: what is drawn, counted, plotted and said, without any training."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from assistant.authoring import curve, refit
from assistant.authoring.curve import Point
from assistant.authoring.scoring import Case

LABELS = ["a"] * 5 + ["b"] * 2 + ["c"] * 9
POINTS = [
    Point("10", 10, {"overall": [0.70, 0.74], "tidy": [0.8, 0.8], "slang": [0.6, 0.68]}),
    Point("20", 18.5, {"overall": [0.80, 0.82], "tidy": [0.9, 0.9], "slang": [0.7, 0.74]}),
    Point("all", 104.4, {"overall": [0.90], "tidy": [0.91], "slang": [0.89]}),
]


def test_a_draw_takes_so_many_of_each_label() -> None:
    """All of a label that has no more, each row once, and another seed another draw."""
    rows = refit.draw(LABELS, 4, seed=1)
    assert [sum(LABELS[row] == label for row in rows) for label in "abc"] == [4, 2, 4]
    assert rows == sorted(set(rows)) == refit.draw(LABELS, 4, seed=1)
    assert rows != refit.draw(LABELS, 4, seed=2)


def test_a_share_is_left_out() -> None:
    """The same rows for the same seed, others for another."""
    rows = refit.without(1000, 0.05, seed=3)
    assert len(set(rows)) == 950
    assert rows == refit.without(1000, 0.05, seed=3) != refit.without(1000, 0.05, seed=4)


def test_rates_are_counted_by_style() -> None:
    """One a draw."""
    asked = [Case("x", "a", "tidy"), Case("y", "a", "slang"), Case("z", "a", "slang")]
    found = curve.rates_by_style([[True, False, True], [True, False, False]], asked)
    assert found == {
        "overall": [pytest.approx(2 / 3), pytest.approx(1 / 3)],
        "tidy": [1.0, 1.0],
        "slang": [0.5, 0.0],
    }


def test_the_plot_shows_longer_bars_for_more() -> None:
    """A bar a size, and a table by style."""
    lines = curve.plot(POINTS)
    assert [line.count("#") for line in lines[1:4]] == [3, 15, 27]
    assert "0.720 +-0.028" in lines[1]
    assert any(
        line.split() == ["slang", "0.640", "±0.057", "0.720", "±0.028", "0.890"] for line in lines
    )


def test_the_page_says_what_the_curve_shows() -> None:
    """Dated, with a table, the gain of each step and what to do about it."""
    text = curve.page(POINTS, datetime.date(2026, 2, 3))
    assert "on 2026-02-03" in text and "mean of 2 draws" in text and "104 a label" in text
    assert "| overall | 0.720 ±0.028 | 0.810 ±0.014 | 0.900 |" in text
    assert "from 10 to 20: +9.0 points, 20 to all: +9.0 points." in text
    assert "helps slang most (+17.0 points) and tidy least (+1.0)" in text
    assert "the curve still rises" in text


def test_a_flat_end_is_said_to_be_flat() -> None:
    """Where the last step is within the spread of the draws."""
    flat = [*POINTS[:2], Point("all", 104.4, {**POINTS[1].rates, "overall": [0.81]})]
    assert "has flattened" in curve.page(flat, datetime.date(2026, 2, 3))


def test_the_picture_is_the_same_for_the_same_points(tmp_path: Path) -> None:
    """So that a renewed page shows in version control only what changed."""
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    curve.picture(POINTS, first)
    curve.picture(POINTS, second)
    assert first.read_bytes() == second.read_bytes()
    assert "<svg" in first.read_text(encoding="utf-8")
