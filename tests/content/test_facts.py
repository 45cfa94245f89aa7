"""Every fact of the two articles has a home, and its home carries it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FACTS = yaml.safe_load((ROOT / "docs" / "authors" / "facts.yml").read_text("utf-8"))["facts"]
TOPICS = sorted({fact["topic"] for fact in FACTS})


def _carried(topic: str) -> set[str]:
    page = yaml.safe_load((ROOT / "data" / "faq" / f"{topic}.yml").read_text("utf-8"))
    wordings = page["responses"][f"utter_faq/{topic}"]
    return {fact for wording in wordings for fact in wording["metadata"]["facts"]}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_carries_every_fact_of_its_own(topic: str) -> None:
    """The wordings of a topic together name each fact that facts.yml gives to it."""
    own = {fact["id"] for fact in FACTS if fact["topic"] == topic}
    assert own - _carried(topic) == set()


def test_every_topic_of_the_design_is_there() -> None:
    """All thirty-two topics have their file."""
    assert len(TOPICS) == 32
    assert {path.stem for path in (ROOT / "data" / "faq").glob("*.yml")} >= set(TOPICS)
