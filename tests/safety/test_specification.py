"""Every example of the safety specification through the trained agent, rules and classifier together.

`python -m tests.safety.specification` lists what is wrong, and which marks can be taken out.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.safety.specification import Example, examples, parsed
from tests.safety.test_minimal_pairs import PAIRS

EXAMPLES = examples()
PLACES = {
    "1.1": [f"E{n}" for n in range(1, 15)],
    "1.2": [f"C{n}" for n in range(1, 10)],
    "1.3": [f"U{n}" for n in range(1, 10)],
    "1.4": [f"D{n}" for n in range(1, 13)],
    "1.8": [str(n) for n in range(1, 20)],
    "3": [str(n) for n in range(1, 32)],
}
# Pairs the trained agent still gets wrong; such a pair must fail, so take the line out when mended.
KNOWN_MISSES: dict[str, str] = {}


def _must_fail(why: str, request: pytest.FixtureRequest) -> None:
    if why:
        request.applymarker(pytest.mark.xfail(reason=why, strict=True))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.where}: {e.say}")
def test_an_example_of_the_specification(
    example: Example, agent: Any, session_loop: Any, request: pytest.FixtureRequest
) -> None:
    """It gets the tier the specification gives it, and what else is due."""
    _must_fail(example.known_miss, request)
    parse = parsed(example.say, agent, session_loop, example.after)
    assert example.wrong(parse) == [], f"{example.where}: {example.say}"


@pytest.mark.parametrize(("message", "expected", "due"), PAIRS)
def test_each_half_of_a_pair_through_the_agent(
    message: str,
    expected: tuple[str | None, str | None],
    due: str,
    agent: Any,
    session_loop: Any,
    request: pytest.FixtureRequest,
) -> None:
    """What the rules tell apart, the classifier beside them does not mix up again."""
    _must_fail(KNOWN_MISSES.get(message, ""), request)
    after = ("/start_breathing", "/affirm") if due == "exit" else ()
    safety = parsed(message, agent, session_loop, after).get("safety") or {}
    level = safety.get("level") if expected[1] else None
    assert (safety.get("tier"), level) == expected, safety
    if due in ("support_line", "tripwire"):
        assert due in safety["append"]
    elif due == "soft":
        assert "soft_line" in safety["append"]
    elif due == "other":
        assert safety["person"] == "other"
    elif due == "exit":
        assert safety["exercise_exit"]
    elif due:
        assert safety["code"] == due


@pytest.mark.parametrize("section", PLACES)
def test_no_line_of_the_specification_is_left_out(section: str) -> None:
    """Each code, ruling and row has an example of its own."""
    heads = {
        match[1] for e in EXAMPLES if (match := re.match(rf"{section} (?:row )?(\w+)", e.where))
    }
    if section == "1.8":
        heads = {match[1] for e in EXAMPLES if (match := re.match(r"1\.8\.(\d+)", e.where))}
    assert set(PLACES[section]) <= heads


def test_a_known_miss_is_known_for_a_pair_that_stands() -> None:
    """A mark nobody can take out, because its message is gone, would stay for ever."""
    assert set(KNOWN_MISSES) <= {message for message, _, _ in PAIRS}


FINDING = {"tier": "see_doctor", "level": "routine", "code": "D1", "append": ["soft_line"],
           "person": "self", "variant": None, "both": False, "exercise_exit": False}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ({"tiers": ("see_doctor",)}, False),
        ({"tiers": ("see_doctor routine",), "code": "D1", "due": ("soft_line", "tripwire")}, False),
        ({"tiers": ("emergency", "see_doctor")}, False),
        ({"tiers": ("none",)}, True),
        ({"tiers": ("see_doctor urgent",)}, True),
        ({"tiers": ("see_doctor",), "code": "D2"}, True),
        ({"tiers": ("see_doctor",), "due": ("support_line",)}, True),
        ({"tiers": ("see_doctor",), "person": "other"}, True),
        ({"tiers": ("see_doctor",), "variant": "mental"}, True),
        ({"tiers": ("see_doctor",), "both": True}, True),
        ({"tiers": ("see_doctor",), "exit": True}, True),
        ({"tiers": ("see_doctor",), "label": ("faq",)}, True),
    ],
)
def test_each_expectation_can_fail(wanted: dict[str, Any], wrong: bool) -> None:
    """No field of the file is only decoration."""
    parse = {"intent": {"name": "see_doctor"}, "safety": FINDING}
    assert bool(Example(where="here", say="x", **wanted).wrong(parse)) is wrong
