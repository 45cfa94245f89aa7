"""The one policy of ours: safety replies, `stop`, and everything said while latched.

Priority and `is_no_user_prediction` put it above rules, stories and forms alike
(design.md decision 9). It only carries out what `assistant.safety.latch` decides.
"""

from __future__ import annotations

import dataclasses
import functools
import time
from pathlib import Path
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

import assistant.safety
from assistant.exercises import Progress, at_checkin
from assistant.nlu import places
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.labels import RETRIEVAL
from assistant.nlu.places import Values
from assistant.nlu.safety_check import SAFETY, from_output
from assistant.nlu.session import began_before_session, session_events, user_turn
from assistant.safety.latch import ASK_COUNTRY, Decision, Signal, decide, with_country
from assistant.safety.unsure import Question
from assistant.safety.worry import times_asked, worries
from assistant.symptoms import talk

PRIORITY = 100
LATCH, TIER, APPEND = "safety_latch", "safety_tier", "safety_append"
QUESTION, REGION, SET_REGION = "safety_question", "region", "set_region"
KEPT_BY_START_OVER = {LATCH, TIER, REGION, "session_started_metadata"}
KIND_WORD = "utter_express_anxiety_no_offer"
NONE_RUNNING, LEFT_OPEN = "utter_no_exercise_running", "utter_exercise_left_open"
RESUME, DECLINED = "action_exercise_resume", "utter_offer_declined"
LEFT = "exercise_left"
ON_AN_EXERCISE = {
    *("affirm", "deny", "exercise_control", "exercise_feeling", "exercise_answer"),
    "breathing_done",
}
# Whatever else is said when an exercise has just asked how it was, ends it: nothing waits there.
STARTS_EXERCISE = {"start_breathing", "start_muscle_relaxation", "start_grounding", "start_march"}
FALLBACK = "utter_default"
EXERCISE_SLOTS = ("exercise", "exercise_step", "exercise_running")


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class SafetyPolicy(Policy):
    """Reply to red flags, and hold the latch."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above every other policy; nothing to tune."""
        return {"priority": PRIORITY}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when anything of the safety code or its lists changes."""
        return files_fingerprint([Path(assistant.safety.__file__).parent])

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Learn nothing: the rules are code."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        """Load what was never stored."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Say the reply the latch decides, or nothing and leave the turn to the others."""
        acted = acted_since_message(tracker)
        if acted is not None:
            if _spoke_last(acted) or _fell_back(acted):
                return self._certain(ACTION_LISTEN_NAME, domain)
            return self._prediction(self._default_predictions(domain))
        signal = signal_of(tracker)
        turn, question = user_turn(tracker), question_of(tracker)
        decision = decide(signal, latch_of(tracker), time.time(), turn, question)
        decision = without_offer(decision, signal)
        if left_open(tracker):
            place = Progress.from_slots(tracker.current_slot_values())
            decision = offered_again(decision, signal, place)
        elif tracker.get_slot(LEFT):
            decision = taken_up(decision, signal)
        known = tracker.get_slot(REGION) is not None
        decision = with_country(decision, asked=known or country_asked(tracker))
        events = events_of(decision, tracker)
        if decision.reply is None:
            # Mandatory events count whoever answers: a latch runs out, a line is added.
            return self._prediction(self._default_predictions(domain), events=events)
        return self._certain(decision.reply, domain, events)

    def _certain(
        self, action: str, domain: Domain, events: list[Event] | None = None
    ) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, optional_events=events, is_no_user_prediction=True)


def latch_of(tracker: DialogueStateTracker) -> dict[str, Any] | None:
    """Return the latch; a crisis question put in an earlier session no longer awaits an answer."""
    latch: dict[str, Any] | None = tracker.get_slot(LATCH)
    if latch and "asked" in latch and began_before_session(latch["at"], tracker):
        return {name: value for name, value in latch.items() if name != "asked"}
    return latch


def country_asked(tracker: DialogueStateTracker) -> bool:
    """Return whether this session has asked for the country already."""
    added = [e.value for e in session_events(tracker) if isinstance(e, SlotSet) and e.key == APPEND]
    return any(ASK_COUNTRY in (lines or ()) for lines in added)


def outside_our_countries(tracker: DialogueStateTracker) -> bool:
    """Return whether somebody just said where they are, and it is none of our regions.

    "I'm in Brazil" after "I'm in Leeds": the numbers of the old country would be wrong ones.
    """
    message = tracker.latest_message or UserUttered.empty()
    named = any(entity.get("entity") == REGION for entity in message.entities)
    return message.intent.get("name") == SET_REGION and not named


def question_of(tracker: DialogueStateTracker) -> Question | None:
    """Return the last check question, if it was put in this session."""
    question: Question | None = tracker.get_slot(QUESTION)
    return None if question and began_before_session(question["at"], tracker) else question


def without_offer(decision: Decision, signal: Signal) -> Decision:
    """Answer anxiety without the offer of an exercise while a red flag stands (safety.md 2.5)."""
    if decision.reply is None and decision.latch and signal.intent == "express_anxiety":
        return dataclasses.replace(decision, reply=KIND_WORD)
    return decision


def signal_of(tracker: DialogueStateTracker) -> Signal:
    """Return what the latch needs to know of the latest message."""
    message = tracker.latest_message or UserUttered.empty()
    pressed = {e.get("entity"): e.get("value") for e in message.entities}
    return Signal(
        finding=from_output(message.parse_data.get(SAFETY)),  # type: ignore[typeddict-item]
        intent=message.intent.get("name"),
        exercise_running=exercise_running(tracker),
        answer=pressed.get("answer"),
        about=pressed.get("about"),
        typed=typed_answer(message.text or ""),
        label=label_of(message),
        offer=tuple(message.parse_data.get("offer") or ()),  # type: ignore[arg-type]
        talk=asking(tracker),
        worry=times_asked([worries_of(said) for said in heard(tracker)]),
    )


def heard(tracker: DialogueStateTracker) -> list[UserUttered]:
    """Return the person's messages of this session, oldest first."""
    return [event for event in session_events(tracker) if isinstance(event, UserUttered)]


def worries_of(message: UserUttered) -> frozenset[str]:
    """Return the worries one message asks about."""
    safety: dict[str, Any] = message.parse_data.get(SAFETY) or {}  # type: ignore[assignment]
    return worries(label_of(message), safety.get("soft") or ())


def label_of(message: UserUttered) -> str | None:
    """Return what a message is understood as, `faq/sleep` for a topic."""
    name: str | None = message.intent.get("name")
    if name != RETRIEVAL:
        return name
    selected: dict[str, Any] = message.parse_data.get("response_selector") or {}  # type: ignore[assignment]
    response = (selected.get(RETRIEVAL) or {}).get("response") or {}
    return response.get("intent_response_key")


@functools.cache
def _answers() -> Values:
    return Values()


def typed_answer(text: str) -> str | None:
    """Return the answer these words are, when nothing but a yes, a no or a "not sure" was said."""
    return places.typed_answer(_answers(), text)


def exercise_running(tracker: DialogueStateTracker) -> bool:
    """Return whether an exercise runs; one left over from an earlier session does not."""
    return bool(tracker.get_slot("exercise_running")) and user_turn(tracker) > 1


def asking(tracker: DialogueStateTracker) -> str | None:
    """Return the question a talk about a symptom has open in this turn."""
    running = bool(tracker.get_slot("exercise_running"))
    stored = tracker.get_slot(talk.SLOT)
    opened = talk.open_talk(stored, user_turn(tracker), exercise_running=running)
    return opened.asking if opened else None


def talk_ends(decision: Decision, tracker: DialogueStateTracker) -> bool:
    """Return whether a talk about a symptom is over: a red flag, a stop, another day."""
    message = tracker.latest_message or UserUttered.empty()
    gone = asking(tracker) is None or talk.leaves(message.intent.get("name"))
    return decision.stop_exercise or gone


def left_open(tracker: DialogueStateTracker) -> bool:
    """Return whether an exercise of an earlier session was never ended: slots are carried over."""
    return bool(tracker.get_slot("exercise_running")) and not exercise_running(tracker)


def left_at_checkin(tracker: DialogueStateTracker) -> bool:
    """Return whether somebody was asked how an exercise was, and speaks of something else."""
    message = tracker.latest_message or UserUttered.empty()
    if message.intent.get("name") in ON_AN_EXERCISE | STARTS_EXERCISE:
        return False
    return at_checkin(Progress.from_slots(tracker.current_slot_values()))


def offered_again(decision: Decision, signal: Signal, place: Progress | None) -> Decision:
    """Ask somebody who comes back to an open exercise whether to go on or to let it go.

    It never goes on by itself, and whoever speaks of something else is not held up by it.
    """
    if decision.reply is None and signal.intent in ON_AN_EXERCISE | {"greet"}:
        return dataclasses.replace(decision, reply=LEFT_OPEN if place else NONE_RUNNING)
    return decision


def taken_up(decision: Decision, signal: Signal) -> Decision:
    """Follow a yes, a no or "go on" right after that question; anything else lets it go."""
    if decision.reply is None and signal.intent in {"affirm", "exercise_control"}:
        return dataclasses.replace(decision, reply=RESUME)
    if decision.reply is None and signal.intent == "deny":
        return dataclasses.replace(decision, reply=DECLINED)
    return decision


def events_of(decision: Decision, tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that carry out `decision`, only those that change something."""
    events: list[Event] = []
    if decision.reply == "utter_started_over":
        events += [
            SlotSet(name, slot.initial_value)
            for name, slot in tracker.slots.items()
            if name not in KEPT_BY_START_OVER and slot.value != slot.initial_value
        ]
        kept = [(name, tracker.get_slot(name)) for name in KEPT_BY_START_OVER]
        events.append(SessionStarted())
        events += [SlotSet(name, value) for name, value in kept if value is not None]
    elif decision.stop_exercise or not exercise_running(tracker) or left_at_checkin(tracker):
        # Slots are carried into a new session: a "yes" the next day must not go on breathing.
        if tracker.active_loop_name:
            events.append(ActiveLoop(None))
        events += [
            SlotSet(name, tracker.slots[name].initial_value)
            for name in EXERCISE_SLOTS
            if tracker.get_slot(name) != tracker.slots[name].initial_value
        ]
    if decision.reply == LEFT_OPEN:
        place = {name: tracker.get_slot(name) for name in ("exercise", "exercise_step")}
        events.append(SlotSet(LEFT, place))
    elif tracker.get_slot(LEFT) and decision.reply != RESUME:
        events.append(SlotSet(LEFT, None))
    if tracker.get_slot(talk.SLOT) and talk_ends(decision, tracker):
        events.append(SlotSet(talk.SLOT, None))
    tier = decision.latch["tier"] if decision.latch else None
    wanted = {LATCH: decision.latch, TIER: tier, APPEND: list(decision.append) or None}
    if outside_our_countries(tracker):
        wanted[REGION] = (
            None  # every country's numbers are shown, which is safer than the wrong ones
        )
    if decision.question:
        wanted[QUESTION] = decision.question
    events += [SlotSet(n, v) for n, v in wanted.items() if tracker.get_slot(n) != v]
    return events


def acted_since_message(tracker: DialogueStateTracker) -> ActionExecuted | None:
    """Return the last action of this turn, or None while the message still awaits its first.

    Not asked of `latest_action_name`: a turn cut short never listened, and a red flag in the
    next message must count all the same.
    """
    events = reversed(tracker.events)
    last = next((e for e in events if isinstance(e, (ActionExecuted, UserUttered))), None)
    if not isinstance(last, ActionExecuted) or last.action_name == ACTION_LISTEN_NAME:
        return None
    return last


def _spoke_last(action: ActionExecuted) -> bool:
    return "SafetyPolicy" in str(action.policy or "")


def _fell_back(action: ActionExecuted) -> bool:
    """Return whether no rule or story fitted: Rasa would say the fallback nine times more."""
    sure = action.confidence is None or action.confidence >= 1.0
    return action.action_name == FALLBACK and not sure
