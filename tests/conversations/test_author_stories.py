"""A story an author adds works after any talk before it, and so do the stories already here."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Chat

SMALL_TALK = [
    *("hi", "thanks", "are you a robot", "what can you do", "is coffee bad for twitching"),
    *("what is the capital of france", "what do you keep about me", "im in leeds", "no", "yes"),
    *("annoying twitch", "should i take magnesium", "can i talk to a human", "stop", "bye"),
    *("/faq/sleep", "/faq/sleep", "something about twitching", "i called the doctor", "next"),
]
PREFIXES = 8
LONGEST = 6
# What somebody says after it, and the reply the stories of data/ give.
STORIES = {
    "offer taken": (["im so anxious today", "yes"], "utter_breathing_ready"),
    "offer declined": (["im so anxious today", "no thanks"], "utter_offer_declined"),
    "which button": (["should i take magnesium", "ok"], "utter_which_one"),
    "which of the twitch": (
        ["annoying twitch", "calf", "three days", "none of these", "yes"],
        "utter_which_one",
    ),
    "muscles begun": (
        ["progressive muscle relaxation please", "yes"],
        "utter_exercise_ready_to_tense",
    ),
    "an exercise is over": (
        ['/exercise_feeling{"feeling":"same"}', "yes"],
        "utter_nothing_pending",
    ),
    "nothing pending": (["thanks", "yes"], "utter_nothing_pending"),
}
AUTHORS_FILE = """
version: "3.1"
stories:
  - story: a no after the plain word about the bot shows what else there is
    steps:
      - intent: bot_challenge
      - action: utter_bot_challenge
      - intent: deny
      - action: utter_ask_capabilities
  - story: a no after two questions running names who else can help
    steps:
      - intent: faq
      - action: utter_faq
      - intent: faq
      - action: utter_faq
      - intent: deny
      - action: utter_human_handoff
"""
ADDED = {
    "one turn back": (["are you a robot", "no thanks"], "utter_ask_capabilities"),
    "two turns back": (["/faq/sleep", "should i take magnesium", "nope"], "utter_human_handoff"),
    # The story is not yet complete here, so the short one of data/ answers.
    "not complete": (["hi", "should i take magnesium", "nope"], "utter_nothing_pending_no"),
}


def earlier_talk(seed: int) -> list[str]:
    """Some small talk, the same for the same seed."""
    chosen = random.Random(seed)
    return chosen.choices(SMALL_TALK, k=chosen.randint(1, LONGEST))


def last_reply(chat: Any, said: list[str], before: list[str]) -> list[str]:
    """Say everything and return the keys of the last reply."""
    for text in before:
        chat.say(text)
    # A yes after "next" starts an exercise, and a twitch opens a talk.
    if chat.slot("exercise_running") or chat.slot("symptom_talk"):
        chat.say("stop")
    return [chat.say(text).keys for text in said][-1]


@pytest.mark.parametrize("seed", range(PREFIXES))
@pytest.mark.parametrize("name", STORIES)
def test_a_story_works_after_any_small_talk(name: str, seed: int, chat: Any) -> None:
    """What was said before does not change what the end of a story gets."""
    said, reply = STORIES[name]
    before = earlier_talk(seed)
    assert last_reply(chat, said, before) == [reply], before


@pytest.fixture(scope="module")
def with_added_stories(agent: Any, tmp_path_factory: Any, session_loop: Any) -> Any:
    """An agent whose stories are ours plus the author's; understanding is the trained model's."""
    from rasa.core.agent import load_agent
    from rasa.model_training import train_core

    folder: Path = tmp_path_factory.mktemp("author")
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "data" / "flows" / "authors_own.yml").write_text(AUTHORS_FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv("RASA_CACHE_DIRECTORY", str(folder / "cache"))
        model = train_core(
            domain="domain.yml",
            config="config.yml",
            stories=str(folder / "data"),
            output=str(folder / "models"),
        )
    assert model is not None
    added = session_loop.run_until_complete(load_agent(model))
    added.processor.nlg = agent.processor.nlg
    added.processor.parse_message = agent.processor.parse_message
    return added


@pytest.mark.parametrize("seed", range(PREFIXES))
@pytest.mark.parametrize("name", [*ADDED, *STORIES])
def test_an_added_story_works_after_any_small_talk(
    name: str, seed: int, with_added_stories: Any, session_loop: Any
) -> None:
    """One new story file is enough, and it takes nothing from the stories that were there."""
    said, reply = {**STORIES, **ADDED}[name]
    before = earlier_talk(seed)
    chat = Chat(with_added_stories, session_loop)
    assert last_reply(chat, said, before) == [reply], before
