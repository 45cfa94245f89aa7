"""Short messages that go on from the answer before: "and sleep?", "what about coffee then".

Pure: what was said and what was answered before in, a reading or nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.nlu.after_answer import Said, topic_of
from assistant.nlu.labels import OUT_OF_SCOPE, RETRIEVAL, SAFETY_LABELS, UNSURE, Reading
from assistant.nlu.several import questions

MOST_WORDS = 7
MOST_BARE_WORDS = 2
"""Without a joining word or a question, more words than these are no follow-up."""
# Small talk between an answer and what goes on from it. Any other reply, a safety reply above
# all, ends the thread.
_PASSED_OVER = (
    "utter_thanks",
    "utter_greet",
    "utter_default",
    "utter_did_you_mean",
    "utter_which_one",
    "utter_nothing_pending",
    *("utter_no_more", "utter_shortest", "utter_sources", "utter_author"),
)
ABOUT_AN_ANSWER = ("tell_more", "say_shorter", "ask_source", "ask_author")
_OF_AN_EXERCISE = ("utter_breathing_", "utter_exercise_")
_CHARACTERS = 80
_OPEN = re.compile(
    r"^\W*(?:(?:ok|okay|k|oh|so|right|hm+|cool|yeah|fine|alright|interesting|i see|gotcha|thanks"
    r"|thx|ta)\b[\s,.!]*)*"
    r"(?P<cue>(?:and|n|&|or|but|plus|also|then|what about|wot about|wat about|what of|how about"
    r"|hows about|what if(?: it'?s)?|same (?:for|with|goes for)|is it the same (?:for|with)"
    r"|does that go for|even)\b\s*)*",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|what of|what if|same|does that go)\b", re.IGNORECASE)
_CLOSE = re.compile(
    r"[\s,]*(?:\b(?P<cue>then|too|as well|aswell|also|instead|though|tho)\b)?[\s?!.]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rest:
    """A short message without the words that only join it to what went before."""

    words: str
    joined: bool
    """Whether there were such words."""
    asks: bool = False
    """Whether the message asks something."""


@dataclass(frozen=True)
class Sure:
    """When a follow-up is read as what; values in config.yml."""

    alone: float
    """Least probability of the bare words for a topic of their own."""
    kept: float
    """Least probability at which a question keeps a meaning that is no topic."""
    margin: float
    """How much nearer the bare words must be to what we know than to what we refuse."""
    refused: float
    """Least probability of out_of_scope at which they are refused all the same."""
    quiet: float
    """Below this probability of each red flag the bare words carry none."""
    loud: float
    """From this probability of one on, the whole message counts, whatever the bare words say."""


def rest_of(text: str) -> Rest | None:
    """Return what is left of a short message without its joining words, or None for a long one."""
    if len(text) > _CHARACTERS or not 0 < len(text.split()) <= MOST_WORDS:
        return None
    opened = _OPEN.match(text)
    words = text[opened.end() :] if opened else text
    closed = _CLOSE.search(words)
    joined = bool((opened and opened["cue"]) or (closed and closed["cue"]))
    words = words[: closed.start()] if closed else words
    words = words.strip(" ,.!?-")
    asks = bool(questions(text)) or bool(opened and _ABOUT.search(opened[0]))
    return Rest(words, joined, asks) if words else None


@dataclass(frozen=True)
class Before:
    """What went before a message, as far as it can change what the message means."""

    topic: str | None = None
    """The topic answered last, `faq/caffeine`, with no more than small talk since."""
    answered: bool = False
    """Whether that answer was the very last reply."""
    running: bool = False
    """Whether an exercise runs."""
    exercise_spoke: bool = False
    """Whether it had the last word."""


def before(said: Sequence[Said], *, running: bool) -> Before:
    """Return what the bot's replies of this session, oldest first, leave open."""
    thread = [s.key for s in said if not s.key.startswith(_PASSED_OVER)]
    topic = topic_of(thread[-1]) if thread else None
    last = said[-1].key if said else ""
    return Before(
        topic=f"{RETRIEVAL}/{topic}" if topic else None,
        answered=topic_of(last) is not None,
        running=running,
        exercise_spoke=running and last.startswith(_OF_AN_EXERCISE),
    )


def in_its_place(reading: Reading, controls: set[str], gone_before: Before) -> Reading:
    """Tell "more" of an answer from "go on" with an exercise by which of the two spoke last.

    Args:
        reading: what the message was understood as on its own.
        controls: the exercise controls it names (`resume`, `repeat`).
        gone_before: what went before.
    """
    if gone_before.exercise_spoke and reading.label in ("tell_more", "say_shorter"):
        return replace(reading, label="exercise_control")
    # "Go on" is a yes as well, and the control of an exercise; after an answer it asks for more.
    controlling = reading.label in ("exercise_control", "affirm")
    lost = controlling and gone_before.answered and not gone_before.running
    if reading.label in ABOUT_AN_ANSWER and reading.margin < 0:
        return replace(reading, label=OUT_OF_SCOPE)  # "and the weather?" is no "and what else?"
    if lost and controls == {"resume"}:
        return replace(reading, label="tell_more")
    if lost and controls == {"repeat"} and gone_before.topic:
        return replace(reading, label=gone_before.topic)
    return reading


def is_topic(label: str) -> bool:
    """Return whether `label` is an FAQ topic."""
    return label.startswith(f"{RETRIEVAL}/")


@dataclass(frozen=True)
class Followed:
    """What a message means after an answer."""

    reading: Reading
    flags: Mapping[str, float] = field(default_factory=dict)
    """Probabilities of safety labels that are to be weighed instead of the whole message's."""


def resolve(
    text: str, plain: Reading, topic: str, title: str, read: Callable[[str], Reading], sure: Sure
) -> Followed:
    """Return what a message after the answer on `topic` means; often just what it says.

    Args:
        text: the message.
        plain: what it was understood as on its own.
        topic: the topic answered before, `faq/caffeine`.
        title: the topic's button title, which stands for the question before.
        read: the classifier.
        sure: thresholds.
    """
    unchanged = Followed(plain)
    rest = rest_of(text)
    if rest is None or not _may_change(plain, rest, sure):
        return unchanged
    alone = read(rest.words) if rest.joined else plain
    flags = _flags_without_joint(plain, alone, sure)
    if is_topic(alone.label) and alone.confidence >= sure.alone:
        return Followed(alone, flags)
    strange = max(dict(r.ranking).get(OUT_OF_SCOPE, 0.0) for r in (plain, alone))
    if is_topic(plain.label) or alone.margin < sure.margin or strange >= sure.refused:
        return unchanged
    # "Need info on twitching" is a new start, though no topic is clear; "at night" hardly is.
    if not (rest.joined or rest.asks) and len(rest.words.split()) > MOST_BARE_WORDS:
        return unchanged
    # With the title before them nearly all words fit the topic, so this alone would decide nothing.
    together = read(f"{title} {rest.words}")
    return Followed(together, flags) if together.label == topic else unchanged


def _flags(reading: Reading) -> dict[str, float]:
    probabilities = dict(reading.ranking)
    return {label: probabilities.get(label, 0.0) for label in SAFETY_LABELS}


def _flags_without_joint(plain: Reading, alone: Reading, sure: Sure) -> dict[str, float]:
    """Return the flags of the bare words where they carry none and "and" only hinted at one.

    "And at night?" has something of "and now my leg is numb" about it.
    """
    whole, bare = _flags(plain), _flags(alone)
    hint = max(bare.values()) < sure.quiet and max(whole.values()) < sure.loud
    return bare if hint else {}


def _may_change(plain: Reading, rest: Rest, sure: Sure) -> bool:
    """Return whether a message may mean something else after an answer than on its own.

    "Yes", "thanks" and "stop" may not; "and at night?", taken for a goodbye, may.
    """
    if is_topic(plain.label) or plain.label in (OUT_OF_SCOPE, UNSURE):
        return True
    if plain.label == "stop" or plain.label in SAFETY_LABELS or not rest.asks:
        return False
    return plain.label in ("greet", "goodbye") or plain.confidence < sure.kept
