"""The NLG's choice among the wordings of a refusal: by kind, by place in the row, each in turn."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.nlu.topic_list import load_topic_list, say_topic_list
from assistant.nlu.wording import Wording


def _if(**wanted: str) -> dict[str, Any]:
    return {"condition": [{"type": "slot", "name": n, "value": v} for n, v in wanted.items()]}


DOMAIN = Domain.from_dict(
    {
        "intents": ["out_of_scope", "deny"],
        "slots": {"safety_tier": {"type": "any", "mappings": [{"type": "custom"}]}},
        "responses": {
            "utter_disclosure": [{"text": "A program."}],
            "utter_default": [
                {"text": "Far one."},
                {"text": "Far two."},
                {"text": "Dose one.", **_if(refusals="first", refusal_kind="dose")},
                {"text": "Dose two.", **_if(refusals="first", refusal_kind="dose")},
                {"text": "None fits.", **_if(refusals="first", refusal_kind="none_fits")},
                {"text": "{who_helps}\n\nMenu.", **_if(refusals="second")},
                {"text": "{who_helps}\n\nHuman. {topic_list}", **_if(refusals="later")},
                {"text": "Human again.", **_if(refusals="later"), "metadata": {"again": True}},
            ],
            "utter_who_helps": [{"text": "A pharmacist.", **_if(refusal_kind="dose")}],
            "utter_faq/sleep": [{"text": "Sleep."}],
            "utter_did_you_mean": [{"text": "Which?"}],
        },
    }
)


class Talk:
    """A conversation in which every message is refused, unless told otherwise."""

    def __init__(self) -> None:
        """Begin after the disclosure has been said."""
        self.events: list[Event] = [SessionStarted(), BotUttered("Hi.", metadata={})]

    def refused(self, kind: str | None = None, intent: str = "out_of_scope") -> str:
        """Return what is said to a refused message of this kind."""
        return self.turn("utter_default", {"refusal_kind": kind}, intent)

    def turn(self, key: str, parse: dict[str, Any] | None = None, intent: str = "faq") -> str:
        """Answer one message with the response `key`."""
        heard: Any = {"intent": {"name": intent}, **(parse or {})}
        self.events.append(UserUttered("words", {"name": intent}, [], heard))
        tracker = DialogueStateTracker.from_events("x", self.events, DOMAIN.slots)
        message = asyncio.run(Wording(None, DOMAIN).generate(key, tracker, "rest"))
        assert message is not None
        meta = {"utter_action": key, "wording": message["wording"]}
        self.events.append(BotUttered(message["text"], metadata=meta))
        return str(message["text"])


@pytest.mark.parametrize(
    ("kind", "said"),
    [("dose", "Dose one."), ("far", "Far one."), (None, "Far one."), ("nobody", "Far one.")],
)
def test_a_first_refusal_goes_by_kind(kind: str | None, said: str) -> None:
    """An unknown kind, and one without a wording, gets the plain no."""
    assert Talk().refused(kind) == said


def test_the_third_refusal_running_offers_a_human_and_every_topic() -> None:
    """First the kind's own words, then a menu, then people and the whole list."""
    talk = Talk()
    said = [talk.refused() for _ in range(4)]
    assert said == ["Far one.", "Menu.", f"Human. {load_topic_list()}", "Human again."]


def test_who_helps_is_named_in_a_row_too() -> None:
    """The line of the latest kind; none where nobody in particular helps."""
    talk = Talk()
    talk.refused("pet")
    assert talk.refused("dose") == "A pharmacist.\n\nMenu."
    assert talk.refused("dose").startswith("A pharmacist.\n\nHuman.")


def test_an_answer_breaks_the_row() -> None:
    """After it the next refusal is a first one again, in its other wording."""
    talk = Talk()
    talk.refused("dose")
    talk.turn("utter_faq/sleep")
    assert talk.refused("dose") == "Dose two."


def test_asking_back_does_not_break_the_row() -> None:
    """Did-you-mean is no answer."""
    talk = Talk()
    talk.refused()
    talk.turn("utter_did_you_mean", intent="nlu_fallback")
    assert talk.refused() == "Menu."


def test_a_no_to_the_offered_topics_is_a_refusal_of_its_own() -> None:
    """It says so, and counts in the row."""
    talk = Talk()
    talk.turn("utter_did_you_mean", intent="nlu_fallback")
    assert talk.refused(intent="deny") == "None fits."
    assert talk.refused() == "Menu."


def test_a_new_session_begins_a_new_row() -> None:
    """Yesterday's refusals do not count."""
    talk = Talk()
    talk.refused()
    talk.events.append(SessionStarted())
    assert "Far one." in talk.refused()


@pytest.mark.parametrize("kinds", [["dose"], ["far"], ["dose", "far"], ["far", "dose", "none"]])
def test_no_refusal_comes_twice_running(kinds: list[str]) -> None:
    """Whatever the kinds, with an answer now and then."""
    talk, last = Talk(), ""
    for turn in range(18):
        if turn % 7 == 6:
            talk.turn("utter_faq/sleep")
        said = talk.refused(kinds[turn % len(kinds)])
        assert said != last
        last = said


def test_other_answers_know_nothing_of_rows() -> None:
    """The conditions are those of a refusal alone."""
    talk = Talk()
    talk.refused()
    assert talk.turn("utter_faq/sleep", {"refusal_kind": "dose"}) == "Sleep."


def test_the_topic_list_names_every_group() -> None:
    """One line a group, each ending in a full stop."""
    lines = load_topic_list().splitlines()
    assert len(lines) > 3
    assert all(line.endswith(".") and ": " in line for line in lines)


def test_a_topic_in_no_group_is_named_last() -> None:
    """A new topic needs no entry: its button's title stands in the list at once."""
    table = {"others": "Also", "groups": [{"title": "One", "topics": {"faq/sleep": "rest"}}]}
    titles = {"faq/sleep": "Sleep", "faq/tea": "Tea?", "start_breathing": "Breathe"}
    assert say_topic_list(table, titles) == "One: rest.\nAlso: Tea."


def test_no_line_is_left_over_where_every_topic_has_its_group() -> None:
    """The last group is there for newcomers alone."""
    table = {"others": "Also", "groups": [{"title": "One", "topics": {"faq/sleep": "rest"}}]}
    assert say_topic_list(table, {"faq/sleep": "Sleep"}) == "One: rest."
