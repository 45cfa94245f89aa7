"""The methods that are compared: each fits a `Batch` and gives every label a probability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, issparse
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC, LinearSVC

from assistant.authoring.methods import contrast
from assistant.authoring.methods.batch import Batch
from assistant.nlu.labels import SAFETY_LABELS

RAW = 384
SAFETY = "safety"
Matrix = Any
"""Rows of features, dense or sparse."""


@dataclass(frozen=True)
class Fitted:
    """A trained method."""

    classes: np.ndarray
    """The labels it knows, in the order of its columns."""
    probabilities: Callable[[Batch], np.ndarray]

    def best(self, batch: Batch) -> np.ndarray:
        """Return the most probable label of each message."""
        return self.classes[self.probabilities(batch).argmax(axis=1)]


Fit = Callable[[Batch], Fitted]
Look = Callable[[Batch], Matrix]
Features = Callable[[Batch], Look]
"""Learns from training messages what to look at in any message."""
Decide = Callable[[Matrix], np.ndarray]
Classifier = Callable[[Matrix, np.ndarray], tuple[np.ndarray, Decide]]


@dataclass(frozen=True)
class Method:
    """One row of the table."""

    name: str
    fit: Fit
    flags: bool = False
    """Taught the safety labels too; they have a classifier of their own, so most are not."""


def on(features: Features, classifier: Classifier) -> Fit:
    """Return the method that puts `classifier` on `features`."""

    def fit(train: Batch) -> Fitted:
        look = features(train)
        classes, decide = classifier(look(train), train.labels)
        return Fitted(classes, lambda batch: decide(look(batch)))

    return fit


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turn rows of scores into rows of probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def unit(rows: np.ndarray) -> np.ndarray:
    """Bring each row to length 1; a row of noughts stays."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


# What a method looks at.


def raw(train: Batch) -> Look:
    """Look at the embedding of the message as typed."""
    return lambda batch: batch.vectors[:, :RAW]


def both(train: Batch) -> Look:
    """Look at the embeddings of the message as typed and as corrected."""
    return lambda batch: batch.vectors


def letters(train: Batch) -> Look:
    """Look at both embeddings and at letters in rows of two to five."""
    return beside(both, tfidf("char_wb", (2, 5)))(train)


def letters_and_words(train: Batch) -> Look:
    """Look at both embeddings, letters, words and pairs of words."""
    return beside(both, tfidf("char_wb", (2, 5)), tfidf("word", (1, 2)))(train)


def tfidf(analyzer: str, lengths: tuple[int, int]) -> Features:
    """Count rows of letters or words in the corrected text, common ones for less."""

    def features(train: Batch) -> Look:
        counts = TfidfVectorizer(
            analyzer=analyzer, ngram_range=lengths, sublinear_tf=True, min_df=2, dtype=np.float32
        ).fit(train.corrected)
        return lambda batch: counts.transform(batch.corrected)

    return features


def whitened(train: Batch) -> Look:
    """Look at both embeddings, their narrow directions stretched half way to equal width.

    All the way is worse, in cross-validation over the training phrases.
    """
    pca = PCA(min(384, len(train) - 1), random_state=1).fit(train.vectors)
    stretch = np.maximum(pca.explained_variance_, 1e-9) ** -0.25
    return lambda batch: unit(pca.transform(batch.vectors) * stretch).astype(np.float32)


def drawn_together(train: Batch) -> Look:
    """Look at both embeddings through a map taught on the phrases."""
    weights = contrast.learn(train.vectors, train.labels)
    return lambda batch: unit(batch.vectors @ weights)


def beside(*parts: Features) -> Features:
    """Look at several things, one beside the other."""

    def features(train: Batch) -> Look:
        looks = [part(train) for part in parts]
        return lambda batch: csr_matrix(hstack([csr_matrix(look(batch)) for look in looks]))

    return features


# How a method decides.


def linear_svm(strength: float = 0.5, sharpness: float = 4.7) -> Classifier:
    """One separating plane a label, every label of equal weight."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        model = LinearSVC(C=strength, class_weight="balanced", random_state=1).fit(rows, labels)
        return model.classes_, lambda x: softmax(model.decision_function(x) * sharpness)

    return classifier


def logistic(strength: float = 10.0) -> Classifier:
    """Multinomial logistic regression, every label of equal weight."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300)
        model.fit(rows, labels)
        return model.classes_, model.predict_proba

    return classifier


def rbf_svm(strength: float = 5.0, gamma: float = 0.5, sharpness: float = 1.0) -> Classifier:
    """Support vector machines with a Gaussian kernel, one for every two labels."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        kernel = gaussian(rows, gamma)
        model = SVC(C=strength, kernel="precomputed", class_weight="balanced", random_state=1)
        model.fit(kernel(rows), labels)
        return model.classes_, lambda x: softmax(model.decision_function(kernel(x)) * sharpness)

    return classifier


def rbf_least_squares(
    strength: float = 3.0, gamma: float = 0.4, sharpness: float = 16.0
) -> Classifier:
    """A Gaussian kernel fitted by least squares in one step, every label of equal weight."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        from scipy.linalg import cho_factor, cho_solve

        classes, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
        kernel = gaussian(rows, gamma)
        weight = (len(labels) / (len(classes) * counts))[codes]
        inner = kernel(rows)
        inner[np.diag_indices_from(inner)] += 1 / (strength * weight)
        wanted = (codes[:, None] == np.arange(len(classes))).astype(np.float32)
        dual = cho_solve(cho_factor(inner, lower=True), wanted).astype(np.float32)
        return classes, lambda x: softmax(kernel(x) @ dual * sharpness)

    return classifier


def gaussian(rows: Matrix, gamma: float) -> Callable[[Matrix], np.ndarray]:
    """Return the Gaussian kernel of anything with `rows`, dense or sparse."""
    bank: Matrix = rows if issparse(rows) else np.ascontiguousarray(rows, dtype=np.float32)
    turned = bank.T.tocsr() if issparse(rows) else bank.T
    squares = _squares(bank)

    def kernel(x: Matrix) -> np.ndarray:
        products = x @ turned
        if issparse(products):
            products = products.toarray()
        apart = _squares(x)[:, None] + squares[None, :] - 2 * products
        return np.exp(-gamma * np.maximum(apart, 0)).astype(np.float32)

    return kernel


def _squares(rows: Matrix) -> np.ndarray:
    if issparse(rows):
        return np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    return np.einsum("ij,ij->i", rows, rows)


def neighbours(count: int = 20, sharpness: float = 12.0) -> Classifier:
    """Let the nearest phrases vote, nearer ones louder."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        classes, codes = np.unique(labels, return_inverse=True)
        bank = unit(rows)

        def decide(x: Matrix) -> np.ndarray:
            near = unit(x) @ bank.T
            nearest = np.argpartition(-near, count, axis=1)[:, :count]
            votes = np.zeros((len(near), len(classes)))
            loud = np.exp(sharpness * np.take_along_axis(near, nearest, axis=1))
            for place in range(count):
                votes[np.arange(len(near)), codes[nearest[:, place]]] += loud[:, place]
            return votes / votes.sum(axis=1, keepdims=True)

        return classes, decide

    return classifier


def centroid(sharpness: float = 14.0) -> Classifier:
    """Take the label whose phrases lie nearest on average."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        classes = np.unique(labels)
        middles = unit(np.stack([unit(rows[labels == name]).mean(axis=0) for name in classes]))
        return classes, lambda x: softmax(unit(x) @ middles.T * sharpness)

    return classifier


def perceptron(hidden: int = 256) -> Classifier:
    """A neural network of two layers."""

    def classifier(rows: Matrix, labels: np.ndarray) -> tuple[np.ndarray, Decide]:
        model = MLPClassifier(
            (hidden,), alpha=1e-3, learning_rate_init=2e-3, max_iter=40, random_state=1
        )
        model.fit(rows, labels.astype(str))
        return model.classes_.astype(object), model.predict_proba

    return classifier


# Methods made of others.


def mean_of(*fits: Fit) -> Fit:
    """Average the probabilities of several methods."""

    def fit(train: Batch) -> Fitted:
        parts = [one(train) for one in fits]
        return Fitted(
            parts[0].classes,
            lambda batch: np.mean([part.probabilities(batch) for part in parts], axis=0),
        )

    return fit


def with_flags_merged(inner: Fit) -> Fit:
    """Give all safety labels one name, `safety`."""
    return lambda train: inner(train.relabelled(merged(train.labels)))


def is_flag(labels: np.ndarray) -> np.ndarray:
    """Return a mask of the safety labels."""
    return np.isin(labels.astype(str), SAFETY_LABELS)


def merged(labels: np.ndarray) -> np.ndarray:
    """Return the labels with `safety` for every safety label."""
    return np.where(is_flag(labels), SAFETY, labels).astype(object)


IN_USE = "embeddings + letters, linear SVM (in use)"


def methods() -> Sequence[Method]:
    """Return what is compared, the method in use among it.

    Strengths and widths are those that did best in cross-validation over the training phrases.
    """
    in_use = on(letters, linear_svm())
    svm, svm_letters = on(both, rbf_svm()), on(letters, rbf_svm(gamma=0.2))
    squares = on(both, rbf_least_squares())
    squares_letters = on(letters, rbf_least_squares(gamma=0.2, sharpness=24.0))
    drawn, network = on(drawn_together, centroid()), on(both, perceptron())
    return (
        Method(IN_USE, in_use),
        Method("the same, taught the safety labels too", in_use, True),
        Method("the same, taught them as one label", with_flags_merged(in_use), True),
        Method("raw embedding, linear SVM", on(raw, linear_svm())),
        Method("raw + corrected embedding, linear SVM", on(both, linear_svm())),
        Method("embeddings + letters + words, linear SVM", on(letters_and_words, linear_svm())),
        Method("embeddings, logistic regression", on(both, logistic())),
        Method("embeddings, RBF SVM", svm),
        Method("embeddings + letters, RBF SVM", svm_letters),
        Method("embeddings, RBF least squares", squares),
        Method("embeddings + letters, RBF least squares", squares_letters),
        Method("embeddings, 20 nearest phrases", on(both, neighbours())),
        Method("embeddings, nearest centroid", on(both, centroid())),
        Method("whitened, linear SVM", on(whitened, linear_svm())),
        Method("whitened + embeddings + letters", on(beside(whitened, letters), linear_svm())),
        Method("contrastive map, nearest centroid", drawn),
        Method("contrastive map, linear SVM", on(drawn_together, linear_svm())),
        Method(
            "contrastive map + embeddings + letters, linear SVM",
            on(beside(drawn_together, letters), linear_svm()),
        ),
        Method("embeddings, two-layer perceptron", network),
        Method("mean: in use, RBF SVM, contrastive centroid", mean_of(in_use, svm, drawn)),
        Method("mean: in use, perceptron", mean_of(in_use, network)),
        Method("mean: in use, RBF least squares", mean_of(in_use, squares)),
        Method(
            "mean: in use, RBF least squares with letters, perceptron",
            mean_of(in_use, squares_letters, network),
        ),
        Method(
            "mean: in use, both RBF with letters, perceptron",
            mean_of(in_use, svm_letters, squares_letters, network),
        ),
    )
