"""Lead a breathing exercise: assistant.exercises decides, these actions pass it on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.exercises import (
    CONTROLS,
    GENTLE,
    STOPPED,
    Moment,
    Progress,
    next_moment,
    start,
)


class ActionExerciseStart(Action):
    """Begin the exercise that was asked for, or change to it."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_start"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Start from what was asked for."""
        asked = set(tracker.get_latest_entity_values("technique"))
        # Several techniques in one message are no clear choice of holding.
        technique = asked.pop() if len(asked) == 1 else GENTLE
        progress = Progress.from_slots(tracker.slots)
        return _say(dispatcher, start(technique, progress, no_hold=_no_hold(tracker)))


class ActionExerciseNext(Action):
    """Say the next message of the exercise, or close it."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_next"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Go one message on."""
        return _lead_on(dispatcher, tracker, control=None)


class ActionExerciseControl(Action):
    """Do what was asked of the running exercise: slower, skip, pause and the like."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_control"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Read the control and follow it."""
        asked = set(tracker.get_latest_entity_values("control"))
        # Without a word we can read the message is said again: it never goes further than wanted.
        control = next((name for name in CONTROLS if name in asked), "repeat")
        return _lead_on(dispatcher, tracker, control=control)


def _lead_on(
    dispatcher: CollectingDispatcher, tracker: Tracker, *, control: str | None
) -> list[dict[str, Any]]:
    progress = Progress.from_slots(tracker.slots)
    if progress is None:  # the place was lost, as after an update of the exercise files
        dispatcher.utter_message(response="utter_no_exercise_running")
        return [SlotSet(slot, value) for slot, value in STOPPED.items()]
    return _say(dispatcher, next_moment(progress, control, no_hold=_no_hold(tracker)))


def _no_hold(tracker: Tracker) -> bool:
    """After any red flag an exercise goes on without a hold (safety.md 2.5)."""
    return tracker.get_slot("safety_tier") is not None


def _say(dispatcher: CollectingDispatcher, moment: Moment) -> list[dict[str, Any]]:
    dispatcher.utter_message(response=moment.say, **moment.fill)
    return [SlotSet(slot, value) for slot, value in moment.slots.items()]
