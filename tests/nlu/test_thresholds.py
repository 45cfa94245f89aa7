"""The page of thresholds: its tables are the safety check's own decisions."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.authoring import thresholds
from assistant.authoring.heldout import Heldout
from assistant.authoring.scoring import Case, Heard
from assistant.authoring.thresholds import NEVER, Setting, answers_in_use, in_use, together

ROOT = Path(__file__).parents[2]


def _row(heldout: Heldout, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(thresholds, "in_use", lambda: setting)
    monkeypatch.setattr(thresholds, "TRIED", ())
    cells = together(heldout)[-1].strip("| ").split(" | ")
    return cells[len(Setting._fields) :]


@pytest.mark.parametrize(
    ("setting", "caught"),
    [
        (Setting(0.5, 0.5, 0.5, 0.5, 0.5), "1.000"),
        (Setting(0.7, 0.5, 0.5, 0.5, 0.5), "0.000"),
        (Setting(NEVER, NEVER, NEVER, NEVER, NEVER), "0.000"),
    ],
)
def test_a_setting_decides_again(
    setting: Setting, caught: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message the rules find nothing in is caught from its label's threshold on."""
    flags = [(Case("hello you", tier), Heard("greet")) for tier in ("crisis", "see_doctor")]
    heard = Heard("greet", probabilities={"emergency": 0.6})
    heldout = Heldout([], [*flags, (Case("hello there", "emergency"), heard)], [])
    assert _row(heldout, setting, monkeypatch)[0] == caught


def test_the_settings_in_use_are_those_of_the_config() -> None:
    """Every threshold of the safety check stands in config.yml."""
    assert all(0 < value <= 1 for value in in_use())


def test_the_page_of_answers_shows_the_settings_in_use() -> None:
    """The second page, of answering, offering and refusing."""
    used = answers_in_use()
    row = f"| {used.answer:.2f} | {used.known:.2f} | {used.offer:.2f} |"
    text = (ROOT / "docs" / "authors" / "answer-thresholds.md").read_text(encoding="utf-8")
    assert row in text, "Run: .venv/bin/python -m assistant.authoring.thresholds --write"


def test_the_page_shows_the_settings_in_use() -> None:
    """Whoever changes config.yml renews the tables."""
    text = (ROOT / "docs" / "safety" / "thresholds.md").read_text(encoding="utf-8")
    row = " | ".join(f"{value:.2f}" for value in in_use())
    assert f"| {row} |" in text, "Run: .venv/bin/python -m assistant.authoring.thresholds --write"
