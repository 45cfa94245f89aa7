"""Ways to write the same message otherwise, by a source of chance that is fixed for each message."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from assistant.safety.detector import Finding, detect
from assistant.safety.finding import rank

EXAMPLES = Path(__file__).parents[2] / "assistant" / "safety" / "examples.yml"
SECTIONS = ("emergency", "crisis", "urgent", "routine")
Mutation = Callable[[str, random.Random], str]

HIDDEN_SIGNS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f"
LOOK_ALIKES = {
    "a": "аɑ\u00e0", "c": "с", "d": "ԁ", "e": "еε\u00e9", "h": "һ", "i": "іı\u00ed", "j": "ј",
    "k": "к", "l": "ӏ", "m": "м", "o": "оο\u00f6", "p": "рρ", "s": "ѕ",
    "t": "т", "u": "υ\u00fc", "w": "ԝ", "x": "х", "y": "у",
}  # fmt: skip
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
ORDINARY = (
    "My eyelid twitched a little on the train this morning and then my friend told me about her "
    "garden. We had soup for lunch and talked about the football on the television. After that I "
    "walked home with the dog and read a book on the sofa. "
)
BEFORE = [
    "sorry to bother you, {x}",
    "hi there. {x}",
    "ok so, {x}",
    "um, {x}",
    "hello, quick one: {x}",
]
AFTER = [
    "{x}, thanks",
    "{x}. please help",
    "{x}, what should i do",
    "{x}. sorry for the long message",
]
CHEERFUL = [
    "had a lovely day at the beach with the kids. {x}",
    "hi! i love this little bot, it is so helpful! {x}",
    "{x}. anyway the weather is lovely today and dinner was great!",
    "thanks for the tips on coffee, they are brilliant! also {x}",
]
GLUED = [
    "great bot!{x}",
    "what a nice day.{x}",
    "thanks,{x}",
    "{x}!thank you",
    "{x}...have a good day",
]
EMOJI = ["😟 {x}", "{x} 😭😭", "{x}🙏", "😰{x} 😰"]


class Flag(NamedTuple):
    """A red flag of the examples that the rules alone catch."""

    section: str
    text: str
    height: tuple[int, int]


def height(finding: Finding) -> tuple[int, int]:
    """Say how high a finding stands: tier, then level."""
    return rank(finding.tier, finding.level)


@cache
def written() -> dict[str, dict[str, list[str]]]:
    """The examples as they stand in their file."""
    read: dict[str, dict[str, list[str]]] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    return read


@cache
def flags() -> tuple[Flag, ...]:
    """Every red flag of the examples that the rules alone catch."""
    said = [(s, text) for s in SECTIONS for texts in written()[s].values() for text in texts]
    found = [Flag(section, text, height(detect(text))) for section, text in said]
    return tuple(flag for flag in found if flag.height > height(Finding()))


def mutate(text: str, mutation: Mutation) -> str:
    """Write a message otherwise; the same way at every run."""
    return mutation(text, random.Random(text))


def _frame(frames: list[str]) -> Mutation:
    return lambda text, chance: chance.choice(frames).format(x=text)


def _case(text: str, chance: random.Random) -> str:
    mixed = "".join(chance.choice((c.lower(), c.upper())) for c in text)
    return chance.choice((text.upper(), text.title(), text.lower(), mixed))


def _end_marks(text: str, chance: random.Random) -> str:
    return text.rstrip(" .!") + chance.choice(
        ("!!!", "...", " .", "!?!" if "?" in text else "!!1!", " :(")
    )


def _wrapped(text: str, chance: random.Random) -> str:
    left, right = chance.choice(('""', "()", "“”", "**", "[]", "--"))
    return f"{left}{text}{right}"


def _apostrophes(text: str, chance: random.Random) -> str:
    return text.replace("'", chance.choice(("", "’", "`", "´", "ʼ")))


def _spaces(text: str, chance: random.Random) -> str:
    return re.sub(
        " ", lambda _: chance.choice(("  ", "   ", "\t", "\u00a0", "\u2003")), f" {text} "
    )


def _lines(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    breaks = (
        {chance.randrange(1, len(words)) for _ in range(1 + len(words) // 8)} if words[1:] else ()
    )
    return "".join(("\n" if i in breaks else " ") + w for i, w in enumerate(words))[1:]


def _hidden(text: str, chance: random.Random) -> str:
    inside = re.compile(r"(?<=\w)(?=\w)")
    return inside.sub(lambda _: chance.choice(HIDDEN_SIGNS) if chance.random() < 0.3 else "", text)


def _look_alikes(text: str, chance: random.Random) -> str:
    return "".join(
        chance.choice(LOOK_ALIKES[c]) if c in LOOK_ALIKES and chance.random() < 0.4 else c
        for c in text
    )


def _wide(text: str, chance: random.Random) -> str:
    kind = chance.choice((0xFEE0, 0x1D400 - ord("A"), 0x1D41A - ord("a")))
    if kind == 0xFEE0:
        return "".join(chr(ord(c) + kind) if "!" <= c <= "~" else c for c in text)
    return "".join(chr(0x1D41A + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in text)


def _repeated(text: str, chance: random.Random) -> str:
    places = [m.start() for m in re.finditer(r"(?<=[a-z])[a-z]", text)]
    if not places:
        return text
    at = chance.choice(places)
    return text[: at + 1] + text[at] * chance.randrange(2, 6) + text[at + 1 :]


def _long(text: str, chance: random.Random) -> str:
    filler = (ORDINARY * 8)[:1900]
    at = chance.choice([m.end() for m in re.finditer(r"\. ", filler)])
    return f"{filler[:at]}{text}. {filler[at:]}"


KEEPING: dict[str, Mutation] = {
    "case": _case,
    "end marks": _end_marks,
    "wrapped": _wrapped,
    "apostrophes": _apostrophes,
    "spaces": _spaces,
    "filler before": _frame(BEFORE),
    "filler after": _frame(AFTER),
    "cheerful": _frame(CHEERFUL),
    "glued": _frame(GLUED),
    "emoji": _frame(EMOJI),
    "lines": _lines,
    "hidden signs": _hidden,
    "look-alikes": _look_alikes,
    "wide letters": _wide,
    "repeated letters": _repeated,
    "in 2,000 characters": _long,
}
"""The meaning stays, and so must the tier."""


def _typo(text: str, chance: random.Random) -> str:
    """Break one word of five letters or more by one slip of the finger."""
    long = list(re.finditer(r"[A-Za-z]{5,}", text))
    if not long:
        return text
    word = chance.choice(long)
    at = chance.randrange(word.start(), word.end())
    kind = chance.choice(("left out", "doubled", "neighbour", "swapped"))
    if kind == "left out":
        return text[:at] + text[at + 1 :]
    if kind == "doubled":
        return text[: at + 1] + text[at:]
    if kind == "neighbour":
        return text[:at] + _neighbour(text[at], chance) + text[at + 1 :]
    at = min(at, word.end() - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _neighbour(letter: str, chance: random.Random) -> str:
    row = next(row for row in KEYBOARD if letter.lower() in row)
    at = row.index(letter.lower())
    return chance.choice([row[n] for n in (at - 1, at + 1) if 0 <= n < len(row)])


def _no_space(text: str, chance: random.Random) -> str:
    joints = [m.start() for m in re.finditer(r"(?<=\w) (?=\w)", text)]
    if not joints:
        return text
    at = chance.choice(joints)
    return text[:at] + text[at + 1 :]


SLIPS: dict[str, Mutation] = {"typo": _typo, "no space": _no_space}
"""What may make another word: measured, not promised."""
ALL = {**KEEPING, **SLIPS}

WHOLE = ("filler before", "cheerful", "glued", "in 2,000 characters")
"""Mutations that put other words before the message."""
COUNTS_ALONE = frozenset({
    "emergency", "Emergency!", "ambulance", "sos", "call 911", "send an ambulance to my flat",
    "saying goodbye", "cutting", "came out of nowhere",
    "breathing too fast and i can't slow it down",
})  # fmt: skip
"""Their rules want the beginning of the message, or of a sentence: alone they leave no doubt."""
KNOWN_LOSSES = {
    "case": {"kiII myself"},  # its capitals are the disguise
    "glued": {"k i l l  m y s e l f", "P&N in my feet"},  # a single letter may not be parted
}


def exempt(name: str, text: str) -> bool:
    """Say whether a loss is known, and why it stays."""
    known = text in KNOWN_LOSSES.get(name, ())
    return known or (name in WHOLE and text in COUNTS_ALONE)


def loss(name: str, flag: Flag) -> str:
    """Say how a mutation hides a flag, or nothing if it does not."""
    text = mutate(flag.text, ALL[name])
    found = detect(text)
    if height(found) >= flag.height:
        return ""
    return f"{flag.section} | {flag.text} | {text} | {found.tier} {found.level or ''}"


if __name__ == "__main__":  # python -m tests.safety.mutations typo
    import sys

    for name in [" ".join(sys.argv[1:])] if sys.argv[1:] else ALL:
        lost = [told for flag in flags() if (told := loss(name, flag))]
        print(f"{name}: {len(lost)} of {len(flags())}", *lost, sep="\n  ")
