"""The safety policy: above everything else, and with the events that carry out the latch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.nlu.safety_check import as_output
from assistant.nlu.safety_policy import SafetyPolicy, question_of, typed_answer
from assistant.safety.finding import Finding

ROOT = Path(__file__).parents[2]
EMERGENCY = Finding("emergency", code="E6", rules=("E6",))


@pytest.fixture(scope="module")
def domain() -> Domain:
    """The project's domain."""
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture(scope="module")
def policy() -> SafetyPolicy:
    """The policy with its own settings."""
    context = ExecutionContext(GraphSchema({}))
    return SafetyPolicy(SafetyPolicy.get_default_config(), None, None, context)  # type: ignore[arg-type]


def _said(text: str, intent: str, finding: Finding | None = None) -> list[Event]:
    parse: dict[str, Any] = {"intent": {"name": intent, "confidence": 1.0}, "entities": []}
    if finding:
        parse["safety"] = as_output(finding)
    heard = UserUttered(text, {"name": intent}, [], parse)  # type: ignore[arg-type]
    return [ActionExecuted("action_listen"), heard]


def _tracker(domain: Domain, *events: Event) -> DialogueStateTracker:
    begin = [ActionExecuted("action_session_start"), SessionStarted()]
    return DialogueStateTracker.from_events("somebody", [*begin, *events], domain.slots)


def _predict(
    policy: SafetyPolicy, domain: Domain, tracker: DialogueStateTracker
) -> tuple[PolicyPrediction, str | None]:
    prediction = policy.predict_action_probabilities(tracker, domain)
    best = max(prediction.probabilities)
    index = prediction.probabilities.index(best)
    return prediction, domain.action_names_or_texts[index] if best else None


def test_it_stands_above_every_other_policy(policy: SafetyPolicy) -> None:
    """Rules and forms come after it."""
    assert policy.priority == 100


def test_a_red_flag_is_answered_whatever_runs(policy: SafetyPolicy, domain: Domain) -> None:
    """Certain, and marked so that no user prediction outweighs it."""
    tracker = _tracker(domain, *_said("chest pain", "emergency", EMERGENCY))
    prediction, action = _predict(policy, domain, tracker)
    assert action == "utter_emergency"
    assert prediction.is_no_user_prediction
    assert prediction.max_confidence == 1.0


def test_the_latch_is_set_by_events(policy: SafetyPolicy, domain: Domain) -> None:
    """Slot and tier come with the reply, not from a later action that might fail."""
    tracker = _tracker(domain, *_said("chest pain", "emergency", EMERGENCY))
    prediction, _ = _predict(policy, domain, tracker)
    slots = {e.key: e.value for e in prediction.optional_events if isinstance(e, SlotSet)}
    assert slots["safety_tier"] == "emergency"
    assert slots["safety_latch"]["code"] == "E6"


def test_a_running_form_is_ended_by_events(policy: SafetyPolicy, domain: Domain) -> None:
    """Else its next question would follow the emergency text."""
    running = [SlotSet("exercise_running", True), SlotSet("exercise", "gentle")]
    tracker = _tracker(
        domain,
        *_said("hi", "greet"),
        *running,
        ActiveLoop("any_form"),
        *_said("chest pain", "emergency", EMERGENCY),
    )
    prediction, _ = _predict(policy, domain, tracker)
    assert ActiveLoop(None) in prediction.optional_events
    slots = {e.key: e.value for e in prediction.optional_events if isinstance(e, SlotSet)}
    assert slots["exercise_running"] is not True
    assert "exercise" in slots and slots["exercise"] is None


def test_an_ordinary_message_is_left_to_the_others(policy: SafetyPolicy, domain: Domain) -> None:
    """No probability, no events."""
    tracker = _tracker(domain, *_said("does coffee matter", "faq"))
    prediction, action = _predict(policy, domain, tracker)
    assert action is None
    assert not prediction.is_no_user_prediction
    assert prediction.events == []


def test_after_its_own_reply_it_listens(policy: SafetyPolicy, domain: Domain) -> None:
    """Nothing else may be added to a safety reply."""
    tracker = _tracker(
        domain,
        *_said("chest pain", "emergency", EMERGENCY),
        ActionExecuted("utter_emergency", policy="policy_0_SafetyPolicy", confidence=1.0),
        BotUttered("Call now.", metadata={"utter_action": "utter_emergency"}),
    )
    prediction, action = _predict(policy, domain, tracker)
    assert action == "action_listen"
    assert prediction.is_no_user_prediction


def test_after_another_policys_action_it_is_silent(policy: SafetyPolicy, domain: Domain) -> None:
    """Rules go on with their own next action."""
    tracker = _tracker(
        domain,
        *_said("hi", "greet"),
        ActionExecuted("utter_greet", policy="policy_1_RulePolicy", confidence=1.0),
    )
    _, action = _predict(policy, domain, tracker)
    assert action is None


def test_stop_is_decided_here(policy: SafetyPolicy, domain: Domain) -> None:
    """No rule or form can swallow it."""
    tracker = _tracker(
        domain,
        *_said("hi", "greet"),
        SlotSet("exercise_running", True),
        *_said("stop", "stop"),
    )
    prediction, action = _predict(policy, domain, tracker)
    assert action is not None and action.startswith("utter_")
    assert prediction.is_no_user_prediction


def test_a_latch_that_stands_changes_nothing_twice(policy: SafetyPolicy, domain: Domain) -> None:
    """Only events that change something are written, turn after turn."""
    first = _tracker(domain, *_said("chest pain", "emergency", EMERGENCY))
    prediction, action = _predict(policy, domain, first)
    assert action
    later = _tracker(
        domain,
        *_said("chest pain", "emergency", EMERGENCY),
        *prediction.optional_events,
        ActionExecuted(action, policy="policy_0_SafetyPolicy"),
        BotUttered("Call now.", metadata={"utter_action": action}),
        *_said("does coffee matter", "faq"),
    )
    after, _ = _predict(policy, domain, later)
    changed = {e.key for e in after.events if isinstance(e, SlotSet)}
    assert "safety_tier" not in changed


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Yes", "yes"), ("yes.", "yes"), ("yeah since this morning", "yes"), ("maybe", "yes"),
        ("I think so", "yes"), ("No", "no"), ("not really", "no"), ("I\u2019m fine", "no"),
        ("i am fine with coffee", None), ("Not sure", "not_sure"), ("idk", "not_sure"),
        ("no sugar in my coffee", None), ("why do you ask", None), ("", None),
    ],
)  # fmt: skip
def test_typed_words_are_read_as_the_buttons_of_the_check_question(
    text: str, answer: str | None
) -> None:
    """Half a yes is a yes; a longer message that begins otherwise is none of the three."""
    assert typed_answer(text) == answer


def test_a_check_question_of_an_earlier_session_is_forgotten(domain: Domain) -> None:
    """Turn numbers begin anew with a session, and each may ask once."""
    question = {"kind": "body", "turn": 1, "at": 5.0, "label": "greet", "offer": [], "asked": []}
    tracker = _tracker(domain, SlotSet("safety_question", question))
    assert question_of(tracker) is None
    tracker.update(SlotSet("safety_question", {**question, "at": 9e9}))
    assert question_of(tracker) is not None
