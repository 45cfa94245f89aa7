"""Whoever stays in trouble is not told the same words again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.authoring.rules_wording import is_safety

ROOT = Path(__file__).parents[2]
RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
ONE_SENTENCE_FOR_ALL = {"utter_tripwire"}
"""When the same sign means "call now" is said in the same words everywhere, so that it is known again."""


@pytest.mark.parametrize("key", sorted(filter(is_safety, RESPONSES)))
def test_every_safety_reply_has_three_wordings(key: str) -> None:
    """And no two of them are alike."""
    texts = [variant["text"] for variant in RESPONSES[key]]
    assert len(texts) == len(set(texts))
    assert len(texts) >= (1 if key in ONE_SENTENCE_FOR_ALL else 3)
