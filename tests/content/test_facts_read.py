"""Each fact was read against the words that carry it, and the words are still those."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LIST = "docs/authors/facts-read.yml"
KEYS = {"id", "topic", "verdict", "words", "date"}
FACTS = yaml.safe_load((ROOT / "docs" / "authors" / "facts.yml").read_text("utf-8"))["facts"]
READ: list[dict[str, Any]] = yaml.safe_load((ROOT / LIST).read_text("utf-8"))["read"]


def said(topic: str) -> str:
    """Return every wording of a topic's file as one text, its white space made equal."""
    page = yaml.safe_load((ROOT / "data" / "faq" / f"{topic}.yml").read_text("utf-8"))
    texts = (wording["text"] for wordings in page["responses"].values() for wording in wordings)
    # A sign that no quotation holds keeps one wording from running into the next.
    return " | ".join(" ".join(text.split()) for text in texts)


def not_said(entry: dict[str, Any], text: str) -> list[str]:
    """Return what to do about each quotation of an entry that does not stand in a text."""
    pieces = (" ".join(piece.split()) for piece in entry["words"].split(" ... "))
    return [
        f'{entry["id"]}: data/faq/{entry["topic"]}.yml no longer says "{piece}". '
        f"Read this fact again in the answer, then set words and date in {LIST}."
        for piece in pieces
        if piece not in text
    ]


def test_every_fact_was_read() -> None:
    """The list names each fact of facts.yml once, under its own topic, in the same order."""
    assert [(e["id"], e["topic"]) for e in READ] == [(f["id"], f["topic"]) for f in FACTS]


@pytest.mark.parametrize("topic", sorted({entry["topic"] for entry in READ}))
def test_quoted_words_stand_in_the_answer(topic: str) -> None:
    """What the reader quoted is what the topic says today; else the fact is to be read again."""
    text = said(topic)
    assert [m for e in READ if e["topic"] == topic for m in not_said(e, text)] == []


def test_every_fact_is_carried() -> None:
    """No fact is left bent, missing or against its caution."""
    assert [(e["id"], e["verdict"]) for e in READ if e["verdict"] != "carried"] == []


@pytest.mark.parametrize("entry", READ, ids=lambda entry: entry["id"])
def test_entry_says_what_was_read_and_when(entry: dict[str, Any]) -> None:
    """An entry quotes words enough to be found, and has a date in quotes."""
    assert KEYS <= entry.keys() <= {*KEYS, "mended"}
    assert all(isinstance(entry[key], str) for key in entry)
    assert len(entry["words"].split()) >= 3


def test_changed_words_name_the_fact() -> None:
    """A quotation that is gone names fact and file; line breaks do not count as a change."""
    entry = {"id": "F900", "topic": "tea", "words": "tea is\n fine ... for most"}
    assert not_said(entry, "Yes, tea is fine, for most people.") == []
    assert not_said(entry, "Yes, tea is fine. | For all.") == [
        'F900: data/faq/tea.yml no longer says "for most". '
        f"Read this fact again in the answer, then set words and date in {LIST}."
    ]
