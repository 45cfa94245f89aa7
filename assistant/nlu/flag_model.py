"""How much a message sounds like each tier of red flag: the second classifier, without Rasa.

The first one (labels.py) tells fifty labels apart and knows little of what only looks
like a flag. This one knows three tiers and "none", and also learns from the worked
examples of assistant/safety/examples.yml: idioms, denials, films, "weak coffee".
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack, spmatrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from assistant.nlu.labels import SAFETY_LABELS

EXAMPLES = Path(__file__).parents[1] / "safety" / "examples.yml"
NONE = "none"
# The examples keep urgent and routine apart; here both are the tier.
TIER_OF_SECTION = {
    "emergency": "emergency",
    "crisis": "crisis",
    "urgent": "see_doctor",
    "routine": "see_doctor",
    NONE: NONE,
}
_WORD = r"(?u)\b\w[\w']*\b"


def load_examples(path: Path | None = None) -> list[tuple[str, str]]:
    """Return (message, tier or `none`) of every worked example."""
    text = (path or EXAMPLES).read_text(encoding="utf-8")
    sections: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return [
        (message, TIER_OF_SECTION[section])
        for section, groups in sections.items()
        for messages in groups.values()
        for message in messages
    ]


def tier_of(label: str) -> str:
    """Return the tier a label stands for, or `none`."""
    return label if label in SAFETY_LABELS else NONE


class FlagModel:
    """Probability of each tier for a text, from its meaning, its letters and its words."""

    def __init__(
        self,
        letters: TfidfVectorizer,
        words: TfidfVectorizer,
        classifier: LinearSVC,
        sharpness: float,
    ) -> None:
        """Hold the trained parts."""
        self._letters = letters
        self._words = words
        self._classifier = classifier
        self._sharpness = sharpness

    @classmethod
    def fit(
        cls,
        vectors: np.ndarray,
        texts: Sequence[str],
        tiers: Sequence[str],
        *,
        strength: float,
        sharpness: float,
    ) -> FlagModel:
        """Train.

        Args:
            vectors: one row a message, from the encoder.
            texts: the corrected text of each message.
            tiers: the tier of each message, or `none`.
            strength: the support vector machine's C.
            sharpness: factor on its scores before they become probabilities.
        """
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32
        )
        # Words in a row tell "not weak" from "weak", which letters and meaning blur.
        words = TfidfVectorizer(
            ngram_range=(1, 3), token_pattern=_WORD, sublinear_tf=True, min_df=2, dtype=np.float32
        )
        rows = _rows(vectors, letters.fit_transform(texts), words.fit_transform(texts))
        classifier = LinearSVC(C=strength, tol=0.01, random_state=1).fit(rows, tiers)
        return cls(letters, words, classifier, sharpness)

    def probabilities(self, vector: np.ndarray, text: str) -> dict[str, float]:
        """Return the probability of each tier, `none` left out."""
        rows = _rows(
            vector.reshape(1, -1), self._letters.transform([text]), self._words.transform([text])
        )
        scores = self._classifier.decision_function(rows)[0] * self._sharpness
        powers = np.exp(scores - scores.max())
        found = zip(self._classifier.classes_, powers / powers.sum(), strict=True)
        return {str(tier): float(p) for tier, p in found if tier != NONE}

    def to_bytes(self) -> bytes:
        """Return the model for storage inside a Rasa model archive."""
        return pickle.dumps((self._letters, self._words, self._classifier, self._sharpness))

    @classmethod
    def from_bytes(cls, stored: bytes) -> FlagModel:
        """Load what `to_bytes` gave; only ever called on our own trained archive."""
        return cls(*pickle.loads(stored))


def agreed(labels: Mapping[str, float], tiers: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each safety label on which both classifiers agree.

    The geometric mean: where one of the two is sure that it is nothing, it is little.
    """
    return {tier: math.sqrt(labels.get(tier, 0.0) * tiers.get(tier, 0.0)) for tier in SAFETY_LABELS}


def _rows(vectors: np.ndarray, letters: spmatrix, words: spmatrix) -> csr_matrix:
    return hstack([csr_matrix(vectors), letters, words]).tocsr()
