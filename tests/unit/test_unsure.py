"""When a check question is put, what answers it, and what is said then (decision 0016)."""

from __future__ import annotations

import pytest

from assistant.safety import unsure
from assistant.safety.finding import Finding
from assistant.safety.latch import Decision, Signal, decide

NOW = 1_700_000_000.0
COUNTS = {"emergency": 0.1, "crisis": 0.08, "see_doctor": 0.2}
CHECK = {"emergency": 0.05, "crisis": 0.02, "see_doctor": 0.1}
BODY, MOOD = Finding(check="body"), Finding(check="mood")
ALARMED = {"tier": "crisis", "level": None, "code": "C1", "turn": 1, "at": NOW}


def kind(**probabilities: float) -> str | None:
    """Ask about one set of probabilities."""
    return unsure.kind_to_ask(probabilities, counts=COUNTS, check=CHECK, plain=0.85)


@pytest.mark.parametrize(
    ("label", "probability", "asked"),
    [
        ("emergency", 0.04, None),
        ("emergency", 0.05, "body"),
        ("emergency", 0.09, "body"),
        ("emergency", 0.1, None),
        ("see_doctor", 0.09, None),
        ("see_doctor", 0.1, "body"),
        ("see_doctor", 0.2, None),
        ("crisis", 0.01, None),
        ("crisis", 0.02, "mood"),
        ("crisis", 0.08, None),
        ("greet", 0.06, None),
    ],
)
def test_each_label_has_its_own_grey_zone(
    label: str, probability: float, asked: str | None
) -> None:
    """From `check` on, and below what counts."""
    assert kind(**{label: probability}) == asked


@pytest.mark.parametrize(("sleep", "asked"), [(0.84, "body"), (0.85, None), (0.99, None)])
def test_beside_a_plain_meaning_nothing_is_asked(sleep: float, asked: str | None) -> None:
    """A trace of everything is in "i can't sleep"."""
    assert kind(emergency=0.07, sleep=sleep) == asked


def test_of_two_grey_labels_the_one_nearest_to_counting_is_asked_about() -> None:
    """The other question would miss the point."""
    assert kind(see_doctor=0.11, crisis=0.07) == "mood"
    assert kind(see_doctor=0.19, crisis=0.03) == "body"


# ------------------------------------------------------------------ the question
def say(
    intent: str,
    finding: Finding | None = None,
    *,
    question: unsure.Question | None = None,
    latch: dict | None = None,
    turn: int = 2,
    running: bool = False,
    **signal: object,
) -> Decision:
    """Decide one turn."""
    given = Signal(finding or Finding(), intent, running, **signal)  # type: ignore[arg-type]
    return decide(given, latch, NOW, turn, question)


def put(kind: str = "body", label: str = "faq/sleep", turn: int = 1) -> unsure.Question:
    """Return a question put one turn earlier."""
    return unsure.put(kind, label=label, offer=(), before=None, now=NOW - 9, turn=turn)


@pytest.mark.parametrize(
    ("finding", "reply"), [(BODY, "utter_check_body"), (MOOD, "utter_check_mood")]
)
def test_a_grey_message_is_asked_about(finding: Finding, reply: str) -> None:
    """No guess, no silence; the topic is kept, nothing is latched, an exercise ends."""
    decision = say("faq", finding, label="faq/sleep", offer=("faq/caffeine",), running=True)
    assert (decision.reply, decision.latch, decision.stop_exercise) == (reply, None, True)
    assert decision.question == {
        "kind": finding.check,
        "turn": 2,
        "at": NOW,
        "label": "faq/sleep",
        "offer": ["faq/caffeine"],
        "asked": [finding.check],
    }


def test_each_kind_is_asked_once_a_session() -> None:
    """The second time a line of care is added to the answer instead."""
    asked = put("body")
    again = say("faq", BODY, question=asked)
    assert (again.reply, again.append) == (None, ("utter_soft_line",))
    other = say("faq", MOOD, question=asked)
    assert other.reply == "utter_check_mood"
    assert other.question is not None
    assert other.question["asked"] == ["body", "mood"]
    third = say("faq", MOOD, question=other.question, turn=5)
    assert (third.reply, third.append) == (None, ("utter_support_line",))


def test_lines_the_question_does_not_say_itself_are_kept() -> None:
    """A support line owed for numbness inside stays beside the question about the body."""
    owed = Finding(check="body", append=("tripwire", "soft_line", "support_line"))
    assert say("faq", owed).append == ("utter_support_line",)


@pytest.mark.parametrize("intent", sorted(unsure.NEVER_ASKED | {"stop"}))
def test_some_messages_are_never_asked_about(intent: str) -> None:
    """Their meaning is plain."""
    reply = say(intent, BODY).reply
    assert reply is None or not reply.startswith("utter_check_")


@pytest.mark.parametrize(("tier", "level"), [("crisis", None), ("see_doctor", "routine")])
def test_nothing_is_asked_while_a_red_flag_stands(tier: str, level: str | None) -> None:
    """What is known counts for more than what is guessed."""
    decision = say("faq", BODY, latch={**ALARMED, "tier": tier, "level": level})
    assert decision.reply is None
    assert decision.question is None


def test_a_found_tier_leaves_no_question() -> None:
    """The rules win."""
    both = Finding("see_doctor", "routine", "D1", check="mood")
    assert say("faq", both).reply == "utter_see_doctor_routine"


# ------------------------------------------------------------------ the answer
YES_BODY = {"intent": "check_answer", "answer": "yes", "about": "body"}
YES_MOOD = {"intent": "check_answer", "answer": "yes", "about": "mood"}


@pytest.mark.parametrize("how", [YES_BODY, {"intent": "affirm"}, {"intent": "faq", "typed": "yes"}])
def test_yes_about_the_body_is_urgent(how: dict) -> None:
    """Urgent guidance with the tripwire, and the latch."""
    decision = say(**how, question=put("body"))
    assert decision.reply == "utter_see_doctor_urgent"
    assert decision.latch is not None
    assert (decision.latch["tier"], decision.latch["level"]) == ("see_doctor", "urgent")


@pytest.mark.parametrize(
    "how", [YES_MOOD, {"intent": "affirm"}, {"intent": "deny", "typed": "yes"}]
)
def test_yes_about_the_mood_is_imminent(how: dict) -> None:
    """As after the question of a crisis."""
    decision = say(**how, question=put("mood"))
    assert decision.reply == "utter_crisis_imminent"
    assert decision.latch is not None
    assert decision.latch["level"] == "imminent"


@pytest.mark.parametrize("answer", ["no", "not_sure"])
@pytest.mark.parametrize(
    ("kind", "line"), [("body", "utter_soft_line"), ("mood", "utter_support_line")]
)
def test_otherwise_the_first_question_is_answered_with_a_line_of_care(
    kind: str, line: str, answer: str
) -> None:
    """No latch; pressed or typed."""
    pressed = say("check_answer", answer=answer, about=kind, question=put(kind))
    typed = say("deny", typed=answer, question=put(kind))
    for decision in (pressed, typed):
        assert decision.reply == "utter_faq/sleep"
        assert (decision.append, decision.latch) == ((line,), None)
    assert say("deny", question=put(kind)).reply == "utter_faq/sleep"


@pytest.mark.parametrize(
    ("label", "reply"),
    [
        ("faq/caffeine", "utter_faq/caffeine"),
        ("report_symptom", "utter_report_symptom"),
        ("express_anxiety", "utter_express_anxiety_no_offer"),
        ("nlu_fallback", "utter_did_you_mean"),
        ("out_of_scope", "utter_check_thanks"),
        ("greet", "utter_check_thanks"),
    ],
)
def test_what_was_asked_first_is_taken_up(label: str, reply: str) -> None:
    """Where it has no answer of its own, the person is asked to say it again."""
    assert say("deny", question=put(label=label)).reply == reply


def test_anything_else_typed_is_handled_as_usual() -> None:
    """The question is not pressed."""
    assert say("faq", question=put()).reply is None
    assert say("out_of_scope", question=put()).reply is None
    flag = Finding("emergency", code="E6")
    assert say("deny", flag, question=put()).reply == "utter_emergency"


def test_typed_words_answer_only_right_after_the_question() -> None:
    """Later a yes is a yes to something else; the button still says what it answers."""
    assert say("affirm", question=put(turn=1), turn=3).reply is None
    assert say(**YES_BODY, question=put(turn=1), turn=30).reply == "utter_see_doctor_urgent"
    assert say(**YES_MOOD).reply == "utter_crisis_imminent"
    assert say("check_answer", answer="no", about="body").reply == "utter_check_thanks"


def test_an_old_button_never_lowers_what_stands() -> None:
    """Yes about the body keeps a crisis a crisis; no gets its reminder."""
    yes = say(**YES_BODY, latch=ALARMED)
    assert yes.latch is not None and yes.latch["tier"] == "crisis"
    no = say("check_answer", answer="no", about="body", latch=ALARMED)
    assert (no.reply, no.latch) == ("utter_crisis_again", ALARMED)
