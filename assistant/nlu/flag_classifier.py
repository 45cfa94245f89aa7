"""Graph component: a second opinion on the classifier's safety labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu import flag_model, labels
from assistant.nlu.classifier import PROBABILITIES
from assistant.nlu.encoder import CACHE_FILE, both, vector_of
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.flag_model import FlagModel
from assistant.nlu.minilm import PhraseCache, model_key, shared_encoder
from assistant.nlu.speller import shared_speller
from assistant.nlu.spelling import CORRECTED


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FlagClassifier(GraphComponent):
    """Keep of each safety label's probability what the tier classifier agrees with."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every number stands, with its measurement, in config.yml."""
        return {"strength": 0.5, "sharpness": 4.0, "sentence": 0.95}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: FlagModel | None = None,
    ) -> None:
        """Hold settings and, after training or loading, the model."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FlagClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the pure classifier or the worked examples change."""
        return files_fingerprint([Path(flag_model.__file__), flag_model.EXAMPLES])

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the phrases of every label and on the worked examples."""
        vectors, texts, tiers = [], [], []
        for message in training_data.intent_examples:
            vector = vector_of(message)
            if vector is not None:
                vectors.append(vector)
                texts.append(message.get(CORRECTED))
                label = message.get(INTENT_RESPONSE_KEY) or message.get(INTENT)
                tiers.append(flag_model.tier_of(label))
        for text, corrected, vector, tier in _examples():
            vectors.append(vector)
            texts.append(corrected or text)
            tiers.append(tier)
        self._model = FlagModel.fit(
            np.stack(vectors),
            texts,
            tiers,
            strength=self._config["strength"],
            sharpness=self._config["sharpness"],
        )
        with self._storage.write_to(self._resource) as folder:
            (folder / "tiers.pkl").write_bytes(self._model.to_bytes())
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FlagClassifier:
        """Load the trained component."""
        with model_storage.read_from(resource) as folder:
            model = FlagModel.from_bytes((folder / "tiers.pkl").read_bytes())
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Weigh the safety labels of each message that the classifier has read."""
        for message in messages:
            vector, read = vector_of(message), message.get(PROBABILITIES)
            if vector is not None and read and self._model is not None:
                tiers = self._with_buried_flags(message, vector)
                message.set(PROBABILITIES, {**read, **flag_model.agreed(read, tiers)})
        return messages

    def _with_buried_flags(self, message: Message, vector: np.ndarray) -> dict[str, float]:
        assert self._model is not None
        found = self._model.probabilities(vector, message.get(CORRECTED) or "")
        for piece in labels.pieces(message.get(TEXT) or ""):
            corrected = shared_speller().correct(piece)
            read = self._model.probabilities(
                both(piece, corrected, shared_encoder().embed), corrected
            )
            for tier, probability in read.items():
                if probability >= self._config["sentence"]:
                    found[tier] = max(found[tier], probability)
        return found


def _examples() -> list[tuple[str, str, np.ndarray, str]]:
    """Return text, corrected text, vector and tier of each worked example."""
    examples = flag_model.load_examples()
    corrected = [shared_speller().correct(text) for text, _ in examples]
    cache = PhraseCache(CACHE_FILE, model_key())
    embed = shared_encoder().embed
    try:
        first = cache.embed_all([text for text, _ in examples], embed)
        second = cache.embed_all(corrected, embed)
    finally:
        cache.close()
    rows = np.concatenate([first, second], axis=1)
    return [
        (text, fixed, row, tier)
        for (text, tier), fixed, row in zip(examples, corrected, rows, strict=True)
    ]
