"""The tuned encoder's file: what is built runs, and before tuning means what MiniLM means."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from assistant.authoring.tune import graph, training
from assistant.authoring.tune.weights import WIDTH, official
from assistant.nlu.flag_examples import TAUGHT
from assistant.nlu.labels import SAFETY_LABELS
from assistant.nlu.minilm import shared_encoder
from assistant.nlu.tuned import Tuned

SENTENCES = (
    "why does anxiety make my eyelid twitch",
    "My left arm went numb this morning and I dropped my cup.",
    "is it the coffee? i drink five cups a day and my calf jumps all night, should i stop",
)


@lru_cache(maxsize=1)
def untuned() -> Tuned:
    """The file as it would be built before any tuning, with heads of two labels."""
    draw = np.random.default_rng(1)
    heads = {
        "attend": draw.normal(size=(WIDTH, 1)).astype(np.float32),
        "tiers": draw.normal(size=(3 * WIDTH, len(TAUGHT))).astype(np.float32),
        "tiers_bias": np.zeros(len(TAUGHT), np.float32),
        "labels": draw.normal(size=(WIDTH, 2)).astype(np.float32),
        "labels_bias": np.zeros(2, np.float32),
    }
    built = graph.quantized(graph.built(official(), heads))
    return Tuned(built, ["a", "b"])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_before_tuning_it_means_what_minilm_means(sentence: str) -> None:
    """The same vector as the plain encoder, but for the rounding of int8."""
    cosine = float(untuned().read(sentence).vector @ shared_encoder().embed(sentence))
    assert cosine > 0.99


@pytest.mark.parametrize("sentence", SENTENCES)
def test_shares_add_up(sentence: str) -> None:
    """Tiers and labels are each a set of probabilities."""
    told = untuned().read(sentence)
    assert set(told.tiers) == {"none", *SAFETY_LABELS} and set(told.labels) == {"a", "b"}
    assert sum(told.tiers.values()) == pytest.approx(1) == pytest.approx(sum(told.labels.values()))


def test_a_batch_holds_each_message_once() -> None:
    """Every message comes once a round, padded to the longest beside it, with its mask."""
    ids = [np.arange(1, n + 1) for n in (3, 40, 5, 5, 2)] * 20
    rows = np.zeros(len(ids), np.int64)
    seen = []
    for places, tokens, mask in training.batches(
        training.Messages(ids, ids, rows, rows, rows), seed=3
    ):
        assert tokens.shape == mask.shape
        assert [int(m) for m in mask.sum(axis=1)] == [len(ids[place]) for place in places]
        seen += [int(place) for place in places]
    assert sorted(seen) == list(range(len(ids)))
