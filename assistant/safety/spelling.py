"""Read misspelt, disguised and run-together words as the lexicon words they stand for."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import log10

MIN_TYPO = 5
"""Edit distance one is tried on lexicon words from this length on."""
MIN_SHORT_TYPO = 4
"""And on words of this length, if the first letter stands: pian, numv, paiin."""
MIN_MISSPELT = 6
"""A listed misspelling is itself repaired from this length on: `suis` is no slip for `suic`."""
MAX_RIVALLED = 6
"""Up to this length another English word may be meant instead; longer ones have no double."""
MARGIN = 2.0
"""A lexicon word this many powers of ten less likely than another English word was not meant."""
SWAPPED, DOUBLED, LEFT_OUT, OTHER_FIRST = 2.0, 1.0, 0.7, -2.0
"""How much likelier a slip is: letters swapped, doubled, left out; another first one is rare."""
EASY_FIRST = -0.3
"""Less rare: the first letter left out, or the key beside it."""
MIN_RUN_TOGETHER = 4
MIN_THREE_TOGETHER = 7
"""Shorter ones are two words run together, never three."""
MAX_WORD = 40
"""A longer run of letters is noise, not a word: it is not repaired."""

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b",
                       "$": "s", "@": "a", "!": "i", "€": "e"})  # fmt: skip
_LEET_L = str.maketrans({"1": "l", "!": "l"})
_REPEATS = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_SHORTENED = ((_REPEATS, r"\1\1"), (_REPEATS, r"\1"), (_DOUBLED, r"\1"))
"""What a stretched word may have been, longest first: beeeen, beeen, been."""
_NUMBERED = re.compile(r"([a-z]{3,})(\d+)\Z|(\d+)([a-z]{3,})\Z")
_MASKED = re.compile(r"[a-z][a-z0-9]*[*#%_.\-]+[a-z0-9*#%_.\-]*\Z")
_VOWELS = frozenset("aeiouy")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {key: row[max(0, i - 1) : i + 2] for row in _KEYS for i, key in enumerate(row)}
"""Letter -> the keys left and right of it on a keyboard."""
_RARE = 100_000
"""What a word missing from the list of plain English counts for: the lexicon's are no rarities."""
_COMMON = 1_000_000_000
"""And what the commonest count for, or `thoat` would be read as that."""
_NOT_LETTERS = re.compile(r"[^a-z]")


@lru_cache(maxsize=1)
def english() -> dict[str, int]:
    """Plain English words and how common they are: these are never taken for typos."""
    text = (
        importlib.resources.files("symspellpy")
        .joinpath("frequency_dictionary_en_82_765.txt")
        .read_text(encoding="utf-8-sig")
    )
    return {word: int(count) for word, count in (line.split() for line in text.splitlines())}


def commonness(words: frozenset[str]) -> float:
    """Say how often any of these words is met, to anchor patterns at the rarest place."""
    counts = english()
    return float(sum(counts.get(word, 20_000_000 if len(word) < 5 else 100) for word in words))


class Speller:
    """Spelling repair against a fixed set of lexicon words, in time linear in the word."""

    def __init__(
        self, words: Iterable[str], spellings: Mapping[str, str], plain: Iterable[str]
    ) -> None:
        """Index the words; `spellings` are listed misspellings, `plain` ordinary little words."""
        self._words = frozenset(words)
        self._spellings = dict(spellings)
        self._plain = self._words | frozenset(plain)
        self._deletes: dict[str, set[str]] = {}
        self._by_length: dict[tuple[int, str], list[str]] = {}
        for word in self._words:
            self._by_length.setdefault((len(word), word[0]), []).append(word)
        for word in self._words | {w for w in self._spellings if len(w) >= MIN_MISSPELT}:
            if len(word) >= MIN_SHORT_TYPO and word.isalpha():
                for key in _deletes(word):
                    self._deletes.setdefault(key, set()).add(word)

    def readings(self, word: str) -> tuple[str, ...]:
        """Give what one written word may stand for; the word itself when it needs no repair."""
        if word in self._spellings:
            return (self._spellings[word], word)
        if word in self._words or len(word) > MAX_WORD:
            return (word,)
        if word.isalpha():
            return self._letters(word)
        if word.isdigit():
            return (word,)
        return self._disguised(word)

    def split(self, word: str) -> tuple[str, ...]:
        """Take `iwanttodie` apart, if every part is a word and the whole is not."""
        if (number := _NUMBERED.match(word)) and not self.disguise(word):
            parts = tuple(self._spellings.get(part, part) for part in number.groups() if part)
            return parts if any(self.is_word(part) for part in parts) else ()
        if not MIN_RUN_TOGETHER <= len(word) <= MAX_WORD or not word.isalpha():
            return ()
        if self._knows(word) or word in english():
            return ()
        parts = self._parts(word, self._part) or self._parts(word, self._part_or_english)
        return () if len(word) < MIN_THREE_TOGETHER and len(parts) > 2 else parts

    def _parts(self, word: str, known: Callable[[str], str]) -> tuple[str, ...]:
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                head = best[start]
                part = known(word[start:end]) if head is not None else ""
                if head is None or not part:
                    continue
                current = best[end]
                if current is None or len(head) + 1 < len(current):
                    best[end] = (*head, part)
        return best[-1] or ()

    def _part(self, part: str) -> str:
        """Give what a part of a run-together word is read as, or nothing if it is no word."""
        if len(part) == 1:
            return part if part in "ia" else ""
        if part in self._plain:
            return part if len(part) > 2 or not _VOWELS.isdisjoint(part) else ""  # no itll, wouldve
        return self._spellings.get(part, "") if len(part) > 2 else ""

    def _part_or_english(self, part: str) -> str:
        """Let plain English stand beside our own words, if it is long enough to be no chance."""
        return self._part(part) or (part if len(part) > 4 and part in english() else "")

    def _letters(self, word: str) -> tuple[str, ...]:
        if _REPEATS.search(word):
            shorter = [p.sub(by, word) for p, by in _SHORTENED]
            known = [self._spellings.get(s, s) for s in shorter if self._knows(s)]
            if known:
                return (*dict.fromkeys(known), word)
            word = _REPEATS.sub(r"\1", word)
        if word in english() or len(word) < MIN_TYPO - 1:
            return (word,)
        single = _DOUBLED.sub(r"\1", word)
        doubled = (single,) if single != word and single in self._words else ()
        return (*dict.fromkeys((*doubled, *self._typos(word))), word)

    def _typos(self, word: str) -> list[str]:
        """Give the lexicon words one slip away, likeliest first: `thign` is thing, not thigh."""
        candidates = set(self._deletes.get(word, ()))
        for key in _deletes(word):
            candidates |= self._deletes.get(key, set())
        near = [c for c in candidates if _one_edit(word, c)]
        kept = [c for c in near if len(c) >= MIN_TYPO or c[0] == word[0]]
        if not kept:
            return []
        scores = {c: _likelihood(word, c) for c in sorted(kept)}
        rivals = _english_near(word) if len(word) <= MAX_RIVALLED else ()
        best = max((*scores.values(), *(_likelihood(word, rival) for rival in rivals)))
        likely = sorted(kept, key=lambda c: (-scores[c], c))
        meant = (c for c in likely if scores[c] > best - MARGIN or c in self._spellings)
        return list(dict.fromkeys(self._spellings.get(c, c) for c in meant))[:6]

    def _disguised(self, word: str) -> tuple[str, ...]:
        """Undo k1ll, k*ll, su!cide and sui-cide."""
        starred = word.strip("*")  # *my arm is numb*, as people stress a sentence
        if starred != word and self.is_word(starred):
            return (*self.readings(starred), word)
        for shape in dict.fromkeys((word, _REPEATS.sub(r"\1", word))):
            found = dict.fromkeys((*self.disguise(shape), *self._masked(shape)))
            if found:
                return (*found, word)
        letters = _NOT_LETTERS.sub("", word.translate(_LEET))
        if len(letters) >= MIN_TYPO and letters not in english():
            return (*self._typos(letters), word)
        return (word,)

    def _masked(self, word: str) -> tuple[str, ...]:
        """Give the lexicon words that fit k*ll."""
        if not _MASKED.match(word):
            return ()
        for length in (len(word), len(word) + 1, len(word) - 1):
            shape = re.compile(re.sub(r"[^a-z]+", ".{1,3}", word) + r"\Z")
            found = [w for w in self._by_length.get((length, word[0]), ()) if shape.match(w)]
            if found:
                return tuple(sorted(found)[:4])
        return ()

    def disguise(self, word: str) -> tuple[str, ...]:
        """Give the lexicon word that signs and numbers stand for letters of: su!cide, k1ll."""
        for table in (_LEET, {**_LEET, **_LEET_L}):
            plain = word.translate(table)
            if plain.isalpha() and self._knows(plain):
                return (self._spellings.get(plain, plain),)
        letters = _NOT_LETTERS.sub("", word.translate(_LEET))
        return (letters,) if letters in self._words else ()

    def is_word(self, word: str) -> bool:
        """Say whether this is a word of more than one letter, ours or plain English."""
        return len(word) > 1 and (self._knows(word) or word in self._plain or word in english())

    def _knows(self, word: str) -> bool:
        return word in self._words or word in self._spellings


def _deletes(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}


def _english_near(word: str) -> set[str]:
    """Give the plain English words one slip away from a word that is none."""
    words = english()
    near: set[str] = set()
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        tries = [head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
        tries += [head + letter + rest for letter in _LETTERS for rest in (tail, tail[1:])]
        near.update(t for t in tries if t in words)
    return near


def _likelihood(written: str, meant: str) -> float:
    """Weigh how common a word is and how easily the finger slips from it to what is written."""
    score = log10(min(english().get(meant, 0) + _RARE, _COMMON))
    if sorted(written) == sorted(meant):
        score += SWAPPED
    elif _DOUBLED.sub(r"\1", written) == _DOUBLED.sub(r"\1", meant):
        score += DOUBLED
    elif len(written) < len(meant):
        score += LEFT_OUT
    if written[0] == meant[0]:
        return score
    slip = written == meant[1:] or (written[1:] == meant[1:] and written[0] in _BESIDE[meant[0]])
    return score + (EASY_FIRST if slip else OTHER_FIRST)


def _one_edit(left: str, right: str) -> bool:
    """Say whether one added, lost, changed or swapped letter makes one word of the other."""
    if left == right:
        return True
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1:
        return False
    at = 0
    while at < len(left) and left[at] == right[at]:
        at += 1
    if len(left) < len(right):
        return left[at:] == right[at + 1 :]
    if left[at + 1 :] == right[at + 1 :]:
        return True
    swapped = at + 1 < len(left) and left[at] == right[at + 1] and left[at + 1] == right[at]
    return swapped and left[at + 2 :] == right[at + 2 :]
