"""The words for a turn in which everything else went wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from assistant.runtime.static_replies import StaticReplies
from assistant.safety.resources import placeholders

ROOT = Path(__file__).parents[2]
TIERS = [
    ("my chest hurts and I'm sweating", "utter_emergency"),
    ("i want to kill myself", "utter_crisis"),
    ("my arm feels weak and tingly", "utter_see_doctor"),
]


@pytest.fixture(scope="module")
def replies() -> StaticReplies:
    """The replies as a server reads them."""
    return StaticReplies()


@pytest.mark.parametrize(("text", "key"), TIERS)
def test_each_tier_gets_its_own_words(text: str, key: str, replies: StaticReplies) -> None:
    """A red flag gets the reply of its tier, whole."""
    reply = replies.for_text(text)
    assert reply["utter_action"].startswith(key)
    assert reply["metadata"]["utter_action"] == reply["utter_action"]
    assert re.search(r"computer program|program, not a person|automated|doctor", reply["text"])


@pytest.mark.parametrize("text", ["does coffee make it worse", "", " ", "/start_breathing"])
def test_anything_else_gets_every_number(text: str, replies: StaticReplies) -> None:
    """Without a red flag the help block stands with the request to try again."""
    assert placeholders(None)["help_block"] in replies.for_text(text)["text"]
    assert replies.help_text == replies.for_text(text)["text"]


def test_no_place_is_left_empty(replies: StaticReplies) -> None:
    """Every safety text of domain.yml is filled: no placeholder and no gap is shown."""
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    keys = [k for k in responses if re.match(r"utter_(emergency|crisis|see_doctor|turn_failed)", k)]
    assert len(keys) > 10
    for key in keys:
        text = replies._message(key)["text"]
        assert not re.search(r"[{}]|\(\)|  |\n\n\n", text), key


def test_one_reply_does_not_change_the_next(replies: StaticReplies) -> None:
    """Rasa takes a message apart while sending it; the words are kept whole."""
    for text in (TIERS[0][0], TIERS[1][0], "hello"):
        first = replies.for_text(text)
        words = first.pop("text")
        first.clear()
        assert replies.for_text(text)["text"] == words


def test_a_missing_text_is_noticed_at_the_start(tmp_path: Path) -> None:
    """A domain without the words for a failed turn stops the start, not the emergency."""
    domain = tmp_path / "domain.yml"
    domain.write_text("responses: {utter_tripwire: [{text: 'x'}]}", encoding="utf-8")
    with pytest.raises(KeyError, match="utter_turn_failed"):
        StaticReplies(domain)
