"""What is said while a red flag stands, cell by cell: the table of the safety specification, 2.5."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.conversations.script import Talk

OPENINGS = {
    "emergency": ["i have chest pain"],
    "imminent": ["i want to die", '/crisis_answer{"answer":"yes"}'],
    "crisis": ["i want to die", '/crisis_answer{"answer":"no"}'],
    "urgent": ["my hand is weak and tingly"],
    "routine": ["my arm feels a bit weak"],
}
SHORT = {
    "emergency": "utter_emergency_again",
    "imminent": "utter_crisis_again",
    "crisis": "utter_crisis_again",
    "urgent": "utter_see_doctor_urgent_again",
}
REMINDED = {
    "emergency": "utter_safety_reminder_alone",
    "imminent": "utter_crisis_again",
    "crisis": "utter_crisis_again",
    "urgent": "utter_see_doctor_urgent_reminder",
}
REFUSED = {
    "emergency": "utter_exercise_refused_emergency",
    "imminent": "utter_exercise_refused_emergency",
    "crisis": "utter_exercise_refused_crisis",
    "urgent": "utter_exercise_not_now",
}
SEVERE = tuple(SHORT)


class Row(NamedTuple):
    """One kind of next message."""

    kind: str
    says: tuple[str, ...]
    severe: dict[str, str] | str
    """Tier -> response key, or one key for all four."""
    routine: tuple[str, ...]
    """Response keys, one for each of `says`."""
    lines: dict[str, tuple[str, ...]]
    """Tier -> response keys whose words the reply carries besides."""
    releases: tuple[str, ...] = ()
    """Tiers that no longer stand afterwards."""


REMINDER = ("utter_safety_reminder",)
WITH_LINES = (*REMINDER, "utter_support_line")
ON_TOPIC = {"emergency": REMINDER, "imminent": WITH_LINES, "crisis": WITH_LINES, "urgent": REMINDER}
HELP = dict.fromkeys(SEVERE, ("utter_help_block",))
GUIDANCE = ("utter_see_doctor_routine_short", "utter_tripwire")
TRIPWIRE = ("utter_tripwire",)

ROWS = [
    Row(
        "the same flag",
        ("OPENING",),
        {**SHORT, "imminent": "utter_crisis_imminent"},
        ("utter_see_doctor_routine_short",),
        {},
    ),
    Row(
        "unclear",
        ("what is the capital of france", "asdf qwerty zxcv"),
        SHORT,
        ("utter_default",) * 2,
        {"urgent": TRIPWIRE},
    ),
    Row(
        "help is there",
        ("i called the doctor", "i called them"),
        "utter_got_help",
        ("utter_got_help",) * 2,
        {},
        ("routine",),
    ),
    Row(
        "taken back",
        ("i'm fine", "that is not what i meant", "it was a joke"),
        "utter_retract_accepted",
        ("utter_retract_accepted",) * 3,
        {"urgent": TRIPWIRE},
        ("urgent", "routine"),
    ),
    Row(
        "a topic",
        ("should i take magnesium", "/faq/magnesium"),
        "utter_faq/magnesium",
        ("utter_faq/magnesium",) * 2,
        ON_TOPIC,
    ),
    Row(
        "an exercise",
        ("can we do a breathing exercise", "can we do 4-7-8", "/start_breathing"),
        REFUSED,
        ("utter_breathing_ready",) * 3,
        {"urgent": TRIPWIRE, "routine": GUIDANCE},
    ),
    Row(
        "muscle relaxation or going on",
        ("progressive muscle relaxation please", "carry on"),
        REFUSED,
        ("utter_breathing_ready", "utter_no_exercise_running"),
        {"urgent": TRIPWIRE, "routine": GUIDANCE},
    ),
    Row(
        "small talk",
        ("thanks", "hi", "bye"),
        REMINDED,
        ("utter_thanks", "utter_greet", "utter_goodbye"),
        {"urgent": TRIPWIRE},
    ),
    Row(
        "start over",
        ("start over",),
        "utter_started_over",
        ("utter_started_over",),
        HELP,
    ),
    Row(
        "delete my data",
        ("delete my data",),
        "utter_privacy",
        ("utter_privacy",),
        HELP,
    ),
    Row(
        "a feeling",
        ("im so anxious today",),
        "utter_express_anxiety_no_offer",
        ("utter_express_anxiety_no_offer",),
        ON_TOPIC,
    ),
]
CELLS = [
    pytest.param(row, number, tier, id=f"{tier}-{row.kind}-{number}")
    for row in ROWS
    for tier in OPENINGS
    for number in range(len(row.says))
]


@pytest.mark.parametrize(("row", "number", "tier"), CELLS)
def test_each_cell_of_the_table(row: Row, number: int, tier: str, chat: Any) -> None:
    """The next message gets the reply, the lines and the latch the table gives it."""
    talk = Talk(chat)
    for opening in OPENINGS[tier]:
        assert talk.take({"say": opening}) == [], talk.transcript
    held = chat.slot("safety_tier")
    assert held is not None
    said = row.says[number]
    if tier == "routine":
        key = row.routine[number]
    else:
        key = row.severe if isinstance(row.severe, str) else row.severe[tier]
    step = {
        "say": OPENINGS[tier][0] if said == "OPENING" else said,
        "bot": [key],
        "lines": row.lines.get(tier, ()),
        "slot": {"safety_tier": None if tier in row.releases else held},
    }
    assert talk.take(step) == [], talk.transcript


@pytest.mark.hazard("H16")
@pytest.mark.parametrize("said", ["yes", "no", "ok", "nope"])
@pytest.mark.parametrize("tier", ["emergency", "imminent", "crisis", "urgent"])
def test_yes_and_no_never_close_a_latch(said: str, tier: str, chat: Any) -> None:
    """A yes or no that answers no question gets the reminder with its number."""
    talk = Talk(chat)
    for opening in OPENINGS[tier]:
        assert talk.take({"say": opening}) == [], talk.transcript
    step = {"say": said, "bot": [REMINDED[tier]]}
    assert talk.take(step) == [], talk.transcript


@pytest.mark.parametrize("said", ["🙂", "😭", "...", "?"])
@pytest.mark.parametrize("tier", SEVERE)
def test_a_mere_sign_gets_the_number_again(said: str, tier: str, chat: Any) -> None:
    """However an emoji is understood, help stays in sight."""
    talk = Talk(chat)
    for opening in OPENINGS[tier]:
        assert talk.take({"say": opening}) == [], talk.transcript
    assert talk.take({"say": said, "numbers_for": "anywhere"}) == [], talk.transcript


@pytest.mark.hazard("H17")
@pytest.mark.parametrize("tier", SEVERE)
def test_every_wording_while_latched_differs_from_the_last(tier: str, chat: Any) -> None:
    """Ten unclear messages in a row never bring the same text twice running."""
    talk = Talk(chat)
    for said in [*OPENINGS[tier], *["what is the capital of france"] * 4, *["hi"] * 6]:
        assert talk.take({"say": said}) == [], talk.transcript
