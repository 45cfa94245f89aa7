"""Lead an exercise: assistant.exercises decides, these actions pass it on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.exercises import (
    CONTROLS,
    FEELINGS,
    GENTLE,
    STOPPED,
    Moment,
    Progress,
    decline,
    feel,
    finish,
    next_moment,
    payload_of,
    start,
)
from assistant.nlu.after_answer import load_sources

# The other exercises are breathing, and which one a message names.
EXERCISE_OF_INTENT = {
    "start_muscle_relaxation": "muscle-relaxation",
    "start_grounding": "grounding",
    "start_march": "march",
}


class ActionExerciseStart(Action):
    """Begin the exercise that was asked for, or change to it."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_start"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Start from what was asked for."""
        # Several techniques in one message are no clear choice of holding.
        technique = _only(tracker, "technique") or GENTLE
        moment = start(
            EXERCISE_OF_INTENT.get(_intent(tracker), technique),
            Progress.from_slots(tracker.slots),
            form=_only(tracker, "form"),
            release="release" in tracker.get_latest_entity_values("control"),
            no_hold=_no_hold(tracker),
            draws=_draws(tracker),
        )
        return _say(dispatcher, moment)


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


class ActionExerciseResume(Action):
    """Take up an exercise left open in an earlier sitting."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_resume"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say again the message it stopped at."""
        left = {**(tracker.get_slot("exercise_left") or {}), "exercise_running": True}
        progress = Progress.from_slots(left)
        if progress is None:
            return [*_lost(dispatcher), SlotSet("exercise_left", None)]
        moment = next_moment(progress, "repeat", no_hold=_no_hold(tracker))
        return [*_say(dispatcher, moment), SlotSet("exercise_left", None)]


class ActionExerciseDecline(Action):
    """Answer a no during an exercise."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_decline"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Ask whether to go on, or leave it after the last round."""
        progress = Progress.from_slots(tracker.slots)
        return _say(dispatcher, decline(progress)) if progress else _lost(dispatcher)


class ActionExerciseFinish(Action):
    """Come to the check-in: the channel has led the rounds itself."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_finish"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Ask how it was."""
        progress = Progress.from_slots(tracker.slots)
        return _say(dispatcher, finish(progress)) if progress else _lost(dispatcher)


class ActionExerciseFeeling(Action):
    """Answer how the listener feels after the last round."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_exercise_feeling"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Read the feeling and lead somewhere."""
        felt = set(tracker.get_latest_entity_values("feeling"))
        feeling = next((name for name in FEELINGS if name in felt), None)
        return _say(dispatcher, feel(feeling, Progress.from_slots(tracker.slots)))


def _lead_on(
    dispatcher: CollectingDispatcher, tracker: Tracker, *, control: str | None
) -> list[dict[str, Any]]:
    progress = Progress.from_slots(tracker.slots)
    if progress is None:
        return _lost(dispatcher)
    moment = next_moment(
        progress,
        control,
        parts=set(tracker.get_latest_entity_values("part")),
        no_hold=_no_hold(tracker),
        draws=_draws(tracker),
    )
    return _say(dispatcher, moment)


def _lost(dispatcher: CollectingDispatcher) -> list[dict[str, Any]]:
    """Say that nothing runs: the place is gone, as after an update of the exercise files."""
    dispatcher.utter_message(response="utter_no_exercise_running")
    return [SlotSet(slot, value) for slot, value in STOPPED.items()]


def _intent(tracker: Tracker) -> str:
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def _only(tracker: Tracker, entity: str) -> str | None:
    """Return the value a message names, if it names just one."""
    named = set(tracker.get_latest_entity_values(entity))
    return named.pop() if len(named) == 1 else None


def _no_hold(tracker: Tracker) -> bool:
    """After any red flag an exercise goes on without a hold (safety.md 2.5)."""
    return tracker.get_slot("safety_tier") is not None


def _draws(tracker: Tracker) -> bool:
    """Tell whether the channel said that it can draw a pacer."""
    return (tracker.latest_message.get("metadata") or {}).get("pacer") is True


def _say(dispatcher: CollectingDispatcher, moment: Moment) -> list[dict[str, Any]]:
    drawn = None
    if moment.drawn and moment.progress:
        drawn = payload_of(moment.progress, sources=load_sources())
    dispatcher.utter_message(response=moment.say, json_message=drawn, **moment.fill)
    return [SlotSet(slot, value) for slot, value in moment.slots.items()]
