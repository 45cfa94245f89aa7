"""Messages with all that any method may look at, and how they are drawn and folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from assistant.authoring.project import load

HELDOUT = "tests/nlu/heldout.yml"


@dataclass(frozen=True)
class Batch:
    """Messages side by side; row i of every part is message i."""

    texts: np.ndarray
    corrected: np.ndarray
    labels: np.ndarray
    styles: np.ndarray
    """How it is written (`typo`, `long` ...); empty for training phrases, which carry none."""
    vectors: np.ndarray
    """Raw and corrected embedding end to end, one row a message."""

    def __len__(self) -> int:
        """Return how many messages there are."""
        return len(self.texts)

    def rows(self, which: np.ndarray) -> Batch:
        """Return the messages at `which`: places or a mask."""
        return Batch(
            self.texts[which],
            self.corrected[which],
            self.labels[which],
            self.styles[which],
            self.vectors[which],
        )

    def relabelled(self, labels: np.ndarray) -> Batch:
        """Return the same messages under other labels."""
        return Batch(self.texts, self.corrected, labels, self.styles, self.vectors)


def embed(texts: Sequence[str], labels: Sequence[str], styles: Sequence[str]) -> Batch:
    """Correct and encode messages as the pipeline does, known ones from the disk."""
    from assistant.nlu.encoder import CACHE_FILE
    from assistant.nlu.minilm import PhraseCache, model_key, shared_encoder
    from assistant.nlu.speller import shared_speller

    corrected = [shared_speller().correct(text) for text in texts]
    cache = PhraseCache(CACHE_FILE, model_key())
    try:
        both = [cache.embed_all(part, shared_encoder().embed) for part in (texts, corrected)]
    finally:
        cache.close()
    return Batch(
        np.array(texts, dtype=object),
        np.array(corrected, dtype=object),
        np.array(labels, dtype=object),
        np.array(styles, dtype=object),
        np.concatenate(both, axis=1),
    )


def training_phrases(root: Path) -> Batch:
    """Return every training phrase under `root`, whatever labels there are."""
    phrases = load(root).phrases
    return embed([p.text for p in phrases], [p.label for p in phrases], [""] * len(phrases))


def heldout_messages(root: Path, taught: set[str]) -> Batch:
    """Return the first held-out set, without messages of labels that are not taught."""
    text = (root / HELDOUT).read_text(encoding="utf-8")
    rows = [r for r in yaml.load(text, Loader=yaml.CSafeLoader) if r["expect"] in taught]
    return embed(*([r[part] for r in rows] for part in ("say", "expect", "style")))


def draw(labels: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return the places of at most `most` messages of each label, drawn at random."""
    chance = np.random.default_rng(seed)
    found = [
        chance.permutation(np.flatnonzero(labels == name))[:most] for name in np.unique(labels)
    ]
    return np.sort(np.concatenate(found))


def folds(labels: np.ndarray, count: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Return (train, test) places, each label spread evenly over `count` folds."""
    chance = np.random.default_rng(seed)
    of = np.zeros(len(labels), dtype=int)
    for name in np.unique(labels):
        places = chance.permutation(np.flatnonzero(labels == name))
        of[places] = (np.arange(len(places)) + chance.integers(count)) % count
    for number in range(count):
        yield np.flatnonzero(of != number), np.flatnonzero(of == number)
