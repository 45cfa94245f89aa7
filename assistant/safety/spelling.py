"""Read misspelt, disguised and run-together words as the lexicon words they stand for."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterable, Mapping
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
MARGIN = 1.5
"""A lexicon word this many powers of ten less likely than another English word was not meant."""
SWAPPED, DOUBLED, LEFT_OUT, OTHER_FIRST = 2.0, 1.0, 0.7, -2.0
"""How much likelier a slip is: letters swapped, doubled, left out; another first one is rare."""
MIN_RUN_TOGETHER = 7
MAX_WORD = 40
"""A longer run of letters is noise, not a word: it is not repaired."""

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b",
                       "$": "s", "@": "a", "!": "i", "€": "e"})  # fmt: skip
_LEET_L = str.maketrans({"1": "l"})
_REPEATS = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_MASKED = re.compile(r"[a-z][a-z0-9]*[*#%_.\-]+[a-z0-9*#%_.\-]*\Z")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
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
        if not MIN_RUN_TOGETHER <= len(word) <= MAX_WORD or not word.isalpha():
            return ()
        if word in self._words or word in english() or word in self._spellings:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                head, part = best[start], word[start:end]
                if head is None or part not in self._plain:
                    continue
                if len(part) == 1 and part not in "ia":
                    continue
                current = best[end]
                if current is None or len(head) + 1 < len(current):
                    best[end] = (*head, part)
        return best[-1] or ()

    def _letters(self, word: str) -> tuple[str, ...]:
        if _REPEATS.search(word):
            for pattern, by in ((_REPEATS, r"\1\1"), (_REPEATS, r"\1"), (_DOUBLED, r"\1")):
                shorter = pattern.sub(by, word)
                if shorter in self._words or shorter in self._spellings:
                    return (self._spellings.get(shorter, shorter), word)
            word = _REPEATS.sub(r"\1", word)
        if word in english() or len(word) < MIN_TYPO - 1:
            return (word,)
        single = _DOUBLED.sub(r"\1", word)
        known = (single,) if single != word and single in self._words else ()
        return (*dict.fromkeys((*known, *self._typos(word))), word)

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
        if _MASKED.match(word):
            for length in (len(word), len(word) + 1, len(word) - 1):
                shape = re.compile(re.sub(r"[^a-z]+", ".{1,3}", word) + r"\Z")
                found = [w for w in self._by_length.get((length, word[0]), ()) if shape.match(w)]
                if found:
                    return (*sorted(found)[:4], word)
        for table in (_LEET, {**_LEET, **_LEET_L}):
            plain = word.translate(table)
            if plain.isalpha():
                if plain in self._spellings:
                    return (self._spellings[plain], word)
                if plain in self._words:
                    return (plain, word)
        letters = _NOT_LETTERS.sub("", word.translate(_LEET))
        if letters in self._words:
            return (letters, word)
        if len(letters) >= MIN_TYPO and letters not in english():
            return (*self._typos(letters), word)
        return (word,)


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
    return score + (OTHER_FIRST if written[0] != meant[0] else 0.0)


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
