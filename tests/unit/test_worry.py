"""The same worry, counted (hazard H25)."""

from __future__ import annotations

import pytest

from assistant.safety.finding import Finding
from assistant.safety.latch import Decision, Signal, decide
from assistant.safety.worry import LAST_TURNS, TIMES, times_asked, worries

ALS = worries("faq/als_worry", ["disease_worry"])
LONG = worries("faq/how_long", [])
NONE: frozenset[str] = frozenset()
LATCH = {"tier": "crisis", "level": None, "code": "C1", "turn": 1, "at": 100.0}


@pytest.mark.parametrize(
    ("label", "soft", "named"),
    [
        ("faq/als_worry", ("disease_worry",), {"illness"}),
        ("nlu_fallback", ("disease_worry",), {"illness"}),
        ("faq/diagnosis", ("health_worry",), {"faq/diagnosis", "illness"}),
        ("faq/how_long", ("two_weeks",), {"faq/how_long"}),
        ("faq/caffeine", (), set()),
        ("greet", (), set()),
        (None, (), set()),
    ],
)
def test_a_message_names_its_worries(
    label: str | None, soft: tuple[str, ...], named: set[str]
) -> None:
    """Topics that worry asks, and the fear of a disease, whichever it is."""
    assert worries(label, soft) == named


@pytest.mark.parametrize(
    ("history", "times"),
    [
        ([], 0),
        ([NONE], 0),
        ([ALS], 1),
        ([ALS, NONE], 0),
        ([ALS, LONG], 1),
        ([ALS, NONE, LONG, ALS, ALS], 3),
        ([ALS, *[NONE] * (LAST_TURNS - 2), ALS], 2),
        ([ALS, *[NONE] * (LAST_TURNS - 1), ALS], 1),
    ],
)
def test_the_worry_of_the_last_message_is_counted(
    history: list[frozenset[str]], times: int
) -> None:
    """Not in a row, and not further back than the last turns."""
    assert times_asked(history) == times


def say(worry: int, finding: Finding | None = None, latch: dict | None = None) -> Decision:
    """Decide one turn."""
    signal = Signal(finding or Finding(), "faq", worry=worry)
    return decide(signal, latch, 200.0, 4)


def test_from_the_third_ask_on_the_worry_itself_is_answered() -> None:
    """The soft line would be one warning more; other lines stay."""
    soft = Finding(soft=("disease_worry",), append=("soft_line", "support_line"))
    assert say(TIMES - 1, soft).reply is None
    for times in (TIMES, TIMES + 1, TIMES + 9):
        decision = say(times, soft)
        assert decision.reply == "utter_worry_again"
        assert decision.append == ("utter_support_line",)


def test_a_red_flag_still_wins() -> None:
    """A worry told a tenth time may carry a sign."""
    assert say(9, Finding("emergency", code="E6")).reply == "utter_emergency"
    assert say(9, Finding("see_doctor", "routine", "D1")).reply == "utter_see_doctor_routine"


def test_while_a_red_flag_stands_its_reminder_is_kept() -> None:
    """The latch is not touched."""
    decision = say(TIMES, latch=LATCH)
    assert decision.reply == "utter_worry_again"
    assert "utter_safety_reminder" in decision.append
    assert decision.latch == LATCH
