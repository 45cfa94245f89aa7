"""The actions about an answer: what was decided goes out as a response key with its fillings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.topic import ActionAskAuthor, ActionAskSource, ActionSayShorter, ActionTellMore

ROOT = Path(__file__).parents[2]
ACTIONS = (ActionTellMore(), ActionSayShorter(), ActionAskSource(), ActionAskAuthor())


def _responses(*files: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in files:
        found |= yaml.safe_load((ROOT / "data" / file).read_text(encoding="utf-8"))["responses"]
    return found


DOMAIN = {"responses": _responses("faq/caffeine.yml", "control/after_answer.yml")}
ANSWERED = [
    {"event": "session_started"},
    {"event": "bot", "metadata": {"utter_action": "utter_faq/caffeine", "wording": 0}},
]


def run(action: Action, tracker: Tracker) -> dict[str, Any]:
    """Run an action once; return the one message it sends."""
    dispatcher = CollectingDispatcher()
    assert action.run(dispatcher, tracker, DOMAIN) == []
    (message,) = dispatcher.messages
    return message


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.name())
def test_without_an_answer_there_is_one_kind_line(make_tracker, action: Action):
    """Nothing breaks when there is nothing to speak of."""
    assert run(action, make_tracker())["response"] == "utter_no_answer_yet"


@pytest.mark.parametrize(
    ("action", "key"),
    zip(
        ACTIONS,
        ["utter_more_caffeine", "utter_faq/caffeine", "utter_sources", "utter_author"],
        strict=True,
    ),
)
def test_each_speaks_of_the_answer_before(make_tracker, action: Action, key: str):
    """By key; the words are the authors'."""
    message = run(action, make_tracker(events=ANSWERED))
    assert (message["response"], message["text"]) == (key, None)


def test_the_sources_are_named_from_the_table(make_tracker):
    """Publisher and date stand in the list that fills the response."""
    listed = run(ActionAskSource(), make_tracker(events=ANSWERED))["source_list"]
    assert "Talkspace" in listed and "NHS" in listed and "2026" in listed
    assert "{" not in listed


def test_each_action_stands_in_the_domain():
    """Rasa calls what domain.yml names."""
    listed = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["actions"]
    assert {action.name() for action in ACTIONS} <= set(listed)
