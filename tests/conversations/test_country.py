"""The country behind the numbers: asked for after help was shown, understood, kept, changeable."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.script import Talk

ASKED = ["utter_ask_country"]


def _goes(chat: Any, *steps: dict[str, Any]) -> None:
    talk = Talk(chat)
    for step in steps:
        assert talk.take(step) == [], talk.transcript


@pytest.mark.hazard("H9")
@pytest.mark.parametrize(
    "flag", ["i have chest pain", "he hits me", "my mum is having a stroke", "i took all my pills"]
)
def test_the_country_is_asked_after_the_numbers_and_once(flag: str, chat: Any) -> None:
    """Help first; the second red flag does not ask again."""
    talk = Talk(chat)
    step = {"say": flag, "numbers_for": "anywhere", "lines": ASKED}
    assert talk.take(step) == [], talk.transcript
    asked = talk.last_text.index(next(w for w in talk._words(ASKED[0]) if w in talk.last_text))
    assert talk.last_text.index("911") < asked
    assert talk.take({"say": flag, "no_lines": ASKED}) == [], talk.transcript


def test_the_question_of_a_crisis_stays_the_last_word(chat: Any) -> None:
    """A yes must answer it; the country is asked below the next reply."""
    _goes(
        chat,
        {"say": "i want to die", "bot": ["utter_crisis"], "no_lines": ASKED},
        {"say": "no", "bot": ["utter_crisis_resources_again"], "lines": ASKED},
    )


def test_a_known_country_is_not_asked_for(chat: Any) -> None:
    """It was said before the red flag, or with it."""
    _goes(
        chat,
        {"say": "i live in canada"},
        {"say": "i have chest pain", "numbers_for": "CA", "no_lines": ASKED},
    )


def test_a_message_without_a_red_flag_asks_for_nothing(chat: Any) -> None:
    """Only where numbers of every country were shown."""
    _goes(
        chat,
        {"say": "should i take magnesium", "no_lines": ASKED},
        {"say": "my arm feels a bit weak", "no_lines": ASKED},
    )


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("uk", "UK"),
        ("I'm in Leeds", "UK"),
        ("england", "UK"),
        ("ireland", "IE"),
        ("USA", "US"),
        ("im canadian", "CA"),
        ("sydney", "AU"),
        ("nz", "NZ"),
        ("i am in mumbai", "IN"),
        ("germany", "EU"),
    ],
)
def test_the_answer_is_understood_and_its_numbers_are_shown(
    said: str, region: str, chat: Any
) -> None:
    """In words, as a town, as letters; and kept for the next reply."""
    _goes(
        chat,
        {"say": "i have chest pain", "bot": ["utter_emergency"], "lines": ASKED},
        {
            "say": said,
            "bot": ["utter_region_set"],
            "slot": {"region": region, "safety_tier": "emergency"},
            "numbers_for": region,
        },
        {"say": "i have chest pain", "bot": ["utter_emergency_again"], "numbers_for": region},
    )


def test_the_country_can_be_changed_and_survives_starting_over(chat: Any) -> None:
    """The last one counts."""
    _goes(
        chat,
        {"say": "i have chest pain"},
        {"say": "uk", "numbers_for": "UK"},
        {"say": "wrong country, i live in ireland", "slot": {"region": "IE"}, "numbers_for": "IE"},
        {"say": "start over", "bot": ["utter_started_over"], "slot": {"region": "IE"}},
        {"say": "i have chest pain", "numbers_for": "IE", "no_lines": ASKED},
    )


@pytest.mark.hazard("H7")
def test_a_country_we_have_no_numbers_for_shows_all_again(chat: Any) -> None:
    """The old country's numbers would be the wrong ones."""
    _goes(
        chat,
        {"say": "im in leeds", "slot": {"region": "UK"}, "numbers_for": "UK"},
        {"say": "im in brazil", "slot": {"region": None}, "numbers_for": "anywhere"},
        {"say": "i have chest pain", "numbers_for": "anywhere"},
    )


def test_nobody_has_to_say_where_they_are(chat: Any) -> None:
    """A no gets the reminder, and the numbers stay."""
    _goes(
        chat,
        {"say": "i have chest pain", "lines": ASKED},
        {"say": "no", "bot": ["utter_safety_reminder_alone"], "numbers_for": "anywhere"},
    )
