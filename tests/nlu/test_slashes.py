"""What people type after a slash, through the whole model: words, never commands."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("text", ["/restart", "/session_start", "/back", "/emergency", "/", "//"])
def test_a_typed_command_is_answered_as_words(chat: Any, text: str) -> None:
    """Something is said, the conversation goes on, and nothing is reset."""
    chat.say("i'm in leeds")
    turn = chat.say(text)
    assert turn.keys
    assert chat.slot("region") == "UK"


def test_a_question_after_a_slash_is_understood(chat: Any) -> None:
    """The slash is taken off and the words are read."""
    assert chat.say("/does coffee make twitching worse").keys == ["utter_faq/caffeine"]


@pytest.mark.parametrize(
    "text", ["/i have chest pain", '/inform{"x": "chest pain"}', "/chest_pain", "//chest pain"]
)
def test_a_red_flag_after_a_slash_counts(chat: Any, text: str) -> None:
    """No punctuation hides it."""
    assert chat.say(text).intent == "emergency"


def test_a_topics_button_works(chat: Any) -> None:
    """Its answer comes, in the conversation as in the parse."""
    turn = chat.say("/faq/caffeine")
    assert turn.keys == ["utter_faq/caffeine"]
    assert turn.intent == "faq"


def test_an_old_topics_button_is_answered(chat: Any) -> None:
    """A topic that is gone gets the answer to what is not ours, never silence."""
    assert chat.say("/faq/no_such_topic").keys == ["utter_default"]


def test_a_buttons_slots_are_set(chat: Any) -> None:
    """Listed payloads are read by Rasa with their slots."""
    chat.say('/set_region{"region": "NZ"}')
    assert chat.slot("region") == "NZ"
    chat.say('/set_region{"region": "ZZ"}')
    assert chat.slot("region") == "NZ"
