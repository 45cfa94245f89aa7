"""The hazard log over every reply, as written and as said: comfort, tone, disclosure, reading grade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.authoring import rules_wording
from assistant.authoring.project import Project, load
from assistant.authoring.rules_wording import is_safety, spoken, violations
from tests.conversations.script import DISCLOSURE, ROOT, Talk

hazard = pytest.mark.hazard

SEVERE = ("utter_emergency", "utter_crisis")
HELPS = ("{emergency}", "{crisis_lines}", "{abuse_lines}", "{child_lines}")
A_PROGRAM = re.compile(r"I am a (computer )?program")
SCREEN_NOTE = re.compile(r"[Dd]elete this chat")
CHEER = re.compile(
    r"!|[\U0001F300-\U0001FAFF]|anything else|glad to help|\b(great|awesome|wonderful|yay)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def project() -> Project:
    """The content of this project."""
    return load(ROOT)


@pytest.fixture
def aloud(agent: Any, session_loop: Any, chat: Any) -> Any:
    """Say each wording of the keys that begin so, as the agent says it, and give (key, text)."""
    chat.say("hi")

    def say(*starts: str, wanted: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str]]:
        tracker = chat.tracker()
        for key, variants in agent.domain.responses.items():
            for number, variant in enumerate(variants if key.startswith(starts) else ()):
                if not any(part in variant.get("text", "") for part in wanted):
                    continue
                saying = agent.processor.nlg.generate(key, tracker, "rest", wording=number)
                # Some wordings fit other turns than this one.
                if message := session_loop.run_until_complete(saying):
                    yield key, message["text"]

    return say


@hazard("H5")
@hazard("H6")
@hazard("H21")
def test_no_reply_holds_a_forbidden_wording(project: Project) -> None:
    """No comfort, verdict, odds, dose or order stands in anything people may read."""
    found = [said.text for said in spoken(project) if [*violations(said.text, safety=said.safety)]]
    assert found == []


@hazard("H17")
def test_no_safety_reply_is_bright(aloud: Any) -> None:
    """No exclamation mark, no emoji, no "anything else" in whatever is said about a red flag."""
    said = list(aloud("utter_"))
    bright = [(key, text) for key, text in said if is_safety(key) and CHEER.search(text)]
    assert len(said) > 50
    assert bright == []


@hazard("H18")
def test_every_emergency_and_crisis_reply_says_that_a_program_speaks(aloud: Any) -> None:
    """In each wording, said aloud: nobody waits for a human who is not there."""
    said = list(aloud(*SEVERE, wanted=HELPS))
    assert len(said) > 20
    assert [(key, text) for key, text in said if not A_PROGRAM.search(text)] == []


@hazard("H18")
@pytest.mark.parametrize(
    "first", ["hi", "should i take magnesium", "i have chest pain", "/start_breathing"]
)
def test_every_talk_opens_with_what_the_bot_is(first: str, chat: Any) -> None:
    """Whatever comes first: a program, no clinician, and nobody is watching."""
    talk = Talk(chat)
    turn = chat.say(first)
    assert talk.says(DISCLOSURE, turn)


@hazard("H22")
def test_every_abuse_reply_says_who_may_see_the_screen(aloud: Any) -> None:
    """Each wording for abuse or for a child says that the chat may be deleted."""
    said = list(aloud("utter_crisis_abuse", "utter_crisis_child"))
    assert said
    assert [(key, text) for key, text in said if not SCREEN_NOTE.search(text)] == []


@hazard("H23")
def test_every_safety_reply_is_easy_to_read(project: Project) -> None:
    """Grade six at most, in each wording."""
    hard = {f"{f.file}:{f.line}" for f in rules_wording.grades(project)}
    safety = {
        f"{said.page.path}:{said.node.start_mark.line + 1}"
        for said in spoken(project)
        if said.safety
    }
    assert safety
    assert hard & safety == set()
