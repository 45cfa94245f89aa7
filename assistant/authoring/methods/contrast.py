"""A linear map of the embedding, taught to draw phrases of one label together.

Supervised contrastive loss: each phrase of a mixed batch is asked which others
bear its label, by cosine after the map. Gradients by hand, steps by Adam.
"""

from __future__ import annotations

import numpy as np

TEMPERATURE = 0.1
PHRASES_A_LABEL = 8
RATE = 0.001
DROPPED = 0.1


def loss_and_gradient(
    weights: np.ndarray, vectors: np.ndarray, labels: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the contrastive loss of a batch and its gradient in `weights`.

    Args:
        weights: the map, one column a new dimension.
        vectors: one row a phrase.
        labels: the label of each; one that stands alone is left out of the loss.
    """
    mapped = vectors @ weights
    lengths = np.linalg.norm(mapped, axis=1, keepdims=True)
    units = mapped / lengths
    near = units @ units.T / TEMPERATURE
    np.fill_diagonal(near, -np.inf)
    near -= near.max(axis=1, keepdims=True)
    powers = np.exp(near)
    total = powers.sum(axis=1, keepdims=True)
    same = labels[:, None] == labels[None, :]
    np.fill_diagonal(same, False)
    friends = same.sum(axis=1, keepdims=True)
    wanted = same / np.maximum(friends, 1)
    counted = friends > 0
    logs = np.where(same, near - np.log(total), 0.0)
    loss = -float((wanted * logs).sum()) / len(vectors)
    slope = np.where(counted, powers / total - wanted, 0.0) / (len(vectors) * TEMPERATURE)
    back = (slope + slope.T) @ units
    back = (back - units * (units * back).sum(axis=1, keepdims=True)) / lengths
    return loss, vectors.T @ back


def learn(
    vectors: np.ndarray,
    labels: np.ndarray,
    *,
    dimensions: int = 256,
    rounds: int = 200,
    seed: int = 1,
) -> np.ndarray:
    """Return the map, started from the directions in which the phrases differ most."""
    chance = np.random.default_rng(seed)
    names, codes = np.unique(labels.astype(str), return_inverse=True)
    places = [np.flatnonzero(codes == code) for code in range(len(names))]
    _, _, directions = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    weights = directions[:dimensions].T.astype(np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, rounds + 1):
        batch = np.concatenate([chance.permutation(p)[:PHRASES_A_LABEL] for p in places])
        kept = chance.random((len(batch), vectors.shape[1]), dtype=np.float32) >= DROPPED
        _, slope = loss_and_gradient(weights, vectors[batch] * kept, codes[batch])
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        # The rate falls along half a cosine, so that the last steps only settle.
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / rounds))
        size = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights = (weights - rate * size).astype(np.float32)
    return weights
