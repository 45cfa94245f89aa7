"""Which wording of a refusal a message gets from the trained agent."""

from __future__ import annotations

from typing import Any

import pytest

REFUSAL = "utter_default"
# Of each kind two that no author wrote down.
SAID = {
    "illness": [
        "what is the best cream for my eczema",
        "does honey do anything for a tickly cough",
    ],
    "diagnosis": ["my ferritin result says 14, what is that", "can i upload a photo of this rash"],
    "dose": ["which dose of melatonin for a long flight", "can naproxen be taken with paracetamol"],
    "appointment": [
        "can you change my gp appointment to monday",
        "does my insurance cover contact lenses",
    ],
    "child": ["my toddler refuses his nap", "when do babies get their first teeth"],
    "pet": ["my cat has been sneezing all week", "the dog shakes his leg while dozing"],
    "writing": ["write my essay about anxiety for class", "translate this sentence into german"],
}


def wanted_by(chat: Any) -> dict[str, str]:
    """Return the conditions of the wording that was said last."""
    from rasa.shared.core.events import BotUttered

    said = [e for e in chat.tracker().events if isinstance(e, BotUttered)][-1]
    assert said.metadata["utter_action"] == REFUSAL
    wording = chat.agent.domain.responses[REFUSAL][said.metadata["wording"]]
    return {row["name"]: row["value"] for row in wording.get("condition") or ()}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, said in SAID.items() for t in said])
def test_a_refusal_points_to_who_can_help(kind: str, text: str, chat: Any) -> None:
    """The wording is the one written for the kind of the question."""
    turn = chat.say(text)
    assert turn.keys == [REFUSAL]
    assert turn.parse["refusal_kind"] == kind
    assert wanted_by(chat) == {"refusals": "first", "refusal_kind": kind}


def test_a_question_from_far_away_gets_the_plain_no(chat: Any) -> None:
    """Nobody in particular helps with the capital of France."""
    assert chat.say("what is the capital of france").parse["refusal_kind"] == "far"
    assert wanted_by(chat) == {}


def test_an_answered_message_carries_no_kind(chat: Any) -> None:
    """Only what is refused has one."""
    assert "refusal_kind" not in chat.say("should i take magnesium").parse


def test_a_no_to_the_offered_topics_says_so(chat: Any) -> None:
    """The guess was wrong, and the words admit it."""
    chat.say("something about twitching")
    chat.say("no")
    assert wanted_by(chat) == {"refusals": "first", "refusal_kind": "none_fits"}


def test_who_helps_is_still_named_in_a_row(chat: Any) -> None:
    """A second question about a dose gets the menu and the pharmacist."""
    chat.say("what is the capital of france")
    text = chat.say(SAID["dose"][0]).text
    assert wanted_by(chat) == {"refusals": "second"}
    helper = next(
        v["text"]
        for v in chat.agent.domain.responses["utter_who_helps"]
        if v["condition"][0]["value"] == "dose"
    )
    assert helper in text


@pytest.mark.parametrize("kind", SAID)
def test_a_kind_asked_on_and_on_never_gets_the_same_text_twice_running(
    kind: str, chat: Any
) -> None:
    """Six refusals, each in other words than the last."""
    texts = [chat.say(SAID[kind][n % 2]).text for n in range(6)]
    assert all(a != b for a, b in zip(texts, texts[1:], strict=False))


def test_conditions_are_never_stored(chat: Any) -> None:
    """Both follow from the conversation; the slots are there for authors to name."""
    for text in (SAID["pet"][0], SAID["dose"][0], SAID["pet"][1]):
        chat.say(text)
    assert chat.slot("refusals") is None
    assert chat.slot("refusal_kind") is None
