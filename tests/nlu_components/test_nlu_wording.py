"""The NLG: numbers by region, wordings in turn, and what is owed once a turn."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.authoring.content import get
from assistant.authoring.project import load
from assistant.nlu.titles import load_titles
from assistant.nlu.wording import Wording
from assistant.safety.resources import placeholders

ROOT = Path(__file__).parents[2]
REGIONS = ("US", "CA", "UK", "IE", "AU", "NZ", "IN", "EU")
DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {
            "region": {"type": "any", "mappings": [{"type": "custom"}]},
            "safety_tier": {"type": "any", "mappings": [{"type": "custom"}]},
            "safety_append": {"type": "any", "mappings": [{"type": "custom"}]},
            "exercise_running": {"type": "bool", "mappings": [{"type": "custom"}]},
        },
        "responses": {
            "utter_disclosure": [{"text": "I am a program."}],
            "utter_call": [{"text": "Call {emergency} now."}],
            "utter_also_asked": [{"text": "You asked two things."}],
            "utter_faq/caffeine": [
                {"text": "Coffee.", "buttons": [{"title": "Nights", "payload": "/faq/sleep"}]},
                {"text": "Less coffee.", "metadata": {"again": True}},
            ],
            "utter_answer": [
                {"text": "The whole answer."},
                {"text": "The short answer.", "metadata": {"again": True}},
            ],
            "utter_did_you_mean": [{"text": "Did you mean one of these?"}],
            "utter_soft_line": [{"text": "See a doctor if it goes on."}],
            "utter_with_place": [{"text": "Act first.\n\n{disclosure}"}],
            "utter_tripwire": [{"text": "Call {emergency} if it came on suddenly."}],
            "utter_urgent": [{"text": "{tripwire} See a doctor today."}],
        },
    }
)


def _tracker(*events: Event) -> DialogueStateTracker:
    user = UserUttered("hello", {"name": "greet"}, [], {"offer": []})  # type: ignore[typeddict-item]
    return DialogueStateTracker.from_events("x", [SessionStarted(), user, *events], DOMAIN.slots)


def _bot(key: str, wording: int = 0) -> BotUttered:
    return BotUttered("words", metadata={"utter_action": key, "wording": wording})


def _say(
    key: str, tracker: DialogueStateTracker, channel: str = "rest", **wanted: Any
) -> dict[str, Any]:
    message = asyncio.run(Wording(None, DOMAIN).generate(key, tracker, channel, **wanted))
    assert message is not None
    return message


@pytest.mark.parametrize("region", REGIONS)
def test_numbers_are_those_of_the_region(region: str) -> None:
    """The number comes from the resource file, by slot."""
    tracker = _tracker(_bot("utter_greet"), SlotSet("region", region))
    number = placeholders(region)["emergency"]
    assert number
    assert _say("utter_call", tracker)["text"] == f"Call {number} now."


def test_without_a_region_every_countrys_number_is_shown() -> None:
    """Help is shown first, the country asked after."""
    text = _say("utter_call", _tracker(_bot("utter_greet")))["text"]
    assert all(number in text for number in ("911", "999", "112", "000", "111"))


def test_the_tripwire_is_filled_whole() -> None:
    """A placeholder for a sentence that itself holds one."""
    tracker = _tracker(_bot("utter_greet"), SlotSet("region", "AU"))
    number = placeholders("AU")["emergency"]
    text = _say("utter_urgent", tracker)["text"]
    assert text == f"Call {number} if it came on suddenly. See a doctor today."


def test_the_second_wording_comes_the_second_time() -> None:
    """What was given is read from the conversation itself."""
    assert _say("utter_answer", _tracker(_bot("utter_greet")))["text"] == "The whole answer."
    again = _say("utter_answer", _tracker(_bot("utter_answer", 0)))
    assert (again["text"], again["wording"]) == ("The short answer.", 1)


def test_a_new_session_begins_with_the_first_wording() -> None:
    """What was said yesterday does not count."""
    tracker = _tracker(_bot("utter_answer", 0), SessionStarted(), UserUttered("hello"))
    assert "The whole answer." in _say("utter_answer", tracker)["text"]


def test_the_disclosure_opens_the_first_reply_only() -> None:
    """Once a session, at the top."""
    assert _say("utter_answer", _tracker())["text"] == "I am a program.\n\nThe whole answer."
    assert "program" not in _say("utter_answer", _tracker(_bot("utter_greet")))["text"]


def test_a_safety_reply_has_its_own_place_for_the_disclosure() -> None:
    """The action comes first, and no braces are left."""
    assert _say("utter_with_place", _tracker())["text"] == "Act first.\n\nI am a program."
    assert _say("utter_with_place", _tracker(_bot("utter_greet")))["text"] == "Act first."


def test_owed_lines_are_added_once_a_turn() -> None:
    """The first reply of the turn carries them, a second one does not."""
    owed = SlotSet("safety_append", ["utter_soft_line"])
    asked_again = [_bot("utter_greet"), UserUttered("and now"), owed]
    first = _say("utter_answer", _tracker(*asked_again))["text"]
    assert first == "The whole answer.\n\nSee a doctor if it goes on."
    second = _say("utter_call", _tracker(*asked_again, _bot("utter_answer")))["text"]
    assert "See a doctor" not in second


def _unsure(*offered: str, slots: tuple[SlotSet, ...] = ()) -> list[tuple[str, str]]:
    heard = UserUttered("hm", {"name": "nlu_fallback"}, [], {"offer": list(offered)})  # type: ignore[typeddict-item]
    message = _say("utter_did_you_mean", _tracker(_bot("utter_greet"), heard, *slots))
    return [(b["title"], b["payload"]) for b in message.get("buttons", [])]


def test_did_you_mean_offers_the_authors_titles() -> None:
    """Buttons in a person's words, best first, each leading to its label."""
    titles = load_titles()
    offered = ("faq/sleep", "faq/caffeine")
    assert _unsure(*offered) == [(titles[label], f"/{label}") for label in offered]


def test_a_label_without_a_title_is_no_button() -> None:
    """No label of ours is ever shown as it is."""
    assert _unsure("no_such_label") == []


def test_no_exercise_is_offered_while_a_red_flag_stands() -> None:
    """safety.md 2.5."""
    latched = (SlotSet("safety_tier", "crisis"),)
    payloads = [p for _, p in _unsure("start_breathing", "faq/sleep", slots=latched)]
    assert payloads == ["/faq/sleep"]


def test_a_message_without_buttons_has_no_list_of_them() -> None:
    """REST clients show a menu wherever the field stands."""
    assert "buttons" not in _say("utter_answer", _tracker())


def test_an_unknown_response_is_none() -> None:
    """Rasa then says nothing, and the boot hook's fallback speaks."""
    answer = asyncio.run(Wording(None, DOMAIN).generate("utter_nothing", _tracker(), "rest"))
    assert answer is None


def test_the_responses_themselves_are_never_changed() -> None:
    """Filled numbers of one person must not reach the next."""
    wording = Wording(None, DOMAIN)
    asyncio.run(wording.generate("utter_call", _tracker(), "rest"))
    assert wording.responses["utter_call"][0]["text"] == "Call {emergency} now."


def test_no_wording_for_one_channel_carries_a_number() -> None:
    """An unconditional channel variant would hide every region's own (design.md decision 10)."""
    numbers = {f"{{{name}}}" for name in placeholders(None)} | {"{tripwire}"}
    wrong = [
        f"{variant.page.path}:{variant.text_node.start_mark.line + 1}"
        for variant in load(ROOT).variants()
        if get(variant.node, "channel") and any(name in variant.text for name in numbers)
    ]
    assert wrong == []


def _asked(also: list[str], answer: str = "utter_faq/caffeine") -> DialogueStateTracker:
    parse = {"response_selector": {"faq": {"response": {"utter_action": answer}}}, "also": also}
    user = UserUttered("words", {"name": "faq"}, [], parse)  # type: ignore[typeddict-item]
    events = [SessionStarted(), _bot("utter_greet"), user]
    return DialogueStateTracker.from_events("x", events, DOMAIN.slots)


def test_a_second_question_is_the_first_button() -> None:
    """With its title, once, and a line that says so."""
    message = _say("utter_faq/caffeine", _asked(["faq/magnesium"]))
    assert [b["payload"] for b in message["buttons"]] == ["/faq/magnesium", "/faq/sleep"]
    assert message["buttons"][0]["title"] == load_titles()["faq/magnesium"]
    assert message["text"] == "Coffee.\n\nYou asked two things."
    twice = _say("utter_faq/caffeine", _asked(["faq/sleep"]))
    assert [b["payload"] for b in twice["buttons"]] == ["/faq/sleep"]


@pytest.mark.parametrize("key", ["utter_call", "utter_answer", "utter_urgent"])
def test_only_the_answer_to_the_first_question_names_the_second(key: str) -> None:
    """A red flag in the same message is answered alone."""
    message = _say(key, _asked(["faq/magnesium"]))
    assert "buttons" not in message
    assert "two things" not in message["text"]


def test_an_action_may_ask_for_a_wording_lines_and_buttons() -> None:
    """By index, by key, and by whose buttons."""
    tracker = _tracker(_bot("utter_greet"))
    wanted = {"wording": 1, "adds": ["utter_soft_line"], "buttons_of": "utter_faq/caffeine"}
    message = _say("utter_answer", tracker, **wanted)
    assert message["text"] == "The short answer.\n\nSee a doctor if it goes on."
    assert [b["payload"] for b in message["buttons"]] == ["/faq/sleep"]
    assert _say("utter_answer", tracker, wording=9)["text"] == "The whole answer."
