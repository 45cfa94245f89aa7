"""The talk about a symptom and the note for a doctor: assistant.symptoms decides, these say it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.symptoms import facts, note, talk

NO_TALK = "utter_report_symptom"
NOTHING_OPEN = "utter_nothing_pending"


class ActionSymptomTalk(Action):
    """Ask what is missing of a symptom, one short question at a time, and end with advice."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_symptom_talk"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Begin the talk, or go on with the one that is open."""
        busy = bool(tracker.get_slot("exercise_running")) or bool(tracker.get_slot("safety_tier"))
        if busy:  # one thing at a time, and no questions while a red flag stands
            dispatcher.utter_message(response=NO_TALK)
            return []
        saying = _next(tracker)
        if saying is None:
            dispatcher.utter_message(response=NOTHING_OPEN)
            return []
        asks = {"asks": saying.asks} if saying.asks else {}
        offers = {"offers": list(saying.topics)} if saying.topics else {}
        dispatcher.utter_message(response=saying.say, **asks, **offers)
        return [SlotSet(slot, value) for slot, value in saying.slots.items()]


class ActionDoctorNote(Action):
    """Put what the person said of a symptom into a note for a doctor."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_doctor_note"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Make it from this conversation, or say that there is nothing to make it from."""
        filled = note.fill(note.messages(tracker.events), domain.get("responses") or {})
        if filled is None:
            dispatcher.utter_message(response=note.NOTHING_TOLD)
        else:
            dispatcher.utter_message(response=note.NOTE, **filled)
        return []


def _next(tracker: Tracker) -> talk.Saying | None:
    message = tracker.latest_message
    entities = message.get("entities") or []
    safety = message.get("safety") or {}
    cared = talk.cares(safety.get("soft") or ())
    turn = len(note.messages(tracker.events))
    opened = talk.open_talk(tracker.get_slot(talk.SLOT), turn, exercise_running=False)
    if opened:
        grey = safety.get("check") == "body"
        return talk.go_on(opened, entities, turn, cared=cared, grey=grey)
    # An old button: what it says of a symptom begins a new talk, a "skip" or "none" means nothing.
    named = (message.get("intent") or {}).get("name")
    tells = named == talk.REPORT or facts.told(entities) != facts.Facts()
    return talk.begin(entities, turn, cared=cared) if tells else None
