"""The pattern language of the lexicon: read it, compile it, match it against words.

    CANT .. move/lift BODY      a group, a gap of up to three words, one of two words, a group
    numb~                       the word and its regular endings (numbs, numbed, numbing)
    my? left?                   words that may be missing
    ...                         a gap of up to six words
    >>                          a gap of up to six words that may go over a comma or a clause joint
    !for                        the word at this place is not `for`; nothing is taken
    ^ help                      first word of the message
    want out $                  last word of a clause: before a stop, a comma, `and`, `because`
    < does .. help              first word of a sentence (a filler such as `so` may stand before it)
    *                           any one word

A pattern never crosses the end of a sentence. Matching starts at the rarest element and works
outwards, so the cost of a message grows with its length and not with the size of the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

GAP = {"..": 3, "...": 6, ">>": 6}
OVER = ">>"
NOWHERE, AT_JOINT, AT_COMMA = 0, 1, 2
START, END = ("^", "<"), "$"
_GROUP = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_WORD = re.compile(r"[a-z0-9]+\Z")
_VOWELS = "aeiou"


class PatternError(ValueError):
    """A pattern in the lexicon cannot be read; the message names the file and the fix."""


@dataclass(frozen=True)
class Element:
    """One place in a pattern."""

    words: frozenset[str] | None
    """The words that fit, or None for any word."""
    optional: bool = False
    negative: bool = False
    gap: int = 0
    """How many words may stand before it."""
    over: bool = False
    """The gap before it may go over a comma and a joint: `calf like a brick, and it flickers`."""
    bit: int = 0
    """Filled by the vocabulary: the bit its word set has in a word's mask."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern: elements, the rarest of them, and the bits all of which must occur."""

    source: str
    elements: tuple[Element, ...]
    anchor: int
    need: int
    at_start: bool = False
    at_sentence: bool = False
    at_end: bool = False
    stop: int = NOWHERE
    """Where its gaps stop, if not written `>>`: nowhere, at a clause joint, at a comma as well."""


@dataclass(frozen=True)
class Layout:
    """How the words of a message hang together, as far as a pattern asks."""

    closing: Sequence[bool]
    """Whether a clause ends with this word."""
    comma: Sequence[bool]
    """Whether a comma or the like stands before this word."""
    joint: Sequence[bool]
    """Whether a new clause begins with this word: `and my`, `when i`, `so it`."""


def inflections(word: str) -> set[str]:
    """Give the regular endings of a word: twitch, twitches, twitched, twitching, twitchy is not."""
    forms = {word}
    if word.endswith("e"):
        forms |= {word + "s", word + "d", word[:-1] + "ing"}
    elif word.endswith("y") and word[-2] not in _VOWELS:
        forms |= {word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    else:
        es = word.endswith(("s", "x", "z", "ch", "sh"))
        forms.add(word + ("es" if es else "s"))
        closed = word[-1] not in _VOWELS + "wxy" and len(word) > 2 and word[-2] in _VOWELS
        single = closed and word[-3] not in _VOWELS and len(word) <= 4
        if closed:
            forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
        if not single:  # drop has no `droping`, flutter has `fluttering`
            forms |= {word + "ed", word + "ing"}
    return forms


def expand(choice: str, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Turn `move/lift~/BODY` into the set of words it stands for."""
    words: set[str] = set()
    for part in choice.split("/"):
        if _GROUP.match(part):
            if part not in groups:
                raise PatternError(f"there is no word group {part}; define it in groups.yml")
            words |= groups[part]
        elif part.endswith("~") and _WORD.match(part[:-1]):
            words |= inflections(part[:-1])
        elif _WORD.match(part):
            words.add(part)
        else:
            raise PatternError(f"{part!r} is not a word: lower case, no apostrophes, no signs")
    return frozenset(words)


def parse(source: str, groups: Mapping[str, frozenset[str]]) -> list[Element]:
    """Read one pattern, without its start and end signs, into elements."""
    pieces = source.split()
    elements: list[Element] = []
    if pieces[0] == "<":
        elements.append(Element(groups.get("FILLER", frozenset({"so"})), optional=True))
    pieces = pieces[1 if pieces[0] in START else 0 : len(pieces) - (1 if pieces[-1] == END else 0)]
    gap, over = 0, False
    for piece in pieces:
        if piece in GAP:
            gap, over = max(gap, GAP[piece]), over or piece == OVER
            continue
        negative, optional = piece.startswith("!"), piece.endswith("?")
        body = piece[1 if negative else 0 : len(piece) - (1 if optional else 0)]
        words = None if body == "*" else expand(body, groups)
        elements.append(Element(words, optional, negative, gap, over))
        gap, over = 0, False
    if not any(e.words and not e.optional and not e.negative for e in elements):
        raise PatternError(f"{source!r} has no word that must occur")
    if (elements[0].optional and not source.startswith("<")) or elements[-1].optional:
        raise PatternError(f"{source!r} begins or ends with a word that may be missing: drop it")
    return elements


class Vocabulary:
    """Every word of the lexicon with a bit for each word set it belongs to."""

    def __init__(self) -> None:
        """Start empty; `bit` adds a word set."""
        self.masks: dict[str, int] = {}
        self._bits: dict[frozenset[str], int] = {}

    def bit(self, words: frozenset[str]) -> int:
        """Give the bit of a word set, a new one when it is new."""
        if words not in self._bits:
            bit = 1 << len(self._bits)
            self._bits[words] = bit
            for word in words:
                self.masks[word] = self.masks.get(word, 0) | bit
        return self._bits[words]

    def mask(self, forms: Sequence[str]) -> int:
        """Say which word sets a word belongs to, whichever of its readings is meant."""
        mask = 0
        for form in forms:
            mask |= self.masks.get(form, 0)
        return mask


def compile_pattern(
    source: str,
    groups: Mapping[str, frozenset[str]],
    vocabulary: Vocabulary,
    commonness: Callable[[frozenset[str]], float],
    *,
    stop: int = NOWHERE,
) -> Pattern:
    """Compile one pattern, anchored at the element whose words are rarest in plain English."""
    parsed = parse(source, groups)
    elements = tuple(replace(e, bit=vocabulary.bit(e.words) if e.words else 0) for e in parsed)
    need, anchor, least = 0, -1, float("inf")
    for index, element in enumerate(elements):
        if element.words is None or element.optional or element.negative:
            continue
        need |= element.bit
        cost = commonness(element.words)
        if cost < least:
            anchor, least = index, cost
    return Pattern(
        source,
        elements,
        anchor,
        need,
        at_start=source.startswith("^ "),
        at_sentence=source.startswith("< "),
        at_end=source.endswith(" $"),
        stop=stop,
    )


class Matcher:
    """Many patterns, each with a value, matched together."""

    def __init__(self, patterns: Sequence[tuple[Pattern, object]]) -> None:
        """Index the patterns by the bit of their anchor."""
        self._by_bit: dict[int, list[tuple[Pattern, object]]] = {}
        for pattern, value in patterns:
            bit = pattern.elements[pattern.anchor].bit
            self._by_bit.setdefault(bit, []).append((pattern, value))
        self._anchors = 0
        for bit in self._by_bit:
            self._anchors |= bit

    def find(
        self, masks: Sequence[int], start: int, end: int, layout: Layout
    ) -> Iterator[tuple[tuple[int, ...], object]]:
        """Give (places of the matched words, value) of each match between two places."""
        present = 0
        for index in range(start, end):
            present |= masks[index]
        if not present & self._anchors:
            return
        for index in range(start, end):
            hits = masks[index] & self._anchors
            while hits:
                bit = hits & -hits
                hits ^= bit
                for pattern, value in self._by_bit[bit]:
                    if pattern.need & present != pattern.need:
                        continue
                    places = _around(pattern, masks, index, start, end, layout)
                    if places:
                        yield places, value


def _around(
    pattern: Pattern,
    masks: Sequence[int],
    index: int,
    start: int,
    end: int,
    layout: Layout,
) -> tuple[int, ...] | None:
    after = _forward(pattern, pattern.anchor + 1, masks, index + 1, end, layout)
    if after is None or (pattern.at_end and not layout.closing[after[-1] if after else index]):
        return None
    before = _backward(pattern, pattern.anchor, masks, index, start, layout)
    if before is None:
        return None
    first = before[0] if before else index
    if (pattern.at_start and first != 0) or (pattern.at_sentence and first != start):
        return None
    return (*before, index, *after)


def _forward(
    pattern: Pattern,
    which: int,
    masks: Sequence[int],
    at: int,
    end: int,
    layout: Layout,
    carry: int = 0,
) -> tuple[int, ...] | None:
    """Match elements from `which` on, beginning at word `at`; give the places they took.

    `carry` is the gap left over from an optional word that was missing.
    """
    if which == len(pattern.elements):
        return ()
    element = pattern.elements[which]
    if element.negative:
        if at < end and masks[at] & element.bit:
            return None
        return _forward(pattern, which + 1, masks, at, end, layout, carry)
    gap = max(element.gap, carry)
    stop = NOWHERE if element.over else pattern.stop
    for place in range(at, min(at + gap, end - 1) + 1):
        if layout.comma[place] and (stop == AT_COMMA or not gap):
            break
        if element.words is None or masks[place] & element.bit:
            rest = _forward(pattern, which + 1, masks, place + 1, end, layout)
            if rest is not None:
                return (place, *rest)
        if stop and layout.joint[place]:
            break
    if element.optional:
        return _forward(pattern, which + 1, masks, at, end, layout, gap)
    return None


def _backward(
    pattern: Pattern,
    which: int,
    masks: Sequence[int],
    at: int,
    start: int,
    layout: Layout,
    carry: int = 0,
) -> tuple[int, ...] | None:
    """Match elements before `which`, ending just before word `at`; give the places they took."""
    if which == 0:
        return ()
    elements = pattern.elements
    element, gap = elements[which - 1], max(elements[which].gap, carry)
    if element.negative:
        if which == 1 and at - 1 >= start and masks[at - 1] & element.bit:
            return None
        return _backward(pattern, which - 1, masks, at, start, layout, gap)
    barred = elements[which].bit if elements[which].negative else 0
    stop = NOWHERE if elements[which].over else pattern.stop
    for place in range(at - 1, max(at - 1 - gap, start) - 1, -1):
        if layout.comma[place + 1] and (stop == AT_COMMA or not gap):
            break
        if masks[place + 1] & barred:  # "no !loss .. strength": the word after `no`
            continue
        if element.words is None or masks[place] & element.bit:
            rest = _backward(pattern, which - 1, masks, place, start, layout)
            if rest is not None:
                return (*rest, place)
        if stop and layout.joint[place]:
            break
    if element.optional:
        return _backward(pattern, which - 1, masks, at, start, layout, gap)
    return None
