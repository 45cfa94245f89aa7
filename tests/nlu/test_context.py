"""Two questions in one message, and short messages after an answer: the development lists hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.authoring import agent as trained
from assistant.authoring.project import load
from assistant.safety.finding import TIER_RANK

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEVERAL = yaml.safe_load((HERE / "dev_several.yml").read_text(encoding="utf-8"))
FOLLOW_UPS = yaml.safe_load((HERE / "dev_follow_ups.yml").read_text(encoding="utf-8"))
# Two fewer than measured when the thresholds were chosen (config.yml), so that one new phrase
# elsewhere does not stop anybody.
PAIRS, SINGLE, FOLLOWED = 27, 29, 48
STAYS = {"out_of_scope", "thanks", "affirm", "deny", "stop", "goodbye", "ask_author", "ask_source"}
FLAG_WORDS = 5
EVERY = 12


@pytest.fixture
def understand(agent: Any, session_loop: Any) -> Any:
    """Parse one message, first of all or after an answer."""
    return lambda say, after=None: session_loop.run_until_complete(
        trained.understand(agent, say, after)
    )


def _wanted(row: dict[str, Any]) -> list[str]:
    expect = row["expect"]
    return expect if isinstance(expect, list) else [expect]


def test_two_questions_are_noticed(understand: Any) -> None:
    """The second one is offered."""
    missed = [
        row["say"]
        for row in SEVERAL
        if "also" in row and understand(row["say"]).get("also") != [row["also"]]
    ]
    assert 30 - len(missed) >= PAIRS, missed


def test_one_question_with_its_background_is_one(understand: Any) -> None:
    """Nothing else is offered."""
    false = [r["say"] for r in SEVERAL if "also" not in r and understand(r["say"]).get("also")]
    assert 30 - len(false) >= SINGLE, false


def test_short_messages_go_on_from_the_answer(understand: Any) -> None:
    """As the list has it."""
    wrong = [
        (row["after"], row["say"], label)
        for row in FOLLOW_UPS
        if (label := trained.label_of(understand(row["say"], row["after"]))) not in _wanted(row)
    ]
    assert len(FOLLOW_UPS) - len(wrong) >= FOLLOWED, wrong


@pytest.mark.parametrize(
    "row", [r for r in FOLLOW_UPS if set(_wanted(r)) <= STAYS], ids=lambda row: row["say"]
)
def test_an_answer_before_turns_nothing_into_a_topic(row: dict[str, Any], understand: Any) -> None:
    """Yes, no, thanks, stop and what is foreign mean the same as without it."""
    before = trained.label_of(understand(row["say"]))
    after = trained.label_of(understand(row["say"], row["after"]))
    assert after == before or after in _wanted(row)


def test_a_message_without_an_answer_before_is_read_on_its_own(understand: Any) -> None:
    """Nothing of one conversation reaches the next."""
    assert trained.label_of(understand("and at night?", "faq/caffeine")) == "faq/caffeine"
    assert trained.label_of(understand("and at night?")) != "faq/caffeine"


def _short_flags() -> list[str]:
    phrases = [
        p.text
        for p in load(ROOT).phrases
        if p.label in TIER_RANK and len(p.text.split()) <= FLAG_WORDS
    ]
    return phrases[::EVERY]


@pytest.mark.parametrize("form", ["{}", "and {}?", "what about {}", "{} too"])
def test_no_red_flag_is_lowered_by_an_answer_before(form: str, understand: Any) -> None:
    """A flag that goes on from an answer is the same flag."""
    flags = _short_flags()
    assert len(flags) > 20
    for flag in flags:
        say = form.format(flag.rstrip("?!. "))
        alone, after = (
            (understand(say, topic).get("safety") or {}).get("tier")
            for topic in (None, "faq/caffeine")
        )
        assert TIER_RANK[after] >= TIER_RANK[alone], say


def test_a_red_flag_among_questions_counts(understand: Any) -> None:
    """Whatever else is asked."""
    say = "does coffee make it worse? should i take magnesium? and my left arm just went numb"
    parse = understand(say)
    assert trained.label_of(parse) == parse["safety"]["tier"] == "emergency"
