"""The hazard log through the trained agent: exercises, and what is said while a red flag stands."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.exercises import load_library
from assistant.nlu import phrasing
from tests.conversations.script import Talk
from tests.conversations.test_latch_table import OPENINGS, REMINDED

hazard = pytest.mark.hazard

HOLD = "utter_breathing_round_hold"
TENSE = "utter_exercise_step_tense"
RELEASE = '/exercise_control{"control":"release"}'
SKIP = '/exercise_control{"control":"skip"}'
MAX_HOLDS = 4
WITH_HOLD = '/start_breathing{"technique":"4-7-8"}'
ENDED = {"exercise": None, "exercise_step": None, "exercise_running": False}
# What still says that a flag stands, whatever is asked for.
LATCH_TURNS = {"emergency": 8, "imminent": 8, "crisis": 8, "urgent": 4, "routine": 1}
SEVERE = tuple(REMINDED)


def running(chat: Any) -> dict[str, Any]:
    """Return what the slots say of an exercise."""
    return {name: chat.slot(name) for name in ENDED}


def opened(chat: Any, tier: str) -> Talk:
    """Return a talk in which a red flag of this tier has just been answered."""
    talk = Talk(chat)
    for said in OPENINGS[tier]:
        assert talk.take({"say": said}) == [], talk.transcript
    return talk


# ------------------------------------------------------------------ H12: breath holds
@hazard("H12")
def test_the_caution_comes_before_the_first_hold(chat: Any) -> None:
    """Who should leave the hold out is told in the message that offers it, and then it is chosen."""
    first = chat.say("can we do 4-7-8")
    assert first.keys == ["utter_breathing_choice"]
    caution = load_library()["4-7-8"].caution
    assert caution and " ".join(caution.split()) in " ".join(first.text.split())


@hazard("H12")
@pytest.mark.parametrize("said", ["ok", "next", '/start_breathing{"technique":"gentle"}', "gentle"])
def test_an_unclear_choice_leads_without_a_hold(said: str, chat: Any) -> None:
    """Only whoever chooses the hold by its name holds their breath."""
    chat.say("can we do 4-7-8")
    keys = chat.say(said).keys
    while chat.slot("exercise_running"):
        keys += chat.say("/affirm").keys
    assert HOLD not in keys


@hazard("H12")
def test_no_more_than_four_holds_are_led(chat: Any) -> None:
    """Repeating, going back and starting again do not add up to more."""
    keys: list[str] = []
    says = [WITH_HOLD, WITH_HOLD, "/affirm", "/affirm", '/exercise_control{"control":"repeat"}']
    says += [*['/exercise_control{"control":"back"}'] * 2, *["/affirm"] * 4, WITH_HOLD, WITH_HOLD]
    for said in [*says, *["/affirm"] * 3]:
        keys += chat.say(said).keys
    assert 0 < keys.count(HOLD) <= MAX_HOLDS


# ------------------------------------------------------------------ H14: cramp and pain
@hazard("H14")
@pytest.mark.parametrize(
    "said", ["it hurts", "ouch that hurts", "my calf is cramping", "cramp", "i got a cramp"]
)
def test_a_cramp_or_pain_ends_the_exercise_at_once(said: str, chat: Any) -> None:
    """No next step, but the words for leaving."""
    chat.say("/start_breathing")
    chat.say("ok")
    assert chat.say(said).keys == ["utter_exercise_exit"]
    assert running(chat) == ENDED


@hazard("H14")
@pytest.mark.parametrize("said", ["progressive muscle relaxation please", "lets do pmr"])
def test_the_warning_comes_before_anything_is_tensed(said: str, chat: Any) -> None:
    """Who should leave it, and what never to tense, is told before the form is chosen."""
    first = chat.say(said)
    assert first.keys == ["utter_exercise_forms"]
    caution = load_library()["muscle-relaxation"].caution
    assert caution and " ".join(caution.split()) in " ".join(first.text.split())
    assert RELEASE in first.payloads


@hazard("H14")
@pytest.mark.parametrize("said", [RELEASE, "only let go", "no tensing please"])
def test_whoever_only_lets_go_is_never_told_to_tense(said: str, chat: Any) -> None:
    """From the choice to the end, every step is the one with nothing tensed."""
    tensing = [s.said.words for s in load_library()["muscle-relaxation"].steps if s.released]  # type: ignore[attr-defined]
    chat.say("/start_muscle_relaxation")
    turns = [chat.say(said)]
    while not {"utter_exercise_checkin", "utter_exercise_closed"} & set(turns[-1].keys):
        turns.append(chat.say("/affirm"))
    assert [turn.keys for turn in turns].count(["utter_exercise_step_part"]) == 5
    assert not [words for words in tensing for turn in turns if words in turn.text]


@hazard("H14")
def test_every_part_can_be_left_out(chat: Any) -> None:
    """Each step that tenses something has buttons for skipping it and for letting go alone."""
    chat.say("/start_muscle_relaxation")
    chat.say("/affirm")
    for _ in range(5):
        turn = chat.say("/affirm")
        assert turn.keys == [TENSE]
        assert {SKIP, RELEASE} <= set(turn.payloads)


# ------------------------------------------------------------------ H15: instead of care
ELSEWHERE = [
    *("should i take magnesium", "does coffee make twitching worse", "what helps me sleep"),
    *("im so anxious today", "what is the capital of france", "asdf qwerty zxcv"),
    *("how do i stop the twitching", "my eyelid twitches"),
]


@hazard("H15")
@pytest.mark.parametrize("tier", OPENINGS)
def test_no_exercise_is_offered_while_a_flag_stands(tier: str, chat: Any) -> None:
    """Whatever is asked for the length of the latch, no button and no reply leads to one."""
    opened(chat, tier)
    for said in ELSEWHERE[: LATCH_TURNS[tier]]:
        turn = chat.say(said)
        assert chat.slot("safety_tier"), said
        assert [p for p in turn.payloads if phrasing.leads_to_exercise(p)] == [], said
        assert "utter_express_anxiety" not in turn.keys, said


@hazard("H15")
@pytest.mark.parametrize("said", ["can we do a breathing exercise", "/start_breathing", "carry on"])
@pytest.mark.parametrize("tier", SEVERE)
def test_an_exercise_asked_for_instead_of_care_is_refused(tier: str, said: str, chat: Any) -> None:
    """Kindly, with the action again; nothing starts."""
    opened(chat, tier)
    (key,) = chat.say(said).keys
    assert key.startswith(("utter_exercise_refused", "utter_exercise_not_now"))
    assert running(chat) == ENDED


# ------------------------------------------------------------------ H16: a reset
@hazard("H16")
@pytest.mark.parametrize("command", ["/restart", "start over", "/session_start", "/start_over"])
@pytest.mark.parametrize("tier", SEVERE)
def test_no_command_clears_a_flag(tier: str, command: str, chat: Any) -> None:
    """Whatever is typed to begin anew, the next hello gets the reminder."""
    opened(chat, tier)
    held = chat.slot("safety_tier")
    chat.say(command)
    assert chat.slot("safety_tier") == held
    assert chat.say("hi").keys == [REMINDED[tier]]


# ------------------------------------------------------------------ H17: cheer
CHEERFUL = ("utter_thanks", "utter_goodbye", "utter_greet", "utter_bot_challenge")


@hazard("H17")
@pytest.mark.parametrize("tier", SEVERE)
def test_no_cheerful_reply_follows_a_red_flag(tier: str, chat: Any) -> None:
    """Thanks, hello, bye and yes get the help again, and never the same words twice running."""
    talk = opened(chat, tier)
    for said in ["thanks", "hi", "bye", "ok", "thank you so much", "good night"][
        : LATCH_TURNS[tier]
    ]:
        step = {"say": said, "never": CHEERFUL, "numbers_for": "anywhere"}
        assert talk.take(step) == [], talk.transcript
