"""The note for a doctor, made from the conversation's events. No Rasa."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.symptoms import facts, note
from assistant.symptoms.reading import shared_reader

ROOT = Path(__file__).parents[2]


def _responses() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("doctor_note", "report_symptom"):
        path = ROOT / "data" / "flows" / f"{name}.yml"
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
    return found


RESPONSES = _responses()


def user(text: str, intent: str = "symptom_answer", **more: Any) -> dict[str, Any]:
    """One message as the tracker keeps it."""
    found = facts.entities_of(shared_reader().read(text), "test")
    found = more.get("entities", found)
    parse = {"intent": {"name": intent}, "entities": found}
    return {"event": "user", "text": text, "parse_data": parse}


def answer(text: str, value: str) -> dict[str, Any]:
    """A typed answer to the signs."""
    return user(text, entities=[{"entity": "answer", "value": value, "start": 0, "end": len(text)}])


def lines(*events: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The lines and the quotes of the note on these events."""
    filled = note.fill(note.messages(events), RESPONSES)
    assert filled is not None
    return filled["note_lines"].splitlines(), filled["note_quotes"].splitlines()


def test_the_note_holds_the_persons_own_words() -> None:
    """Places, sides and times as they were said, typing errors and all."""
    rows, quotes = lines(
        user("my left eylid twitches after coffee", "report_symptom"),
        user("abt 3 wks, evry day"),
        answer("None of these!", "no"),
    )
    assert rows == [
        "- Where: eylid",
        "- Side: left",
        "- How long: abt 3 wks",
        "- How often: evry day",
        "- It comes with: coffee",
        "- Asked about warning signs, I said: None of these!",
    ]
    assert quotes == [
        '- "my left eylid twitches after coffee"',
        '- "abt 3 wks, evry day"',
    ]


def test_an_event_is_kept_as_words() -> None:
    """Nobody turns it into a number."""
    rows, _ = lines(user("my eye, since my daughter was born", "report_symptom"))
    assert "- How long: since my daughter was born" in rows


def test_the_later_word_counts_and_more_places_add() -> None:
    """As in the talk."""
    rows, _ = lines(
        user("my right eyelid", "report_symptom"), user("no, the left"), user("also my calf")
    )
    assert rows == ["- Where: eyelid, calf", "- Side: left"]


def test_buttons_stand_by_their_titles() -> None:
    """What was pressed was read on the button."""
    pressed = [
        user('/symptom_answer{"body_part":"leg"}', entities=[{"entity": "body_part", "value": "leg"}]),
        user('/symptom_answer{"duration":"15 days"}', entities=[{"entity": "duration", "value": "15 days"}]),
        user('/symptom_answer{"answer":"not_sure"}', entities=[{"entity": "answer", "value": "not_sure"}]),
    ]  # fmt: skip
    rows, quotes = lines(user("cramp", "report_symptom"), *pressed)
    assert rows == [
        "- Where: Leg or foot",
        "- How long: More than two weeks",
        "- Asked about warning signs, I said: Not sure",
    ]
    assert quotes == ['- "cramp"']


@pytest.mark.parametrize("tier", ["see_doctor", "emergency"])
def test_a_red_flag_is_in_the_note(tier: str) -> None:
    """It is what the doctor needs most."""
    _, quotes = lines(user("my hand is weak", tier))
    assert quotes == ['- "my hand is weak"']


@pytest.mark.parametrize(
    "events",
    [
        [],
        [user("hi", "greet")],
        [user("does coffee make my eye twitch", "faq")],
        [user("i want to die", "crisis")],
        [user("/report_symptom", "report_symptom", entities=[])],
        [answer("skip", "skip")],
        [user("my eyelid", "report_symptom"), {"event": "session_started"}],
    ],
    ids=["nothing", "small talk", "a question", "a crisis", "a button", "a skip", "before"],
)
def test_without_a_symptom_there_is_no_note(events: list[dict[str, Any]]) -> None:
    """What was said in a crisis stands in no note, and another session is another talk."""
    assert note.fill(note.messages(events), RESPONSES) is None


def test_skips_and_nonsense_are_left_out() -> None:
    """Only what says something of the symptom."""
    _, quotes = lines(
        user("my eyelid", "report_symptom"), answer("why do you ask", "why"), answer("asdf", "unclear")
    )  # fmt: skip
    assert quotes == ['- "my eyelid"']


def test_long_messages_are_cut_and_many_are_fewer() -> None:
    """A note fits on a page."""
    _, quotes = lines(
        user("my eyelid " + "x" * 3000, "report_symptom"),
        *[user(f"my calf for {n} days") for n in range(2, 40)],
    )
    assert len(quotes) == note.MOST_QUOTES
    assert max(map(len, quotes)) < note.LONGEST_QUOTE + 20


def test_words_that_look_like_a_placeholder_stay_words() -> None:
    """Nobody's message fills in a number or a line of ours."""
    _, quotes = lines(user("my eye {emergency} {disclosure}\n\nand more", "report_symptom"))
    assert quotes == ['- "my eye (emergency) (disclosure) and more"']
