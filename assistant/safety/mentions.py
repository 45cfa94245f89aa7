"""Where the meanings of the lexicon stand in one message."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.safety.lexicon import Entry, Idiom, Lexicon
from assistant.safety.pattern import Layout
from assistant.safety.words import COMMA, SENTENCE, SOFT_END, Word

WINDOW, OVERLAP = 80, 24
"""A sentence without an end is read in windows, so that cost stays linear."""
EXCUSE = 6
"""How far, in words, an excuse may stand from what it excuses."""
MIN_WORDS = 4
"""Fewer words than this say too little about the language."""
FAR = 60
"""How far apart two things may stand and still count as the same message."""
SOFT_BREAK = re.compile(rf"(?<!\n)\n(?!\n|\r\n)|{SOFT_END.pattern}")
"""A line break, dots or a smiley may end a sentence; an empty line always does."""


@dataclass(frozen=True)
class Hit:
    """One place where a meaning stands: the words that matched."""

    places: tuple[int, ...]

    @property
    def start(self) -> int:
        """The first word."""
        return self.places[0]

    @property
    def end(self) -> int:
        """One past the last word."""
        return self.places[-1] + 1

    def distance(self, other: Hit) -> int:
        """Count the words between two hits; nought when they touch or overlap."""
        return max(0, other.start - self.end, self.start - other.end)


class Message:
    """One message, read: its words, its sentences, and every meaning found in it."""

    def __init__(self, text: str, lexicon: Lexicon, *, over_breaks: bool = False) -> None:
        """Read the text and match the whole lexicon against it; sentences may run over breaks."""
        self.text = text
        self._known = lexicon.known
        self.joining = lexicon.reach["joining_words"]
        read = SOFT_BREAK.sub(_softened, text) if over_breaks else text
        self.words: list[Word] = lexicon.reader.read(read)
        self.masks = [lexicon.vocabulary.mask(word.forms) for word in self.words]
        self.sentence = _sentences(self.words)
        self.meanings: dict[str, list[Hit]] = {}
        self.rules: dict[int, list[Hit]] = {}
        self.idioms: dict[str, set[int]] = {}
        self.layout = layout = _layout(self.words, lexicon.reach)
        seen: set[tuple[tuple[int, ...], int]] = set()
        for start, end in _windows(self.sentence):
            for places, value in lexicon.matcher.find(self.masks, start, end, layout):
                if (places, id(value)) in seen:
                    continue
                seen.add((places, id(value)))
                self._keep(places, value)
        for hits in (*self.meanings.values(), *self.rules.values()):
            hits.sort(key=lambda hit: hit.places)

    def _keep(self, places: tuple[int, ...], value: object) -> None:
        if isinstance(value, Idiom):
            if not self.one_breath(Hit(places)):
                return
            self.idioms.setdefault(value.family, set()).update(places)
        elif isinstance(value, Entry):
            self.rules.setdefault(value.index, []).append(Hit(places))
        else:
            self.meanings.setdefault(str(value), []).append(Hit(places))

    def forms(self, index: int) -> tuple[str, ...]:
        """What the word at a place may stand for."""
        return self.words[index].forms

    def raw(self, hit: Hit) -> str:
        """Give the user's own words for a hit."""
        return self.text[self.words[hit.start].start : self.words[hit.end - 1].end]

    def near(self, hit: Hit, name: str, within: int, *, anywhere: bool = False) -> Iterator[Hit]:
        """Give hits of a meaning close to a hit: in its sentence, or anywhere near."""
        found = self.meanings.get(name)
        if not found:
            return
        low = bisect_left(found, hit.start - within - WINDOW, key=lambda h: h.start)
        high = bisect_right(found, hit.end + within, key=lambda h: h.start)
        for other in found[low:high]:
            if hit.distance(other) > within:
                continue
            if anywhere or self.sentence[other.start] == self.sentence[hit.start]:
                yield other

    def has_near(self, hit: Hit, names: Iterable[str], within: int = EXCUSE) -> str | None:
        """Name the first of these meanings that stands in the same sentence as a hit."""
        for name in names:
            for _ in self.near(hit, name, within):
                return name
        return None

    def excused(self, hit: Hit, names: Iterable[str]) -> Iterator[Hit]:
        """Give every hit of an excuse near enough to count, in one breath with the sign."""
        for name in names:
            for other in self.near(hit, name, EXCUSE):
                if self.one_breath(other):
                    yield other

    def has(self, name: str) -> bool:
        """Say whether a meaning stands anywhere in the message."""
        return name in self.meanings

    def one_breath(self, hit: Hit) -> bool:
        """Say whether a hit holds together: no comma and no `and` in its gaps."""
        if len(hit.places) == hit.end - hit.start == 1:
            return True
        if self.comma_between(hit.start, hit.end - 1):
            return False
        gaps = set(range(hit.start, hit.end)).difference(hit.places)
        return not any(self.forms(i)[0] in self.joining for i in gaps)

    def unreadable(self) -> bool:
        """Say whether most words are no English: another language, or typed beyond repair."""
        words = [w.forms for w in self.words if len(w.forms[0]) > 2 and w.forms[0].isalpha()]
        if len(words) < MIN_WORDS:
            return False
        known = sum(1 for forms in words if any(f in self._known for f in forms))
        return known < len(words) / 2

    def comma_between(self, left: int, right: int) -> bool:
        """Say whether a comma or the like stands between two words."""
        return any(self.words[i].gap >= COMMA for i in range(left + 1, right + 1))


def _softened(found: re.Match[str]) -> str:
    """Give a space or a comma in place of a break, so that every word keeps its place."""
    return (" " if found.group() == "\n" else ",").ljust(len(found.group()))


def _sentences(words: list[Word]) -> list[int]:
    numbers: list[int] = []
    current = 0
    for word in words:
        if word.gap >= SENTENCE and numbers:
            current += 1
        numbers.append(current)
    return numbers


def _layout(words: list[Word], reach: Mapping[str, frozenset[str]]) -> Layout:
    names = ("closing_words", "joints", "subjects", "statements")
    closing, joints, subjects, verbs = (reach[name] for name in names)
    first = [word.forms[0] for word in words]
    second, third = [*first[1:], ""], [*first[2:], "", ""]
    comma = [word.gap >= COMMA for word in words]
    return Layout(
        closing=[
            after or word in closing or not word
            for word, after in zip(second, [*comma[1:], True], strict=False)
        ],
        comma=comma,
        joint=[
            word in joints and (second[i] in subjects or third[i] in verbs)
            for i, word in enumerate(first)
        ],
    )


def _windows(sentence: list[int]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(sentence):
        end = bisect_right(sentence, sentence[start])
        at = start
        while True:
            yield at, min(end, at + WINDOW)
            if at + WINDOW >= end:
                break
            at += WINDOW - OVERLAP
        start = end
