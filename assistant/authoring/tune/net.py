"""The network that is tuned: MiniLM's last layers and two heads, tiers and labels.

TensorFlow comes with Rasa, so tuning needs no framework of its own.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import tensorflow as tf

from assistant.authoring.tune.weights import HEADS, LAYERS, WIDTH, Weights, layer

FROZEN = 3
"""How many layers stay as they are: half the time, and general English is not unlearned."""
EPSILON = 1e-12
Tensors = dict[str, Any]


def normed(x: Any, scale: Any, shift: Any) -> Any:
    """Layer normalisation over the last axis."""
    mean, variance = tf.nn.moments(x, axes=-1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + EPSILON) * scale + shift


def transformed(x: Any, mask: Any, p: Tensors, drop: float) -> Any:
    """One layer of BERT; `x` is (batch, tokens, 384), `mask` (batch, tokens) of 0 and 1."""
    batch, tokens = tf.shape(x)[0], tf.shape(x)[1]

    def linear(z: Any, name: str) -> Any:
        return tf.matmul(z, p[f"{name}.weight"], transpose_b=True) + p[f"{name}.bias"]

    def by_head(name: str) -> Any:
        split = tf.reshape(linear(x, f"attention.self.{name}"), (batch, tokens, HEADS, -1))
        return tf.transpose(split, (0, 2, 1, 3))

    scale = np.sqrt(WIDTH // HEADS).astype(np.float32)
    scores = tf.matmul(by_head("query"), by_head("key"), transpose_b=True) / scale
    attention = tf.nn.softmax(scores + (1 - mask[:, None, None, :]) * -1e4)
    attention = tf.nn.dropout(attention, drop) if drop else attention
    mixed = tf.transpose(tf.matmul(attention, by_head("value")), (0, 2, 1, 3))
    found = linear(tf.reshape(mixed, (batch, tokens, WIDTH)), "attention.output.dense")
    found = tf.nn.dropout(found, drop) if drop else found
    norm = "attention.output.LayerNorm"
    x = normed(x + found, p[f"{norm}.weight"], p[f"{norm}.bias"])
    found = linear(tf.nn.gelu(linear(x, "intermediate.dense")), "output.dense")
    found = tf.nn.dropout(found, drop) if drop else found
    return normed(x + found, p["output.LayerNorm.weight"], p["output.LayerNorm.bias"])


class Net:
    """The layers that learn and the two heads over them."""

    def __init__(self, official: Weights, labels: int, tiers: int, seed: int) -> None:
        """Begin from the official weights, and from small random heads."""
        draw = np.random.default_rng(seed)

        def small(*shape: int) -> Any:
            return tf.Variable(draw.normal(scale=0.02, size=shape).astype(np.float32))

        self._official = official
        self.frozen = [
            {k: tf.constant(v) for k, v in layer(official, i).items()} for i in range(FROZEN)
        ]
        self.layers = [
            {k: tf.Variable(v) for k, v in layer(official, i).items()}
            for i in range(FROZEN, LAYERS)
        ]
        self.heads: Tensors = {
            "attend": small(WIDTH, 1),
            "tiers": small(3 * WIDTH, tiers),
            "tiers_bias": tf.Variable(np.zeros(tiers, np.float32)),
            "labels": small(WIDTH, labels),
            "labels_bias": tf.Variable(np.zeros(labels, np.float32)),
        }
        self.below = tf.function(
            self._below,
            input_signature=[tf.TensorSpec((None, None, WIDTH)), tf.TensorSpec((None, None))],
        )

    def words(self, ids: np.ndarray) -> Any:
        """Return what the embedding tables hold for token ids (batch, tokens)."""
        name = "embeddings.{}.weight".format
        words = self._official[name("word_embeddings")][ids]
        places = self._official[name("position_embeddings")][None, : ids.shape[1]]
        kind = self._official[name("token_type_embeddings")][0]
        scale, shift = (self._official[f"embeddings.LayerNorm.{k}"] for k in ("weight", "bias"))
        return normed(tf.constant(words + places + kind), scale, shift)

    def _below(self, x: Any, mask: Any) -> Any:
        return functools.reduce(lambda z, p: transformed(z, mask, p, 0.0), self.frozen, x)

    def read(self, x: Any, mask: Any, drop: float = 0.0, head_drop: float = 0.0) -> tuple[Any, Any]:
        """Return the scores of the tiers and of the labels, from the frozen layers' output."""
        for p in self.layers:
            x = transformed(x, mask, p, drop)
        far = (1 - mask[..., None]) * -1e4
        mean = tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1, keepdims=True)
        attended = tf.reduce_sum(tf.nn.softmax(x @ self.heads["attend"] + far, 1) * x, 1)
        pooled = tf.concat([mean, attended, tf.reduce_max(x + far, 1)], 1)
        if head_drop:
            pooled, mean = tf.nn.dropout(pooled, head_drop), tf.nn.dropout(mean, head_drop)
        tiers = pooled @ self.heads["tiers"] + self.heads["tiers_bias"]
        return tiers, mean @ self.heads["labels"] + self.heads["labels_bias"]

    def tuned(self) -> tuple[Weights, Weights]:
        """Return the weights after tuning under their official names, and those of the heads."""
        found = dict(self._official)
        for index, p in enumerate(self.layers, start=FROZEN):
            found.update({f"encoder.layer.{index}.{k}": v.numpy() for k, v in p.items()})
        return found, {k: v.numpy() for k, v in self.heads.items()}
