"""Labels and how sure we are of them: the classifier without Rasa.

`LabelModel` is one linear classifier over every label, FAQ topics included,
plus the training vectors themselves for "do I know this at all?".
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

RETRIEVAL = "faq"
OUT_OF_SCOPE = "out_of_scope"
UNSURE = "nlu_fallback"
SAFETY_LABELS = ("emergency", "crisis", "see_doctor")


@dataclass(frozen=True)
class Thresholds:
    """Where answering ends and asking or refusing begins; values in config.yml."""

    answer: float
    """Least probability of the best label for it to be taken."""
    known: float
    """Least cosine to the nearest training phrase for a text to be ours at all."""
    offer: float
    """Least probability of a label that is offered as a button."""


@dataclass(frozen=True)
class Reading:
    """What one text was understood as."""

    label: str
    """The decision: a label, `out_of_scope` or `nlu_fallback`."""
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    """Every label with its probability, best first."""
    nearest: float
    """Cosine to the nearest training phrase, -1 to 1."""
    offer: tuple[str, ...]
    """Labels to show as buttons when unsure, best first."""


class LabelModel:
    """Probability of each label for a vector, and nearness to what it learned."""

    def __init__(self, classifier: LogisticRegression, bank: np.ndarray, owners: list[str]) -> None:
        """Hold a trained classifier, the training vectors and the label each belongs to."""
        self._classifier = classifier
        self._bank = bank
        self._owners = np.array(owners)
        # What lies nearest to an out-of-scope phrase is not thereby ours.
        self._ours = self._bank[self._owners != OUT_OF_SCOPE]

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: Sequence[str], strength: float) -> LabelModel:
        """Train on `vectors` (phrases x numbers); `strength` is LogisticRegression's C."""
        classifier = LogisticRegression(
            C=strength, max_iter=1000, class_weight="balanced", random_state=1
        )
        classifier.fit(vectors, labels)
        return cls(classifier, vectors.astype(np.float32), list(labels))

    def probabilities(self, vector: np.ndarray) -> list[tuple[str, float]]:
        """Return (label, probability) for every label, best first."""
        scores = self._classifier.predict_proba(vector.reshape(1, -1))[0]
        pairs = zip(self._classifier.classes_, scores, strict=True)
        return sorted(((str(n), float(p)) for n, p in pairs), key=lambda pair: -pair[1])

    def nearest(self, vector: np.ndarray) -> float:
        """Return the best cosine to a training phrase that is not out of scope."""
        norm = float(np.linalg.norm(vector)) or 1.0
        unit = vector / norm
        return float((self._ours @ unit).max()) / float(np.linalg.norm(self._ours[0]))

    def read(self, vector: np.ndarray, thresholds: Thresholds, offerable: set[str]) -> Reading:
        """Decide the label of one text: answer, offer or refuse."""
        ranking = self.probabilities(vector)
        nearest = self.nearest(vector)
        best, confidence = ranking[0]
        offer = tuple(n for n, p in ranking if n in offerable and p >= thresholds.offer)[:3]
        if best == OUT_OF_SCOPE or nearest < thresholds.known:
            label = OUT_OF_SCOPE
        elif confidence >= thresholds.answer:
            label = best
        else:
            label = UNSURE if len(offer) > 1 else OUT_OF_SCOPE
        return Reading(label, confidence, tuple(ranking), nearest, offer)

    def to_bytes(self) -> bytes:
        """Return the model for storage inside a Rasa model archive."""
        return pickle.dumps((self._classifier, self._bank, self._owners.tolist()))

    @classmethod
    def from_bytes(cls, stored: bytes) -> LabelModel:
        """Load what `to_bytes` gave; only ever called on our own trained archive."""
        return cls(*pickle.loads(stored))  # noqa: S301
