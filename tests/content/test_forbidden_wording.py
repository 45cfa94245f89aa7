"""wording.yml: what it catches, what it lets pass, and that an author can read it."""

from __future__ import annotations

import re

import pytest
import yaml

from assistant.authoring.rules_wording import WORDING, violations


def caught(text: str, *, safety: bool) -> bool:
    """Say whether any entry forbids a text."""
    return any(violations(text, safety=safety))


EVERYWHERE = [
    "Don't worry about it.",
    "DON\u2019T WORRY",
    "dont worry",
    "There is no need to worry.",
    "It is just anxiety.",
    "This is probably harmless.",
    "It is nothing serious.",
    "Try to calm down first.",
    "You will be fine.",
    "This isn't ALS.",
    "It is not ALS.",
    "That is probably a panic attack.",
    "You do not have ALS.",
    "You have multiple sclerosis.",
    "You may have an anxiety disorder.",
    "Take 300 mg of it.",
    "Up to 2.5 grams a day.",
    "Take two tablets at night.",
    "You should take magnesium.",
    "You need to stop taking your medication.",
    "He committed suicide.",
    "I'm always here for you.",
    "I am here for you.",
    "You are not thinking of ending it, are you?",
    "Try standing on your heels.",
    "Test your grip each day.",
    "the perceived weakness in your arm",
]
SAFETY_ONLY = [
    "Call now!",
    "These can be signs of a stroke.",
    "It is likely to pass.",
    "In 90% of people it goes away.",
    "Try breathing slowly first.",
    "I can't talk about that.",
    "Promise me that you will call.",
    "It is harmless.",
    "Well done \U0001f389",
]
FINE = [
    "If you have epilepsy, choose the gentle one.",
    "A twitch alone does not mean you have ALS.",
    "Many people fear ALS.",
    "Anxiety can do this, and so can other things.",
    "Ask a doctor or pharmacist how much is right for you.",
    "A 20 minute walk can help.",
    "Do not stop any medicine on your own.",
    "Some people take magnesium for cramps.",
    "Worry makes it worse.",
    "Your body needs time to settle.",
    "Are you thinking of ending your life right now?",
    "This is a sign that you need help.",
    "They are here for you.",
    "Stand on both feet.",
]


@pytest.mark.hazard("H5")
@pytest.mark.hazard("H6")
@pytest.mark.hazard("H21")
@pytest.mark.parametrize("text", EVERYWHERE)
def test_forbidden_everywhere(text: str) -> None:
    """Said in an answer or in a safety reply, it is caught."""
    assert caught(text, safety=False)
    assert caught(text, safety=True)


@pytest.mark.hazard("H17")
@pytest.mark.parametrize("text", SAFETY_ONLY)
def test_forbidden_in_safety_replies(text: str) -> None:
    """What an answer may say, a safety reply may not."""
    assert caught(text, safety=True)
    assert not caught(text, safety=False)


@pytest.mark.parametrize("text", FINE)
def test_plain_wording_passes(text: str) -> None:
    """Sentences that only resemble a forbidden one are left alone."""
    assert not caught(text, safety=False)


def test_every_entry_is_complete_and_offers_words() -> None:
    """Each has its pattern, its place and a whole sentence of advice that breaks no rule itself."""
    for entry in yaml.safe_load(WORDING.read_text(encoding="utf-8"))["forbidden"]:
        assert set(entry) <= {"pattern", "where", "unless_after", "say_instead"}
        assert entry["where"] in ("all", "safety")
        assert re.search(r"[.?]\"?$", entry["say_instead"]), entry["pattern"]
