"""Refusing: how many in a row, and whom to point to. Pure, no model."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.nlu.refusals import conditions, in_a_row, kind_of, sure_kind

NO = ["utter_default"]
ASKED = ["utter_did_you_mean"]
WHICH = ["utter_which_one"]
TOPIC = ["utter_faq/sleep"]
DENY = {"intent": {"name": "deny"}}


@pytest.mark.parametrize(
    ("turns", "count"),
    [
        ([], 0),
        ([NO], 1),
        ([NO, NO, NO], 3),
        ([NO, TOPIC], 0),
        ([NO, NO, TOPIC, NO], 1),
        ([NO, ASKED], 1),
        ([NO, ASKED, NO], 2),
        ([ASKED], 0),
        ([NO, WHICH], 1),
        ([NO, []], 1),
        ([NO, ["utter_greet"]], 0),
        ([["utter_default", "utter_greet"]], 1),
    ],
)
def test_a_row_is_broken_by_an_answer_alone(turns: list[list[str]], count: int) -> None:
    """Asking back, and a turn in which nothing was said, neither count nor break."""
    assert in_a_row(turns) == count


@pytest.mark.parametrize(
    ("before", "place"),
    [(0, "first"), (1, "second"), (2, "later"), (7, "later")],
)
def test_the_place_in_the_row_is_a_word(before: int, place: str) -> None:
    """After two comes a later one, and so is every one after it."""
    assert conditions([NO] * before, {})["refusals"] == place


@pytest.mark.parametrize(
    ("turns", "parse", "kind"),
    [
        ([], {"refusal_kind": "dose"}, "dose"),
        ([], {}, "far"),
        ([], {"refusal_kind": None, "intent": None}, "far"),
        ([ASKED], DENY, "none_fits"),
        ([NO, ASKED], DENY, "none_fits"),
        ([ASKED, NO], DENY, "far"),
        ([TOPIC], DENY, "far"),
        ([], DENY, "far"),
        ([ASKED], {"refusal_kind": "pet"}, "pet"),
    ],
)
def test_the_kind_comes_from_the_message_or_from_a_no(
    turns: list[list[str]], parse: dict[str, Any], kind: str
) -> None:
    """A no counts only straight after the offer."""
    assert kind_of(turns, parse) == kind


@pytest.mark.parametrize(
    ("ranking", "kind"),
    [
        ([("pet", 0.9), ("far", 0.1)], "pet"),
        ([("pet", 0.5), ("child", 0.4)], "pet"),
        ([("pet", 0.49), ("child", 0.4)], "far"),
        ([], "far"),
    ],
)
def test_an_unsure_kind_is_far(ranking: list[tuple[str, float]], kind: str) -> None:
    """The plain no is never the wrong one."""
    assert sure_kind(ranking, 0.5) == kind
