"""What Rasa's DIET looks at in the comparison; loaded by Rasa alone, never by our pipeline."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from rasa.shared.nlu.constants import FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from assistant.nlu.encoder import ORIGIN, SentenceEncoder, vector_of

FEATURIZER = DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER


@DefaultV1Recipe.register(FEATURIZER, is_trainable=False)
class WholeMessage(SentenceEncoder, DenseFeaturizer):
    """Add the two embeddings as `SentenceEncoder` does, in the shape that DIET asks for.

    Rasa trains DIET only behind a class derived from its `Featurizer`, and DIET wants a vector
    for each word besides: the whole message stands in as its only word.
    """

    def __init__(self) -> None:
        """Name its features as the pipeline's encoder does."""
        super().__init__(ORIGIN, DenseFeaturizer.get_default_config())

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any: there is nothing to set."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode every training phrase."""
        super().process_training_data(training_data)
        for message in training_data.training_examples:
            add_only_word(message)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Encode messages that say something."""
        for message in super().process(messages):
            add_only_word(message)
        return messages


def add_only_word(message: Message) -> None:
    """Add the vector of the whole message as that of its only word; none where it has none."""
    vector = vector_of(message)
    if vector is not None:
        word = Features(vector.reshape(1, -1), FEATURE_TYPE_SEQUENCE, TEXT, ORIGIN)
        message.add_features(word)


@DefaultV1Recipe.register(FEATURIZER, is_trainable=True)
class WholeLetters(CountVectorsFeaturizer):
    """Count rows of letters in the whole message, word by word not: that is what ours sees."""

    def add_features_to_message(
        self,
        sequence: csr_matrix,
        sentence: csr_matrix | None,
        attribute: str,
        message: Message,
    ) -> None:
        """Add the counts of the message as one; labels are told apart by their name alone."""
        if attribute == TEXT:
            super().add_features_to_message(None, sentence, attribute, message)
