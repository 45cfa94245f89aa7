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
MOST_WORDS_TO_AN_EXERCISE = 12
LISTED_TOPIC = 0.6
"""Below this probability a topic is no more than a thing somebody sees: their coffee cup."""
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
_FILLING = (
    "i im i'm i'd id feel feeling felt am a bit little slightly much lot way still just now about"
    " really quite somewhat kind of kinda sort tbh thanks thank you ta think guess maybe pretty"
    " very so than before as the to be honest it is it's its was that probably say would and or"
    " mostly yes yeah no nah well oh ok okay actually already"
)
_BESIDE_A_FEELING = frozenset(_FILLING.split())
_QUIET = dict.fromkeys(SAFETY_LABELS, 0.0)
# What somebody sees needs neither of these; whoever says one may mean themselves.
_OF_SOMEBODY = re.compile(
    r"\b(?:i|i'?m|i'?ve|i'?d|i'?ll|me|myself|we|us|he|she|they|no|not|nothing|none|never|nowhere"
    r"|cannot|\w+n'?t)\b",
    re.IGNORECASE,
)
_I_SEE = re.compile(
    r"\b(?:i can|i)\s+(?:see|hear|smell|taste|touch|notice)\b|\bi'?m (?:looking at|touching)\b",
    re.IGNORECASE,
)
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
    asks_feeling: bool = False
    """Whether that word was the question how somebody feels now."""
    asks_form: bool = False
    """Whether it was the choice between a short and a full exercise."""
    asks_for_words: bool = False
    """Whether it asked for things that people like to type: what they see, what they hear."""


def before(
    said: Sequence[Said],
    *,
    running: bool,
    asks_feeling: bool = False,
    asks_form: bool = False,
    asks_for_words: bool = False,
) -> Before:
    """Return what the bot's replies of this session, oldest first, leave open.

    Args:
        said: the replies.
        running: whether an exercise runs.
        asks_feeling: whether it stands at the question how somebody feels.
        asks_form: whether it stands at the choice of a form.
        asks_for_words: whether it stands at a step that may be answered in words.
    """
    thread = [s.key for s in said if not s.key.startswith(_PASSED_OVER)]
    topic = topic_of(thread[-1]) if thread else None
    last = said[-1].key if said else ""
    spoke = running and last.startswith(_OF_AN_EXERCISE)
    return Before(
        topic=f"{RETRIEVAL}/{topic}" if topic else None,
        answered=topic_of(last) is not None,
        running=running,
        exercise_spoke=spoke,
        asks_feeling=spoke and asks_feeling,
        asks_form=spoke and asks_form,
        asks_for_words=spoke and asks_for_words,
    )


@dataclass(frozen=True)
class Named:
    """What a message names of the values an exercise may have asked for."""

    feelings: Sequence[tuple[int, int]] = ()
    """Where it says how somebody feels (`calmer`, `the same`)."""
    forms: Sequence[tuple[int, int]] = ()
    """Where it says which form of an exercise (`short`, `full`)."""
    nothings: Sequence[tuple[int, int]] = ()
    """Where it says that there is nothing to notice ("can't smell anything")."""


def answers_exercise(
    text: str, reading: Reading, named: Named, gone_before: Before
) -> Followed | None:
    """Return what a message means that answers what an exercise has just asked, else None.

    What was understood as a red flag stays one, unless it is a known answer and nothing more.

    Args:
        text: the message.
        reading: what it was understood as on its own.
        named: the values it names.
        gone_before: what went before.
    """
    answer = _answer(text, reading, named, gone_before)
    if answer and reading.label in SAFETY_LABELS and not answer.flags:
        return None
    return answer


def _answer(text: str, reading: Reading, named: Named, gone_before: Before) -> Followed | None:
    short = len(text.split()) <= MOST_WORDS_TO_AN_EXERCISE
    if not short or "?" in text or questions(text) or _asks_for_something(reading):
        return None
    if gone_before.asks_feeling and named.feelings:
        quiet = _QUIET if _no_more(text, named.feelings) else {}
        return Followed(replace(reading, label="exercise_feeling"), quiet)
    if gone_before.asks_form and named.forms:
        return Followed(replace(reading, label="start_muscle_relaxation"))
    if not gone_before.asks_for_words:
        return None
    if named.nothings and _no_more(text, named.nothings):
        return Followed(replace(reading, label="exercise_answer"), _QUIET)
    # "A lamp, my cup, the dog" in grounding is an answer, and leads on.
    strange = reading.label in (OUT_OF_SCOPE, UNSURE)
    guessed = is_topic(reading.label) or reading.label.startswith("start_")
    strange = strange or (guessed and reading.confidence < LISTED_TOPIC)
    if strange and not _OF_SOMEBODY.search(_I_SEE.sub("", text)):
        return Followed(replace(reading, label="exercise_answer"))
    return None


def _no_more(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether a message says nothing but these words: "a bit better now"."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return set(re.findall(r"[a-z']+", text.casefold().replace("\u2019", "'"))) <= _BESIDE_A_FEELING


def _asks_for_something(reading: Reading) -> bool:
    """Return whether a message plainly wants another exercise or its end."""
    wish = reading.label.startswith("start_") or reading.label == "stop"
    return wish and reading.confidence >= LISTED_TOPIC


def in_its_place(reading: Reading, controls: set[str], gone_before: Before) -> Reading:
    """Tell "more" of an answer from "go on" with an exercise by which of the two spoke last.

    Args:
        reading: what the message was understood as on its own.
        controls: the exercise controls it names (`resume`, `repeat`).
        gone_before: what went before.
    """
    if gone_before.exercise_spoke and reading.label in ("tell_more", "say_shorter"):
        return replace(reading, label="exercise_control")
    # "How many breaths are left?" is about this exercise, and no wish for another one.
    if gone_before.exercise_spoke and reading.label.startswith("start_") and controls == {"left"}:
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
