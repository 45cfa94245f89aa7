"""The actions of the talk about a symptom: what was decided goes out as keys, never as words."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.symptom import ActionDoctorNote, ActionSymptomTalk
from assistant.symptoms.talk import HOW_LONG, SIGNS, WHERE, Talk


def user(text: str = "x", intent: str = "symptom_answer", entities: Any = ()) -> dict[str, Any]:
    """One message as the tracker keeps it."""
    parse = {"intent": {"name": intent}, "entities": list(entities)}
    return {"event": "user", "text": text, "parse_data": parse}


def run(
    action: Any, tracker: Any, domain: dict[str, Any] | None = None
) -> tuple[dict[str, Any], list[Any]]:
    """Run an action; return its one message and its events."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, domain or {})
    (message,) = dispatcher.messages
    return message, events


def slot(asking: str) -> dict[str, Any]:
    """A talk that began with the first message."""
    return Talk(asking, 1, 1).slots()


def test_a_report_begins_the_talk(make_tracker: Any) -> None:
    """With the question that is open, and the slot that keeps it."""
    tracker = make_tracker(intent="report_symptom", entities={"body_part": "calf"}, events=[user()])
    message, events = run(ActionSymptomTalk(), tracker)
    assert (message["response"], message["asks"]) == (
        "utter_symptom_begin",
        "utter_symptom_ask_how_long",
    )
    (event,) = events
    assert (event["name"], event["value"]["asking"]) == ("symptom_talk", HOW_LONG)


@pytest.mark.parametrize("slots", [{"exercise_running": True}, {"safety_tier": "see_doctor"}])
def test_no_talk_opens_beside_something_greater(make_tracker: Any, slots: dict[str, Any]) -> None:
    """In an exercise and while a red flag stands the plain answer is given."""
    tracker = make_tracker(intent="report_symptom", slots=slots, events=[user()])
    message, events = run(ActionSymptomTalk(), tracker)
    assert (message["response"], events) == ("utter_report_symptom", [])


def test_an_answer_leads_on(make_tracker: Any) -> None:
    """To the next question."""
    tracker = make_tracker(
        intent="symptom_answer", slots=slot(WHERE), entities={"body_part": "calf"}, events=[user(), user()]
    )  # fmt: skip
    message, _ = run(ActionSymptomTalk(), tracker)
    assert (message["response"], message["asks"]) == (
        "utter_symptom_noted",
        "utter_symptom_ask_how_long",
    )


def test_the_end_offers_topics_and_empties_the_slot(make_tracker: Any) -> None:
    """Two of them."""
    tracker = make_tracker(
        intent="symptom_answer", slots=slot(SIGNS), entities={"answer": "no"}, events=[user(), user()]
    )  # fmt: skip
    message, events = run(ActionSymptomTalk(), tracker)
    assert message["response"] == "utter_symptom_end"
    assert len(message["offers"]) == 2
    assert [event["value"] for event in events] == [None]


@pytest.mark.parametrize("answer", ["no", "skip"])
def test_an_old_button_means_nothing_later(make_tracker: Any, answer: str) -> None:
    """No talk is open that it could answer."""
    tracker = make_tracker(intent="symptom_answer", entities={"answer": answer}, events=[user()])
    message, events = run(ActionSymptomTalk(), tracker)
    assert (message["response"], events) == ("utter_nothing_pending", [])


def test_a_note_without_a_symptom_is_none(make_tracker: Any) -> None:
    """It says so."""
    tracker = make_tracker(intent="doctor_summary", events=[user("hi", "greet")])
    message, events = run(ActionDoctorNote(), tracker)
    assert (message["response"], events) == ("utter_doctor_note_nothing", [])


def test_a_note_is_filled_and_nothing_is_kept(make_tracker: Any) -> None:
    """The words go out with the response, and into no slot."""
    domain = {"responses": {"utter_note_quote": [{"text": '- "{said}"'}]}}
    tracker = make_tracker(
        intent="doctor_summary", events=[user("my calf cramps", "report_symptom")]
    )
    message, events = run(ActionDoctorNote(), tracker, domain)
    assert message["response"] == "utter_doctor_note"
    assert message["note_quotes"] == '- "my calf cramps"'
    assert events == []
