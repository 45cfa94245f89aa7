"""Turn raw text into words with their places, sentence ends and every likely reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import spacy
from spacy.tokenizer import Tokenizer

from assistant.safety.spelling import Speller

NONE, COMMA, SENTENCE = 0, 1, 3
"""How strong the break before a word is."""

_PREFIX = re.compile(r"""[\[\](){}"«»<>.,;:!?…~_\-–—|/\\#=+&^'*]+""")
_SUFFIX = re.compile(r"""[\[\](){}"«»<>.,;:!?…~_\-–—|/\\#=+&^']+$|(?<![*a-z])\*+$""")
_INFIX = re.compile(
    r"""[,;:?()\[\]{}"…/\\|=+<>&~]+|!+(?![a-z!])|\.\.+|(?<=[a-z]{2})\.(?=[a-z]{2})|[–—]+|-+"""
)
_CAPITAL_I = re.compile(r"(?<=[a-z])I+(?![A-Z])")
"""A capital I inside a small word may stand for an l: kiII."""
SOFT_END = re.compile(r"\.\.+|…|[:;=]'?-?[()|/]+")
"""Dots and smileys end a sentence as often as they stand within one."""
_GLUED = re.compile(r"(?<=[a-z])[.!?]+(?=[a-z])")
"""Signs that end a sentence, without a space behind them: thanks!my arm."""
_ALONE = frozenset("aiu")
"""Letters that are words of their own."""
_HIDDEN = {"Cf", "Mn", "Me", "Cc"}
_PICTURES = {"So", "Sk"}


@dataclass(frozen=True)
class Word:
    """One written word."""

    forms: tuple[str, ...]
    """What it may stand for, likeliest first."""
    start: int
    end: int
    """Where it stands in the raw text."""
    gap: int
    """The break before it: NONE, COMMA or SENTENCE."""


class Reader:
    """Reads raw text into words; holds the tokenizer and the spelling repair."""

    def __init__(
        self,
        speller: Speller,
        rewrites: Mapping[tuple[str, ...], str],
        lookalikes: Mapping[str, str],
        emoji: Mapping[str, str],
    ) -> None:
        """Take the lexicon's tables: fixed phrases that count as one word, signs, pictures."""
        self._speller = speller
        self._rewrites: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, word in sorted(rewrites.items(), key=lambda item: -len(item[0])):
            self._rewrites.setdefault(phrase[0], []).append((phrase, word))
        self._lookalikes = dict(lookalikes)
        self._emoji = dict(emoji)
        self._nlp = spacy.blank("en")
        # Without the language's own exceptions "can't" stays one word, as people often type it.
        self._tokenizer = Tokenizer(
            self._nlp.vocab,
            rules={},
            prefix_search=_PREFIX.match,
            suffix_search=_SUFFIX.search,
            infix_finditer=_INFIX.finditer,
        )

    def read(self, text: str) -> list[Word]:
        """Give the words of a message."""
        shaped, places = self._plain(text)
        plain = shaped.lower()
        with self._nlp.memory_zone():  # or the string store would keep every word ever typed
            tokens = [(t.text, t.idx) for t in self._tokenizer(plain)]
        words: list[Word] = []
        gap = NONE
        for written, at in self._unglued(tokens):
            stress = written.strip("*") == "" and plain[at + len(written) :][:1].isalnum()
            if stress or not any(c.isalnum() or c in "$@*" for c in written):
                if not (written == "-" and plain[at - 1 : at].isalnum()):  # one-sided is one thing
                    gap = max(gap, _break(written))
                continue
            start, end = places(at), places(at + len(written) - 1) + 1
            for part in self._word(written, shaped[at : at + len(written)]):
                words.append(Word(part, start, end, gap))
                gap = NONE
        return self._phrases(self._spelt_out(words))

    def _plain(self, text: str) -> tuple[str, Callable[[int], int]]:
        """Give one shape a letter, no hidden signs; and a map back to the raw text."""
        if text.isascii():
            return text.replace("\n", " . "), _identity(text)
        out: list[str] = []
        origin: list[int] = []
        for index, char in enumerate(text):
            if char in self._emoji:
                shape = f" {self._emoji[char]} "
            elif unicodedata.category(char) in _HIDDEN and char not in "\n\t\r":
                continue
            else:
                shape = self._shape(char)
            if char == "\n":
                shape = " . "
            out.append(shape)
            origin.extend([index] * len(shape))
        return "".join(out), origin.__getitem__

    def _shape(self, char: str) -> str:
        """Give the Latin letter a sign looks like; a picture parts words as a space does."""
        if char in self._lookalikes:  # before the rest: an accent alone would become a space
            return self._lookalikes[char]
        shape = unicodedata.normalize("NFKC", char)
        if shape == char and unicodedata.category(char) in _PICTURES and not char.isascii():
            return " "
        small = "".join(self._lookalikes.get(c, c) for c in _bare(shape.lower()))
        large = small.upper()
        return large if shape.isupper() and large.lower() == small else small

    def _unglued(self, tokens: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        """Part `thanks!my arm` at its sign, unless that hides a letter: su!cide."""
        for written, at in tokens:
            parts = _GLUED.split(written)
            if len(parts) == 1 or self._speller.disguise(written) or not self._are_words(parts):
                yield written, at
                continue
            place = 0
            for part in parts:
                start = written.index(part, place)
                if start > place:
                    yield written[place:start], at + place
                yield part, at + start
                place = start + len(part)

    def _are_words(self, parts: list[str]) -> bool:
        """Say whether each part is a word, or one is and the rest are long enough for a typo."""
        known = [part in _ALONE or self._speller.is_word(part) for part in parts]
        sure = any(known[i] and len(part) > 2 for i, part in enumerate(parts))
        return all(known) or (sure and all(k or len(parts[i]) > 3 for i, k in enumerate(known)))

    def _word(self, written: str, shaped: str) -> list[tuple[str, ...]]:
        written = written.replace("`", "'")
        word = written.replace("'", "")
        readings = self._speller.readings(word)
        if written.endswith("'s") and len(written) > 4:  # "my throat's closing"
            readings = (*readings, *self._speller.readings(written[:-2]))
        elif len(readings) == 1 or not word.isalpha():
            # Nothing to repair, or a number at its side: perhaps several words without spaces.
            parts = self._speller.split(word) or self._speller.split(readings[0])
            if parts:
                return [(part,) for part in parts]
        if _CAPITAL_I.search(shaped):
            as_l = _CAPITAL_I.sub(lambda i: "l" * len(i.group()), shaped).lower()
            readings = tuple(dict.fromkeys((*self._speller.readings(as_l), *readings)))
        return [readings]

    def _spelt_out(self, words: list[Word]) -> list[Word]:
        """Join letters typed one by one: k i l l."""
        out: list[Word] = []
        index = 0
        while index < len(words):
            end = index
            while (
                end < len(words)
                and _letter(words[end])
                and (end == index or words[end].gap < SENTENCE)
            ):
                end += 1
            if end - index >= 3:
                letters = "".join(w.forms[-1].strip("*") for w in words[index:end])
                first, last = words[index], words[end - 1]
                parts = self._speller.split(letters)
                forms: list[tuple[str, ...]] = [(p,) for p in parts]
                forms = forms or [self._speller.readings(letters)]
                for number, form in enumerate(forms):
                    gap = first.gap if number == 0 else NONE
                    out.append(Word(form, first.start, last.end, gap))
                index = end
            else:
                out.append(words[index])
                index += 1
        return out

    def _phrases(self, words: list[Word]) -> list[Word]:
        """Let fixed phrases count as one word: all of a sudden -> suddenly."""
        out: list[Word] = []
        index = 0
        while index < len(words):
            length, word = self._phrase_at(words, index)
            if length:
                first, last = words[index], words[index + length - 1]
                for number, part in enumerate(word.split()):  # "to much" is read as two words
                    gap = NONE if number else first.gap
                    out.append(Word((part,), first.start, last.end, gap))
                index += length
            else:
                out.append(words[index])
                index += 1
        return out

    def _phrase_at(self, words: list[Word], index: int) -> tuple[int, str]:
        for form in words[index].forms:
            for phrase, word in self._rewrites.get(form, ()):
                following = words[index + 1 : index + len(phrase)]
                if len(following) == len(phrase) - 1 and all(
                    expected in w.forms and w.gap < COMMA
                    for expected, w in zip(phrase[1:], following, strict=True)
                ):
                    return len(phrase), word
        return 0, ""


def _letter(word: Word) -> bool:
    letter = word.forms[-1].strip("*")
    return len(letter) == 1 and letter.isalpha()


def _bare(shape: str) -> str:
    """Drop accents: e with an accent reads as e."""
    return "".join(
        c for c in unicodedata.normalize("NFD", shape) if unicodedata.category(c) != "Mn"
    )


def _identity(text: str) -> Callable[[int], int]:
    """Map places of the lowered text back, counting that a line break became three signs."""
    if "\n" not in text:
        return int
    origin: list[int] = []
    for index, char in enumerate(text):
        origin.extend([index] * (3 if char == "\n" else 1))
    return origin.__getitem__


def _break(signs: str) -> int:
    if any(sign in ".!?" for sign in signs) or SOFT_END.search(signs):
        return SENTENCE
    return COMMA if any(sign in ",;:-–—()[]|/~" for sign in signs) else NONE
