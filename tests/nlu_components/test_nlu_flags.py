"""Two opinions of a tier as one, long texts in stretches, and what was learned from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from assistant.nlu.flag_classifier import (
    MOST,
    STEP,
    WINDOW,
    agreed,
    highest,
    stretches,
    surely,
)
from assistant.nlu.flag_examples import NONE, TAUGHT, label_of, load_examples, taught_by
from assistant.nlu.labels import SAFETY_LABELS, mixed
from assistant.nlu.tuned import CARD, MODEL, shared_tuned, soonness, tiers_of

TESTS = Path(__file__).parents[1]
HELD_OUT = [
    *(TESTS / "safety").glob("heldout/*.yml"),
    *(TESTS / "safety").glob("second/*.yml"),
    *(TESTS / "safety").glob("third/*.yml"),
    *(TESTS / "safety").glob("fourth/*.yml"),
]


def _tiers(**found: float) -> dict[str, float]:
    return {"none": 1 - sum(found.values()), **dict.fromkeys(SAFETY_LABELS, 0.0), **found}


@pytest.mark.parametrize(
    ("tier", "label", "least", "most"),
    [(0.9, 0.9, 0.89, 0.91), (0.9, 0.0, 0.0, 0.01), (0.9, 0.4, 0.7, 0.72), (0.5, 0.5, 0.49, 0.51)],
)
def test_both_opinions_have_a_say(tier: float, label: float, least: float, most: float) -> None:
    """Where one is sure that it is nothing, it is little in all; a lean is lifted by the other."""
    found = agreed(_tiers(crisis=tier), {"crisis": label, "greet": 1 - label})
    assert least <= found["crisis"] <= most


def test_a_flag_between_two_tiers_is_no_less_of_a_flag() -> None:
    """See a doctor counts all that is not nothing."""
    found = agreed(_tiers(emergency=0.45, see_doctor=0.45), {"emergency": 0.5, "see_doctor": 0.4})
    assert found["see_doctor"] > 0.85 > found["emergency"]


def test_the_highest_of_each_tier_counts() -> None:
    """A stretch raises what the whole said, and never lowers it."""
    whole, part = dict.fromkeys(SAFETY_LABELS, 0.2), {**dict.fromkeys(SAFETY_LABELS, 0.1)}
    assert highest(whole, {**part, "crisis": 0.9}) == {**whole, "crisis": 0.9}


def test_a_stretch_counts_only_when_sure() -> None:
    """Out of its post a sentence sounds worse than it is."""
    assert surely({"crisis": 0.95, "emergency": 0.6}, 0.9) == {"crisis": 0.95, "emergency": 0.0}


def test_short_texts_have_no_stretches_and_long_ones_no_gaps() -> None:
    """Every word of a long text is read, up to a limit that keeps the time bounded."""
    assert list(stretches("word " * WINDOW)) == []
    words = [f"w{i}" for i in range(WINDOW + 3 * STEP + 7)]
    found = list(stretches(" ".join(words)))
    assert set(" ".join(found).split()) == set(words)
    assert all(len(part.split()) <= WINDOW for part in found)
    assert len(list(stretches("word " * 20_000))) == MOST


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_flag_is_read_wherever_it_stands_in_a_long_text(place: str) -> None:
    """The encoder sees about ninety words; the stretches see the rest."""
    calm = "I watered the plants and then we had a cup of tea in the garden with my aunt. " * 8
    flag = "Since lunch one side of my face hangs down and I cannot hold a cup. "
    text = {"first": flag + calm * 2, "middle": calm + flag + calm, "last": calm * 2 + flag}[place]
    read = max(shared_tuned().read(part).tiers["emergency"] for part in stretches(text))
    assert read > 0.5


def test_a_topic_it_was_never_taught_keeps_its_own_say() -> None:
    """An author's new topic is told by the classifier alone."""
    ranking = [("faq/new", 0.8), ("faq/sleep", 0.1), ("greet", 0.1)]
    best, probability = mixed(ranking, {"faq/sleep": 0.9, "greet": 0.1}, 0.4)[0]
    assert best == "faq/new" and probability > 0.6
    assert sum(p for _, p in mixed(ranking, {}, 0.4)) == pytest.approx(1)


def test_the_card_belongs_to_the_model() -> None:
    """The committed file is the one the card speaks of, and it reads the tiers in order."""
    card = yaml.safe_load(CARD.read_text(encoding="utf-8"))
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() == card["sha256"]
    told = shared_tuned().read("I want to die")
    assert set(told.tiers) == {NONE, *SAFETY_LABELS} and set(told.labels) == set(card["labels"])
    assert max(told.tiers, key=lambda tier: told.tiers[tier]) == "crisis"


def test_every_label_that_is_no_tier_is_none() -> None:
    """Topics, small talk and the rest are what a flag is told from."""
    labels = ("crisis", "faq/sleep", "stop")
    assert [taught_by(label, None) for label in labels] == ["crisis", NONE, NONE]
    assert [taught_by("see_doctor", level) for level in ("urgent", None)] == ["urgent", "routine"]
    assert [label_of(one) for one in TAUGHT] == [
        None, "see_doctor", "see_doctor", "crisis", "emergency",
    ]  # fmt: skip


def test_a_flag_between_two_levels_is_no_less_of_a_flag() -> None:
    """Both are see a doctor; what may be an emergency is no reason to wait."""
    taught = dict(zip(TAUGHT, (0.2, 0.3, 0.4, 0.05, 0.05), strict=True))
    assert tiers_of(taught)["see_doctor"] == pytest.approx(0.7)
    assert sum(tiers_of(taught).values()) == pytest.approx(1)
    assert soonness(taught) == pytest.approx(0.6)
    assert soonness(dict.fromkeys(TAUGHT, 0.0)) == 0


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
