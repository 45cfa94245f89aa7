"""Tuning itself: batches of like length, two losses, a rate that falls to nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from assistant.authoring.tune.net import Net
from assistant.authoring.tune.weights import official

EPOCHS = 3
BATCH = 32
RATE, HEAD_RATE = 1e-4, 2e-3
DROP, HEAD_DROP = 0.1, 0.2
SMOOTHED = 0.05
"""Label smoothing of the tiers: some training messages are wrongly labelled, none is certain."""
LABELS_WEIGH = 0.5
"""Telling the labels apart too keeps the tuned layers from knowing nothing but danger."""
RAW = 0.3
"""Share of messages read as typed, not as corrected, each time round."""


@dataclass(frozen=True)
class Messages:
    """Messages to learn from, as token ids."""

    corrected: list[np.ndarray]
    raw: list[np.ndarray]
    tiers: np.ndarray
    labels: np.ndarray
    """Place of the label, or -1 for a look-alike: whatever it is, it is no safety label."""
    safety: np.ndarray
    """For each label 1 if it is a safety label, else 0."""


def train(messages: Messages, labels: int, tiers: int, seed: int = 1) -> Net:
    """Tune on every message; prints the loss after each round."""
    tf.random.set_seed(seed)
    net = Net(official(), labels, tiers, seed)
    steps = EPOCHS * (len(messages.corrected) // BATCH + 1)
    body, head = (_adam(rate, steps) for rate in (RATE, HEAD_RATE))
    safety = tf.constant(messages.safety, tf.float32)
    learning = [v for p in net.layers for v in p.values()]
    heads = list(net.heads.values())

    @tf.function(
        autograph=False,
        input_signature=[
            tf.TensorSpec((None, None, 384)),
            tf.TensorSpec((None, None)),
            tf.TensorSpec((None,), tf.int64),
            tf.TensorSpec((None,), tf.int64),
        ],
    )
    def step(x: tf.Tensor, mask: tf.Tensor, tier: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            by_tier, by_label = net.read(x, mask, DROP, HEAD_DROP)
            wanted = tf.one_hot(tier, tiers)
            first = tf.keras.losses.categorical_crossentropy(
                wanted, by_tier, from_logits=True, label_smoothing=SMOOTHED
            )
            known = tf.cast(label >= 0, tf.float32)
            second = known * tf.nn.sparse_softmax_cross_entropy_with_logits(
                tf.maximum(label, 0), by_label
            )
            alarm = tf.reduce_sum(tf.nn.softmax(by_label) * safety, 1)
            third = (1.0 - known) * -tf.math.log(1.0 - alarm + 1e-4)
            loss = tf.reduce_mean(first) + LABELS_WEIGH * tf.reduce_mean(second + third)
        grads = tape.gradient(loss, learning + heads, unconnected_gradients="zero")
        body.apply_gradients(zip(grads[: len(learning)], learning, strict=True))
        head.apply_gradients(zip(grads[len(learning) :], heads, strict=True))
        return loss

    began = time.monotonic()
    for epoch in range(EPOCHS):
        total = 0.0
        for rows, ids, mask in batches(messages, seed * 100 + epoch):
            below = net.below(net.words(ids), mask)
            loss = step(below, mask, messages.tiers[rows], messages.labels[rows])
            total += float(loss) * len(rows)
        took = time.monotonic() - began
        print(f"round {epoch + 1}: loss {total / len(messages.corrected):.4f}, {took:.0f} s")
    return net


def batches(messages: Messages, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Give rows, token ids and mask of each batch: like lengths together, in random order."""
    draw = np.random.default_rng(seed)
    as_typed = draw.random(len(messages.raw)) < RAW
    ids = [
        raw if typed else corrected
        for raw, corrected, typed in zip(messages.raw, messages.corrected, as_typed, strict=True)
    ]
    order = np.argsort([len(i) + 3 * draw.random() for i in ids], kind="stable")
    groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    for place in draw.permutation(len(groups)):
        yield (groups[place], *padded([ids[row] for row in groups[place]]))


def padded(ids: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return token ids and mask of texts of different length, both (texts, most tokens)."""
    longest = max(len(i) for i in ids)
    found = np.zeros((len(ids), longest), np.int64)
    mask = np.zeros((len(ids), longest), np.float32)
    for row, one in enumerate(ids):
        found[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return found, mask


def _adam(rate: float, steps: int) -> tf.keras.optimizers.Optimizer:
    falling = tf.keras.optimizers.schedules.PolynomialDecay(rate, steps, rate * 0.02)
    return tf.keras.optimizers.Adam(falling, clipnorm=1.0)
