"""Read the lexicon files and compile them into one matcher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.safety.pattern import (
    AT_COMMA,
    AT_JOINT,
    NOWHERE,
    Matcher,
    Pattern,
    PatternError,
    Vocabulary,
    compile_pattern,
    expand,
)
from assistant.safety.spelling import Speller, commonness, english
from assistant.safety.words import Reader

FOLDER = Path(__file__).with_name("lexicon")
TIER_FILES = ("emergency.yml", "crisis.yml", "see_doctor.yml")
CONCEPT_FILES = ("concepts.yml", "context.yml")


@dataclass(frozen=True)
class Entry:
    """One author-written rule: what is said, what must stand near it, what excuses it."""

    index: int
    tier: str
    code: str
    level: str | None
    why: str
    concepts: tuple[str, ...]
    """Named meanings of which any one makes the rule fire."""
    needs: tuple[tuple[str, ...], ...]
    """For each line: any of these meanings must stand near."""
    within: int
    whole_message: bool
    unless: tuple[str, ...]
    variant: str | None = None
    both: bool = False
    binds: bool = False
    question: bool = False
    own: bool = False
    disease: bool = False
    """Names an illness: in someone else, and long ago, it is family history (row 11)."""


@dataclass(frozen=True)
class Idiom:
    """A turn of phrase that takes its words out of reach of a family of rules."""

    family: str


@dataclass(frozen=True)
class Lexicon:
    """Everything the detector needs, compiled once."""

    entries: tuple[Entry, ...]
    matcher: Matcher
    vocabulary: Vocabulary
    reader: Reader
    reach: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Word lists that say how far a negation reaches (`reach:` in context.yml)."""
    known: frozenset[str] = frozenset()
    """Every word that counts as English."""
    phrases: tuple[tuple[str, str, str], ...] = field(default=())
    """(code, file, pattern) of every pattern that can raise a tier, for tests and docs."""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Compile the lexicon on first use."""
    return load(FOLDER)


def load(folder: Path) -> Lexicon:
    """Read and compile a lexicon folder; a mistake names its file, its line's text and the fix."""
    groups = _groups(_yaml(folder / "groups.yml")["groups"])
    vocabulary = Vocabulary()
    compiled: list[tuple[Pattern, object]] = []
    phrases: list[tuple[str, str, str]] = []
    names: set[str] = set()

    def add(lines: str, value: object, file: str) -> None:
        stop = _stop(value, file)
        for line in filter(None, map(str.strip, lines.splitlines())):
            try:
                pattern = compile_pattern(line, groups, vocabulary, commonness, stop=stop)
                compiled.append((pattern, value))
            except PatternError as error:
                raise PatternError(f"lexicon/{file}: in the line {line!r}: {error}") from error

    for file in CONCEPT_FILES:
        for name, lines in _yaml(folder / file)["concepts"].items():
            if name in names:
                raise PatternError(f"lexicon/{file}: the meaning {name!r} stands twice")
            names.add(name)
            add(lines, name, file)
    for item in _yaml(folder / "idioms.yml")["idioms"]:
        add(item["say"], Idiom(item["family"]), "idioms.yml")
    entries: list[Entry] = []
    for file in TIER_FILES:
        data = _yaml(folder / file)
        for item in data["entries"]:
            entry = _entry(len(entries), data["tier"], item, names, file)
            entries.append(entry)
            own = [x for x in item["say"].splitlines() if x.strip() and not x.startswith("@")]
            add("\n".join(own), entry, file)
            phrases.extend((entry.code, file, line) for line in own)
    spelling = _yaml(folder / "spelling.yml")
    rewrites = {tuple(k.split()): v for k, v in spelling["rewrites"].items()}
    words = set(vocabulary.masks).union(*rewrites)
    speller = Speller(words, spelling["spellings"], str(spelling["plain"]).split())
    reader = Reader(
        speller,
        rewrites,
        {str(k): str(v) for k, v in spelling["lookalikes"].items()},
        spelling["emoji"],
    )
    reach = {
        name: frozenset().union(*(expand(word, groups) for word in str(words).split()))
        for name, words in _yaml(folder / "context.yml")["reach"].items()
    }
    return Lexicon(
        tuple(entries),
        Matcher(compiled),
        vocabulary,
        reader,
        reach,
        frozenset(english()) | words,
        tuple(phrases),
    )


def _stop(value: object, file: str) -> int:
    """Say where gaps stop: the graver the tier, the rather a pattern reads too far."""
    if isinstance(value, Entry) and value.tier == "see_doctor":
        return AT_COMMA if value.level == "routine" else AT_JOINT
    return AT_JOINT if file == "concepts.yml" else NOWHERE


def _yaml(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def _groups(written: dict[str, str]) -> dict[str, frozenset[str]]:
    """Resolve groups that use other groups, in whatever order they are written."""
    done: dict[str, frozenset[str]] = {}
    waiting = {name: str(words).split() for name, words in written.items()}
    while waiting:
        ready = [
            name for name, parts in waiting.items() if not any(part in waiting for part in parts)
        ]
        if not ready:
            raise PatternError(f"lexicon/groups.yml: groups use each other: {sorted(waiting)}")
        for name in ready:
            words: set[str] = set()
            for part in waiting.pop(name):
                words |= expand(part, done)
            done[name] = frozenset(words)
    return done


def _entry(index: int, tier: str, item: dict[str, Any], names: set[str], file: str) -> Entry:
    concepts = tuple(x[1:].strip() for x in item["say"].splitlines() if x.startswith("@"))
    needs = tuple(tuple(part.strip() for part in x.split("|")) for x in item.get("with", ()))
    unless = tuple(item.get("unless", ()))
    for name in (*concepts, *unless, *(n for line in needs for n in line)):
        if name not in names:
            raise PatternError(
                f"lexicon/{file}: {item['code']} uses the meaning {name!r}, which is not defined;"
                " add it to concepts.yml or context.yml"
            )
    return Entry(
        index=index,
        tier=tier,
        code=item["code"],
        level=item.get("level"),
        why=item["why"],
        concepts=concepts,
        needs=needs,
        within=item.get("within", 14),
        whole_message=item.get("near") == "message",
        unless=unless,
        variant=item.get("variant"),
        both=item.get("both", False),
        binds=item.get("binds", False),
        question=item.get("question", False),
        own=item.get("own", False),
        disease=item.get("disease", False),
    )
