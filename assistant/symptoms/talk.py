"""The talk about a symptom: which question is open, what a message does to it, what is said next.

At most three questions: where, how long, and whether a sign for a doctor is there. Only what is
missing is asked, and every question can be passed. Yes and "not sure" to the signs never get here:
the safety policy answers them (assistant/safety/latch.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from assistant.symptoms import facts as known
from assistant.symptoms.facts import Facts
from assistant.symptoms.reading import BODY_PART, DURATION, FREQUENCY, SIDE, TRIGGER, Reading
from assistant.symptoms.table import Table, load_table

WHERE, HOW_LONG, SIGNS = "where", "how_long", "signs"
QUESTIONS = (WHERE, HOW_LONG, SIGNS)
SLOT = "symptom_talk"
INTENT = "symptom_answer"
SUMMARY = "doctor_summary"
REPORT = "report_symptom"
MOST_MISSES = 2
PATIENCE = 3
"""After so many messages about something else the talk is let go."""
SHORT = 4
"""Of so few words, a place or a time is an answer, whatever else it may look like."""
TOPICS = 2

YES, NO, NOT_SURE = "yes", "no", "not_sure"
SKIP, WHY, END, TOLD, UNCLEAR = "skip", "why", "end", "told", "unclear"

# Meant as themselves even in the middle of the talk.
_NEVER_AN_ANSWER = {
    "stop", "start_over", "privacy_request", "human_handoff", SUMMARY,
}  # fmt: skip
# Of these, the ones that a few words about a place or a time may well mean.
_PLAIN_WISHES = {
    *("stop", "start_over", "privacy_request", SUMMARY, "express_anxiety"),
    *("start_breathing", "start_muscle_relaxation", "start_grounding"),
}
# What the classifier takes an answer for when it is not about anything it knows.
_LOOSE = {
    REPORT, "nlu_fallback", "out_of_scope", "affirm", "deny", "exercise_control", "set_region",
    None,
}  # fmt: skip
# These end the talk by what they are.
_LEAVES = ("start_", "goodbye", "express_anxiety")
_CARES = {
    "two_weeks", "many_places", "jelly", "buzzing", "killing_me", "health_worry", "disease_worry",
    "past", "diagnosed",
}  # fmt: skip
_TELLS = (BODY_PART, SIDE, DURATION, FREQUENCY, TRIGGER)


@dataclass(frozen=True)
class Talk:
    """A talk in progress, as the slot stores it: names and numbers, nobody's words."""

    asking: str
    began: int = 0
    """The person's message, counted in this session, that began it."""
    heard: int = 0
    """The last one that belonged to it."""
    facts: Facts = Facts()
    passed: tuple[str, ...] = ()
    """Questions that were left out."""
    misses: int = 0
    """Messages that were no answer to the open question."""
    cared: bool = False
    """The safety check saw a reason for the see-a-doctor line."""

    def slots(self) -> dict[str, Any]:
        """Write the talk as slots, for from_slot to read back."""
        return {SLOT: asdict(self)}

    @classmethod
    def from_slot(cls, stored: object) -> Talk | None:
        """Read it back; None where there is none, or one another version wrote."""
        if not isinstance(stored, Mapping):
            return None
        try:
            told = Facts(**{name: _fixed(value) for name, value in stored["facts"].items()})
            rest = {f.name: _fixed(stored[f.name]) for f in fields(cls) if f.name != "facts"}
        except (AttributeError, KeyError, TypeError):
            return None
        return cls(facts=told, **rest) if rest["asking"] in QUESTIONS else None


OVER: Mapping[str, Any] = {SLOT: None}


@dataclass(frozen=True)
class Saying:
    """What is said: a response key, the question behind it, and what is offered."""

    say: str
    talk: Talk | None
    asks: str | None = None
    topics: tuple[str, ...] = ()

    @property
    def slots(self) -> Mapping[str, Any]:
        """The slots this leaves."""
        return self.talk.slots() if self.talk else OVER


def open_talk(stored: object, turn: int, *, exercise_running: bool) -> Talk | None:
    """Return the talk that is open in message `turn` of this session.

    Slots outlive a session, so one left open yesterday is over; and it waits only so long.
    """
    talk = Talk.from_slot(stored)
    if talk is None or exercise_running or turn <= talk.began:
        return None
    return talk if turn - talk.heard <= PATIENCE + 1 else None


def leaves(intent: str | None) -> bool:
    """Return whether a message with this intent ends the talk by what it is."""
    return bool(intent) and str(intent).startswith(_LEAVES)


def cares(soft: Sequence[str]) -> bool:
    """Return whether the safety check's reasons call for the see-a-doctor line at the end."""
    return bool(_CARES.intersection(soft))


def deed_of(
    reading: Reading,
    asking: str,
    label: str | None,
    *,
    asks: bool,
    typed: str | None,
    put: bool = True,
) -> str | None:
    """Return what a message does in an open talk, or None where it is about something else.

    Args:
        reading: what it says.
        asking: the open question.
        label: what the classifier took it for.
        asks: whether it asks something.
        typed: `yes`, `no` or `not_sure`, where its very words would answer a check question.
        put: whether the last reply put the question; else a yes or a no belongs to that reply.
    """
    if reading.deed in (WHY, END):
        return reading.deed
    if not put and (typed or label in ("affirm", "deny")):
        return None
    tells = any(reading.of(kind) for kind in _TELLS)
    if tells and reading.nothing_else and not asks and label not in _PLAIN_WISHES:
        return TOLD  # "on and off" looks like a goodbye, "hand" like a wish for a human
    if label in _NEVER_AN_ANSWER or leaves(label):
        return None
    if reading.deed == SKIP:
        return SKIP
    if asking == SIGNS:
        if verdict := _verdict(reading, label, typed, tells=tells):
            return verdict
    elif reading.deed in (NO, NOT_SURE) or typed == NOT_SURE:
        return SKIP
    wanted = {WHERE: BODY_PART, HOW_LONG: DURATION}.get(asking)
    about_else = asks and label not in _LOOSE
    short = len(reading.text.split()) <= SHORT
    if wanted and reading.of(wanted) and (short or not about_else):
        return TOLD
    if tells and not asks and label in _LOOSE:
        return TOLD
    if label == "deny" and not asks:
        return SKIP
    return None if asks or label not in _LOOSE else UNCLEAR


def _verdict(reading: Reading, label: str | None, typed: str | None, *, tells: bool) -> str | None:
    """Return the answer to the list of signs, where the message is one."""
    if reading.deed in (YES, NO, NOT_SURE):
        return reading.deed
    if typed:
        return typed
    if tells:  # "no, the left one" puts something right
        return None
    if label == "affirm":
        return YES
    return NO if reading.plain_no or (label == "deny" and not reading.hedged) else None


def begin(entities: Sequence[known.Entity], turn: int, *, cared: bool) -> Saying:
    """Begin with what the first message already says."""
    talk = Talk(WHERE, turn, turn, known.told(entities), cared=cared)
    return _ask(talk, "utter_symptom_begin")


def go_on(
    talk: Talk, entities: Sequence[known.Entity], turn: int, *, cared: bool, grey: bool
) -> Saying:
    """Say what follows a message of the talk.

    `grey` says that the detectors are unsure about the message: then the signs are asked at once.
    """
    deed = known.answer_of(entities)
    talk = replace(talk, heard=turn, cared=talk.cared or cared)
    if deed == WHY:
        return Saying(_WHY[talk.asking], talk, _QUESTION[talk.asking])
    if deed == SKIP:
        return _pass(talk, "utter_symptom_skipped")
    new = known.told(entities)
    facts = known.merged(talk.facts, new, adds=known.adds(entities))
    if grey and talk.asking != SIGNS:
        unasked = (WHERE, HOW_LONG)
        talk = replace(talk, facts=facts, passed=tuple(dict.fromkeys((*talk.passed, *unasked))))
        return _ask(talk, "utter_symptom_signs_first")
    if deed == NO and talk.asking == SIGNS:
        return _end(replace(talk, facts=facts))
    if new != Facts():
        return _ask(replace(talk, facts=facts), "utter_symptom_noted")
    if talk.misses + 1 >= MOST_MISSES:
        return _pass(talk, "utter_symptom_moved_on")
    return Saying("utter_symptom_again", replace(talk, misses=talk.misses + 1), _AGAIN[talk.asking])


def next_question(talk: Talk) -> str | None:
    """Return the first question that is neither answered nor passed."""
    answered = {WHERE: bool(talk.facts.parts), HOW_LONG: talk.facts.timed, SIGNS: False}
    return next((q for q in QUESTIONS if not answered[q] and q not in talk.passed), None)


def question_key(talk: Talk) -> str:
    """Return the response that puts the open question."""
    return _QUESTION[talk.asking]


def whole_text(texts: Sequence[str], facts: Facts, table: Table | None = None) -> str:
    """Return all that was said in the talk as one text for the safety check to read.

    "Suddenly, yesterday" means little alone, and much after "my eyelid twitches".
    """
    told = [text.strip(" .") for text in texts if text.strip()]
    if facts.daily_for_long:
        told.append((table or load_table()).daily_for_long)
    return ". ".join(told)


def topics_for(facts: Facts, table: Table | None = None) -> tuple[str, ...]:
    """Return the topics that fit what was told, best first."""
    table = table or load_table()
    named = {*facts.named, *facts.parts} | ({known.SEVERAL} if facts.many else set())
    fitting = [topic for name, topic in table.topics.items() if name in named]
    return tuple(dict.fromkeys((*fitting, *table.other_topics)))[:TOPICS]


_QUESTION = {
    WHERE: "utter_symptom_ask_where",
    HOW_LONG: "utter_symptom_ask_how_long",
    SIGNS: "utter_symptom_ask_signs",
}
_AGAIN = {
    WHERE: "utter_symptom_again_where",
    HOW_LONG: "utter_symptom_again_how_long",
    SIGNS: "utter_symptom_again_signs",
}
_WHY = {
    WHERE: "utter_symptom_why_where",
    HOW_LONG: "utter_symptom_why_how_long",
    SIGNS: "utter_symptom_why_signs",
}


def _ask(talk: Talk, say: str) -> Saying:
    question = next_question(talk)
    if question is None:
        return _end(talk)
    misses = talk.misses if question == talk.asking else 0
    return Saying(say, replace(talk, asking=question, misses=misses), _QUESTION[question])


def _pass(talk: Talk, say: str) -> Saying:
    return _ask(replace(talk, passed=(*talk.passed, talk.asking), misses=0), say)


def _end(talk: Talk) -> Saying:
    if SIGNS in talk.passed:  # nobody knows about the signs: the warning is said in full
        key = "utter_symptom_end_unsure"
    elif talk.facts.long or talk.facts.many or talk.cared:
        key = "utter_symptom_end_doctor"
    else:
        key = "utter_symptom_end"
    return Saying(key, None, topics=topics_for(talk.facts))


def _fixed(value: Any) -> Any:
    """Give a list back as the tuple it was: slots are stored as JSON."""
    return tuple(value) if isinstance(value, list) else value
