"""Read one message: body parts, side, how long, how often, when it comes, and what it does.

spaCy's phrase matcher finds the authors' phrases over words whose typing errors are mended; every
find keeps its place in the text as it was typed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from assistant.safety.spelling import Speller
from assistant.symptoms import durations
from assistant.symptoms.table import TOKEN, Names, Table, load_table, plain

BODY_PART, SIDE, DURATION = "body_part", "side", "duration"
FREQUENCY, TRIGGER, KIND = "frequency", "trigger", "symptom_kind"
LONGEST = 2000
"""Characters that are read; the widget's input ends there."""
_GROUPS = {"parts": BODY_PART, "sides": SIDE, "frequency": FREQUENCY, "triggers": TRIGGER,
           "kinds": KIND}  # fmt: skip
_DENIED_WITHIN = 3
_ENDS_DENIAL = (*",.;!?", "but", "just", "only", "its", "it's", "wait", "sorry", "actually", "mean",
                 "meant")  # fmt: skip
_PLAIN = ("the", "my", "and", "for", "in", "on", "is", "it", "been", "has", "have", "was", "one")
_SHORT = 4


@dataclass(frozen=True)
class Mention:
    """One thing a message says, and where in the text it stands."""

    kind: str
    value: str
    """`left`, `eyelid`, `21 days`; the person's words where a time is told by an event."""
    start: int
    end: int
    days: float | None = None


@dataclass(frozen=True)
class Reading:
    """What one message says about a symptom, and what it does in a talk about one."""

    text: str
    mentions: tuple[Mention, ...] = ()
    adds: bool = False
    """What it names is one more: "also my calf"."""
    deed: str | None = None
    """`why`, `skip`, `end`, `not_sure`, `yes` or `no`, where it is said plainly."""
    nothing_else: bool = False
    """Every word is a find or a filler, or all of it a known phrase: no sign can hide in it."""
    hedged: bool = False
    """It holds a "but" or an "except"."""
    plain_no: bool = False
    """It begins with a no that takes nothing back: "no, i feel normal otherwise"."""

    def of(self, kind: str) -> list[Mention]:
        """Return the mentions of one kind, in order."""
        return [mention for mention in self.mentions if mention.kind == kind]

    def said(self, mention: Mention) -> str:
        """Return a mention in the person's own words."""
        return " ".join(self.text[mention.start : mention.end].split())


@dataclass(frozen=True)
class _Word:
    form: str
    start: int
    end: int


class Reader:
    """Reads messages by the authors' table."""

    def __init__(self, table: Table | None = None) -> None:
        """Index the table's phrases."""
        self._table = table or load_table()
        vocabulary = self._table.vocabulary()
        self._speller = Speller(vocabulary, self._table.spelt, _PLAIN)
        self._nlp = spacy.blank("en")
        self._matchers = {
            _GROUPS[group]: self._matcher(names, self._table.not_in.get(group, ()))
            for group, names in self._table.groups.items()
        }

    def read(self, text: str) -> Reading:
        """Read one message."""
        words = self._words(text[:LONGEST])
        if not words:
            return Reading(text)
        with self._nlp.memory_zone():  # or the string store would keep every word ever typed
            doc = Doc(self._nlp.vocab, words=[word.form for word in words])
            found = [
                Mention(kind, span.label_, words[span.start].start, words[span.end - 1].end)
                for kind, matcher in self._matchers.items()
                for span in _spans(doc, matcher)
            ]
        found = _outside_events([*found, *self._durations(words)])
        counted = self._counted(words, sorted(found, key=lambda m: m.start))
        joined = " ".join(word.form for word in words)
        deed = self._deed(joined)
        known = bool(deed) and self._bare(joined) in self._table.whole[str(deed)]
        return Reading(
            text,
            counted,
            adds=self._cue(joined, "adds"),
            deed=deed,
            nothing_else=len(text) <= LONGEST and (known or self._covered(words, found)),
            hedged=_holds(joined, self._table.anywhere["but"]),
            plain_no=self._plain_no(joined),
        )

    def _words(self, text: str) -> list[_Word]:
        words: list[_Word] = []
        for match in TOKEN.finditer(plain(text)):
            for form in self._forms(match.group()):
                words.append(_Word(form, match.start(), match.end()))
        return words

    def _forms(self, written: str) -> Sequence[str]:
        if not written.isalpha():
            return (written,)
        first = self._speller.readings(written)[0]
        known = first != written or self._speller.is_word(written)
        parts = () if known else self._speller.split(written)
        return parts or (first,)

    def _matcher(self, names: Names, not_in: Sequence[str]) -> PhraseMatcher:
        matcher = PhraseMatcher(self._nlp.vocab)
        for name, phrases in names.items():
            matcher.add(name, [Doc(self._nlp.vocab, words=p.split()) for p in phrases])
        if not_in:
            matcher.add("", [Doc(self._nlp.vocab, words=p.split()) for p in not_in])
        return matcher

    def _durations(self, words: Sequence[_Word]) -> list[Mention]:
        starts, joined = [], ""
        for word in words:
            starts.append(len(joined))
            joined += word.form + " "
        found = []
        for span in durations.find(joined.rstrip(), self._table):
            inside = [w for w, at in zip(words, starts, strict=True) if span.start <= at < span.end]
            value = _value(span.days, joined[span.start : span.end])
            start, end = inside[0].start, inside[-1].end
            found.append(Mention(DURATION, value, start, end, span.days))
        return found

    def _counted(self, words: Sequence[_Word], found: Sequence[Mention]) -> tuple[Mention, ...]:
        """Leave out what is denied or put right: "not the arm", "left, no, right"."""
        kept = [mention for mention in found if not self._denied(words, mention)]
        put_right = [w.start for w in words if w.form in self._table.cues["corrects"]]
        counted = []
        for mention in kept:
            later = [
                m for m in kept
                if m.kind == mention.kind and any(mention.end <= at < m.start for at in put_right)
            ]  # fmt: skip
            if not later or mention.kind in (TRIGGER, KIND, FREQUENCY):
                counted.append(mention)
        return tuple(counted)

    def _denied(self, words: Sequence[_Word], mention: Mention) -> bool:
        """Say whether a "not" stands close before, with no comma or "but" between."""
        if mention.kind in (DURATION, FREQUENCY, KIND):
            return False
        before = [w.form for w in words if w.end <= mention.start]
        for at in range(len(before) - 1, max(-1, len(before) - 1 - _DENIED_WITHIN), -1):
            if before[at] in _ENDS_DENIAL:
                return False
            if before[at] in self._table.cues["denies"]:
                # "No the left one" and "eyelid, no eyebrow" put right; "no spasm in my arm" denies.
                puts_right = at == 0 or before[at - 1] in _ENDS_DENIAL or mention.kind == SIDE
                return before[at] != "no" or not puts_right
        return False

    def _covered(self, words: Sequence[_Word], found: Sequence[Mention]) -> bool:
        if any(m.value in self._table.lists["watched_parts"] for m in found):
            return False
        # A time told by an event holds words nobody looked at.
        spans = [(m.start, m.end) for m in found if m.kind != DURATION or m.days is not None]
        fillers = self._table.lists["fillers"]
        return bool(spans) and all(
            not any(char.isalnum() for char in word.form)
            or word.form in fillers
            or any(start <= word.start and word.end <= end for start, end in spans)
            for word in words
        )

    def _cue(self, joined: str, name: str) -> bool:
        phrases = self._table.cues[name]
        opening = [p for p in phrases if p.startswith("and")]
        return _holds(joined, [p for p in phrases if p not in opening]) or any(
            joined.startswith(f"{phrase} ") for phrase in opening
        )

    def _plain_no(self, joined: str) -> bool:
        if _holds(joined, self._table.anywhere["but"]):
            return False
        whole = " ".join(joined.replace(",", " ").replace(".", " ").split())
        openings = [p for p in self._table.cues["plain_no"] if " " in p]
        comma = any(joined.startswith(f"{p} ,") for p in self._table.cues["plain_no"])
        return comma or whole.startswith(tuple(f"{p} " for p in openings))

    def _deed(self, joined: str) -> str | None:
        """Tell what the message does, where it does nothing else."""
        for deed in ("why", "end"):
            if _holds(joined, self._table.anywhere[deed]):
                return deed
        bare = self._bare(joined)
        for deed, phrases in self._table.whole.items():
            if bare in phrases or joined in phrases:
                return deed
        plain_no = _holds(joined, self._table.anywhere["no"])
        return "no" if plain_no and not _holds(joined, self._table.anywhere["but"]) else None

    def _bare(self, joined: str) -> str:
        """Take the signs and the "ok, please" off both ends."""
        words = [word for word in joined.split() if any(c.isalnum() for c in word)]
        around = {tuple(phrase.split()) for phrase in self._table.lists["around"]}
        trimmed = True
        while trimmed and len(words) > 1:
            trimmed = False
            for size in (2, 1):
                if len(words) > size and tuple(words[:size]) in around:
                    words, trimmed = words[size:], True
                if len(words) > size and tuple(words[-size:]) in around:
                    words, trimmed = words[:-size], True
        return " ".join(words)


def _spans(doc: Doc, matcher: PhraseMatcher) -> Iterable[Span]:
    found = filter_spans(matcher(doc, as_spans=True))
    return [span for span in found if span.label_]


def _outside_events(found: Sequence[Mention]) -> list[Mention]:
    """Leave out what only dates it: in "since i hurt my knee" the knee is not the place."""
    events = [m for m in found if m.kind == DURATION and m.days is None]
    often = [m for m in found if m.kind == FREQUENCY]
    return [
        m
        for m in found
        if not any(m is not e and e.start <= m.start and m.end <= e.end for e in events)
        and not (m.kind == DURATION and any(m.start < o.end and o.start < m.end for o in often))
    ]


def _value(days: float | None, words: str) -> str:
    if days is None:
        return words.strip()
    whole = round(days)
    return "1 day" if whole == 1 else f"{whole} days"


def _holds(joined: str, phrases: Iterable[str]) -> bool:
    padded = f" {joined} "
    return any(f" {phrase} " in padded for phrase in phrases)


@functools.lru_cache(maxsize=1)
def shared_reader() -> Reader:
    """Return the one reader of this process."""
    return Reader()
