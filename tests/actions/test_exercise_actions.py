"""The exercise actions: a key from YAML goes out, the place goes into the slots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.exercise import ActionExerciseControl, ActionExerciseNext, ActionExerciseStart
from assistant.exercises import CONTROLS, Progress, load_library

ROOT = Path(__file__).parents[2]
FLOW = yaml.safe_load((ROOT / "data/flows/breathing.yml").read_text(encoding="utf-8"))


def run(action: Action, tracker: Tracker) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Run an action once: the response key, the whole message, the slots as they then stand."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    slots = dict(tracker.slots) | {event["name"]: event["value"] for event in events}
    return message["response"], message, slots


RUNNING = Progress("gentle", step=1).slots()
HOLDING = Progress("4-7-8", step=2, held=1).slots()


def test_start_without_a_technique_is_gentle(make_tracker):
    """A plain wish to breathe starts the gentle exercise."""
    said, _, slots = run(ActionExerciseStart(), make_tracker(intent="start_breathing"))
    assert (said, slots["exercise"], slots["exercise_running"]) == (
        "utter_breathing_ready",
        "gentle",
        True,
    )


def test_start_reads_the_technique(make_tracker):
    """4-7-8 by name leads to its choice."""
    said, _, slots = run(ActionExerciseStart(), make_tracker(entities={"technique": "4-7-8"}))
    assert (said, slots["exercise"]) == ("utter_breathing_choice", "4-7-8")


def test_two_techniques_in_one_message_are_gentle(make_tracker):
    """Naming 4-7-8 and no holding together is no clear choice of holding."""
    tracker = make_tracker(entities={"technique": ["4-7-8", "gentle"]})
    assert run(ActionExerciseStart(), tracker)[2]["exercise"] == "gentle"


def test_the_same_technique_twice_is_still_one(make_tracker):
    """4-7-8 said twice in a message is 4-7-8."""
    tracker = make_tracker(entities={"technique": ["4-7-8", "4-7-8"]})
    assert run(ActionExerciseStart(), tracker)[2]["exercise"] == "4-7-8"


def test_with_holding_is_taken_at_the_choice(make_tracker):
    """The [With holding] button goes on to how to sit."""
    tracker = make_tracker(slots=Progress("4-7-8").slots(), entities={"technique": "4-7-8"})
    said, _, slots = run(ActionExerciseStart(), tracker)
    assert (said, slots["exercise"]) == ("utter_breathing_ready", "4-7-8")


def test_start_after_a_red_flag_has_no_hold(make_tracker):
    """With a tier still set, 4-7-8 becomes gentle."""
    tracker = make_tracker(slots={"safety_tier": "see_doctor"}, entities={"technique": "4-7-8"})
    assert run(ActionExerciseStart(), tracker)[2]["exercise"] == "gentle"


def test_next_goes_one_message_on(make_tracker):
    """Yes leads to the next breath."""
    said, message, slots = run(ActionExerciseNext(), make_tracker(slots=RUNNING))
    assert said == "utter_breathing_round"
    assert "(2 of 6)" in message["words"]
    assert slots["exercise_step"]["step"] == 2


def test_next_after_a_red_flag_takes_the_hold_out(make_tracker):
    """With a tier still set, a running 4-7-8 goes on without its hold."""
    tracker = make_tracker(slots=HOLDING | {"safety_tier": "see_doctor"})
    assert run(ActionExerciseNext(), tracker)[0] == "utter_breathing_round"


def test_next_at_the_last_breath_closes_and_clears(make_tracker):
    """After the closing no exercise runs."""
    tracker = make_tracker(slots=Progress("gentle", step=6).slots())
    said, _, slots = run(ActionExerciseNext(), tracker)
    assert said == "utter_breathing_closing"
    assert (slots["exercise"], slots["exercise_step"], slots["exercise_running"]) == (
        None,
        None,
        False,
    )


def test_control_follows_the_entity(make_tracker):
    """Slower is followed at the same breath."""
    tracker = make_tracker(slots=RUNNING, entities={"control": "slower"})
    _, _, slots = run(ActionExerciseControl(), tracker)
    assert (slots["exercise_step"]["step"], slots["exercise_step"]["tempo"]) == (1, 1)


def test_of_two_controls_the_gentler_is_followed(make_tracker):
    """Skip the hold and go on: the hold is skipped first."""
    tracker = make_tracker(slots=HOLDING, entities={"control": ["resume", "skip"]})
    said, _, slots = run(ActionExerciseControl(), tracker)
    assert (said, slots["exercise_step"]["step"]) == ("utter_breathing_round", 2)


def test_a_control_without_a_word_we_know_repeats(make_tracker):
    """Nothing moves when the wish could not be read."""
    _, _, slots = run(ActionExerciseControl(), make_tracker(slots=RUNNING))
    assert slots["exercise_step"] == RUNNING["exercise_step"]


@pytest.mark.parametrize("action", [ActionExerciseNext(), ActionExerciseControl()], ids=str)
def test_a_lost_place_is_said_and_cleared(make_tracker, action: Action):
    """When the slots name no place, the listener hears so and the slots are emptied."""
    tracker = make_tracker(slots={"exercise": "gone", "exercise_running": True})
    said, _, slots = run(action, tracker)
    assert (said, slots["exercise"], slots["exercise_running"]) == (
        "utter_no_exercise_running",
        None,
        False,
    )


@pytest.mark.parametrize("start", ["gentle", "4-7-8"])
def test_every_key_has_a_response_and_every_placeholder_a_filling(make_tracker, start: str):
    """Walking an exercise, each message finds its words in breathing.yml."""
    tracker = make_tracker(slots=Progress(start, step=1).slots())
    slots = tracker.slots
    while slots["exercise_running"]:
        said, message, slots = run(ActionExerciseNext(), make_tracker(slots=slots))
        for variant in FLOW["responses"][said]:
            assert "{" not in variant["text"].format(**message)


def test_nothing_is_said_in_python(make_tracker):
    """The actions send keys and fillings, never a text of their own."""
    _, message, _ = run(ActionExerciseStart(), make_tracker())
    assert message["text"] is None


@pytest.mark.parametrize("action", ["action_exercise_next", "action_exercise_control"])
def test_each_leading_action_has_a_rule_for_going_on_and_for_ending(action: str):
    """Without a rule for the ending Rasa reverts the last turn and the exercise never ends."""
    outcomes = {
        last["slot_was_set"][0]["exercise_running"]
        for rule in FLOW["rules"]
        for step, last in zip(rule["steps"], rule["steps"][1:], strict=False)
        if step.get("action") == action
    }
    assert outcomes == {True, False}


def test_the_author_table_knows_the_controls_and_exercises_we_have():
    """values.yml names every control and every exercise, and no other."""
    values = yaml.safe_load((ROOT / "data/control/values.yml").read_text(encoding="utf-8"))
    assert set(values["control"]) == set(CONTROLS)
    assert set(values["technique"]) == set(load_library())
