"""The component of the symptom talk: entities, the intent of an answer, and what is weighed."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot, BooleanSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.classifier import PROBABILITIES
from assistant.nlu.safety_check import with_all_told
from assistant.nlu.symptom_finder import TOLD, SymptomFinder
from assistant.safety.detector import Context, Finding
from assistant.symptoms.talk import HOW_LONG, SIGNS, WHERE, Talk

SLOTS = [AnySlot("symptom_talk", [{}]), BooleanSlot("exercise_running", [{}])]
SUSPECTED = {"see_doctor": 0.4, "emergency": 0.1, "crisis": 0.0, "deny": 0.2}


@pytest.fixture(scope="module")
def finder() -> SymptomFinder:
    """The component."""
    return SymptomFinder()


def tracker(asking: str | None, first: str = "my eyelid twitches") -> DialogueStateTracker:
    """A conversation whose first message began a talk, or none."""
    said = UserUttered(first, {"name": "report_symptom"}, parse_data={"intent": {"name": "report_symptom"}, "entities": [], "text": first})  # fmt: skip
    put = BotUttered("x", metadata={"utter_action": "utter_symptom_begin"})
    events = [SessionStarted(), said, put]
    if asking:
        events.append(SlotSet("symptom_talk", Talk(asking, 1, 1).slots()["symptom_talk"]))
    return DialogueStateTracker.from_events("x", events, SLOTS)


def read(finder: SymptomFinder, text: str, label: str, asking: str | None) -> Message:
    """Process one message; understood as `label`, suspected of a red flag."""
    message = Message({"text": text, "intent": {"name": label}, PROBABILITIES: dict(SUSPECTED)})
    finder.process([message], tracker(asking))
    return message


def values(message: Message) -> dict[str, Any]:
    """The entities by name."""
    return {e["entity"]: e["value"] for e in message.get("entities") or []}


def test_a_report_has_its_entities_in_rasas_shape(finder: SymptomFinder) -> None:
    """With the place in the text as it was typed, and the days of the time beside it."""
    message = read(finder, "left eylid, abt 3 wks", "report_symptom", None)
    assert message.get("entities") == [
        {"entity": "side", "value": "left", "start": 0, "end": 4, "extractor": "SymptomFinder"},
        {"entity": "body_part", "value": "eyelid", "start": 5, "end": 10, "extractor": "SymptomFinder"},
        {
            "entity": "duration", "value": "21 days", "start": 12, "end": 21, "extractor": "SymptomFinder",
            "additional_info": {"days": 21.0, "text": "abt 3 wks"},
        },
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "label", "asking", "intent"),
    [
        ("left calf", "out_of_scope", WHERE, "symptom_answer"),
        ("three weeks", "out_of_scope", HOW_LONG, "symptom_answer"),
        ("asdf", "nlu_fallback", WHERE, "symptom_answer"),
        ("none of these", "deny", SIGNS, "symptom_answer"),
        ("no more questions", "out_of_scope", WHERE, "stop"),
        ("thanks", "thanks", WHERE, "thanks"),
        ("left calf", "out_of_scope", None, "out_of_scope"),
        ("stop", "stop", WHERE, "stop"),
    ],
)
def test_an_answer_is_an_answer_in_a_talk_alone(
    finder: SymptomFinder, text: str, label: str, asking: str | None, intent: str
) -> None:
    """Everything else stays what it was understood as."""
    assert read(finder, text, label, asking).get("intent")["name"] == intent


def test_what_an_answer_does_is_an_entity(finder: SymptomFinder) -> None:
    """As its button would give it."""
    assert values(read(finder, "skip it", "exercise_control", WHERE)) == {"answer": "skip"}
    assert values(read(finder, "maybe", "deny", SIGNS)) == {"answer": "yes"}


@pytest.mark.parametrize("text", ['/symptom_answer{"answer":"no"}', "", "  "])
def test_payloads_and_blanks_are_left_alone(finder: SymptomFinder, text: str) -> None:
    """What a button sets, it sets itself."""
    message = read(finder, text, "deny", SIGNS)
    assert message.get("entities") is None
    assert message.get("intent")["name"] == "deny"


@pytest.mark.parametrize(
    ("text", "label", "asking", "weighed"),
    [
        ("left calf", "out_of_scope", WHERE, False),
        ("about two days", "out_of_scope", HOW_LONG, False),
        ("none of these", "deny", SIGNS, False),
        ("my eyelid is twitching, for two days", "report_symptom", None, False),
        # Whatever could be more than that is weighed as everywhere.
        ("my right calf, for two days", "report_symptom", None, True),
        ("left calf and it feels odd", "out_of_scope", WHERE, True),
        ("left calf went all floppy", "out_of_scope", WHERE, True),
        ("my chest", "out_of_scope", WHERE, True),
        ("since i fell down the stairs", "out_of_scope", HOW_LONG, True),
        ("constantly, two days", "out_of_scope", HOW_LONG, True),
        ("every day for 3 months", "out_of_scope", HOW_LONG, True),
        ("my eyelid twitches constantly", "report_symptom", None, True),
        ("asdf", "nlu_fallback", WHERE, True),
        ("left calf", "faq", None, True),
    ],
)
def test_a_suspicion_is_weighed_unless_nothing_else_is_said(
    finder: SymptomFinder, text: str, label: str, asking: str | None, weighed: bool
) -> None:
    """Only places, sides, times and a plain twitch leave no room for a sign."""
    probabilities = read(finder, text, label, asking).get(PROBABILITIES)
    assert (probabilities["see_doctor"] > 0) is weighed
    assert probabilities["deny"] == SUSPECTED["deny"]


def test_the_whole_talk_is_read_as_one(finder: SymptomFinder) -> None:
    """It raises a tier that the answer alone has not, and never lowers one."""
    message = read(finder, "it just started out of nowhere last night", "report_symptom", HOW_LONG)
    assert message.get(TOLD) == "my eyelid twitches. it just started out of nowhere last night"
    found = with_all_told(Finding(), message, Context())
    assert (found.tier, found.code) == ("see_doctor", "D6")
    graver = Finding("emergency", None, "E6")
    assert with_all_told(graver, message, Context()) == graver


def test_every_day_and_for_months_in_two_messages_is_read(finder: SymptomFinder) -> None:
    """Ruling 14, however it was told."""
    message = Message({"text": "3 months", "intent": {"name": "out_of_scope"}})
    slot = Talk(HOW_LONG, 1, 1).slots()["symptom_talk"]
    slot["facts"]["frequency"] = "daily"
    events = [
        SessionStarted(),
        UserUttered("x", {"name": "report_symptom"}),
        SlotSet("symptom_talk", slot),
    ]
    finder.process([message], DialogueStateTracker.from_events("x", events, SLOTS))
    found = with_all_told(Finding(), message, Context())
    assert (found.tier, found.level, found.code) == ("see_doctor", "routine", "D7")
