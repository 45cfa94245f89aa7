"""What the classifier leaves on a message: the shapes Rasa's own components use."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.classifier import (
    RANKING_LENGTH,
    TopicClassifier,
    intent_ranking,
    response_selector,
    write_reading,
)
from assistant.nlu.labels import Reading

RANKING = (("faq/sleep", 0.6), ("greet", 0.2), ("faq/caffeine", 0.15), ("stop", 0.05))


def _written(reading: Reading) -> dict[str, Any]:
    message = Message({"text": "words"})
    write_reading(message, reading)
    return message.as_dict(only_output_properties=True)


def test_a_topic_is_the_retrieval_intent_with_its_key() -> None:
    """`intent` says faq, `response_selector` says which topic and which answer."""
    parse = _written(Reading("faq/sleep", 0.6, RANKING, 0.8, ()))
    assert parse["intent"] == {"name": "faq", "confidence": 0.6}
    response = parse["response_selector"]["faq"]["response"]
    assert response["intent_response_key"] == "faq/sleep"
    assert response["utter_action"] == "utter_faq/sleep"
    assert response["confidence"] == 0.6
    assert parse["response_selector"]["all_retrieval_intents"] == ["faq"]


def test_the_ranking_of_topics_stands_in_the_selector() -> None:
    """Best first, in Rasa's field names."""
    ranking = response_selector(Reading("greet", 0.2, RANKING, 0.8, ()))["faq"]["ranking"]
    assert ranking == [
        {"confidence": 0.6, "intent_response_key": "faq/sleep"},
        {"confidence": 0.15, "intent_response_key": "faq/caffeine"},
    ]


def test_topics_are_one_entry_of_the_intent_ranking() -> None:
    """Folded by their best, and the chosen intent leads."""
    assert intent_ranking("greet", RANKING) == [
        {"name": "greet", "confidence": 0.2},
        {"name": "faq", "confidence": 0.6},
        {"name": "stop", "confidence": 0.05},
    ]


def test_the_ranking_is_no_longer_than_rasas() -> None:
    """Every message of every conversation is stored with it."""
    many = [(f"intent_{i}", 1 / (i + 2)) for i in range(40)]
    assert len(intent_ranking("intent_0", many)) == RANKING_LENGTH


@pytest.mark.parametrize("label", ["out_of_scope", "nlu_fallback"])
def test_no_reading_is_an_entry_like_any_other(label: str) -> None:
    """A blank message has a label, no ranking, and a selector that names nothing."""
    parse = _written(Reading(label, 0.0, (), -1.0, ()))
    assert parse["intent"] == {"name": label, "confidence": 0.0}
    assert parse["intent_ranking"] == []
    assert parse["response_selector"]["faq"]["response"]["intent_response_key"] == ""


def test_a_button_reading_without_ranking_names_its_topic() -> None:
    """A pressed button has no probabilities, but an answer."""
    selector = response_selector(Reading("faq/sleep", 1.0, (), 1.0, ()))
    assert selector["faq"]["response"]["utter_action"] == "utter_faq/sleep"


def test_answers_are_not_stored_with_every_message() -> None:
    """The texts are looked up by key; a copy a message would fill the database."""
    selector = response_selector(Reading("faq/sleep", 0.6, RANKING, 0.8, ()))
    assert selector["faq"]["response"]["responses"] == []


@pytest.mark.parametrize(("label", "offered"), [("nlu_fallback", True), ("faq/sleep", False)])
def test_an_offer_is_output_only_when_unsure(label: str, offered: bool) -> None:
    """Buttons belong to the question alone."""
    parse = _written(Reading(label, 0.3, RANKING, 0.8, ("faq/sleep", "faq/caffeine")))
    assert ("offer" in parse) is offered


def test_rasa_reads_the_ranking_as_its_own() -> None:
    """Rasa's fallback component, which walks intent and ranking, accepts the shapes."""
    message = Message({"text": "words"})
    write_reading(message, Reading("faq/sleep", 0.6, RANKING, 0.8, ()))
    config = {**FallbackClassifier.get_default_config(), "threshold": 0.5}
    FallbackClassifier(config).process([message])
    assert message.get("intent")["name"] == "faq"


def test_a_message_without_a_vector_is_not_understood() -> None:
    """Blank text carries no feature; the component must not raise on it."""
    component = TopicClassifier(TopicClassifier.get_default_config(), None, None)  # type: ignore[arg-type]
    message = Message({"text": "  "})
    component.process([message], DialogueStateTracker.from_events("x", []))
    assert message.get("intent") == {"name": "out_of_scope", "confidence": 0.0}
