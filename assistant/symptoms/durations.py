"""How long somebody says it has been there: words to days, over the words of one message."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.symptoms.table import Table, load_table

LONGER = 1.01
"""What "more than" adds: more than two weeks is longer than two weeks."""
SINCE_WORDS = 9
"""At most so many words behind "since" are kept."""


@dataclass(frozen=True)
class Span:
    """One length of time, and between which characters of the joined words it stands."""

    start: int
    end: int
    days: float | None
    """None where it is told by an event: "since my daughter was born"."""


@dataclass(frozen=True)
class _Patterns:
    length: re.Pattern[str]
    nth_day: re.Pattern[str]
    spans: re.Pattern[str]
    since: re.Pattern[str]
    not_since: re.Pattern[str]
    not_durations: re.Pattern[str]
    not_after: re.Pattern[str]
    spells: re.Pattern[str]
    more: re.Pattern[str]


def one_of(phrases: object) -> str:
    """Return a pattern for any of these phrases, the longest first."""
    ordered = sorted((str(p) for p in phrases), key=len, reverse=True)  # type: ignore[attr-defined]
    return "(?:" + "|".join(re.escape(phrase) for phrase in ordered) + ")"


@functools.lru_cache(maxsize=2)
def _patterns(table: Table) -> _Patterns:
    number = rf"(?:\d+(?:[.,]\d+)?|{one_of(table.numbers)})"
    unit = one_of(table.units)
    half = r"(?: and (?:a )?half)?"
    about = rf"(?:(?:{one_of(table.lists['before_number'])}|~) ){{0,5}}"
    to = rf"(?: ?(?:-|–|to|or|/) ?(?P<to>{number}))?(?: ?\+)?"
    more = r"(?: or (?:so|more))?"
    odd = rf"(?:{one_of(table.lists['before_unit'])} ){{0,4}}"
    length = (
        rf"(?<!\S)(?P<lead>{about})(?P<n>{number}){to}(?P<half1>{half}){more} ?{odd}"
        rf"(?P<unit>{unit})(?!\S)(?P<half2>{half})"
    )
    nth_day = r"(?<!\S)(?P<unit>day|week|month) (?:number )?(?P<n>\d+)(?! times| x)(?!\S)"
    joint = r"(?: (?:about|around|the|a|for))* ?$"
    return _Patterns(
        length=re.compile(length),
        nth_day=re.compile(nth_day),
        spans=re.compile(rf"(?<!\S){one_of(table.spans)}(?!\S)"),
        since=re.compile(rf"(?<!\S){one_of(table.lists['since'])} (?P<what>\S+(?: \S+)*)"),
        not_since=re.compile(rf"{one_of(table.lists['not_since'])}(?!\S)"),
        not_durations=re.compile(rf"(?:\S+ )?{one_of(table.lists['not_durations'])}(?!\S)"),
        not_after=re.compile(one_of(table.lists["not_after"]) + joint),
        spells=re.compile(rf"^[ ,]*{one_of(table.lists['spells'])}(?!\S)"),
        more=re.compile(one_of(table.lists["more"])),
    )


def find(words: str, table: Table | None = None) -> list[Span]:
    """Return every length of time in the joined words of a message, in order."""
    table = table or load_table()
    patterns = _patterns(table)
    found: list[Span] = []
    for span in (*_lengths(words, table, patterns), *_fixed(words, table, patterns)):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    if event := _since(words, found, patterns):
        found.append(event)
    return sorted(found, key=lambda span: span.start)


def _lengths(words: str, table: Table, patterns: _Patterns) -> Iterator[Span]:
    for match in patterns.length.finditer(words):
        unit, days = table.units[match["unit"]]
        if _means_else(words, match, unit, patterns):
            continue
        count = max(_number(match["n"], table), _number(match["to"] or match["n"], table))
        if match["half1"] or match["half2"]:
            count += 0.5
        more = bool(patterns.more.search(match["lead"])) or "+" in match.group()
        yield Span(match.start(), match.end(), count * days * (LONGER if more else 1.0))
    for match in patterns.nth_day.finditer(words):
        days = table.units[match["unit"]][1]
        yield Span(match.start(), match.end(), _number(match["n"], table) * days)


def _means_else(words: str, match: re.Match[str], unit: str, patterns: _Patterns) -> bool:
    """Say whether this is an age, a spell ("10 seconds at a time") or how often it comes."""
    before, after = words[: match.start()], words[match.end() :]
    if patterns.not_durations.match(words, match.start("n")):
        return True
    looks_back = re.search(r"\b(?:past|last)\b", match["lead"])  # "in the last three weeks"
    if patterns.not_after.search(before) and not looks_back:
        return True
    if re.match(r" (?:old|pregnant|of sleep|sleep)\b", after):
        return True
    ago = re.match(r" (?:ago|now|back|already)\b", after)
    if patterns.spells.match(after) and not ago:
        return True
    return unit == "second" and not ago


def _fixed(words: str, table: Table, patterns: _Patterns) -> Iterator[Span]:
    for match in patterns.spans.finditer(words):
        behind = patterns.spells.match(words[match.end() :])
        if not behind and not patterns.not_after.search(words[: match.start()]):
            yield Span(match.start(), match.end(), table.spans[match.group()])


def _since(words: str, found: list[Span], patterns: _Patterns) -> Span | None:
    """Return the event of "since my daughter was born"; "since two weeks" is a length."""
    for match in patterns.since.finditer(words):
        if patterns.not_since.match(words, match.start()):
            continue
        clause = re.split(r" [,.;!?()] ?| (?:and|but|it|its|it's|now)(?= )", match["what"])[0]
        kept = " ".join(clause.split()[:SINCE_WORDS]).strip(" ,.;!?")
        end = match.start("what") + len(kept)
        inside = [s for s in found if s.start < end and match.start() < s.end]
        if not kept or not any(c.isalnum() for c in kept) or inside:
            continue
        return Span(match.start(), end, None)
    return None


def _number(written: str, table: Table) -> float:
    word = written.replace(",", ".")
    return table.numbers[word] if word in table.numbers else float(word)
