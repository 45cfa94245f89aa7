"""What the safety policy's pure half does in a talk about a symptom. No Rasa."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.safety.finding import Finding
from assistant.safety.latch import Decision, Signal, decide
from assistant.symptoms import talk

ANSWER = talk.INTENT


def said(intent: str, finding: Finding | None = None, **more: Any) -> Decision:
    """One message in an open talk, nothing latched."""
    signal = Signal(finding, intent, **{"talk": talk.SIGNS, **more})
    return decide(signal, None, 100.0, 3)


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
@pytest.mark.parametrize("open_question", [talk.SIGNS, talk.WHERE, None])
def test_a_sign_or_a_doubt_is_for_a_doctor_today(answer: str, open_question: str | None) -> None:
    """Typed or pressed, even with an old button; row 6: not sure is the same as sure."""
    decision = said(ANSWER, answer=answer, talk=open_question)
    assert decision.reply == "utter_see_doctor_urgent"
    assert decision.latch and decision.latch["level"] == "urgent"
    assert decision.stop_exercise


@pytest.mark.parametrize("answer", ["no", "skip", "why", "unclear", None])
def test_other_answers_are_left_to_the_talk(answer: str | None) -> None:
    """No reply of the policy's own, and no latch."""
    decision = said(ANSWER, answer=answer)
    assert (decision.reply, decision.latch) == (None, None)


def test_a_sign_told_in_words_has_its_own_level() -> None:
    """Yes, getting worse: the level and code of the words, not of the button."""
    worse = Finding("see_doctor", "routine", "D3")
    decision = said(ANSWER, worse, answer="yes")
    assert decision.reply == "utter_see_doctor_routine"
    assert decision.latch and decision.latch["code"] == "D3"


def test_stop_ends_the_talk() -> None:
    """And says so, instead of that nothing runs."""
    assert said("stop").reply == "utter_symptom_stopped"
    assert said("stop", talk=None).reply == "utter_nothing_to_stop"


def test_the_talk_says_itself_when_to_see_a_doctor() -> None:
    """The soft line is not added to each question; help and support are."""
    owed = Finding(soft=("two_weeks",), append=("soft_line", "support_line", "help_block"))
    assert said(ANSWER, owed).append == ("utter_support_line", "utter_help_block")
    assert "utter_soft_line" in said("report_symptom", owed, talk=None).append


@pytest.mark.parametrize("open_question", [talk.WHERE, talk.HOW_LONG])
def test_a_doubt_about_the_body_is_put_by_the_talk(open_question: str) -> None:
    """Its list of signs is the same question."""
    decision = said(ANSWER, Finding(check="body"), talk=open_question)
    assert (decision.reply, decision.question) == (None, None)


@pytest.mark.parametrize(
    ("intent", "check", "open_question"),
    [
        (ANSWER, "body", talk.SIGNS),
        (ANSWER, "mood", talk.WHERE),
        (ANSWER, "body", None),
        ("faq", "body", talk.WHERE),
        ("report_symptom", "body", None),
    ],
)
def test_every_other_doubt_is_asked_about(
    intent: str, check: str, open_question: str | None
) -> None:
    """A doubt about the mood, one at the signs themselves, one outside the talk."""
    decision = said(intent, Finding(check=check), talk=open_question)
    assert decision.reply == f"utter_check_{check}"
    assert decision.stop_exercise


def test_both_sides_name_the_same() -> None:
    """The latch knows no talk; it knows two of its names."""
    from assistant.safety import latch

    assert (latch.TALK, latch.SIGNS) == (talk.INTENT, talk.SIGNS)
