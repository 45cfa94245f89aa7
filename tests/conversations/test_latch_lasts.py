"""How long a red flag stands: in a fresh chat, around twenty-four hours, and after start over.

The clock of this process is moved on, so that session, latch and events all see the later time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.conversations.script import Talk
from tests.conversations.test_latch_table import OPENINGS, REFUSED, REMINDED, SEVERE

HOUR = 60 * 60
DAY = 24 * HOUR
A_LITTLE = 60
LASTING = ("emergency", "imminent", "crisis")
"""These stand by the clock; see_doctor stands by turns."""
Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Move the clock on by so many seconds."""
    real, moved = time.time, 0.0

    def move(seconds: float) -> None:
        nonlocal moved
        moved += seconds
        monkeypatch.setattr(time, "time", lambda: real() + moved)

    return move


def open_flag(chat: Any, tier: str) -> str:
    """Raise a flag of this tier; return the tier that stands."""
    talk = Talk(chat)
    for said in OPENINGS[tier]:
        assert talk.take({"say": said}) == [], talk.transcript
    held = chat.slot("safety_tier")
    assert held
    return str(held)


def keys_of(chat: Any, said: str) -> list[str]:
    """Say it; return the keys of the reply, also where it opened a new session."""
    from rasa.shared.core.events import BotUttered, UserUttered

    chat.say(said)
    keys: list[str] = []
    for event in chat.tracker().events:
        if isinstance(event, UserUttered):
            keys = []
        elif isinstance(event, BotUttered):
            keys.append(event.metadata["utter_action"])
    return keys


def sessions(chat: Any, session_loop: Any) -> int:
    """Return how many sessions the whole conversation has had."""
    from rasa.shared.core.events import SessionStarted

    store = chat.agent.tracker_store
    whole = session_loop.run_until_complete(store.retrieve_full_tracker(chat.sender))
    return sum(isinstance(event, SessionStarted) for event in whole.events)


# ------------------------------------------------------------------ a fresh chat
@pytest.mark.parametrize("tier", SEVERE)
def test_a_flag_stands_in_a_fresh_chat(
    tier: str, chat: Any, later: Later, session_loop: Any
) -> None:
    """Two hours later a new session begins, and hello gets the reminder."""
    held = open_flag(chat, tier)
    later(2 * HOUR)
    assert keys_of(chat, "hi") == [REMINDED[tier]]
    assert sessions(chat, session_loop) == 2
    assert chat.slot("safety_tier") == held


@pytest.mark.parametrize("tier", SEVERE)
def test_an_exercise_is_refused_in_a_fresh_chat(tier: str, chat: Any, later: Later) -> None:
    """A new session is no way round the latch."""
    open_flag(chat, tier)
    later(2 * HOUR)
    assert keys_of(chat, "/start_breathing") == [REFUSED[tier]]
    assert chat.slot("exercise_running") is False


def test_routine_guidance_is_repeated_before_an_exercise_in_a_fresh_chat(
    chat: Any, later: Later
) -> None:
    """Routine stands two turns, the first of a new session among them."""
    open_flag(chat, "routine")
    later(2 * HOUR)
    assert keys_of(chat, "/start_breathing") == ["utter_breathing_ready"]
    assert chat.slot("safety_append") == ["utter_see_doctor_routine_short"]


# ------------------------------------------------------------------ twenty-four hours
@pytest.mark.parametrize("said", ["hi", "thanks", "should i take magnesium", "/start_breathing"])
@pytest.mark.parametrize("tier", LASTING)
def test_just_before_a_day_is_over_it_stands(tier: str, said: str, chat: Any, later: Later) -> None:
    """A minute short of twenty-four hours everything still knows of it."""
    held = open_flag(chat, tier)
    later(DAY - A_LITTLE)
    (key,) = keys_of(chat, said)
    assert chat.slot("safety_tier") == held
    assert key == {
        "should i take magnesium": "utter_faq/magnesium",
        "/start_breathing": REFUSED[tier],
    }.get(said, REMINDED[tier])
    if key.startswith("utter_faq/"):
        assert "utter_safety_reminder" in chat.slot("safety_append")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("hi", "utter_greet"),
        ("should i take magnesium", "utter_faq/magnesium"),
        ("/start_breathing", "utter_breathing_ready"),
    ],
)
@pytest.mark.parametrize("tier", LASTING)
def test_just_after_a_day_it_is_over(
    tier: str, said: str, key: str, chat: Any, later: Later
) -> None:
    """A minute past twenty-four hours the talk is as any other, and no slot remembers."""
    open_flag(chat, tier)
    later(DAY + A_LITTLE)
    assert keys_of(chat, said) == [key]
    assert chat.slot("safety_tier") is None
    assert chat.slot("safety_latch") is None
    assert chat.slot("safety_append") is None


@pytest.mark.parametrize("tier", LASTING)
def test_the_day_counts_from_the_last_such_message(tier: str, chat: Any, later: Later) -> None:
    """The same flag at noon starts the day again; hello in between does not."""
    held = open_flag(chat, tier)
    later(DAY / 2)
    keys_of(chat, OPENINGS[tier][0])
    later(DAY - 2 * A_LITTLE)
    assert keys_of(chat, "hi") == [REMINDED["crisis" if held == "crisis" else tier]]
    later(3 * A_LITTLE)
    assert keys_of(chat, "hi")[0] in ("utter_greet", "utter_greet_again")
    assert chat.slot("safety_tier") is None


def test_a_flag_after_the_day_is_a_first_flag_again(chat: Any, later: Later) -> None:
    """The whole reply comes, not a short one, and the new flag has its own day."""
    open_flag(chat, "emergency")
    later(DAY + A_LITTLE)
    assert keys_of(chat, "i have chest pain") == ["utter_emergency"]
    later(DAY - A_LITTLE)
    assert keys_of(chat, "hi") == [REMINDED["emergency"]]


def test_an_old_crisis_button_still_counts_after_the_day(chat: Any, later: Later) -> None:
    """A yes to "are you thinking of ending your life" is never too late."""
    open_flag(chat, "crisis")
    later(DAY + A_LITTLE)
    assert keys_of(chat, '/crisis_answer{"answer":"yes"}') == ["utter_crisis_imminent"]
    assert chat.slot("safety_latch")["level"] == "imminent"


# ------------------------------------------------------------------ start over
@pytest.mark.parametrize("command", ["start over", "/start_over", "/restart"])
@pytest.mark.parametrize("tier", SEVERE)
def test_start_over_leaves_the_flag_and_its_place(tier: str, command: str, chat: Any) -> None:
    """Everything else is emptied; the flag, its tier and the country stay."""
    held = open_flag(chat, tier)
    chat.say('/set_region{"region":"UK"}')
    latch = dict(chat.slot("safety_latch"))
    assert keys_of(chat, command) == ["utter_started_over"]
    after = chat.slot("safety_latch")
    assert [after[k] for k in ("tier", "level", "code")] == [
        latch[k] for k in ("tier", "level", "code")
    ]
    assert (chat.slot("safety_tier"), chat.slot("region")) == (held, "UK")
    assert keys_of(chat, "hi") == [REMINDED[tier]]


def test_start_over_does_not_start_the_day_again(chat: Any, later: Later) -> None:
    """The flag is as old as its message, whatever was started since."""
    open_flag(chat, "emergency")
    later(DAY - HOUR)
    keys_of(chat, "start over")
    later(HOUR + A_LITTLE)
    keys_of(chat, "hi")
    assert chat.slot("safety_tier") is None
