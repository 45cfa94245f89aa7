"""Graph component: the meaning of a message as a vector, raw and corrected text side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu import minilm, payloads
from assistant.nlu.fingerprint import ROOT, files_fingerprint
from assistant.nlu.spelling import CORRECTED

ORIGIN = "SentenceEncoder"
CACHE_FILE = ROOT / ".cache" / "phrases.sqlite"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Add one dense sentence feature of 2 x 384 numbers: raw text, then corrected text."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Make the component; the model is loaded once a process.

        Raises:
            EncoderFilesMissing: the weights or the tokenizer are not installed.
        """
        minilm.shared_encoder()
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the encoder's code or its weights change."""
        return files_fingerprint([Path(minilm.__file__)]) + minilm.model_key()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode every training phrase, from the disk cache where it is known."""
        examples = [m for m in training_data.training_examples if m.get(TEXT)]
        cache = minilm.PhraseCache(CACHE_FILE, minilm.model_key())
        encoder = minilm.shared_encoder()
        try:
            raw = cache.embed_all([m.get(TEXT) for m in examples], encoder.embed)
            corrected = cache.embed_all([m.get(CORRECTED) for m in examples], encoder.embed)
        finally:
            cache.close()
        for message, first, second in zip(examples, raw, corrected, strict=True):
            _add(message, np.concatenate([first, second]))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Encode messages that say something; blank texts get no feature."""
        embed: Callable[[str], np.ndarray] = minilm.shared_encoder().embed
        for message in messages:
            # Words typed after a slash are read as words: only the safety check knows payloads.
            text = payloads.plain_words(message.get(TEXT) or "").strip()
            if text:
                _add(message, both(text, message.get(CORRECTED) or text, embed))
        return messages


def both(text: str, corrected: str, embed: Callable[[str], np.ndarray]) -> np.ndarray:
    """Return raw and corrected vectors end to end, shape (768,).

    The second pass is spared when correction changed nothing but case: the
    encoder's tokenizer folds case itself.
    """
    first = embed(text)
    second = first if corrected == text.lower() else embed(corrected)
    return np.concatenate([first, second])


def vector_of(message: Message) -> np.ndarray | None:
    """Return the vector this component put on `message`, or None."""
    for feature in message.features:
        if feature.origin == ORIGIN:
            return np.asarray(feature.features[0])
    return None


def _add(message: Message, vector: np.ndarray) -> None:
    message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
