"""Graph component: how sure the tuned encoder and the classifier are of a red flag, together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.classifier import PROBABILITIES
from assistant.nlu.labels import SAFETY_LABELS
from assistant.nlu.spelling import CORRECTED
from assistant.nlu.tuned import shared_tuned

WINDOW, STEP, MOST = 180, 120, 8
"""The encoder sees about 180 words; a longer text is read in overlapping stretches, 8 at most."""
ANY = "see_doctor"
LEAST = 1e-6
SOONNESS = "soonness"
"""How likely a flag of this message is urgent and not routine."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FlagClassifier(GraphComponent):
    """Weigh the probability of each safety label by what the tuned encoder says of the tier."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every number stands, with its measurement, in config.yml."""
        return {"stretch": 0.9}

    def __init__(self, config: dict[str, Any]) -> None:
        """Hold how sure a stretch of a long text must be to count."""
        self._stretch = float({**self.get_default_config(), **config}["stretch"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FlagClassifier:
        """Make the component; what it knows was tuned beforehand."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Weigh the safety labels of each message that the classifier has read."""
        for message in messages:
            read = message.get(PROBABILITIES)
            if read:
                corrected = message.get(CORRECTED) or ""
                told = shared_tuned().read(corrected)
                found, urgent = agreed(told.tiers, read), told.urgent
                for stretch in stretches(corrected):
                    told = shared_tuned().read(stretch)
                    sure = surely(agreed(told.tiers, told.labels), self._stretch)
                    if any(sure.values()):
                        found, urgent = highest(found, sure), max(urgent, told.urgent)
                message.set(PROBABILITIES, {**read, **found})
                message.set(SOONNESS, urgent)
        return messages


def agreed(tiers: Mapping[str, float], labels: Mapping[str, float]) -> dict[str, float]:
    """Return how sure two opinions are together: the mean of their log odds, as a probability.

    `see_doctor` is how sure they are of any flag at all: a message that may be one of two
    tiers is not less of a flag for it.
    """
    found = {name: _mean(tiers[name], labels.get(name, 0.0)) for name in SAFETY_LABELS}
    first, second = (sum(p.get(name, 0.0) for name in SAFETY_LABELS) for p in (tiers, labels))
    return {**found, ANY: _mean(first, second)}


def surely(found: Mapping[str, float], least: float) -> dict[str, float]:
    """Return only what is at least this sure: a piece out of a post says less than the post."""
    return {name: p if p >= least else 0.0 for name, p in found.items()}


def highest(left: Mapping[str, float], right: Mapping[str, float]) -> dict[str, float]:
    """Return the higher probability of each tier."""
    return {name: max(p, right[name]) for name, p in left.items()}


def stretches(text: str) -> Iterator[str]:
    """Give the overlapping stretches of a text that is too long to be read at once."""
    words = text.split()
    if len(words) > WINDOW:
        for start in range(0, min(len(words) - WINDOW + STEP, MOST * STEP), STEP):
            yield " ".join(words[start : start + WINDOW])


def _mean(left: float, right: float) -> float:
    odds = (_log_odds(left) + _log_odds(right)) / 2
    return 1 / (1 + math.exp(-odds))


def _log_odds(p: float) -> float:
    p = min(max(p, LEAST), 1 - LEAST)
    return math.log(p / (1 - p))
