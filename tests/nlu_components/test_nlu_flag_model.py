"""The tier classifier without Rasa: what it learns from, and when two classifiers agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.nlu.flag_model import NONE, FlagModel, agreed, load_examples, tier_of
from assistant.nlu.labels import SAFETY_LABELS

ROOT = Path(__file__).parents[2]
SETS = ("heldout", "second", "third")
HELD_OUT = [path for name in SETS for path in ROOT.glob(f"tests/safety/{name}/*.yml")]


def _taught() -> FlagModel:
    texts = ["my arm is weak", "weak arm", "i want to die", "let me die", "hello", "not weak"] * 3
    tiers = ["see_doctor", "see_doctor", "crisis", "crisis", NONE, NONE] * 3
    return FlagModel.fit(np.zeros((18, 4)), texts, tiers, strength=1.0, sharpness=4.0)


def test_the_words_before_a_flag_count() -> None:
    """Meaning and letters hardly tell "not weak" from "weak"."""
    model, nothing = _taught(), np.zeros(4)
    said, denied = (model.probabilities(nothing, t)["see_doctor"] for t in ("weak arm", "not weak"))
    assert said > 0.5 > denied


def test_none_is_no_tier() -> None:
    """Only tiers come back, and together they are at most certain."""
    found = _taught().probabilities(np.zeros(4), "hello")
    assert set(found) == {"see_doctor", "crisis"}
    assert sum(found.values()) < 0.5


def test_a_stored_model_reads_as_before() -> None:
    """Through the bytes that the trained archive keeps."""
    model = _taught()
    again = FlagModel.from_bytes(model.to_bytes())
    assert again.probabilities(np.zeros(4), "weak") == model.probabilities(np.zeros(4), "weak")


@pytest.mark.parametrize(
    ("labels", "tiers", "least", "most"),
    [(0.9, 0.9, 0.89, 0.91), (0.9, 0.0, 0.0, 0.0), (0.4, 0.9, 0.59, 0.61), (0.0, 0.9, 0.0, 0.0)],
)
def test_both_classifiers_have_a_say(
    labels: float, tiers: float, least: float, most: float
) -> None:
    """Sure of nothing on one side is little in all; a lean is lifted by a sure other."""
    found = agreed({"crisis": labels, "greet": 0.1}, {"crisis": tiers})
    assert least <= found["crisis"] <= most
    assert set(found) == set(SAFETY_LABELS)


def test_every_label_that_is_no_tier_is_none() -> None:
    """Topics, small talk and the rest are what a flag is told from."""
    assert [tier_of(label) for label in ("crisis", "faq/sleep", "stop")] == ["crisis", NONE, NONE]


def test_no_worked_example_is_a_held_out_message() -> None:
    """What is learned by heart proves nothing; three words may coincide."""
    texts = (text.lower().strip() for text, _ in load_examples())
    learned = {text for text in texts if len(text.split()) > 3}
    held = {
        row["say"].lower().strip()
        for path in HELD_OUT
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    }
    assert held
    assert not learned & held
