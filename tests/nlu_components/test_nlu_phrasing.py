"""Choosing a wording and putting a reply together, without Rasa."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from assistant.nlu.phrasing import assemble, fill, led_by, pick, pick_short


def _variants(marks: tuple[bool, ...]) -> list[dict[str, Any]]:
    return [{"text": str(i), "metadata": {"again": mark}} for i, mark in enumerate(marks)]


ALL_MIXES = [m for n in (2, 3, 4) for m in itertools.product((False, True), repeat=n)]


@pytest.mark.parametrize("marks", ALL_MIXES)
def test_no_wording_comes_twice_running(marks: tuple[bool, ...]) -> None:
    """For every mix of first and later wordings, over twelve turns."""
    given: list[int] = []
    for _ in range(12):
        index = pick(_variants(marks), given)
        assert index is not None
        given.append(index)
    assert all(a != b for a, b in itertools.pairwise(given))


def test_the_full_wording_comes_first_then_the_later_ones() -> None:
    """`again: true` waits until the answer was given once."""
    variants = _variants((False, True, True))
    assert pick(variants, []) == 0
    assert pick(variants, [0]) == 1
    assert pick(variants, [0, 1]) == 2


def test_full_wordings_take_turns_where_there_is_no_later_one() -> None:
    """All of them are used before one comes back."""
    variants = _variants((False, False, False))
    given: list[int] = []
    for _ in range(6):
        given.append(pick(variants, given) or 0)
    assert given == [0, 1, 2, 0, 1, 2]


def test_a_short_wording_is_the_least_given_of_the_later_ones() -> None:
    """Whole wordings never count as short."""
    variants = _variants((False, True, True))
    assert pick_short(variants, [0]) == 1
    assert pick_short(variants, [0, 1]) == 2
    assert pick_short(variants, [1, 2, 0]) == 1
    assert pick_short(_variants((False,)), []) is None


def test_buttons_that_lead_are_first_and_lead_nowhere_twice() -> None:
    """The title of the first one counts."""
    sleep, tea = (
        {"title": "Sleep", "payload": "/faq/sleep"},
        {"title": "Tea", "payload": "/faq/tea"},
    )
    again = {"title": "Bad nights", "payload": "/faq/sleep"}
    assert led_by([sleep], [tea, again]) == [sleep, tea]
    assert led_by([], [tea, sleep]) == [tea, sleep]


def test_a_single_wording_is_repeated_rather_than_nothing_said() -> None:
    """Silence is worse than a repetition."""
    assert pick(_variants((False,)), [0, 0]) == 0
    assert pick(_variants((True,)), []) == 0


def test_no_wording_is_none() -> None:
    """The caller decides what a missing answer means."""
    assert pick([], []) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call {emergency} now.", "Call 999 now."),
        ("Call {nobody} now.", "Call  now."),
        ("{empty}", ""),
        ("Braces { } and {UPPER} stay.", "Braces { } and {UPPER} stay."),
        ("{steps} steps", "4 steps"),
    ],
)
def test_placeholders_are_filled(text: str, said: str) -> None:
    """Known names get their value, unknown ones leave no braces behind."""
    assert fill(text, {"emergency": "999", "empty": None, "steps": 4}) == said


def test_a_value_is_not_filled_again() -> None:
    """Braces inside a value are no placeholder."""
    assert fill("{a}", {"a": "{b}", "b": "no"}) == "{b}"


def test_the_disclosure_opens_a_reply() -> None:
    """On the first turn it is the first paragraph."""
    assert assemble("Hello.", [], [], "I am a program.") == "I am a program.\n\nHello."


def test_the_disclosure_takes_its_own_place() -> None:
    """In a safety reply the action comes first."""
    assert assemble("Call now.\n\n{disclosure}\n\nThen wait.", [], [], "A program.") == (
        "Call now.\n\nA program.\n\nThen wait."
    )


def test_the_place_of_the_disclosure_leaves_no_trace() -> None:
    """Later turns have none, and no empty paragraph in its stead."""
    assert assemble("Call now.\n\n{disclosure}\n\nWait.", [], [], "") == "Call now.\n\nWait."


def test_added_lines_stand_around_the_reply() -> None:
    """Guidance before what it guards, reminders after it."""
    assert assemble("Answer.", ["Before."], ["After."], "Lead.") == (
        "Lead.\n\nBefore.\n\nAnswer.\n\nAfter."
    )


def test_a_paragraph_is_said_once() -> None:
    """A line that the reply holds already is not added again."""
    assert assemble("See a doctor.", [], ["See a doctor."], "") == "See a doctor."


def test_spaces_left_by_an_empty_value_are_closed() -> None:
    """No double space, no blank line at either end."""
    assert assemble(" Call  now. ", [""], [" "], "") == "Call now."
