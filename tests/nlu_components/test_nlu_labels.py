"""Answer, offer or refuse: the classifier's decisions, without Rasa."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.nlu.labels import LabelModel, Thresholds, decide

THRESHOLDS = Thresholds(answer=0.4, known=0.5, offer=0.1)
OFFERABLE = {"faq/sleep", "faq/caffeine", "faq/magnesium", "start_breathing"}


def _model() -> LabelModel:
    """Three labels on three axes, two phrases each."""
    rows = [("faq/sleep", 0), ("faq/caffeine", 1), ("out_of_scope", 2)]
    vectors, texts, names = [], [], []
    for label, axis in rows:
        for tilt in (0.0, 0.1):
            vector = np.full(4, tilt, dtype=np.float32)
            vector[axis] = 1.0
            vectors.append(vector)
            texts.append(f"words about {label} {label}")
            names.append(label)
    return LabelModel.fit(np.stack(vectors), texts, names, strength=1.0, sharpness=5.0)


def _axis(number: int) -> np.ndarray:
    vector = np.zeros(4, dtype=np.float32)
    vector[number] = 1.0
    return vector


def test_a_known_text_is_answered() -> None:
    """A text like the phrases of a label gets that label."""
    reading = _model().read(_axis(0), "faq/sleep", THRESHOLDS, OFFERABLE)
    assert reading.label == "faq/sleep"
    assert reading.confidence >= THRESHOLDS.answer
    assert reading.nearest == pytest.approx(1.0, abs=1e-6)


def test_probabilities_are_of_every_label_and_sum_to_one() -> None:
    """The ranking is whole and ordered, so thresholds mean the same for each label."""
    ranking = _model().probabilities(_axis(1), "coffee")
    assert {name for name, _ in ranking} == {"faq/sleep", "faq/caffeine", "out_of_scope"}
    assert sum(p for _, p in ranking) == pytest.approx(1.0)
    assert [p for _, p in ranking] == sorted((p for _, p in ranking), reverse=True)


def test_a_far_text_is_refused_however_sure_the_classifier() -> None:
    """Nearness decides whether a text is ours at all."""
    reading = _model().read(_axis(3), "faq/sleep", THRESHOLDS, OFFERABLE)
    assert reading.nearest < THRESHOLDS.known
    assert reading.label == "out_of_scope"


def test_nearness_to_a_foreign_phrase_does_not_count() -> None:
    """What lies beside an out-of-scope phrase is not thereby ours."""
    assert _model().nearest(_axis(2)) < 0.5


def test_a_vector_of_nothing_is_far_from_everything() -> None:
    """Zeros divide nothing by nothing."""
    assert _model().nearest(np.zeros(4, dtype=np.float32)) == 0.0


@pytest.mark.parametrize(
    ("ranking", "nearest", "label", "offer"),
    [
        ([("faq/sleep", 0.4), ("faq/caffeine", 0.05)], 0.9, "faq/sleep", ("faq/sleep",)),
        (
            [("faq/sleep", 0.39), ("faq/caffeine", 0.3)],
            0.9,
            "nlu_fallback",
            ("faq/sleep", "faq/caffeine"),
        ),
        ([("faq/sleep", 0.39), ("greet", 0.3)], 0.9, "out_of_scope", ("faq/sleep",)),
        ([("greet", 0.3), ("thanks", 0.3)], 0.9, "out_of_scope", ()),
        ([("out_of_scope", 0.2), ("faq/sleep", 0.19)], 0.9, "out_of_scope", ("faq/sleep",)),
        ([("faq/sleep", 0.9)], 0.49, "out_of_scope", ("faq/sleep",)),
        ([("faq/sleep", 0.9)], 0.5, "faq/sleep", ("faq/sleep",)),
        ([], 0.9, "out_of_scope", ()),
    ],
)
def test_the_decision(
    ranking: list[tuple[str, float]], nearest: float, label: str, offer: tuple[str, ...]
) -> None:
    """Sure: answered; unsure between topics: offered; nothing to offer, or far: refused."""
    reading = decide(ranking, nearest, THRESHOLDS, OFFERABLE)
    assert (reading.label, reading.offer) == (label, offer)


def test_at_most_three_are_offered_best_first() -> None:
    """More buttons than three are no help."""
    ranking = [(name, 0.25) for name in sorted(OFFERABLE)]
    reading = decide(ranking, 0.9, THRESHOLDS, OFFERABLE)
    assert reading.offer == tuple(sorted(OFFERABLE))[:3]


def test_a_stored_model_reads_as_before() -> None:
    """Storage in the archive changes no figure."""
    model = _model()
    again = LabelModel.from_bytes(model.to_bytes())
    assert again.read(_axis(1), "coffee", THRESHOLDS, OFFERABLE) == model.read(
        _axis(1), "coffee", THRESHOLDS, OFFERABLE
    )
