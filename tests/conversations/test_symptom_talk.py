"""The talk about a symptom and its note, through the trained agent: what scripts cannot say."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from assistant.symptoms.table import load_table
from tests.conversations.script import Talk

TOLD = {"where": "left calf", "how long": "about four days", "how often": "on and off"}


@pytest.mark.parametrize("order", itertools.permutations(TOLD.values()), ids=" / ".join)
def test_told_in_any_order_the_talk_ends_the_same(order: tuple[str, ...], chat: Any) -> None:
    """One thing a message, whatever was asked; the signs come last."""
    talk = Talk(chat)
    assert talk.take({"say": "annoying twitch", "bot": ["utter_symptom_begin"]}) == []
    for text in order:
        assert talk.take({"say": text, "bot": ["utter_symptom_noted"]}) == [], talk.transcript
    assert talk.take({"say": "why?", "bot": ["utter_symptom_why_signs"]}) == [], talk.transcript
    step = {"say": "none of these", "bot": ["utter_symptom_end"], "slot": {"symptom_talk": None}}
    assert talk.take(step) == [], talk.transcript


def test_the_note_holds_the_persons_own_words(chat: Any) -> None:
    """Times, sides and places as they were typed, from the conversation alone."""
    for text in (
        "my left eylid is twitchin for abt 2 wks when im at the computer",
        "no the right one",
    ):
        chat.say(text)
    chat.say("None of these")
    note = chat.say("can you write that up for my gp").text
    for words in ("eylid", "right", "for abt 2 wks", "computer", "None of these"):
        assert words in note
    assert "no the right one" in note


def test_no_slot_keeps_what_was_said(chat: Any) -> None:
    """While the talk is open its slot holds names and numbers, and the note is in no slot."""
    for text in ("annoying twitch", "left eylid", "since my daughter was born"):
        chat.say(text)
    slots = {n: v for n, v in chat.tracker().current_slot_values().items() if v}
    assert slots["symptom_talk"]["facts"]["timed"] is True
    assert "eylid" in chat.say("/doctor_summary").text
    for words in ("eylid", "daughter", "annoying"):
        assert words not in str(chat.tracker().current_slot_values())


def test_fifty_body_parts_are_one_answer(chat: Any) -> None:
    """In one message, and the talk goes on."""
    parts = [n for n in load_table().groups["parts"] if n not in ("several places", "chest")][:50]
    talk = Talk(chat)
    assert talk.take({"say": "annoying twitch", "bot": ["utter_symptom_begin"]}) == []
    step = {
        "say": "it twitches in my " + ", ".join(parts),
        "never": ["utter_symptom_again", "utter_default"],
    }
    assert talk.take(step) == [], talk.transcript


@pytest.mark.parametrize("message", ["calf " * 4000, "?" * 500, "\u2066\u202e" * 20, "1" * 300])
def test_strange_answers_end_in_words(message: str, chat: Any) -> None:
    """Very long, nothing but signs, invisible letters: something is always said."""
    chat.say("annoying twitch")
    assert chat.say(message).text.strip()
