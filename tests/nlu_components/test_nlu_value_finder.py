"""The entity extractor: which entities a message of which intent gets."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.value_finder import ValueFinder


@pytest.fixture(scope="module")
def finder() -> ValueFinder:
    """The component."""
    return ValueFinder()


def _entities(finder: ValueFinder, text: str, intent: str) -> dict[str, str]:
    message = Message({"text": text, "intent": {"name": intent}})
    finder.process([message])
    return {e["entity"]: e["value"] for e in message.get("entities") or []}


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("slower please", "exercise_control", {"control": "slower"}),
        ("slower please", "faq/sleep", {}),
        ("4-7-8 please", "start_breathing", {"technique": "4-7-8"}),
        ("leeds", "set_region", {"region": "UK"}),
        ("leeds", "greet", {}),
        ("i'm in leeds and i twitch", "report_symptom", {"region": "UK"}),
        ("go slower, i'm in leeds", "exercise_control", {"region": "UK", "control": "slower"}),
    ],
)
def test_an_intent_gets_the_entities_it_takes(
    finder: ValueFinder, text: str, intent: str, entities: dict[str, str]
) -> None:
    """Control words count for controls alone; a place counts wherever it is told."""
    assert _entities(finder, text, intent) == entities


@pytest.mark.parametrize("text", ['/set_region{"region":"UK"}', " /greet in leeds", "", "  "])
def test_payloads_and_blanks_are_left_alone(finder: ValueFinder, text: str) -> None:
    """What a button sets, it sets itself."""
    message = Message({"text": text, "intent": {"name": "set_region"}})
    finder.process([message])
    assert message.get("entities") is None


def test_an_entity_has_rasas_shape(finder: ValueFinder) -> None:
    """Slots and stories read these fields."""
    message = Message({"text": "slower", "intent": {"name": "exercise_control"}})
    finder.process([message])
    assert message.get("entities") == [
        {"entity": "control", "value": "slower", "start": 0, "end": 6, "extractor": "ValueFinder"}
    ]
