"""Several questions in one message: taken apart, and which two of them are answered.

Pure: text in, questions out. What each question is about, the classifier says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.nlu.labels import RETRIEVAL, Reading

MOST = 6
"""Questions of one message that are looked at; each costs an embedding."""
# Longer than anything typed into the chat page; an endless message must not take endless time.
_CHARACTERS = 2000

# A verb in front of what it asks about: "does coffee", "should i". Some of them also open a plain
# statement that leaves out "I" ("have been ill", "was up all night"), so those need a subject.
_VERB = r"does|do|did|is|are|can|could|should|shud|shall|will|would|wud|must|might|may"
_VERB += r"|isn'?t|aren'?t|don'?t|doesn'?t|can'?t|won'?t|shouldn'?t|wouldn'?t|couldn'?t"
_SUBJECT = r"i|it|u|you|he|she|they|we|this|that|there|my|the"
_VERB_OR_STATEMENT = rf"(?:am|was|were|has|have|had|ain'?t)\s+(?:{_SUBJECT})"
# "when i drink tea" and "what helps me is ..." may be statements; "when should i" is none.
_WORD = (
    r"why|how(?!ever)|hows|how'?s|what|wat|wot|what'?s|whats|wats|which|who|whos|who'?s|where|any"
)
_WHEN = rf"when(?:'?s)?\s+(?:to|{_VERB}|am|was|were)"
_ASKS = rf"(?:{_VERB_OR_STATEMENT}|{_WHEN}|(?:{_VERB}|{_WORD}))\b"
# What people say before the question itself.
_BEFORE = (
    r"(?:(?:and|n|&|also|plus|but|so|then|or|ok|okay|well|oh|hi|hello|hey|sir|pls|please|btw|anyway"
    r"|first(?:ly)?|second(?:ly)?|next|lastly|finally|another thing|one more thing|by the way"
    r"|(?:i )?(?:just |only )?(?:want(?:ed)? to|wanna|would like to|like to) (?:know|ask)"
    r"|(?:i'?m |i am |just |was )*wondering(?: if)?|i wonder(?: if)?"
    r"|(?:can|could) (?:you|u) (?:also )?tell me|tell me|do (?:you|u) know(?: if)?|question)"
    r"\b[\s,:.-]*)*"
)
_STARTS = re.compile(rf"^\W*(?:{_BEFORE})(?P<asked>{_ASKS})", re.IGNORECASE)
_JOINT = r"(?:and also|and|n|&|\+|also|plus|but|then|or)"
_BLANKS = re.compile(r"[^\S\n]+")
_SENTENCE = re.compile(r"(?<=[?!.;])\s+|(?<=\?)(?=\w)|\n+")
_CLAUSE = re.compile(
    rf"\s*[,;:-]\s+(?=(?:{_JOINT}\s+)*{_ASKS})"
    rf"|\s+(?=(?:{_JOINT}\s+)+{_ASKS})"
    r"|\s*,?\s+(?=(?:and\s+|but\s+)?(?:also|what about|how about|wot about)\s)",
    re.IGNORECASE,
)
_LEAD = re.compile(rf"^[\W_]*(?:(?:{_JOINT}|so|then|ok|okay)\s+)*", re.IGNORECASE)
# A guess at the answer to the question before ("why is it jumping, is it the coffee?"), or "if so".
_SAME = re.compile(
    r"^(?:(?:and|or|but|so)\s+)*(?:if (?:so|not|yes|no)\b|i mean\b"
    r"|(?:is|was|could|can|might|may) (?:it|this|that)(?: all| just| only| be)*"
    r" (?:the|my|from|because|cos|cuz|coz|due|down|caused|coming|to do|related|what)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Several:
    """Two questions of one message."""

    first: Reading
    also: str
    """The topic of the second, `faq/sleep`."""


def questions(text: str) -> list[str]:
    """Return the questions `text` asks, in order, each without the "and" before it.

    A sentence that asks nothing is background and left out. So is what only goes on with the
    question before it ("is it the coffee?", "and if so how long?").
    """
    found: list[str] = []
    text = _BLANKS.sub(" ", text[:_CHARACTERS])
    for sentence in _SENTENCE.split(text):
        clauses = [clause for clause in _CLAUSE.split(sentence) if clause and clause.strip()]
        for number, clause in enumerate(clauses):
            last = number == len(clauses) - 1
            starts = _STARTS.match(clause)
            asks = starts is not None or (last and clause.rstrip().endswith("?"))
            words = clause[starts.start("asked") :] if starts else _LEAD.sub("", clause)
            if asks and words.strip(" ?!.") and not (found and _SAME.match(clause.strip())):
                found.append(words.strip())
    return found[:MOST]


def two_topics(readings: Sequence[Reading], *, least: float, known: float) -> Several | None:
    """Return the first two clear and different topics among `readings`, or None.

    Args:
        readings: what each question was understood as, in order.
        least: probability from which a question is clear.
        known: cosine to the nearest training phrase from which it is.
    """
    clear = [
        r
        for r in readings
        if r.label.startswith(f"{RETRIEVAL}/") and r.confidence >= least and r.nearest >= known
    ]
    first = clear[0] if clear else None
    second = next((r for r in clear if first and r.label != first.label), None)
    return Several(first, second.label) if first and second else None
