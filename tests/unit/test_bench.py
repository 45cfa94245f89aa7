"""The bench's own arithmetic; the measuring itself is not tested."""

from __future__ import annotations

from pathlib import Path

import yaml

from assistant.authoring.bench import Subject, as_table, keep_phrases


def _subject(name: str, **figures: float) -> Subject:
    return Subject(name, Path(), "", "", figures=dict(figures))


def test_a_figure_of_nothing_has_no_ratio() -> None:
    """Zero silent turns on the other side once ended twenty minutes of measuring."""
    table = as_table([_subject("a", silent=0.0, turns=3.0), _subject("b", silent=0.0, turns=2.0)])
    assert "| silent | 0.0 | 0.0 | - |" in table
    assert "| turns | 3.0 | 2.0 | 1.50 |" in table


def test_short_phrases_are_kept_spread_over_the_list(tmp_path: Path) -> None:
    """As many of each label as asked for, and none of the long posts."""
    lines = [f"- phrase {n}" for n in range(9)] + ["- " + "word " * 40]
    file = tmp_path / "topic.yml"
    block = {"intent": "faq/topic", "examples": "\n".join(lines)}
    file.write_text(yaml.safe_dump({"nlu": [block]}), encoding="utf-8")
    keep_phrases(file, 3)
    assert "examples: |" in file.read_text(encoding="utf-8")
    kept = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"][0]["examples"].splitlines()
    assert kept == ["- phrase 0", "- phrase 3", "- phrase 6"]
