"""The encoder with its last layers tuned on our messages: how much a text sounds like each tier.

Made by `make tune` (assistant/authoring/tune), committed in assistant/nlu/weights/. Where the plain
encoder (minilm.py) gives one vector of general meaning, this one was taught what a red flag is,
what only looks like one, and our labels. docs/decisions/0018 has the comparison.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from assistant.nlu.flag_examples import LEVELS, NONE, ROUTINE, SEE_DOCTOR, TAUGHT, URGENT
from assistant.nlu.minilm import Latest, open_session, open_tokenizer

FOLDER = Path(__file__).parent / "weights"
MODEL, CARD = FOLDER / "model.onnx", FOLDER / "card.yml"
MOST_TOKENS = 256
"""About 180 words in one pass: a post's question often stands last, and one pass of 256 tokens
costs less than the three of 128 that would cover it."""
GRAVER = ("crisis", "emergency")
LEAST = 1e-9


@dataclass(frozen=True)
class Told:
    """What the tuned encoder says of one text."""

    tiers: dict[str, float]
    """Probability of each tier, `none` among them."""
    urgent: float
    """How likely it is that, if anything, it is urgent or graver and not routine."""
    labels: dict[str, float]
    """Probability of each label it was taught, safety labels among them."""
    vector: np.ndarray
    """Its meaning, shape (384,), unit length."""


class Tuned:
    """The model, loaded once, one thread, remembering the latest texts."""

    def __init__(self, model: bytes, names: list[str]) -> None:
        """Load the model; `names` are its labels in order."""
        self._session = open_session(model)
        self._names = names
        self._tokenizer = open_tokenizer(MOST_TOKENS)
        self._latest = Latest[Told]()

    def read(self, text: str) -> Told:
        """Read one text."""
        return self._latest.get(text, self._run)

    def _run(self, text: str) -> Told:
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids], dtype=np.int64)
        names = ["vector", "tiers_scores", "labels_scores"]
        vector, tiers, labels = (
            found[0]
            for found in self._session.run(
                names, {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            )
        )
        taught = dict(zip(TAUGHT, shares(tiers), strict=True))
        return Told(
            tiers_of(taught),
            soonness(taught),
            dict(zip(self._names, shares(labels), strict=True)),
            np.asarray(vector / np.linalg.norm(vector), dtype=np.float32),
        )


def tiers_of(taught: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each tier; both levels of see_doctor are one."""
    doctor = sum(taught[level] for level in LEVELS)
    return {NONE: taught[NONE], SEE_DOCTOR: doctor, **{n: taught[n] for n in GRAVER}}


def soonness(taught: Mapping[str, float]) -> float:
    """Return the share of what is urgent, or may be an emergency, in all that is for a doctor."""
    soon = taught[URGENT] + taught["emergency"]
    return soon / max(soon + taught[ROUTINE], LEAST)


def shares(scores: np.ndarray) -> list[float]:
    """Return scores as probabilities that add up to one."""
    powers = np.exp(scores - scores.max())
    return [float(p) for p in powers / powers.sum()]


@functools.lru_cache(maxsize=1)
def shared_tuned() -> Tuned:
    """Return the one tuned encoder of this process."""
    card = yaml.load(CARD.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Tuned(MODEL.read_bytes(), list(card["labels"]))
