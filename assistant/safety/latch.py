"""What is said while a red flag still stands: the table of the safety specification, 2.5.

One pure function. The latch is a plain dict, because a slot stores it:
`{tier, level, code, turn, at}`, plus `mode` once the person got help or took it back, and `asked`
(the turn in which the one crisis question was put).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.safety import unsure
from assistant.safety.finding import Finding, rank, reply_key
from assistant.safety.languages import ONE_WORD, OTHER
from assistant.safety.soft import EASED, TAKEN_BACK
from assistant.safety.unsure import Question
from assistant.safety.variants import Latch, again, which_reply
from assistant.safety.worry import TIMES

HOLD_SECONDS = 24 * 60 * 60
"""Emergency and crisis stand this long after the last such message, across chats."""
HOLD_TURNS = {"urgent": 5, "routine": 2}

SWALLOWED = "E13"
"""Something swallowed, or a bad reaction: feeling fine at first says nothing."""

UNCLEAR = {"nlu_fallback", "out_of_scope", "", None}
RESET = {"start_over", "privacy_request"}
START_EXERCISE = {
    *("start_breathing", "start_muscle_relaxation", "start_grounding", "start_march"),
    *("exercise_control", "exercise_feeling", "exercise_answer", "breathing_done"),
}
STOP = {"stop", "breathing_stopped"}
SMALL_TALK = {"thanks", "affirm", "deny", "greet", "goodbye"}
TIERS = {"emergency", "crisis", "see_doctor"}
EXPLAINED = {
    "negated_flag",
    "past",
    "diagnosed",
    "plain_cause",
    "family_history",
    "homework",
    "film",
}

TALK = "symptom_answer"
"""The intent of an answer in the talk about a symptom; its signs are asked last of all."""
SIGNS = "signs"

REMINDER = "utter_safety_reminder"
FOOTER = "utter_safety_footer"
TRIPWIRE = "utter_tripwire"
EASED_REPLY = "utter_emergency_eased"
HELP = "utter_help_block"
SUPPORT = "utter_support_line"
SOFT = "utter_soft_line"
WORRY = "utter_worry_again"
ASK_COUNTRY = "utter_ask_country"
NOT_ENGLISH = "utter_not_english"

_OWED = {
    "support_line": SUPPORT,
    "tripwire": TRIPWIRE,
    "soft_line": SOFT,
    "help_block": HELP,
    "panic_line": "utter_panic_line",
    "seizure_line": "utter_seizure_line",
    "cramp_line": "utter_cramp_line",
}


@dataclass(frozen=True)
class Signal:
    """One user message, as the detector and the classifier understood it."""

    finding: Finding | None
    intent: str | None
    exercise_running: bool = False
    answer: str | None = None
    """`yes`, `no`, `rather_not` or `not_sure`: the button of one of the two questions."""
    about: str | None = None
    """`body` or `mood`, when the intent is `check_answer`."""
    typed: str | None = None
    """`yes`, `no` or `not_sure`, where these very words would answer a check question."""
    label: str | None = None
    """What the message is understood as, `faq/sleep` for a topic."""
    offer: tuple[str, ...] = ()
    """The labels it is offered as, where it is understood as nothing for sure."""
    talk: str | None = None
    """The question a talk about a symptom has open (assistant/symptoms/talk.py)."""
    worry: int = 0
    """How often the worry of this message has come up lately, this time included (worry.py)."""


@dataclass(frozen=True)
class Decision:
    """What the safety policy does about it."""

    reply: str | None
    """A response key, or None: let the other policies answer."""
    append: tuple[str, ...] = ()
    latch: Latch | None = None
    stop_exercise: bool = False
    reason: str = ""
    question: Question | None = None
    """The check question this reply puts, or None: what is known of the last one stands."""


def decide(
    signal: Signal,
    latch: Latch | None,
    now: float,
    turn: int,
    question: Question | None = None,
) -> Decision:
    """Answer one cell of the table; `turn` counts this session's user messages, with this one.

    `question` is the last check question of this session, see unsure.py.
    """
    latch = standing(latch, now, turn)
    finding = _flag(signal)
    severe = rank(finding.tier, finding.level) >= rank("see_doctor", "urgent")
    if finding.tier and severe:
        return _flagged(finding, latch, now, turn)
    if signal.exercise_running and finding.exercise_exit:
        return _exit(finding, latch, now, turn)
    if signal.intent in STOP:
        return _stop(signal, latch)
    if finding.tier:
        return _flagged(finding, latch, now, turn)
    if signal.intent == TALK and signal.answer in (unsure.YES, unsure.NOT_SURE):
        # Row 6: who is not sure is answered like one who is.
        return _flagged(Finding("see_doctor", "urgent", "CHECK"), latch, now, turn)
    answered = unsure.answer_of(
        signal.intent, signal.about, signal.answer, signal.typed, question, turn
    )
    if answered:
        return _check_answered(answered, finding, question, latch, now, turn)
    if latch is None:
        return _unlatched(signal, finding, question, now, turn)
    return _latched(signal, finding, latch, now, turn)


def with_country(decision: Decision, *, asked: bool) -> Decision:
    """Ask for the country below the numbers of every one of them, once a session.

    Not below the question of a crisis: that one stands last, and a yes or no must answer it.
    """
    reply = decision.reply or ""
    if (
        asked
        or reply == "utter_crisis"
        or not reply.startswith(("utter_emergency", "utter_crisis"))
    ):
        return decision
    return replace(decision, append=(*decision.append, ASK_COUNTRY))


def standing(latch: Latch | None, now: float, turn: int) -> Latch | None:
    """Give the latch if it still holds, else None."""
    if latch is None:
        return None
    if latch["tier"] in ("emergency", "crisis"):
        return latch if now - latch["at"] < HOLD_SECONDS else None
    # A session that started again counts its turns from nought; so does what is left of the hold.
    since = latch if turn >= latch["turn"] else {**latch, "turn": 0}
    hold = HOLD_TURNS.get(latch["level"] or "routine", HOLD_TURNS["routine"])
    return since if turn - since["turn"] <= hold else None


def _flag(signal: Signal) -> Finding:
    """Let the classifier raise a tier the rules did not find; it never lowers one."""
    finding = signal.finding or Finding()
    if signal.intent == "see_doctor" and EXPLAINED.intersection(finding.soft):
        return finding  # the rules saw the word and know why it is no sign
    if finding.tier is None and signal.intent in TIERS:
        level = "routine" if signal.intent == "see_doctor" else None
        return Finding(
            tier=signal.intent,
            level=level,
            code="NLU",
            append=tuple(a for a in finding.append if a != "soft_line"),
            exercise_exit=finding.exercise_exit,
            why="raised by the classifier",
        )
    return finding


def _owed(finding: Finding) -> tuple[str, ...]:
    return tuple(_OWED[name] for name in finding.append if name in _OWED)


# ------------------------------------------------------------------ a new or the same flag
def _flagged(finding: Finding, latch: Latch | None, now: float, turn: int) -> Decision:
    if finding.variant == "resources":  # asked for a helpline: the lines, and no latch of its own
        return Decision(reply_key(finding), (), latch, True, "helpline_request")
    reply, tier, level = which_reply(finding, latch)
    reason = f"flag:{finding.code}"
    owed = _owed(finding)
    if latch and latch.get("mode") and tier != finding.tier:
        # A lesser sign after "I'm fine" or "I called": its own reply, and the footer stays.
        return Decision(reply, (*owed, *_lines(latch)), latch, True, reason)
    new: Latch = {
        "tier": tier,
        "level": level,
        "code": finding.code if latch is None or tier == finding.tier else latch["code"],
        "turn": turn,
        "at": now,
    }
    if reply == "utter_crisis":
        new["asked"] = turn
    if reply != reply_key(finding):  # a short variant carries no extra lines of its own
        owed = tuple(line for line in owed if line == SUPPORT)
    if finding.tier == "emergency" and latch and latch["tier"] == "crisis" and not finding.both:
        owed = (*owed, SUPPORT)
    return Decision(reply, tuple(dict.fromkeys(owed)), new, True, reason)


# ------------------------------------------------------------------ leaving an exercise
def _exit(finding: Finding, latch: Latch | None, now: float, turn: int) -> Decision:
    if finding.tier and (latch is None or latch["tier"] == "see_doctor"):
        keeps = latch is not None and latch["level"] == "urgent"
        if not keeps:
            latch = {
                "tier": finding.tier,
                "level": finding.level,
                "code": finding.code,
                "turn": turn,
                "at": now,
            }
    return Decision("utter_exercise_exit", _owed(finding), latch, True, "exercise_exit")


def _stop(signal: Signal, latch: Latch | None) -> Decision:
    if signal.exercise_running:
        return Decision("utter_exercise_stopped", (), latch, True, "stop")
    owed = () if latch is None else _lines(latch)
    if signal.talk:
        return Decision("utter_symptom_stopped", owed, latch, True, "stop")
    return Decision("utter_nothing_to_stop", owed, latch, False, "stop")


# ------------------------------------------------------------------ asking when unsure
def _ask(
    signal: Signal, finding: Finding, question: Question | None, now: float, turn: int
) -> Decision:
    assert finding.check is not None
    said = {TRIPWIRE, SOFT} if finding.check == unsure.BODY else {SUPPORT}
    owed = tuple(line for line in _owed(finding) if line not in said)
    put = unsure.put(
        finding.check, label=signal.label, offer=signal.offer, before=question, now=now, turn=turn
    )
    reply = f"utter_check_{finding.check}"
    return Decision(reply, owed, None, True, f"check:{finding.check}", put)


def _check_answered(
    answered: tuple[str, str],
    finding: Finding,
    question: Question | None,
    latch: Latch | None,
    now: float,
    turn: int,
) -> Decision:
    kind, answer = answered
    if answer == unsure.YES:
        if kind == unsure.MOOD:
            return _crisis_answer(answer, latch, now, turn)
        return _flagged(Finding("see_doctor", "urgent", "CHECK"), latch, now, turn)
    if latch is not None:  # an old button: what stands comes first
        return _small_talk(latch)
    owed = tuple(dict.fromkeys((*_owed(finding), _CARE_LINE[kind])))
    reply = unsure.reply_to_held(question, kind)
    return Decision(reply, owed, None, False, f"check_answer:{kind}:{answer}")


_CARE_LINE = {unsure.BODY: SOFT, unsure.MOOD: SUPPORT}
"""What still goes with the answer of somebody who was asked, and did not say yes."""


# ------------------------------------------------------------------ no flag in this message
def _unlatched(
    signal: Signal, finding: Finding, question: Question | None, now: float, turn: int
) -> Decision:
    if signal.intent == "start_over":
        return Decision("utter_started_over", _owed(finding), None, True, "start_over")
    if signal.intent == "crisis_answer":  # an old button, pressed after the latch ran out
        return _crisis_answer(signal.answer, None, now, turn)
    owed = _owed(finding)
    if _not_english(signal, finding):
        return Decision(NOT_ENGLISH, _but(owed, HELP), None, False, "not_english")
    if signal.intent == TALK:
        owed = _but(owed, SOFT)  # the talk says itself when to see a doctor
    if _asked_next(signal, finding):
        return Decision(None, owed, None, False, "check:signs")
    if finding.check and signal.intent not in unsure.NEVER_ASKED:
        if finding.check not in unsure.asked_before(question):
            return _ask(signal, finding, question, now, turn)
        owed = tuple(dict.fromkeys((*owed, _CARE_LINE[finding.check])))  # asked once is enough
    if signal.worry >= TIMES:
        return _worry_again(owed, None)
    return Decision(None, owed, None, finding.exercise_exit, "none")


def _asked_next(signal: Signal, finding: Finding) -> bool:
    """Say whether the talk about a symptom puts the very question itself, at once."""
    on_the_way = signal.intent == TALK and signal.talk not in (None, SIGNS)
    return on_the_way and finding.check == unsure.BODY


def _worry_again(owed: tuple[str, ...], latch: Latch | None) -> Decision:
    """Answer the worry itself, and not its question once more (H25)."""
    # It says when to see a doctor in its own words; a second such line would be one warning more.
    return Decision(WORRY, _but(owed, SOFT), latch, False, "worry_again")


def _not_english(signal: Signal, finding: Finding) -> bool:
    """Row 26: say so, with the help block; misspelt English that was understood is answered."""
    if OTHER in finding.soft:
        return True
    return signal.intent in UNCLEAR and bool({ONE_WORD, "unreadable"} & set(finding.soft))


def _but(owed: tuple[str, ...], said: str) -> tuple[str, ...]:
    return tuple(line for line in owed if line != said)


def _latched(signal: Signal, finding: Finding, latch: Latch, now: float, turn: int) -> Decision:
    intent = signal.intent
    asked = latch.get("asked") == turn - 1
    if intent == "crisis_answer":
        return _crisis_answer(signal.answer, latch, now, turn)
    if asked and intent in ("affirm", "deny"):
        answer = "yes" if intent == "affirm" else "no"
        return _crisis_answer(answer, latch, now, turn)
    if intent in RESET:
        return _reset(intent, latch)
    if intent == "got_help":
        return _got_help(latch)
    if _only_eased(intent, finding, latch):
        return Decision(EASED_REPLY, (), latch, True, "eased")
    if intent == "retract":
        return _retract(latch)
    if intent in START_EXERCISE or (intent == "affirm" and signal.exercise_running):
        return _exercise(latch, signal.exercise_running)
    if _not_english(signal, finding):
        unclear = _unclear(latch)
        owed = (*_but(_owed(finding), HELP), *unclear.append)
        return (
            unclear if unclear.reply else Decision(NOT_ENGLISH, owed, latch, False, "not_english")
        )
    if intent in SMALL_TALK:
        return _with_owed(_small_talk(latch), finding)
    if intent in UNCLEAR:
        return _with_owed(_unclear(latch), finding)
    owed = tuple(dict.fromkeys((*_owed(finding), *_lines(latch))))
    if signal.worry >= TIMES:
        return _worry_again(owed, latch)
    return Decision(None, owed, latch, False, "topic")


def _with_owed(decision: Decision, finding: Finding) -> Decision:
    """Keep the lines this message is owed where somebody else answers it."""
    if decision.reply is not None:
        return decision
    owed = dict.fromkeys((*_owed(finding), *decision.append))
    return replace(decision, append=tuple(owed))


def _light(latch: Latch) -> bool:
    """Routine guidance does not follow people around; nor does anything once they got help."""
    return latch["level"] == "routine" or latch.get("mode") == "helped"


def _lines(latch: Latch) -> tuple[str, ...]:
    """Name the reminder a topic answer carries while this latch stands."""
    if _light(latch):
        return ()
    if latch.get("mode") == "footer":
        return (FOOTER,)
    return (REMINDER, SUPPORT) if latch["tier"] == "crisis" else (REMINDER,)


def _crisis_answer(answer: str | None, latch: Latch | None, now: float, turn: int) -> Decision:
    if answer == "yes":
        emergency = latch is not None and latch["tier"] == "emergency"
        new: Latch = {
            "tier": "emergency" if emergency else "crisis",
            "level": None if emergency else "imminent",
            "code": "C4",
            "turn": turn,
            "at": now,
        }
        reply = "utter_emergency_and_crisis" if emergency else "utter_crisis_imminent"
        return Decision(reply, (), new, True, "crisis_answer:yes")
    return Decision("utter_crisis_resources_again", (), latch, True, f"crisis_answer:{answer}")


def _only_eased(intent: str | None, finding: Finding, latch: Latch) -> bool:
    """Return whether a sign is gone but the emergency is not (decision 0019).

    A face that droops for ten minutes, or pills that do no harm yet, still need the call.
    """
    if latch["tier"] != "emergency" or latch.get("mode") or TAKEN_BACK in finding.soft:
        return False
    if intent == "retract":
        return EASED in finding.soft or latch["code"] == SWALLOWED
    return EASED in finding.soft and intent in (UNCLEAR | SMALL_TALK | {"report_symptom"})


def _reset(intent: str, latch: Latch) -> Decision:
    owed = () if latch["level"] == "routine" else (HELP,)
    if intent == "privacy_request":  # answered by its own rule or action
        return Decision(None, owed, latch, False, "privacy_request")
    return Decision("utter_started_over", owed, latch, True, "start_over")


def _got_help(latch: Latch) -> Decision:
    kept = None if latch["level"] == "routine" else {**latch, "mode": "helped"}
    return Decision("utter_got_help", (), kept, False, "got_help")


def _retract(latch: Latch) -> Decision:
    if latch["tier"] == "see_doctor":
        owed = (TRIPWIRE,) if latch["level"] == "urgent" else ()
        return Decision("utter_retract_accepted", owed, None, False, "retract")
    if latch.get("mode") == "footer":  # accepted once; after that only the footer stays
        return Decision(None, (FOOTER,), latch, False, "retract_again")
    kept = {**latch, "mode": "footer"}
    return Decision("utter_retract_accepted", (), kept, False, "retract")


def _exercise(latch: Latch, running: bool) -> Decision:
    if latch["tier"] == "emergency" or latch["level"] == "imminent":
        return Decision("utter_exercise_refused_emergency", (), latch, True, "exercise_refused")
    if latch["tier"] == "crisis":
        return Decision("utter_exercise_refused_crisis", (), latch, True, "grounding_only")
    if latch["level"] == "urgent":
        return Decision("utter_exercise_not_now", (), latch, True, "exercise_not_now")
    # The guidance goes before a start, not before every step of an exercise already begun.
    owed = () if running else ("utter_see_doctor_routine_short",)
    return Decision(None, owed, latch, False, "exercise_gentle")


def _small_talk(latch: Latch) -> Decision:
    if latch["level"] == "routine":
        return Decision(None, (), latch, False, "small_talk")
    if latch.get("mode") == "helped":
        return Decision("utter_got_help", (), latch, False, "small_talk")
    if latch["tier"] == "crisis":
        return Decision("utter_crisis_again", (), latch, False, "small_talk")
    if latch["tier"] == "emergency":
        return Decision("utter_safety_reminder_alone", (), latch, False, "small_talk")
    return Decision("utter_see_doctor_urgent_reminder", (), latch, False, "small_talk")


def _unclear(latch: Latch) -> Decision:
    if latch["level"] == "routine":
        return Decision(None, (), latch, False, "unclear")
    if latch.get("mode"):
        return Decision(None, () if _light(latch) else (FOOTER,), latch, False, "unclear")
    return Decision(again(latch), (), latch, False, "unclear")
