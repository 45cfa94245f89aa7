"""What a conversation carries over when somebody comes back after the session ran out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest


@pytest.fixture
def back_later(agent: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Say something as if an hour had passed."""
    from rasa.shared.core.domain import SessionConfig
    from rasa.shared.core.events import BotUttered

    def say(chat: Any, text: str) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(agent.processor.domain, "session_config", SessionConfig(1e-9, True))
            turn = chat.say(text)
        # The store gives the new session only, so all the bot said in it is this reply.
        said = [e for e in chat.tracker().events if isinstance(e, BotUttered)]
        keys = [e.metadata["utter_action"] for e in said]
        return dataclasses.replace(turn, keys=keys)

    return say


def test_a_yes_the_next_day_does_not_go_on_breathing(chat: Any, back_later: Any) -> None:
    """An exercise left open is not taken up again by a yes."""
    chat.say("/start_breathing")
    chat.say("ok")
    turn = back_later(chat, "ok")
    assert turn.keys == ["utter_exercise_left_open"]
    assert chat.slot("exercise_running") is False


def test_next_the_next_day_does_not_go_on_breathing(chat: Any, back_later: Any) -> None:
    """Nor by the word next."""
    chat.say("/start_breathing")
    assert back_later(chat, "next").keys == ["utter_exercise_left_open"]
    assert chat.slot("exercise_running") is False


@pytest.mark.parametrize("said", ["yes", "go on", "/affirm"])
def test_somebody_who_comes_back_can_go_on_where_it_stopped(
    said: str, chat: Any, back_later: Any
) -> None:
    """At the same step, and the exercise then runs to its end."""
    chat.say("/start_breathing")
    chat.say("ok")
    chat.say("ok")
    step = chat.slot("exercise_step")["step"]
    assert back_later(chat, "hi").keys == ["utter_exercise_left_open"]
    assert chat.say(said).keys == ["utter_breathing_round"]
    assert (chat.slot("exercise_running"), chat.slot("exercise_left")) == (True, None)
    assert chat.slot("exercise_step")["step"] == step
    chat.say("ok")
    assert chat.slot("exercise_step")["step"] == step + 1


def test_somebody_who_comes_back_can_let_it_go(chat: Any, back_later: Any) -> None:
    """By a no, or by speaking of something else; a later yes begins nothing."""
    for said, reply in (("no", "utter_offer_declined"), ("should i take magnesium", None)):
        chat.say("/start_breathing")
        chat.say("ok")
        back_later(chat, "hello")
        keys = chat.say(said).keys
        assert keys == [reply] if reply else "utter_exercise_left_open" not in keys
        assert chat.slot("exercise_left") is None
        chat.say("thanks")
        assert chat.say("yes").keys == ["utter_nothing_pending"]


def test_a_red_flag_comes_before_an_exercise_left_open(chat: Any, back_later: Any) -> None:
    """And a yes after it takes nothing up."""
    chat.say("/start_breathing")
    chat.say("ok")
    assert back_later(chat, "i have chest pain").keys == ["utter_emergency"]
    assert chat.slot("exercise_left") is None
    assert chat.say("yes").keys == ["utter_safety_reminder_alone"]


def test_a_red_flag_after_the_question_lets_the_exercise_go(chat: Any, back_later: Any) -> None:
    """Nothing of it is kept."""
    chat.say("/start_breathing")
    chat.say("ok")
    back_later(chat, "hi")
    assert chat.say("my face has dropped on one side").keys == ["utter_emergency"]
    assert (chat.slot("exercise_left"), chat.slot("exercise_running")) == (None, False)


@pytest.mark.parametrize("said", ["ok", "no", "next"])
def test_an_exercise_left_open_does_not_harm_the_next_turn(
    said: str, chat: Any, back_later: Any
) -> None:
    """The talk goes on after it as it would have without."""
    chat.say("/start_breathing")
    back_later(chat, said)
    assert chat.say("hi").keys == ["utter_greet"]
    assert chat.say("/start_breathing").keys == ["utter_breathing_ready"]
    assert chat.say("ok").keys == ["utter_breathing_round"]


def test_an_exercise_left_open_adds_no_line_the_next_day(chat: Any, back_later: Any) -> None:
    """Nothing is waiting any more."""
    chat.say("/start_breathing")
    back_later(chat, "should i take magnesium")
    assert chat.slot("exercise_running") is False
    assert chat.say("ok").keys == ["utter_which_one"]


@pytest.mark.hazard("H16")
def test_a_crisis_still_stands_in_a_new_session(chat: Any, back_later: Any) -> None:
    """Hi after a crisis gets the lines again, however new the chat."""
    chat.say("i want to die")
    assert back_later(chat, "hi").keys == ["utter_crisis_again"]


@pytest.mark.hazard("H15")
@pytest.mark.hazard("H16")
def test_an_emergency_still_refuses_exercises_in_a_new_session(chat: Any, back_later: Any) -> None:
    """Within a day a new session opens no way round the latch."""
    chat.say("i have chest pain")
    assert back_later(chat, "/start_breathing").keys == ["utter_exercise_refused_emergency"]


@pytest.mark.parametrize("said", ["yes", "no"])
def test_the_crisis_question_is_not_answered_by_a_later_session(
    said: str, chat: Any, back_later: Any
) -> None:
    """A yes to something else is no answer to the question of an hour ago."""
    chat.say("i want to die")
    back_later(chat, "hi")
    assert chat.say(said).keys == ["utter_crisis_again"]


def test_the_region_is_kept_in_a_new_session(chat: Any, back_later: Any) -> None:
    """Who said where they are need not say it twice."""
    chat.say("im in leeds")
    back_later(chat, "hi")
    assert chat.slot("region") == "UK"


def test_a_new_session_says_again_what_the_bot_is(chat: Any, back_later: Any) -> None:
    """The disclosure opens every session, a latched one too."""
    first = chat.say("hi").text.split("\n\n")[0]
    assert back_later(chat, "hi").text.startswith(first)
    assert not chat.say("hi").text.startswith(first)


def test_despair_the_next_day_is_not_taken_for_the_exercise(chat: Any, back_later: Any) -> None:
    """Row 21 speaks of a running exercise; one left open yesterday runs no more."""
    chat.say("/start_breathing")
    back_later(chat, "i can't do this anymore")
    assert chat.slot("safety_tier") == "crisis"


@pytest.mark.parametrize("said", ["left calf", "no", "none of these"])
def test_a_talk_left_open_is_over_the_next_day(said: str, chat: Any, back_later: Any) -> None:
    """Slots outlive a session; a word the next day is no answer to it."""
    chat.say("annoying twitch")
    assert chat.slot("symptom_talk")
    turn = back_later(chat, said)
    assert chat.slot("symptom_talk") is None or turn.keys == ["utter_symptom_begin"]
    assert not {"utter_symptom_noted", "utter_symptom_skipped", "utter_symptom_end"} & set(
        turn.keys
    )
