"""Whatever is said at whatever step: an exercise ends when it must (safety specification, 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conversations.places import Places

Place = Callable[[str], Any]
"""Gives a chat that stands at a named step."""

HOLDING = '/start_breathing{"technique":"4-7-8"}'
BOX = '/start_breathing{"technique":"box"}'
HOLDING_ALONE = '/start_breathing{"technique":"holding"}'
FULL = '/start_muscle_relaxation{"form":"full"}'
RELEASE = '/exercise_control{"control":"release"}'
WAYS = {
    "gentle": ["/start_breathing", *["/affirm"] * 6],
    "gentle paused": ["/start_breathing", "/affirm", '/exercise_control{"control":"pause"}'],
    "gentle asked": ["/start_breathing", "/affirm", "/deny"],
    "4-7-8": [HOLDING, HOLDING, *["/affirm"] * 4],
    "4-7-8 paused": [HOLDING, HOLDING, "/affirm", '/exercise_control{"control":"pause"}'],
    "4-7-8 no hold": [HOLDING, HOLDING, "/affirm", '/exercise_control{"control":"skip"}'],
    "after a question": ["/start_breathing", "/affirm", "/faq/magnesium"],
    "box": [BOX, HOLDING_ALONE, "/affirm"],
    "grounding": ["/start_grounding", "/affirm", "/affirm"],
    "march": ["/start_march", "/affirm", "/affirm"],
    "relaxation choice": ["/start_muscle_relaxation"],
    "relaxation": ["/start_muscle_relaxation", "/affirm", "/affirm"],
    "relaxation released": ["/start_muscle_relaxation", RELEASE, "/affirm"],
    "how it was": ["/start_breathing", "/affirm", "/breathing_done"],
}
# Every step of the others, from the first message to the question how it was.
WHOLE = {
    "whole belly": ['/start_breathing{"technique":"belly"}', *["/affirm"] * 11],
    "whole 4-5-6": ['/start_breathing{"technique":"4-5-6"}', HOLDING_ALONE, *["/affirm"] * 5],
    "whole box": [BOX, HOLDING_ALONE, *["/affirm"] * 5],
    "whole grounding": ["/start_grounding", *["/affirm"] * 8],
    "whole march": ["/start_march", *["/affirm"] * 7],
    "whole relaxation": [FULL, *["/affirm"] * 14],
    "whole release": [FULL, RELEASE, *["/affirm"] * 13],
}
STEPS = [
    f"{way} {number}"
    for way, said in WAYS.items()
    for number in range(1, len(said) + 1)
    if way in ("gentle", "4-7-8") or number == len(said)
]
# One of each kind: every word is tried here, a few of each sort at every step.
KINDS = [
    *("gentle 1", "gentle 2", "gentle 7", "gentle paused 3", "gentle asked 3"),
    *("4-7-8 1", "4-7-8 3", "4-7-8 6", "after a question 3"),
    *("grounding 3", "march 3", "relaxation choice 1", "relaxation 3", "how it was 3"),
]
EXITS = {"utter_exercise_exit", "utter_exercise_stopped"}
STOP_WORDS = [
    *("stop", "STOP", "stop!!", "please stop", "stop it", "i want to stop", "/stop", "stopp"),
    *("enough", "thats enough", "quit", "cancel", "exit", "halt", "no more", "end the exercise"),
    *("i can't", "i cant do this", "i can't do this exercise anymore"),
]
BODY_WORDS = [
    *("dizzy", "i feel dizzy", "im light-headed", "lightheaded", "i feel worse"),
    *("this makes me panicky", "it hurts", "my fingers are tingling", "my lips are tingling"),
    *("it cramps", "my calf is cramping now", "ouch", "i got a charley horse", "my foot seized up"),
]
# Said of the count, the hold or the ease of it: wishes, not ends.
NO_STOP_WORDS = [
    *("i cant keep up, bit slower", "i can't keep up with the count"),
    "i'm still here, keep going",
]
FLAGS = {
    "i have chest pain": ("emergency", "utter_emergency"),
    "i cant breathe": ("emergency", "utter_emergency"),
    "my left arm suddenly went weak": ("emergency", "utter_emergency"),
    "i want to die": ("crisis", "utter_crisis"),
    "my hand is weak and tingly": ("see_doctor", "utter_see_doctor_urgent"),
    "my arm feels a bit weak": ("see_doctor", "utter_see_doctor_routine"),
}


@pytest.fixture(scope="module")
def places(agent: Any, session_loop: Any) -> Places:
    """Every step, walked once."""
    walked = Places(agent, session_loop)
    walked.walk({**WAYS, **WHOLE})
    return walked


@pytest.fixture
def at(places: Places) -> Place:
    """Put somebody new at a step."""

    def put(step: str) -> Any:
        chat = places.at(step)
        assert chat.slot("exercise_running"), step
        return chat

    return put


def _running(chat: Any) -> dict[str, Any]:
    return {n: chat.slot(n) for n in ("exercise", "exercise_step", "exercise_running")}


ENDED = {"exercise": None, "exercise_step": None, "exercise_running": False}


def _not_ended(word: str, steps: list[str], at: Place) -> dict[str, list[str]]:
    kept = {}
    for step in steps:
        chat = at(step)
        turn = chat.say(word)
        if not (len(turn.keys) == 1 and turn.keys[0] in EXITS and _running(chat) == ENDED):
            kept[step] = turn.keys
    return kept


@pytest.mark.hazard("H13")
@pytest.mark.parametrize("word", [*STOP_WORDS, *BODY_WORDS])
def test_every_stop_word_ends_the_exercise(word: str, at: Place) -> None:
    """Nobody has to find the right word to get out, whatever the exercise has just said."""
    assert _not_ended(word, KINDS, at) == {}


@pytest.mark.hazard("H13")
@pytest.mark.parametrize("word", ["stop", "/stop", "i feel dizzy", "i cant do this"])
def test_a_stop_word_ends_the_exercise_at_every_step(word: str, at: Place) -> None:
    """H13: there is no step one cannot leave."""
    assert _not_ended(word, STEPS, at) == {}


@pytest.mark.hazard("H13")
@pytest.mark.parametrize("word", ["stop", "it hurts"])
@pytest.mark.parametrize("way", WHOLE)
def test_a_stop_word_ends_every_exercise_at_every_step(way: str, word: str, at: Place) -> None:
    """From the caution to the question how it was, in each exercise there is."""
    steps = [f"{way} {number}" for number in range(1, len(WHOLE[way]) + 1)]
    assert at(steps[-1]).slot("exercise_step")["step"] == len(WHOLE[way]) - 1 + (FULL in WHOLE[way])
    assert _not_ended(word, steps, at) == {}


@pytest.mark.parametrize("word", NO_STOP_WORDS)
def test_a_wish_for_another_pace_is_no_stop_word(word: str, at: Place) -> None:
    """The word can't ends it alone or about the exercise, not about keeping up."""
    for step in ("gentle 3", "4-7-8 4", "march 3"):
        chat = at(step)
        chat.say(word)
        assert chat.slot("exercise_running"), step


@pytest.mark.hazard("H13")
@pytest.mark.hazard("H14")
@pytest.mark.parametrize("word", BODY_WORDS)
def test_a_body_word_gets_the_exit_advice(word: str, at: Place) -> None:
    """Dizzy, worse and the like are told when to get help."""
    assert at("gentle 3").say(word).keys == ["utter_exercise_exit"]


@pytest.mark.parametrize("word", ["my fingers are tingling", "my lips are tingling"])
def test_tingling_in_an_exercise_is_a_see_a_doctor_sign(word: str, at: Place) -> None:
    """Row 27: the exit advice, and the routine latch for two turns."""
    chat = at("4-7-8 4")
    chat.say(word)
    latch = chat.slot("safety_latch")
    assert (latch["tier"], latch["level"]) == ("see_doctor", "routine")


@pytest.mark.hazard("H3")
@pytest.mark.parametrize("message", FLAGS)
def test_a_red_flag_ends_the_exercise_at_every_step(message: str, at: Place) -> None:
    """H3: a red flag is never taken for the next breath, and its own reply comes first."""
    tier, reply = FLAGS[message]
    kept = {}
    for step in STEPS:
        chat = at(step)
        turn = chat.say(message)
        got = (turn.intent, turn.keys, chat.slot("safety_tier"), _running(chat))
        if got != (tier, [reply], tier, ENDED):
            kept[step] = got
    assert kept == {}


@pytest.mark.hazard("H3")
@pytest.mark.parametrize("message", FLAGS)
def test_the_next_button_pressed_late_does_not_go_on(message: str, at: Place) -> None:
    """The old Next button of a stopped exercise leads to no breath."""
    chat = at("gentle 4")
    chat.say(message)
    turn = chat.say("/affirm")
    assert not [key for key in turn.keys if key.startswith("utter_breathing_")]
    assert _running(chat) == ENDED


@pytest.mark.parametrize("word", ["stop", "i feel dizzy"])
def test_yes_after_an_exit_does_not_start_again(word: str, at: Place) -> None:
    """A yes to nothing gets a choice, not the next breath."""
    chat = at("4-7-8 3")
    chat.say(word)
    assert chat.say("ok").keys == ["utter_nothing_pending"]


@pytest.mark.parametrize("step", STEPS)
def test_yes_goes_on_from_every_step(step: str, at: Place) -> None:
    """Each step of each exercise leads on with one yes."""
    turn = at(step).say("ok")
    assert len(turn.keys) == 1
    leading = ("utter_breathing_", "utter_exercise_step", "utter_exercise_ready")
    asked = ("utter_exercise_checkin", "utter_exercise_closed")
    assert turn.keys[0].startswith((*leading, *asked))
