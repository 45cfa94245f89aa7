"""The classifier fitted again on part of the phrases, without Rasa, from cached vectors.

What is fitted here on all phrases is what `make train` fits; noise and learning curve
leave some of them out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.authoring.project import load
from assistant.nlu import payloads
from assistant.nlu.labels import LabelModel
from assistant.nlu.minilm import PhraseCache, model_key, shared_encoder
from assistant.nlu.speller import shared_speller

CACHE = Path(".cache") / "phrases.sqlite"


@dataclass(frozen=True)
class Read:
    """Texts as the classifier sees them: vectors, corrected texts, and the label of each."""

    vectors: np.ndarray
    corrected: list[str]
    labels: list[str]


def read(root: Path, texts: Sequence[str], labels: Sequence[str]) -> Read:
    """Correct and encode `texts` as the pipeline does, from the cache where it knows them."""
    plain = [payloads.plain_words(text).strip() for text in texts]
    corrected = [shared_speller().correct(text) for text in plain]
    cache = PhraseCache(root / CACHE, model_key())
    try:
        both = [cache.embed_all(side, shared_encoder().embed) for side in (plain, corrected)]
    finally:
        cache.close()
    return Read(np.concatenate(both, axis=1), corrected, list(labels))


def taught(root: Path) -> Read:
    """Return every training phrase, entity marks taken off."""
    from rasa.shared.nlu.training_data.entities_parser import replace_entities

    phrases = load(root).phrases
    texts = [replace_entities(phrase.text) for phrase in phrases]
    return read(root, texts, [phrase.label for phrase in phrases])


def settings(root: Path, component: str) -> dict[str, Any]:
    """Return what config.yml says about a component of the pipeline, by the end of its name."""
    config = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    return dict(next(step for step in config["pipeline"] if step["name"].endswith(component)))


def fit(phrases: Read, rows: Iterable[int], root: Path) -> LabelModel:
    """Fit the classifier on some of the phrases, set as config.yml sets it."""
    rows = list(rows)
    config = settings(root, "TopicClassifier")
    return LabelModel.fit(
        phrases.vectors[rows],
        [phrases.corrected[row] for row in rows],
        [phrases.labels[row] for row in rows],
        strength=config["strength"],
        sharpness=config["sharpness"],
    )


def without(phrases: int, share: float, seed: int) -> list[int]:
    """Return the rows that stay when a random `share` of them is left out."""
    return sorted(random.Random(seed).sample(range(phrases), phrases - round(phrases * share)))


def draw(labels: Sequence[str], each: int, seed: int) -> list[int]:
    """Return `each` random rows of every label; all of a label that has no more."""
    rows: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        rows.setdefault(label, []).append(row)
    chance = random.Random(seed)
    return sorted(row for own in rows.values() for row in chance.sample(own, min(each, len(own))))
