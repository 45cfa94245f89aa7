"""What messages say of a symptom, on phrases with typing errors read by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.symptoms.reading import Reading, shared_reader

FILE = Path(__file__).with_name("symptom_phrases.yml")
PHRASES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["phrases"]
KINDS = {"parts": "body_part", "sides": "side", "often": "frequency", "with": "trigger"}


def said(reading: Reading) -> dict[str, Any]:
    """Everything read, in the shape of the file."""
    got: dict[str, Any] = {
        name: [m.value for m in reading.of(kind)] for name, kind in KINDS.items()
    }
    for mention in reading.of("duration"):
        got["days"] = reading.said(mention) if mention.days is None else round(mention.days)
    got["does"] = reading.deed
    return {name: value for name, value in got.items() if value or value == 0}


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["say"])
def test_a_phrase_says_what_it_says(row: dict[str, Any]) -> None:
    """Each value, and nothing that is not said."""
    expected = {name: value for name, value in row.items() if name != "say"}
    assert said(shared_reader().read(row["say"])) == expected


def test_there_are_enough_phrases() -> None:
    """A hundred and twenty at least, none twice."""
    assert len({row["say"] for row in PHRASES}) == len(PHRASES) >= 120


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["say"])
def test_a_find_stands_where_it_says(row: dict[str, Any]) -> None:
    """The places point into the text as it was typed, mended words and all."""
    reading = shared_reader().read(row["say"])
    for mention in reading.mentions:
        assert 0 <= mention.start < mention.end <= len(row["say"])
        assert reading.said(mention).strip()
