"""The small rules behind every reply: which line, which button, which question still stands."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.nlu import phrasing
from assistant.safety.latch import Decision, Signal

LATCH = {"tier": "crisis", "level": None, "code": "C1", "turn": 1, "at": 100.0, "asked": 1}


def test_added_lines_take_turns() -> None:
    """The same reminder does not stand under two replies running."""
    wordings = [{"text": "a"}, {"text": "b"}, {"text": "c"}]
    assert [phrasing.pick_line(wordings, said) for said in range(4)] == ["a", "b", "c", "a"]


def test_a_line_without_wording_adds_nothing() -> None:
    """A key the domain does not have is left out."""
    assert phrasing.pick_line([], 3) == ""


@pytest.mark.parametrize(
    ("payload", "leads"),
    [
        ("/start_breathing", True),
        ('/start_breathing{"technique":"gentle"}', True),
        ("/start_muscle_relaxation", True),
        ('/exercise_control{"control":"resume"}', True),
        ("/faq/how_to_stop", False),
        ("/affirm", False),
        ("/stop", False),
    ],
)
def test_buttons_that_lead_to_an_exercise_are_known(payload: str, leads: bool) -> None:
    """These are the ones left out while a red flag stands."""
    assert phrasing.leads_to_exercise(payload) is leads


@pytest.mark.parametrize(
    ("key", "waits"),
    [
        ("utter_faq/sleep", True),
        ("utter_default", True),
        ("utter_breathing_round", False),
        ("utter_breathing_paused", False),
        ("utter_no_exercise_running", False),
        ("utter_exercise_exit", False),
    ],
)
def test_only_other_replies_leave_an_exercise_waiting(key: str, waits: bool) -> None:
    """The exercise itself does not say that it waits."""
    assert phrasing.leaves_exercise_waiting(key) is waits


def test_the_best_topics_stand_in_for_exercises() -> None:
    """Two topics, best first, where only exercises were meant."""
    from assistant.nlu.wording import best_topics

    ranking = [
        {"intent_response_key": f"faq/{name}"} for name in ("sleep", "caffeine", "magnesium")
    ]
    parse = {"response_selector": {"faq": {"ranking": ranking}}}
    assert best_topics(parse) == ["faq/sleep", "faq/caffeine"]
    assert best_topics({}) == []


def _tracker(latch: dict[str, Any] | None, session_began: float) -> Any:
    from rasa.shared.core.events import SessionStarted, SlotSet
    from rasa.shared.core.slots import AnySlot
    from rasa.shared.core.trackers import DialogueStateTracker

    events = [SessionStarted(timestamp=session_began), SlotSet("safety_latch", latch)]
    return DialogueStateTracker.from_events("x", events, [AnySlot("safety_latch", [{}])])


@pytest.mark.parametrize(("session_began", "asked"), [(99.0, 1), (101.0, None)])
def test_a_question_of_an_earlier_session_awaits_no_answer(
    session_began: float, asked: int | None
) -> None:
    """Turn numbers begin anew with a session; the rest of the latch stays."""
    from assistant.nlu.safety_policy import latch_of

    latch = latch_of(_tracker(LATCH, session_began))
    assert latch is not None
    assert latch.get("asked") == asked
    assert latch["tier"] == "crisis"


@pytest.mark.parametrize(
    ("decision", "intent", "reply"),
    [
        (Decision(None, latch=LATCH), "express_anxiety", "utter_express_anxiety_no_offer"),
        (Decision(None, latch=LATCH), "faq", None),
        (Decision(None, latch=None), "express_anxiety", None),
        (Decision("utter_crisis", latch=LATCH), "express_anxiety", "utter_crisis"),
    ],
)
def test_anxiety_gets_no_offer_while_a_red_flag_stands(
    decision: Decision, intent: str, reply: str | None
) -> None:
    """Only that one reply is changed, and no reply of the latch."""
    from assistant.nlu.safety_policy import without_offer

    assert without_offer(decision, Signal(None, intent)).reply == reply


@pytest.mark.parametrize(
    ("decision", "intent", "reply"),
    [
        (Decision(None), "affirm", "utter_exercise_left_open"),
        (Decision(None), "greet", "utter_exercise_left_open"),
        (Decision(None), "exercise_control", "utter_exercise_left_open"),
        (Decision(None), "faq", None),
        (Decision("utter_crisis_again"), "affirm", "utter_crisis_again"),
    ],
)
def test_an_exercise_left_open_is_offered_and_never_led_on(
    decision: Decision, intent: str, reply: str | None
) -> None:
    """Where its place is lost nothing runs; the latch comes first, and so does another topic."""
    from assistant.exercises import Progress
    from assistant.nlu.safety_policy import NONE_RUNNING, offered_again

    signal, lost = Signal(None, intent), {"utter_exercise_left_open": NONE_RUNNING}
    assert offered_again(decision, signal, Progress("gentle", step=2)).reply == reply
    assert offered_again(decision, signal, None).reply == lost.get(str(reply), reply)


@pytest.mark.parametrize(
    ("decision", "intent", "reply"),
    [
        (Decision(None), "affirm", "action_exercise_resume"),
        (Decision(None), "exercise_control", "action_exercise_resume"),
        (Decision(None), "deny", "utter_offer_declined"),
        (Decision(None), "faq", None),
        (Decision("utter_emergency"), "affirm", "utter_emergency"),
    ],
)
def test_an_exercise_is_taken_up_by_a_yes_alone(
    decision: Decision, intent: str, reply: str | None
) -> None:
    """And never over a reply of the latch."""
    from assistant.nlu.safety_policy import taken_up

    assert taken_up(decision, Signal(None, intent)).reply == reply


def _acted(*events: Any) -> Any:
    from rasa.shared.core.trackers import DialogueStateTracker

    from assistant.nlu.safety_policy import acted_since_message

    return acted_since_message(DialogueStateTracker.from_events("x", list(events), []))


def test_a_message_after_a_turn_cut_short_awaits_its_reply() -> None:
    """A turn that never listened does not hide the red flag after it."""
    from rasa.shared.core.events import ActionExecuted, UserUttered

    assert _acted(ActionExecuted("utter_default"), UserUttered("chest pain")) is None
    assert _acted(UserUttered("hi"), ActionExecuted("utter_greet")).action_name == "utter_greet"
    assert _acted(ActionExecuted("action_listen")) is None


@pytest.mark.parametrize(
    ("action", "confidence", "fell_back"),
    [
        ("utter_default", 0.3, True),
        ("utter_default", 1.0, False),
        ("utter_default", None, False),
        ("utter_greet", 0.3, False),
    ],
)
def test_the_fallback_is_said_once(action: str, confidence: float | None, fell_back: bool) -> None:
    """Where no rule fits Rasa would predict the fallback until its limit of ten."""
    from rasa.shared.core.events import ActionExecuted

    from assistant.nlu.safety_policy import _fell_back

    assert _fell_back(ActionExecuted(action, "RulePolicy", confidence)) is fell_back


def test_a_question_in_an_exercise_is_answered_in_few_words(chat: Any, agent: Any) -> None:
    """The shorter wording, when to see a doctor with it, and the exercise waits."""
    responses = agent.processor.domain.responses["utter_faq/caffeine"]
    whole, short = (r["text"].split("\n")[0] for r in responses[:2])
    assert len(short) < len(whole)
    chat.say("/start_breathing")
    chat.say("ok")
    answer = chat.say("/faq/caffeine")
    assert answer.keys == ["utter_faq/caffeine"]
    assert short in answer.text and whole not in answer.text
    assert "doctor" in answer.text and '"ok"' in answer.text
