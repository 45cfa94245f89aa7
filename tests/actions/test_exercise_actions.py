"""The exercise actions: a key from YAML goes out, the place goes into the slots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.exercise import (
    EXERCISE_OF_INTENT,
    ActionExerciseControl,
    ActionExerciseDecline,
    ActionExerciseFeeling,
    ActionExerciseFinish,
    ActionExerciseNext,
    ActionExerciseStart,
)
from assistant.exercises import (
    CONTROLS,
    FEELINGS,
    FULL,
    SHORT,
    Breathing,
    Progress,
    Steps,
    load_library,
)
from assistant.exercises import (
    HOLDING as HOLDING_ALONE,
)

ROOT = Path(__file__).parents[2]
FLOW = yaml.safe_load((ROOT / "data/flows/breathing.yml").read_text(encoding="utf-8"))
RESPONSES = {
    key: variants
    for path in sorted((ROOT / "data/flows").glob("*.yml"))
    for key, variants in (yaml.safe_load(path.read_text("utf-8")).get("responses") or {}).items()
}
VALUES = yaml.safe_load((ROOT / "data/control/values.yml").read_text(encoding="utf-8"))
PACER = {"pacer": True}


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


def test_next_at_the_last_breath_asks_how_it_was(make_tracker):
    """After the last round comes the check-in."""
    tracker = make_tracker(slots=Progress("gentle", step=6).slots())
    said, _, slots = run(ActionExerciseNext(), tracker)
    assert (said, slots["exercise_running"]) == ("utter_exercise_checkin", True)


@pytest.mark.parametrize("action", [ActionExerciseNext(), ActionExerciseDecline()], ids=str)
def test_yes_and_no_at_the_check_in_close_and_clear(make_tracker, action: Action):
    """After that no exercise runs."""
    tracker = make_tracker(slots=Progress("gentle", step=7).slots())
    said, _, slots = run(action, tracker)
    assert said == "utter_exercise_closed"
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


@pytest.mark.parametrize(
    "action",
    [
        ActionExerciseNext(),
        ActionExerciseControl(),
        ActionExerciseDecline(),
        ActionExerciseFinish(),
    ],
    ids=str,
)
def test_a_lost_place_is_said_and_cleared(make_tracker, action: Action):
    """When the slots name no place, the listener hears so and the slots are emptied."""
    tracker = make_tracker(slots={"exercise": "gone", "exercise_running": True})
    said, _, slots = run(action, tracker)
    assert (said, slots["exercise"], slots["exercise_running"]) == (
        "utter_no_exercise_running",
        None,
        False,
    )


@pytest.mark.parametrize("start", load_library())
@pytest.mark.parametrize("control", [None, *CONTROLS])
def test_every_key_has_a_response_and_every_placeholder_a_filling(
    make_tracker, start: str, control: str | None
):
    """Walking an exercise, each message finds its words in data/flows, whatever is asked for."""
    form = FULL if load_library()[start].has_forms else ""
    slots = Progress(start, step=1, form=form).slots()
    while slots["exercise_running"]:
        entities = {"control": control} if control else {}
        asked = make_tracker(slots=slots, entities=entities)
        for action in (ActionExerciseControl(), ActionExerciseNext(), ActionExerciseDecline()):
            said, message, after = run(action, asked)
            for variant in RESPONSES[said]:
                assert "{" not in variant["text"].format(**message)
            slots = after if isinstance(action, ActionExerciseNext) else slots


@pytest.mark.parametrize("metadata", [{"pacer": True}, {"pacer": "yes"}, {"pacer": False}, {}])
@pytest.mark.parametrize("exercise", load_library())
def test_only_a_channel_that_draws_gets_a_payload(make_tracker, exercise: str, metadata: dict):
    """The first round carries the whole exercise once, beside its words in one piece."""
    form = SHORT if load_library()[exercise].has_forms else ""
    ready = Progress(exercise, form=form)
    ready = Progress(
        exercise, step=ready.places(load_library()[exercise]).index("ready"), form=form
    )
    slots, drawn = ready.slots(), []
    for number in range(3):
        tracker = make_tracker(slots=slots)
        tracker.latest_message["metadata"] = metadata
        said, message, slots = run(ActionExerciseNext(), tracker)
        if message["custom"]:
            assert said == "utter_exercise_drawn"
            drawn.append((number, message["custom"]["id"], message["custom"]["fallback_text"]))
            assert message["custom"]["fallback_text"] in message["words"]
    wanted = [(0, exercise)] if metadata == PACER else []
    assert [entry[:2] for entry in drawn] == wanted


def test_four_holds_drawn_are_four_holds_led(make_tracker):
    """What the channel leads counts, so stepping on by text holds nothing more."""
    tracker = make_tracker(slots=Progress("box", step=1).slots())
    tracker.latest_message["metadata"] = PACER
    _, _, slots = run(ActionExerciseNext(), tracker)
    assert slots["exercise_step"]["held"] == 4
    assert run(ActionExerciseNext(), make_tracker(slots=slots))[0] == "utter_breathing_round"


def test_a_drawn_exercise_that_ended_leads_to_the_check_in(make_tracker):
    """The channel says that it is done."""
    said, _, slots = run(ActionExerciseFinish(), make_tracker(slots=RUNNING))
    assert (said, slots["exercise_step"]["step"]) == ("utter_exercise_checkin", 7)


@pytest.mark.parametrize(
    ("felt", "says"),
    [
        ("calmer", "utter_exercise_calmer"),
        ("same", "utter_exercise_same_breathing"),
        ("worse", "utter_exercise_exit"),
        (["calmer", "worse"], "utter_exercise_exit"),
        (["calmer", "same"], "utter_exercise_same_breathing"),
    ],
)
def test_of_several_feelings_the_worst_counts(make_tracker, felt: Any, says: str):
    """Each answer to the check-in ends the exercise."""
    slots = Progress("gentle", step=7).slots()
    tracker = make_tracker(slots=slots, entities={"feeling": felt})
    said, _, slots = run(ActionExerciseFeeling(), tracker)
    assert (said, slots["exercise_running"]) == (says, False)


@pytest.mark.parametrize(("intent", "exercise"), EXERCISE_OF_INTENT.items())
def test_each_wish_starts_its_exercise(make_tracker, intent: str, exercise: str):
    """Relaxation, grounding and the march have intents of their own."""
    _, _, slots = run(ActionExerciseStart(), make_tracker(intent=intent))
    assert slots["exercise"] == exercise


@pytest.mark.parametrize("form", [FULL, SHORT])
def test_the_form_of_the_relaxation_is_read(make_tracker, form: str):
    """A form by name needs no choice; two of them are none."""
    wish = {"intent": "start_muscle_relaxation"}
    tracker = make_tracker(**wish, entities={"form": form})
    said, _, slots = run(ActionExerciseStart(), tracker)
    assert (said, slots["exercise_step"]["form"]) == ("utter_exercise_ready_to_tense", form)
    both = make_tracker(**wish, entities={"form": [FULL, SHORT]})
    assert run(ActionExerciseStart(), both)[0] == "utter_exercise_forms"


def test_only_letting_go_is_read_from_the_first_wish(make_tracker):
    """The release-only wish tenses nothing from the start."""
    tracker = make_tracker(intent="start_muscle_relaxation", entities={"control": "release"})
    said, _, slots = run(ActionExerciseStart(), tracker)
    assert (said, slots["exercise_step"]["release"]) == ("utter_breathing_ready", True)


def test_every_part_a_message_names_is_left_out(make_tracker):
    """Skip my neck and jaw."""
    slots = Progress("muscle-relaxation", step=2, form=FULL).slots()
    entities = {"control": "skip", "part": ["neck", "jaw"]}
    _, _, after = run(ActionExerciseControl(), make_tracker(slots=slots, entities=entities))
    assert after["exercise_step"]["skipped"] == ["jaw", "neck"]


def test_nothing_is_said_in_python(make_tracker):
    """The actions send keys and fillings, never a text of their own."""
    _, message, _ = run(ActionExerciseStart(), make_tracker())
    assert message["text"] is None


@pytest.mark.parametrize(
    "action", ["action_exercise_next", "action_exercise_control", "action_exercise_decline"]
)
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
    library = load_library().values()
    breathing = {e.id for e in library if isinstance(e, Breathing)}
    parts = {p for e in library if isinstance(e, Steps) for s in e.steps for p in s.parts}
    assert set(VALUES["control"]) == set(CONTROLS)
    assert set(VALUES["technique"]) == breathing | {HOLDING_ALONE}
    assert set(VALUES["part"]) == parts
    assert set(VALUES["form"]) == {FULL, SHORT}
    assert set(VALUES["feeling"]) == set(FEELINGS)


def test_every_button_may_be_pressed():
    """payloads.yml lists every control, technique, form and feeling a button may send."""
    table = yaml.safe_load((ROOT / "data/control/payloads.yml").read_text(encoding="utf-8"))
    slots = {row["intent"]: row.get("slots") or {} for row in table["payloads"]}
    assert set(slots["exercise_control"]["control"]) == set(CONTROLS)
    assert set(slots["start_breathing"]["technique"]) == set(VALUES["technique"])
    assert set(slots["start_muscle_relaxation"]["form"]) == {FULL, SHORT}
    assert set(slots["exercise_feeling"]["feeling"]) == set(FEELINGS)
    assert {"breathing_done", "breathing_stopped", *EXERCISE_OF_INTENT} <= set(slots)
