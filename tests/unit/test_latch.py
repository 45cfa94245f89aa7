"""The table of the safety specification 2.5, cell by cell, and the times it holds."""

from __future__ import annotations

import pytest

from assistant.safety.finding import Finding
from assistant.safety.latch import Decision, Signal, decide, with_country

NOW = 1_700_000_000.0
HOUR = 3600.0

EMERGENCY = Finding("emergency", None, "E6")
CRISIS = Finding("crisis", None, "C1", markers=True)
IMMINENT = Finding("crisis", "imminent", "C4", markers=True)
URGENT = Finding("see_doctor", "urgent", "U2")
ROUTINE = Finding("see_doctor", "routine", "D1")
NOTHING = Finding()


def _standing(tier: str, level: str | None = None, code: str = "X", **more: object) -> dict:
    return {"tier": tier, "level": level, "code": code, "turn": 3, "at": NOW, **more}


STANDING = {
    "emergency": _standing("emergency", None, "E6"),
    "imminent": _standing("crisis", "imminent", "C4"),
    "crisis": _standing("crisis", None, "C1"),
    "urgent": _standing("see_doctor", "urgent", "U2"),
    "routine": _standing("see_doctor", "routine", "D1"),
}
FLAGS = {"emergency": EMERGENCY, "imminent": IMMINENT, "crisis": CRISIS, "urgent": URGENT,
         "routine": ROUTINE}  # fmt: skip


def say(
    intent: str | None,
    standing: dict | None,
    *,
    finding: Finding | None = None,
    running: bool = False,
    answer: str | None = None,
    turn: int = 4,
    later: float = 60.0,
) -> Decision:
    """Decide one turn, a minute after the flag."""
    signal = Signal(finding or NOTHING, intent, running, answer)
    return decide(signal, standing, NOW + later, turn)


# ------------------------------------------------------------------ first flags
@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("emergency", "utter_emergency"),
        ("imminent", "utter_crisis_imminent"),
        ("crisis", "utter_crisis"),
        ("urgent", "utter_see_doctor_urgent"),
        ("routine", "utter_see_doctor_routine"),
    ],
)
def test_a_first_flag_gets_the_full_reply_stops_all_and_sets_the_latch(
    name: str, reply: str
) -> None:
    """Exercise, form, timer: stop at once."""
    finding = FLAGS[name]
    decision = say("faq", None, finding=finding, running=True)
    assert decision.reply == reply
    assert decision.stop_exercise
    assert decision.latch is not None
    assert (decision.latch["tier"], decision.latch["code"]) == (finding.tier, finding.code)
    assert (decision.latch["turn"], decision.latch["at"]) == (4, NOW + 60)


def test_the_classifier_can_raise_a_tier_but_never_lower_one() -> None:
    """Two detectors, OR-ed; a worded excuse holds against see_doctor only."""
    assert say("emergency", None).reply == "utter_emergency"
    assert say("crisis", None).reply == "utter_crisis"
    assert say("see_doctor", None).reply == "utter_see_doctor_routine"
    assert say("faq", None, finding=EMERGENCY).reply == "utter_emergency"
    denied = Finding(soft=("negated_flag",), append=("soft_line",))
    assert say("see_doctor", None, finding=denied).reply is None
    assert say("crisis", None, finding=denied).reply == "utter_crisis"


def test_without_a_flag_or_a_latch_only_the_owed_lines_are_added() -> None:
    """A soft line is appended to whatever answers."""
    soft = Finding(soft=("past",), append=("soft_line", "tripwire"))
    decision = say("faq", None, finding=soft)
    assert decision.reply is None
    assert decision.append == ("utter_soft_line", "utter_tripwire")
    assert decision.latch is None


# ------------------------------------------------------------------ row: new or same flag
@pytest.mark.parametrize(
    ("standing", "flag", "reply", "tier"),
    [
        ("emergency", "emergency", "utter_emergency_again", "emergency"),
        ("emergency", "crisis", "utter_emergency_and_crisis", "emergency"),
        ("emergency", "urgent", "utter_emergency_again", "emergency"),
        ("emergency", "routine", "utter_emergency_again", "emergency"),
        ("imminent", "crisis", "utter_crisis_imminent", "crisis"),
        ("imminent", "emergency", "utter_emergency", "emergency"),
        ("crisis", "crisis", "utter_crisis_again", "crisis"),
        ("crisis", "imminent", "utter_crisis_imminent", "crisis"),
        ("crisis", "emergency", "utter_emergency", "emergency"),
        ("crisis", "routine", "utter_crisis_again", "crisis"),
        ("urgent", "urgent", "utter_see_doctor_urgent_again", "see_doctor"),
        ("urgent", "routine", "utter_see_doctor_urgent_again", "see_doctor"),
        ("urgent", "crisis", "utter_crisis", "crisis"),
        ("routine", "routine", "utter_see_doctor_routine_short", "see_doctor"),
        ("routine", "urgent", "utter_see_doctor_urgent", "see_doctor"),
    ],
)
def test_the_higher_tier_speaks(standing: str, flag: str, reply: str, tier: str) -> None:
    """A lower flag never lowers what stands; a higher one takes over."""
    decision = say("faq", STANDING[standing], finding=FLAGS[flag])
    assert decision.reply == reply
    assert decision.latch is not None
    assert decision.latch["tier"] == tier
    assert decision.latch["at"] == NOW + 60  # the time starts again


def test_a_lower_flag_keeps_the_level_and_code_that_stand() -> None:
    """Urgent stays urgent after a routine sign."""
    decision = say("faq", STANDING["urgent"], finding=ROUTINE)
    assert decision.latch is not None
    assert decision.latch["level"] == "urgent"


@pytest.mark.parametrize(
    ("standing", "finding", "reply"),
    [
        ("crisis", Finding("crisis", None, "C7", variant="abuse"), "utter_crisis_abuse"),
        ("crisis", Finding("crisis", None, "C8", variant="child"), "utter_crisis_child"),
        ("crisis", Finding("crisis", None, "C2", person="other", variant="other"),
         "utter_crisis_other"),
        ("urgent", Finding("see_doctor", "urgent", "U8", variant="mental"),
         "utter_see_doctor_mental"),
        ("routine", Finding("see_doctor", "routine", "D2"), "utter_see_doctor_routine"),
    ],
)  # fmt: skip
def test_a_different_sign_of_the_same_tier_gets_its_own_text(
    standing: str, finding: Finding, reply: str
) -> None:
    """The short variant would miss the point."""
    assert say("faq", STANDING[standing], finding=finding).reply == reply


def test_a_helpline_request_shows_the_lines_and_sets_no_latch() -> None:
    """Ruling 15."""
    ask = Finding("crisis", None, "C10", variant="resources")
    decision = say("faq", None, finding=ask)
    assert decision.reply == "utter_crisis_resources"
    assert decision.latch is None


# ------------------------------------------------------------------ row by row
ROWS = {
    "unclear": (
        ["nlu_fallback", "out_of_scope", "", None],
        {
            "emergency": "utter_emergency_again",
            "imminent": "utter_crisis_again",
            "crisis": "utter_crisis_again",
            "urgent": "utter_see_doctor_urgent_again",
            "routine": None,
        },
    ),
    "small talk": (
        ["thanks", "affirm", "deny", "greet", "goodbye"],
        {
            "emergency": "utter_safety_reminder_alone",
            "imminent": "utter_crisis_again",
            "crisis": "utter_crisis_again",
            "urgent": "utter_see_doctor_urgent_reminder",
            "routine": None,
        },
    ),
    "exercise": (
        ["start_breathing", "start_muscle_relaxation", "exercise_control"],
        {
            "emergency": "utter_exercise_refused_emergency",
            "imminent": "utter_exercise_refused_emergency",
            "crisis": "utter_exercise_refused_crisis",
            "urgent": "utter_exercise_not_now",
            "routine": None,
        },
    ),
    "got help": (
        ["got_help"],
        {name: "utter_got_help" for name in STANDING},
    ),
    "retract": (
        ["retract"],
        {name: "utter_retract_accepted" for name in STANDING},
    ),
    "topic": (
        ["faq", "ask_capabilities", "report_symptom"],
        dict.fromkeys(STANDING),
    ),
    "start over": (
        ["start_over"],
        {name: "utter_started_over" for name in STANDING},
    ),
}
CELLS = [
    (row, intent, name, reply)
    for row, (intents, replies) in ROWS.items()
    for intent in intents
    for name, reply in replies.items()
]


@pytest.mark.parametrize(("row", "intent", "name", "reply"), CELLS)
def test_each_cell_of_the_table(row: str, intent: str | None, name: str, reply: str | None) -> None:
    """What is said next, by what stands and what was typed."""
    assert say(intent, STANDING[name]).reply == reply


@pytest.mark.parametrize(
    ("name", "append"),
    [
        ("emergency", ("utter_safety_reminder",)),
        ("imminent", ("utter_safety_reminder", "utter_support_line")),
        ("crisis", ("utter_safety_reminder", "utter_support_line")),
        ("urgent", ("utter_safety_reminder",)),
        ("routine", ()),
    ],
)
def test_a_topic_is_answered_with_one_reminder(name: str, append: tuple[str, ...]) -> None:
    """Row: topic question."""
    decision = say("faq", STANDING[name])
    assert decision.append == append
    assert decision.latch == STANDING[name]


@pytest.mark.parametrize("name", list(STANDING))
def test_small_talk_never_closes_a_latch(name: str) -> None:
    """Affirm, deny, thanks and goodbye leave it standing."""
    for intent in ("thanks", "affirm", "deny", "greet", "goodbye"):
        assert say(intent, STANDING[name]).latch == STANDING[name]


@pytest.mark.parametrize("name", list(STANDING))
def test_starting_over_keeps_the_latch_and_shows_the_help_block(name: str) -> None:
    """Otherwise a new chat silently resets a crisis."""
    for intent in ("start_over", "privacy_request"):
        decision = say(intent, STANDING[name])
        assert decision.latch == STANDING[name]
        expected = () if name == "routine" else ("utter_help_block",)
        assert decision.append == expected


def test_got_help_stops_the_repeating_but_stays_latched_until_routine() -> None:
    """Row: "I called"."""
    for name in ("emergency", "imminent", "crisis", "urgent"):
        decision = say("got_help", STANDING[name])
        assert decision.latch is not None
        assert decision.latch["mode"] == "helped"
        later = say("faq", decision.latch, turn=5)
        assert (later.reply, later.append) == (None, ())
        assert say("start_breathing", decision.latch, turn=5).reply is not None
    assert say("got_help", STANDING["routine"]).latch is None


def test_a_retraction_is_accepted_once_and_the_footer_stays() -> None:
    """Row: "I'm fine", "a joke"."""
    for name in ("emergency", "imminent", "crisis"):
        first = say("retract", STANDING[name])
        assert first.latch is not None
        assert first.latch["mode"] == "footer"
        again = say("retract", first.latch, turn=5)
        assert (again.reply, again.append) == (None, ("utter_safety_footer",))
        topic = say("faq", first.latch, turn=6)
        assert (topic.reply, topic.append) == (None, ("utter_safety_footer",))
    urgent = say("retract", STANDING["urgent"])
    assert (urgent.append, urgent.latch) == (("utter_tripwire",), None)
    assert say("retract", STANDING["routine"]).latch is None


@pytest.mark.parametrize("intent", ["retract", "thanks", "nlu_fallback", "report_symptom"])
def test_a_sign_that_eased_takes_no_emergency_back(intent: str) -> None:
    """Decision 0019: the call is asked for again, and nothing is let go."""
    eased = Finding(soft=("eased",))
    decision = say(intent, STANDING["emergency"], finding=eased)
    assert (decision.reply, decision.latch) == ("utter_emergency_eased", STANDING["emergency"])
    assert say(intent, STANDING["crisis"], finding=eased).reply != "utter_emergency_eased"


def test_feeling_fine_says_nothing_after_something_swallowed() -> None:
    """Only words taken back do; and what was accepted once stays so."""
    swallowed = _standing("emergency", None, "E13")
    assert say("retract", swallowed).reply == "utter_emergency_eased"
    joke = say("retract", swallowed, finding=Finding(soft=("eased", "taken_back")))
    assert joke.reply == "utter_retract_accepted"
    assert say("retract", joke.latch, turn=5).reply is None


def test_a_flag_after_a_retraction_is_a_first_flag_again() -> None:
    """The full text, and the footer is gone."""
    footer = _standing("crisis", None, "C1", mode="footer")
    decision = say("faq", footer, finding=CRISIS)
    assert decision.reply == "utter_crisis"
    assert decision.latch is not None and "mode" not in decision.latch
    lesser = say("faq", footer, finding=ROUTINE)
    assert lesser.reply == "utter_see_doctor_routine"
    assert lesser.latch == footer
    assert "utter_safety_footer" in lesser.append


def test_a_gentle_exercise_is_allowed_after_the_routine_guidance() -> None:
    """Row: start or continue an exercise; the guidance goes before a start, not each step."""
    start = say("start_breathing", STANDING["routine"])
    assert start.append == ("utter_see_doctor_routine_short",)
    assert not start.stop_exercise
    assert say("exercise_control", STANDING["routine"], running=True).append == ()


@pytest.mark.parametrize("name", ["emergency", "imminent", "crisis", "urgent"])
def test_yes_in_a_running_exercise_counts_as_going_on(name: str) -> None:
    """`affirm` while one runs is refused like a start."""
    decision = say("affirm", STANDING[name], running=True)
    assert decision.stop_exercise
    assert decision.reply is not None and decision.reply.startswith("utter_exercise_")


# ------------------------------------------------------------------ the one question
def test_yes_to_the_question_is_imminent_and_no_keeps_the_lines() -> None:
    """Buttons, or the same typed right after the question."""
    asked = _standing("crisis", None, "C1", asked=3)
    for decision in (say("crisis_answer", asked, answer="yes"), say("affirm", asked)):
        assert decision.reply == "utter_crisis_imminent"
        assert decision.latch is not None
        assert decision.latch["level"] == "imminent"
    for answer in ("no", "rather_not"):
        decision = say("crisis_answer", asked, answer=answer)
        assert decision.reply == "utter_crisis_resources_again"
        assert decision.latch == asked
    assert say("deny", asked).reply == "utter_crisis_resources_again"
    assert say("affirm", asked, turn=6).reply == "utter_crisis_again"  # asked once, then not again


def test_an_old_button_still_counts_when_the_latch_has_run_out() -> None:
    """Yes means yes a day later too."""
    decision = say("crisis_answer", None, answer="yes")
    assert decision.reply == "utter_crisis_imminent"
    assert decision.latch is not None
    assert decision.latch["at"] == NOW + 60


# ------------------------------------------------------------------ leaving an exercise, and stop
def test_exit_words_end_a_running_exercise() -> None:
    """5.2 and row 27."""
    decision = say("nlu_fallback", None, finding=Finding(exercise_exit=True), running=True)
    assert (decision.reply, decision.stop_exercise) == ("utter_exercise_exit", True)
    tingling = Finding("see_doctor", "routine", "D2", exercise_exit=True)
    decision = say("report_symptom", None, finding=tingling, running=True)
    assert decision.reply == "utter_exercise_exit"
    assert decision.latch is not None
    assert (decision.latch["level"], decision.latch["code"]) == ("routine", "D2")


def test_the_order_is_grave_tiers_then_exit_then_stop_then_other_tiers() -> None:
    """Priority of the contract."""
    grave = Finding("see_doctor", "urgent", "U3", exercise_exit=True)
    assert say("stop", None, finding=grave, running=True).reply == "utter_see_doctor_urgent"
    leave = Finding(exercise_exit=True)
    assert say("stop", None, finding=leave, running=True).reply == "utter_exercise_exit"
    assert say("stop", None, finding=ROUTINE, running=True).reply == "utter_exercise_stopped"


def test_stop_with_and_without_an_exercise() -> None:
    """Stop never needs a reason."""
    assert say("stop", None, running=True).reply == "utter_exercise_stopped"
    assert say("stop", None, running=True).stop_exercise
    nothing = say("stop", STANDING["crisis"])
    assert nothing.reply == "utter_nothing_to_stop"
    assert "utter_safety_reminder" in nothing.append
    assert nothing.latch == STANDING["crisis"]


# ------------------------------------------------------------------ how long it holds
@pytest.mark.parametrize("name", ["emergency", "imminent", "crisis"])
def test_emergency_and_crisis_hold_twenty_four_hours_across_chats(name: str) -> None:
    """A Slack or Telegram chat never ends."""
    assert say("faq", STANDING[name], later=24 * HOUR - 1, turn=1).append != ()
    assert say("faq", STANDING[name], later=24 * HOUR).append == ()
    assert say("faq", STANDING[name], later=24 * HOUR).latch is None
    assert say("greet", STANDING[name], later=HOUR, turn=400).reply is not None


@pytest.mark.parametrize(("name", "turns"), [("urgent", 5), ("routine", 2)])
def test_see_doctor_holds_for_some_turns(name: str, turns: int) -> None:
    """Urgent: the next five user turns; routine: the next two."""
    at = STANDING[name]["turn"]
    assert say("faq", STANDING[name], turn=at + turns).latch is not None
    assert say("faq", STANDING[name], turn=at + turns + 1).latch is None


def test_a_new_session_counts_turns_from_nought() -> None:
    """Fewer turns than when it was set: the session began again."""
    standing = _standing("see_doctor", "urgent", "U2", turn=30)
    for turn in (1, 5):
        decision = say("faq", standing, turn=turn)
        assert decision.latch is not None
        assert decision.latch["turn"] == 0
    assert say("faq", standing, turn=6).latch is None


def test_each_new_flag_starts_the_time_again() -> None:
    """Until 24 hours after the last such message."""
    again = say("faq", STANDING["crisis"], finding=CRISIS, later=20 * HOUR)
    assert again.latch is not None
    assert decide(Signal(NOTHING, "faq"), again.latch, NOW + 40 * HOUR, 9).latch is not None


# ------------------------------------------------------------------ the country behind the numbers
@pytest.mark.parametrize(
    ("reply", "asked", "added"),
    [
        ("utter_emergency", False, True),
        ("utter_crisis_imminent", False, True),
        ("utter_crisis_resources", False, True),
        ("utter_emergency", True, False),
        ("utter_crisis", False, False),
        ("utter_see_doctor_urgent", False, False),
        ("utter_check_mood", False, False),
        (None, False, False),
    ],
)
def test_the_country_is_asked_for_after_help_and_once(
    reply: str | None, asked: bool, added: bool
) -> None:
    """Never before the numbers, and never where a question waits for yes or no."""
    decision = with_country(Decision(reply, ("utter_panic_line",)), asked=asked)
    assert decision.append == ("utter_panic_line", *(["utter_ask_country"] if added else []))


# ------------------------------------------------------------------ not English
OTHER_LANGUAGE = Finding(soft=("other_language",), append=("help_block",))
ONE_WORD = Finding(soft=("other_word",), append=("help_block",))
GARBLED = Finding(soft=("unreadable",), append=("help_block",))
SAID_SO = "utter_not_english"


@pytest.mark.parametrize(
    ("intent", "finding", "reply", "append"),
    [
        ("faq", OTHER_LANGUAGE, SAID_SO, ()),
        ("nlu_fallback", OTHER_LANGUAGE, SAID_SO, ()),
        ("greet", OTHER_LANGUAGE, SAID_SO, ()),
        ("greet", ONE_WORD, None, ("utter_help_block",)),
        ("nlu_fallback", ONE_WORD, SAID_SO, ()),
        ("nlu_fallback", GARBLED, SAID_SO, ()),
        ("faq", GARBLED, None, ("utter_help_block",)),
    ],
)
def test_what_is_not_english_is_told_so_with_help(
    intent: str, finding: Finding, reply: str | None, append: tuple[str, ...]
) -> None:
    """The help block comes once; misspelt English that was understood is answered."""
    decision = say(intent, None, finding=finding)
    assert (decision.reply, decision.append) == (reply, append)


@pytest.mark.parametrize("intent", ["faq", "nlu_fallback"])
def test_another_language_while_a_flag_stands_gets_the_numbers(intent: str) -> None:
    """The short variant; after routine guidance, which has none, it is told so."""
    assert say(intent, STANDING["crisis"], finding=OTHER_LANGUAGE).reply == "utter_crisis_again"
    routine = say(intent, STANDING["routine"], finding=OTHER_LANGUAGE)  # which has no variant
    assert (routine.reply, routine.latch) == (SAID_SO, STANDING["routine"])


def test_help_owed_to_a_greeting_is_kept_after_routine_guidance() -> None:
    """Nobody else would add it."""
    decision = say("greet", STANDING["routine"], finding=ONE_WORD)
    assert (decision.reply, decision.append) == (None, ("utter_help_block",))
