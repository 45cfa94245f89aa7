"""Graph component: put the corrected text beside the raw one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu import payloads, speller
from assistant.nlu.fingerprint import files_fingerprint

CORRECTED = "corrected"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SpellingCorrector(GraphComponent):
    """Set `corrected`: the message in lower case, misspelt words put right."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingCorrector:
        """Make the component; the dictionary is loaded once a process."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the speller or its word list changes."""
        return files_fingerprint([Path(speller.__file__), speller.WORDS_FILE])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Correct every training phrase, so that training and answering see the same."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Correct messages that carry text."""
        for message in messages:
            if text := message.get(TEXT):
                plain = payloads.plain_words(text)
                message.set(CORRECTED, speller.shared_speller().correct(plain))
        return messages
