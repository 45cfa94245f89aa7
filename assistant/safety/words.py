"""Turn raw text into words with their places, sentence ends and every likely reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import spacy
from spacy.tokenizer import Tokenizer

from assistant.safety.spelling import Speller

NONE, COMMA, SENTENCE = 0, 1, 3
"""How strong the break before a word is."""

_PREFIX = re.compile(r"""[\[\](){}"«»<>.,;:!?…~_\-–—|/\\#=+&^'*]+""")
_SUFFIX = re.compile(r"""[\[\](){}"«»<>.,;:!?…~_\-–—|/\\#=+&^']+$|(?<![*a-z])\*+$""")
_INFIX = re.compile(
    r"""[,;:?()\[\]{}"…/\\|=+<>&~]+|!(?![a-z])|\.\.+|(?<=[a-z]{2})\.(?=[a-z]{2})|[–—]+|-+"""
)
_CAPITAL_I = re.compile(r"(?<=[a-z])I+(?![A-Z])")
"""A capital I inside a small word stands for an l: kiII."""
_HIDDEN = {"Cf", "Mn", "Me", "Cc"}


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
        plain, places = self._plain(_CAPITAL_I.sub(lambda i: "l" * len(i.group()), text))
        with self._nlp.memory_zone():  # or the string store would keep every word ever typed
            tokens = [(t.text, t.idx) for t in self._tokenizer(plain)]
        words: list[Word] = []
        gap = NONE
        for written, at in tokens:
            if not any(c.isalnum() or c in "$@*" for c in written):
                if not (written == "-" and plain[at - 1 : at].isalnum()):  # one-sided is one thing
                    gap = max(gap, _break(written))
                continue
            start, end = places(at), places(at + len(written) - 1) + 1
            for part in self._word(written):
                words.append(Word(part, start, end, gap))
                gap = NONE
        return self._phrases(self._spelt_out(words))

    def _plain(self, text: str) -> tuple[str, Callable[[int], int]]:
        """Lower-case, one shape a letter, no hidden signs; and a map back to the raw text."""
        if text.isascii():
            return text.lower().replace("\n", " . "), _identity(text)
        out: list[str] = []
        origin: list[int] = []
        for index, char in enumerate(text):
            if char in self._emoji:
                shape = f" {self._emoji[char]} "
            elif unicodedata.category(char) in _HIDDEN and char not in "\n\t\r":
                continue
            else:
                shape = unicodedata.normalize("NFKC", char).lower()
                shape = "".join(self._lookalikes.get(c, c) for c in _bare(shape))
            if char == "\n":
                shape = " . "
            out.append(shape)
            origin.extend([index] * len(shape))
        return "".join(out), origin.__getitem__

    def _word(self, written: str) -> list[tuple[str, ...]]:
        word = written.replace("'", "").replace("`", "")
        readings = self._speller.readings(word)
        if written.endswith("'s") and len(written) > 4:  # "my throat's closing"
            readings = (*readings, *self._speller.readings(written[:-2]))
        elif len(readings) == 1:  # nothing to repair: perhaps several words without spaces
            parts = self._speller.split(word)
            if parts:
                return [(part,) for part in parts]
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
                letters = "".join(w.forms[-1] for w in words[index:end])
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
                out.append(Word((word,), first.start, last.end, first.gap))
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
    return len(word.forms[-1]) == 1 and word.forms[-1].isalpha()


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
    if ".." in signs or "…" in signs:
        return COMMA
    if any(sign in ".!?" for sign in signs):
        return SENTENCE
    return COMMA if any(sign in ",;:-–—()[]|/~" for sign in signs) else NONE
