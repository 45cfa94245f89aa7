"""Crisis and emergency in six other languages, and whether a message is English at all (row 26).

Kept apart from the English words: their spelling repair would read "color" as "dolor".
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.safety.finding import Finding, rank

FILE = Path(__file__).with_name("lexicon") / "languages.yml"
OTHER = "other_language"
"""The soft reason of a message that is plainly not English."""
ONE_WORD = "other_word"
"""That of a single foreign word: "hola" may open an English message, so it is answered too."""
MERGED = "E13"
"""Something swallowed: one reply with both numbers, for harm may have been meant."""
TIERS = ("emergency", "crisis")
_APOSTROPHES = "'’‘ʼ`´"
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_NUKTA, _CHANDRABINDU, _ANUSVARA = "\u093c", "\u0901", "\u0902"
_LATIN_MARKS = range(0x0300, 0x0370)


@dataclass(frozen=True)
class Word:
    """One word of a message, in the one shape that is compared."""

    shape: str
    start: int
    end: int
    apart: bool
    """A stop, a comma or a line break stands before it."""


@dataclass(frozen=True)
class Phrase:
    """One thing said, and what takes it back when it stands before it."""

    words: tuple[str, ...]
    tier: str
    code: str
    language: str


@dataclass(frozen=True)
class Phrases:
    """The file, ready to be searched."""

    by_first: Mapping[str, tuple[Phrase, ...]]
    denied: Mapping[str, tuple[tuple[str, ...], ...]]
    common: frozenset[str]


@dataclass(frozen=True)
class Found:
    """A phrase and the place where it stands."""

    phrase: Phrase
    evidence: str
    denied: bool


def raise_by_other_languages(finding: Finding, text: str) -> Finding:
    """Return `finding` with what six other languages say in `text`; it is never lowered."""
    found = list(find(text))
    signs = {hit.phrase.tier: hit for hit in reversed(found) if not hit.denied}
    best = next((signs[tier] for tier in TIERS if tier in signs), None)
    if best is not None and rank(best.phrase.tier, None) > rank(finding.tier, None):
        both = best.phrase.code == MERGED or len(signs) > 1 or finding.tier == "crisis"
        return Finding(
            tier=best.phrase.tier,
            code=best.phrase.code,
            evidence=best.evidence,
            why=f"said in {best.phrase.language}",
            rules=tuple(dict.fromkeys((best.phrase.code, *finding.rules))),
            both=best.phrase.tier == "emergency" and both,
            markers=finding.markers or "crisis" in signs,
        )
    if finding.tier is not None:
        both = finding.both or (finding.tier == "emergency" and "crisis" in signs)
        return replace(finding, both=both, markers=finding.markers or "crisis" in signs)
    denied = {hit.phrase.tier for hit in found if hit.denied}
    owed = [line for tier, line in _OWED_WHEN_DENIED if tier in denied]
    reason = not_english(text)
    if reason:
        owed.append("help_block")
        finding = replace(finding, soft=(*finding.soft, reason))
    return replace(finding, append=tuple(dict.fromkeys((*finding.append, *owed))))


_OWED_WHEN_DENIED = (("crisis", "support_line"), ("emergency", "soft_line"))


def find(text: str) -> Iterator[Found]:
    """Give every phrase of another language in a message, in the order of the message."""
    lex = phrases()
    words = _words(text)
    for at, word in enumerate(words):
        for phrase in lex.by_first.get(word.shape, ()):
            end = at + len(phrase.words)
            inside = words[at:end]
            if tuple(w.shape for w in inside) != phrase.words:
                continue
            if any(w.apart for w in inside[1:]):
                continue
            yield Found(
                phrase, text[word.start : inside[-1].end], _denied(words, at, lex, phrase.language)
            )
            break


def not_english(text: str) -> str | None:
    """Name the soft reason of a message in another script, or half of foreign words, else None."""
    letters = [c for c in unicodedata.normalize("NFKC", text) if c.isalpha()]
    latin = sum(_is_latin(c) for c in letters)
    if letters and latin < len(letters) / 2:
        return OTHER
    words = [w.shape for w in _words(text) if w.shape.isalpha()]
    foreign = sum(word in phrases().common for word in words)
    if not foreign or foreign < len(words) / 2:
        return None
    return OTHER if len(words) > 1 else ONE_WORD


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN")


def _denied(words: Sequence[Word], at: int, lex: Phrases, language: str) -> bool:
    if words[at].apart:
        return False
    for denial in lex.denied[language]:
        before = words[max(0, at - len(denial)) : at]
        if tuple(w.shape for w in before) == denial and not any(w.apart for w in before[1:]):
            return True
    return False


def _words(text: str) -> list[Word]:
    """Take a message apart into words of letters and marks, each in its plain shape."""
    words: list[Word] = []
    start, apart = None, False
    for at, char in enumerate(f"{text} "):
        if unicodedata.category(char)[0] in "LMN" or unicodedata.category(char) == "Cf":
            start = at if start is None else start
            continue
        if start is not None:
            words.append(Word(plain(text[start:at]), start, at, apart))
            start, apart = None, False
        apart = apart or not (char in " \t-_" or char in _APOSTROPHES)
    return words


def plain(word: str) -> str:
    """Give the shape in which words are compared: small, without accents, one nasal dot."""
    shape = unicodedata.normalize("NFKC", word).lower().replace("ß", "ss")
    out = []
    for char in unicodedata.normalize("NFD", shape):
        if ord(char) in _LATIN_MARKS or char == _NUKTA or unicodedata.category(char) == "Cf":
            continue
        out.append(_ANUSVARA if char == _CHANDRABINDU else char)
    return "".join(out)


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """Read the file once."""
    return load(FILE)


def load(path: Path) -> Phrases:
    """Read and compile a file of phrases."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["languages"]
    by_first: dict[str, list[Phrase]] = {}
    denied: dict[str, tuple[tuple[str, ...], ...]] = {}
    common: set[str] = set()
    for language, parts in data.items():
        for tier in TIERS:
            for code, lines in parts[tier].items():
                for words in _variants(lines.splitlines()):
                    phrase = Phrase(words, tier, code, language)
                    by_first.setdefault(words[0], []).append(phrase)
        denied[language] = tuple(_variants(parts["denied"].splitlines()))
        common |= {word for words in _variants(parts["common"].split()) for word in words}
    # The longest first: what a longer phrase says is the finer thing.
    ordered = {
        first: tuple(sorted(found, key=lambda p: -len(p.words)))
        for first, found in by_first.items()
    }
    return Phrases(ordered, denied, frozenset(common))


def _variants(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Give every way to write each line: either word of a/b, j'ai or jai, ü or ue."""
    for line in lines:
        choices = [word.split("/") for word in line.split()]
        for chosen in itertools.product(*choices):
            for spelt in _spellings(" ".join(chosen)):
                words = tuple(plain(word) for word in spelt.split())
                if words:
                    yield words


def _spellings(line: str) -> Iterator[str]:
    small = line.lower()
    for apostrophe in (" ", "") if "'" in small else ("",):
        joined = small.replace("'", apostrophe)
        yield joined
        typed = joined
        for umlaut, letters in _UMLAUTS.items():
            typed = typed.replace(umlaut, letters)
        if typed != joined:
            yield typed
