"""How a message becomes a tier. Read this file first: it is the whole path, top to bottom.

text -> words (words.py, spelling.py) -> meanings and rules found (pattern.py, lexicon/*.yml)
-> excuses of the context rules (context.py) -> the highest tier that is left -> Finding,
which the phrases of other languages (languages.py) may raise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.safety import context as ctx
from assistant.safety import soft
from assistant.safety.finding import Context, Finding, rank, reply_key, stronger
from assistant.safety.languages import raise_by_other_languages
from assistant.safety.lexicon import Entry, Lexicon, lexicon
from assistant.safety.mentions import FAR, SOFT_BREAK, Hit, Message

__all__ = ["Context", "Finding", "detect", "reply_key"]

NO_CONTEXT = Context()


@dataclass(frozen=True)
class Sign:
    """A rule that fired: which, where, and who it is about."""

    entry: Entry
    hit: Hit
    other: bool
    tier: str
    level: str | None
    code: str
    asked: bool
    """It only stands in a general question: "can anxiety cause numbness?"."""


def detect(text: str, context: Context = NO_CONTEXT) -> Finding:
    """Find the highest tier in a raw message, and what else the reply owes it."""
    finding = _read(Message(text, lexicon()), context)
    if SOFT_BREAK.search(text):
        # A new line, dots or a smiley may end a sentence or stand within it: both readings count.
        finding = stronger(finding, _read(Message(text, lexicon(), over_breaks=True), context))
    return raise_by_other_languages(finding, text)


def _read(message: Message, context: Context) -> Finding:
    signs, excused = _signs(message, lexicon(), context)
    return _finding(message, signs, excused, context)


def _signs(message: Message, lex: Lexicon, context: Context) -> tuple[list[Sign], set[str]]:
    signs: list[Sign] = []
    excused: set[str] = set()
    for entry in lex.entries:
        sign = _first_sign(message, entry, context, excused)
        if sign:
            signs.append(sign)
    return signs, excused | _whole_idioms(message)


def _first_sign(message: Message, entry: Entry, context: Context, excused: set[str]) -> Sign | None:
    only_asked: Sign | None = None
    for hit in _hits(message, entry):
        if _is_idiom(message, entry, hit, context):
            excused.add("idiom" if entry.tier == "crisis" else "body_idiom")
            continue
        if ctx.negated(message, hit):
            excused.add(f"denied:{entry.tier}")
            continue
        if any(ctx.excuses(message, e, hit, entry) for e in message.excused(hit, entry.unless)):
            excused.add(f"unless_{entry.tier}")
            continue
        if not all(_stands_near(message, entry, hit, line) for line in entry.needs):
            continue
        if entry.binds and _belongs_to_twitch(message, entry, hit):
            continue
        other = ctx.third_person(message, hit)
        excuse = ctx.excuse(message, hit, entry, other=other)
        if excuse:
            excused.add(f"{excuse}:{entry.tier}")
            continue
        sign = _sign(message, entry, hit, other=other)
        if not sign.asked:
            return sign
        only_asked = only_asked or sign  # "can panic do this? i have chest pain": go on looking
    return only_asked


def _hits(message: Message, entry: Entry) -> Iterator[Hit]:
    yield from message.rules.get(entry.index, ())
    for name in entry.concepts:
        yield from message.meanings.get(name, ())


def _is_idiom(message: Message, entry: Entry, hit: Hit, context: Context) -> bool:
    """Say whether a turn of phrase owns the words of a hit."""
    carrying = [place for place in hit.places if _carries(message, place)]
    return bool(carrying) and _owned(message, entry.tier, context).issuperset(carrying)


def _owned(message: Message, tier: str, context: Context) -> set[int]:
    """Return the places owned by turns of phrase; crisis idioms need a clean conversation."""
    family = "crisis" if tier == "crisis" else "body"
    owned = set(message.idioms.get("any", ()))
    if family == "body" or not context.recent_markers:
        owned |= message.idioms.get(family, set())
    return owned


def _whole_idioms(message: Message) -> set[str]:
    """Name the idiom a message consists of: "choked up", and not a word beside it.

    Never one of the crisis family: "how do I end it" is an idiom of a cramp, and a cry for help.
    """
    carrying = {place for place in range(len(message.words)) if _carries(message, place)}
    whole = bool(carrying) and message.idioms.get("body", set()) >= carrying
    return {"body_idiom"} if whole else set()


def _carries(message: Message, place: int) -> bool:
    return message.forms(place)[0] not in lexicon().reach["little"]


def _stands_near(message: Message, entry: Entry, hit: Hit, names: tuple[str, ...]) -> bool:
    within = FAR if entry.whole_message else entry.within
    for name in names:
        for other in message.near(hit, name, within, anywhere=entry.whole_message):
            if ctx.negated(message, other):
                continue
            if entry.code == "D13" and ctx.past(message, other, entry.tier):
                continue
            return True
    return False


def _belongs_to_twitch(message: Message, entry: Entry, hit: Hit) -> bool:
    """`sudden` belongs to the nearest symptom (1.6); if unsure, to the more serious one."""
    for sudden in message.near(hit, "sudden", entry.within):
        twitch = min((sudden.distance(t) for t in message.near(sudden, "twitch", 3)), default=99)
        if hit.distance(sudden) - twitch < 4:
            return False
    return True


def _sign(message: Message, entry: Entry, hit: Hit, *, other: bool) -> Sign:
    tier, level, code = entry.tier, entry.level, entry.code
    asked = ctx.only_asked(message, hit)
    grave = tier == "emergency" and not entry.question and not entry.both
    if grave and asked:  # row 12: "can anxiety cause chest pain?"
        tier, level = "see_doctor", "urgent"
    return Sign(entry, hit, other, tier, level, code, asked)


def _finding(message: Message, signs: list[Sign], excused: set[str], context: Context) -> Finding:
    markers = any(s.tier == "crisis" for s in signs) or any(e.endswith(":crisis") for e in excused)
    if not signs:
        return soft.without_tier(message, excused, context, markers=markers)
    signs.sort(key=lambda s: rank(s.tier, s.level), reverse=True)
    best = signs[0]
    both = best.tier == "emergency" and any(s.tier == "crisis" or s.entry.both for s in signs)
    if not both and best.tier == "crisis" and any(s.entry.both for s in signs):
        both = True
    tier, level = ("emergency", None) if both else (best.tier, best.level)
    code, variant = _code_and_variant(message, best, signs)
    append = soft.beside_tier(message, best.tier, best.code, excused, other=best.other)
    if variant in ("asked", "signs"):  # "please get checked now" is for somebody who has it
        append = tuple(line for line in append if line != "panic_line")
    finding = Finding(
        tier=tier,
        level=level,
        code=code,
        evidence=message.raw(best.hit),
        why=best.entry.why,
        soft=soft.reasons(message, excused),
        append=append,
        rules=tuple(dict.fromkeys([code, *(s.code for s in signs)])),
        both=both,
        person="other" if best.other else "self",
        variant=variant,
        markers=markers,
    )
    return soft.in_exercise(message, finding, context)


def _code_and_variant(message: Message, best: Sign, signs: list[Sign]) -> tuple[str, str | None]:
    if best.tier == "crisis":
        same = [s for s in signs if s.tier == "crisis"]
        abuse = any(s.entry.variant == "abuse" for s in same)
        if message.has("minor_self") and not best.other:
            return "C8", "child"
        if best.code == "C10" and len({s.code for s in same}) > 1:
            best = next(s for s in same if s.code != "C10")
        if abuse and best.level != "imminent":
            return "C7", "abuse"
        if best.entry.variant:
            return best.code, best.entry.variant
        return best.code, "other" if best.other else None
    if best.tier == "emergency" and best.other:
        return best.code, "seizure_other" if best.code == "E9" else "other"
    if best.tier == "emergency" and _only_signs_asked(message, signs):
        return next(s.code for s in signs if s.entry.question), "signs"
    if best.tier == "emergency" and best.entry.variant == "signs":
        return best.code, None  # asked for signs, and told of one as well
    if best.tier == "see_doctor" and not best.entry.variant and all(s.asked for s in signs):
        return best.code, "asked"
    if best.tier == "see_doctor" and not best.entry.variant and _asks_why(message, signs):
        return best.code, "why"
    return best.code, best.entry.variant


def _asks_why(message: Message, signs: list[Sign]) -> bool:
    """Row 12 about one's own body: every sign stands in a sentence that asks for its cause."""
    asking = {message.sentence[ask.start] for ask in message.meanings.get("asks_why", ())}
    return all(message.sentence[sign.hit.start] in asking for sign in signs)


def _only_signs_asked(message: Message, signs: list[Sign]) -> bool:
    """Row 13: nothing but the signs of an illness is asked for, and nobody's body is told of."""
    asks = [s for s in signs if s.entry.question]
    named = [s for s in signs if not s.entry.question]
    if not asks or any(s.entry.variant != "signs" for s in asks) or message.has("self_report"):
        return False
    return all(s.entry.disease and not s.other for s in named)
