"""What DIET looks at in the comparison of methods: accepted by Rasa, the same as ours, no training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from rasa.engine import validation
from rasa.engine.exceptions import GraphSchemaValidationException
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.data import TrainingType
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.authoring.methods.diet_features import WholeLetters, WholeMessage, add_only_word
from assistant.authoring.methods.rasa_rows import DIETS
from assistant.nlu.encoder import vector_of
from assistant.nlu.spelling import CORRECTED


def _validate(config: str) -> None:
    recipe = DefaultV1Recipe()
    graph = recipe.graph_config_for_recipe(yaml.safe_load(config), {}, TrainingType.NLU)
    validation.validate(graph)


@pytest.mark.parametrize("config", DIETS.values(), ids=DIETS)
def test_rasa_accepts_the_pipeline(config: str) -> None:
    """Every component is found, and each has what it needs before it."""
    _validate(config)


def test_rasa_refuses_diet_behind_the_encoder_itself() -> None:
    """Why there is a subclass: Rasa asks for the class, not for the features."""
    config = DIETS["DIET on the two embeddings"].replace(
        "assistant.authoring.methods.diet_features.WholeMessage",
        "assistant.nlu.encoder.SentenceEncoder",
    )
    with pytest.raises(GraphSchemaValidationException, match="require a Featurizer"):
        _validate(config)


def test_the_whole_message_is_its_only_word() -> None:
    """The embeddings stand there once as a sentence and once as a sequence of one."""
    said, blank = Message({TEXT: "my eye twitches", CORRECTED: "my eye twitches"}), Message()
    WholeMessage().process([said, blank])
    assert blank.features == []
    assert [feature.type for feature in said.features] == [
        FEATURE_TYPE_SENTENCE,
        FEATURE_TYPE_SEQUENCE,
    ]
    sentence, word = (feature.features for feature in said.features)
    assert sentence.shape == word.shape == (1, 768)
    assert np.array_equal(sentence, word)
    assert np.array_equal(sentence[0], vector_of(said))


def test_a_message_without_a_vector_gets_no_word() -> None:
    """Nothing is made up for a message that nothing read."""
    message = Message({TEXT: "hello"})
    add_only_word(message)
    assert message.features == []


def test_letters_are_counted_in_the_whole_message(tmp_path: Path) -> None:
    """No vector a word, so that a long post takes no longer than a short one."""
    phrases = [Message.build("my eye twitches", "faq/twitch"), Message.build("my leg", "faq/leg")]
    data = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config()).process_training_data(
        TrainingData(phrases)
    )
    letters = WholeLetters.create(
        {**WholeLetters.get_default_config(), "analyzer": "char_wb"},
        LocalModelStorage(tmp_path),
        Resource("letters"),
        ExecutionContext(GraphSchema({}), node_name="letters"),
    )
    letters.train(data)
    letters.process_training_data(data)
    for message in phrases:
        assert [(f.type, f.attribute) for f in message.features] == [(FEATURE_TYPE_SENTENCE, TEXT)]
        assert message.features[0].features.sum() > 0
