"""Labels and how sure we are of them: the classifier without Rasa.

`LabelModel` is one linear classifier over every label, FAQ topics included,
plus the training vectors themselves for "do I know this at all?".
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

RETRIEVAL = "faq"
OUT_OF_SCOPE = "out_of_scope"
UNSURE = "nlu_fallback"
SAFETY_LABELS = ("emergency", "crisis", "see_doctor")
LEAST = 1e-6
"""No opinion rules a label out."""


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
    foreign: float = -1.0
    """Cosine to the nearest out-of-scope phrase, -1 to 1."""

    @property
    def margin(self) -> float:
        """How much nearer the text is to what we know than to what we refuse."""
        return self.nearest - self.foreign


class LabelModel:
    """Probability of each label for a text, and nearness to what it learned.

    One linear support vector machine over meaning (the encoder's vector) and
    letters (n-grams of the corrected text); docs/decisions/0005 has the comparison.
    """

    def __init__(
        self,
        letters: TfidfVectorizer,
        classifier: LinearSVC,
        sharpness: float,
        bank: np.ndarray,
        owners: list[str],
    ) -> None:
        """Hold the trained parts, the training vectors and the label each belongs to."""
        self._letters = letters
        self._classifier = classifier
        self._sharpness = sharpness
        self._bank = bank
        self._owners = owners
        # What lies nearest to an out-of-scope phrase is not thereby ours.
        unit = bank / np.linalg.norm(bank, axis=1, keepdims=True)
        refused = np.array(owners) == OUT_OF_SCOPE
        self._ours, self._refused = unit[~refused], unit[refused]

    @classmethod
    def fit(
        cls,
        vectors: np.ndarray,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        strength: float,
        sharpness: float,
    ) -> LabelModel:
        """Train.

        Args:
            vectors: one row a phrase, from the encoder.
            texts: the corrected text of each phrase.
            labels: the label of each phrase.
            strength: the support vector machine's C.
            sharpness: factor on its scores before they become probabilities.
        """
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32
        )
        both = hstack([csr_matrix(vectors), letters.fit_transform(texts)]).tocsr()
        classifier = LinearSVC(C=strength, class_weight="balanced", random_state=1)
        classifier.fit(both, labels)
        return cls(letters, classifier, sharpness, vectors.astype(np.float32), list(labels))

    def probabilities(self, vector: np.ndarray, text: str) -> list[tuple[str, float]]:
        """Return (label, probability) for every label, best first."""
        both = hstack([csr_matrix(vector.reshape(1, -1)), self._letters.transform([text])])
        scores = self._classifier.decision_function(both.tocsr())[0] * self._sharpness
        powers = np.exp(scores - scores.max())
        pairs = zip(self._classifier.classes_, powers / powers.sum(), strict=True)
        return sorted(((str(n), float(p)) for n, p in pairs), key=lambda pair: -pair[1])

    def nearest(self, vector: np.ndarray) -> float:
        """Return the best cosine to a training phrase that is not out of scope."""
        return _best_cosine(self._ours, vector)

    def foreign(self, vector: np.ndarray) -> float:
        """Return the best cosine to an out-of-scope training phrase."""
        return _best_cosine(self._refused, vector)

    def read(
        self,
        vector: np.ndarray,
        text: str,
        thresholds: Thresholds,
        offerable: set[str],
        tuned: Mapping[str, float] | None = None,
        share: float = 0.0,
    ) -> Reading:
        """Decide the label of one text: answer, offer or refuse.

        Args:
            vector: from the plain encoder.
            text: corrected.
            thresholds: where answering ends.
            offerable: labels that have a button title.
            tuned: what the tuned encoder makes of each label it knows.
            share: how much that counts, 0 to 1.
        """
        ranking = self.probabilities(vector, text)
        if tuned:
            ranking = mixed(ranking, tuned, share)
        reading = decide(ranking, self.nearest(vector), thresholds, offerable)
        return replace(reading, foreign=self.foreign(vector))

    def to_bytes(self) -> bytes:
        """Return the model for storage inside a Rasa model archive."""
        return pickle.dumps(
            (self._letters, self._classifier, self._sharpness, self._bank, self._owners)
        )

    @classmethod
    def from_bytes(cls, stored: bytes) -> LabelModel:
        """Load what `to_bytes` gave; only ever called on our own trained archive."""
        return cls(*pickle.loads(stored))


def mixed(
    ranking: Sequence[tuple[str, float]], tuned: Mapping[str, float], share: float
) -> list[tuple[str, float]]:
    """Return the weighted geometric mean of two opinions, best first.

    A label the tuned encoder was never taught, a new topic, keeps what the first one says.
    """
    found = {
        name: max(p, LEAST) ** (1 - share) * max(tuned.get(name, p), LEAST) ** share
        for name, p in ranking
    }
    total = sum(found.values())
    return sorted(((name, p / total) for name, p in found.items()), key=lambda pair: -pair[1])


def _best_cosine(rows: np.ndarray, vector: np.ndarray) -> float:
    norm = float(np.linalg.norm(vector)) or 1.0
    return float((rows @ (vector / norm)).max()) if len(rows) else -1.0


def decide(
    ranking: Sequence[tuple[str, float]],
    nearest: float,
    thresholds: Thresholds,
    offerable: set[str],
) -> Reading:
    """Answer with the best label, offer a few when it is not sure enough, or refuse.

    Args:
        ranking: labels with their probabilities, best first.
        nearest: cosine to the nearest training phrase.
        thresholds: where answering ends.
        offerable: labels that have a button title.
    """
    best, confidence = ranking[0] if ranking else (OUT_OF_SCOPE, 0.0)
    offer = tuple(n for n, p in ranking if n in offerable and p >= thresholds.offer)[:3]
    if best == OUT_OF_SCOPE or nearest < thresholds.known:
        label = OUT_OF_SCOPE
    elif confidence >= thresholds.answer:
        label = best
    else:
        label = UNSURE if len(offer) > 1 else OUT_OF_SCOPE
    return Reading(label, confidence, tuple(ranking), nearest, offer)
