"""The authors' table of words, read once."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

WORDS_FILE = Path(__file__).with_name("words.yml")
TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?=th|st|nd|rd)?|[a-z]+(?:'[a-z]+)*|[^\sa-z\d]")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "½": ".5"})

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Table:
    """What words.yml holds, every phrase in the words it is made of."""

    groups: Mapping[str, Names]
    """`parts`, `sides`, `frequency`, `triggers`, `kinds`, each name -> phrases."""
    not_in: Mapping[str, tuple[str, ...]]
    """`parts` and `sides`: phrases in which the words mean something else."""
    numbers: Mapping[str, float]
    units: Mapping[str, tuple[str, float]]
    """Every name of a unit -> its plain name and its days."""
    spans: Mapping[str, float]
    """Whole phrases -> days."""
    lists: Mapping[str, tuple[str, ...]]
    """The plain lists of the file by their names: `before_number`, `more`, `since` and so on."""
    cues: Names
    whole: Names
    anywhere: Names
    topics: Mapping[str, str]
    other_topics: tuple[str, ...]
    spelt: Mapping[str, str]
    daily_for_long: str

    def vocabulary(self) -> frozenset[str]:
        """Every single word of the table."""
        names = [*self.groups.values(), self.not_in, self.cues, self.whole, self.anywhere]
        phrases = [p for group in names for listed in group.values() for p in listed]
        phrases += [*self.numbers, *self.units, *self.spans]
        phrases += [p for listed in self.lists.values() for p in listed]
        return frozenset(word for phrase in phrases for word in phrase.split() if word.isalpha())


def plain(text: str) -> str:
    """Return `text` in lower case with one kind of apostrophe; no sign changes its place."""
    lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lowered.translate({k: v for k, v in _SIGNS.items() if len(v) == 1})


def spaced(phrase: str) -> str:
    """Return a phrase as the words it is read as, one space between them."""
    return " ".join(TOKEN.findall(plain(str(phrase))))


@functools.lru_cache(maxsize=1)
def load_table(path: Path = WORDS_FILE) -> Table:
    """Read the authors' table."""
    read: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = (
        "before_number",
        "before_unit",
        "more",
        "not_durations",
        "not_after",
        "spells",
        "since",
        "not_since",
        "around",
        "fillers",
        "watched_parts",
    )
    return Table(
        # "Rest" and "eating" are our names for what people say otherwise; a place is its own name.
        groups={name: _names(read[name]) for name in ("frequency", "triggers")}
        | {name: _with_own_name(read[name]) for name in ("parts", "sides", "kinds")},
        not_in={name: _phrases(read[f"not_{name}"]) for name in ("parts", "sides")},
        numbers={str(word): float(value) for word, value in read["numbers"].items()},
        units={
            name: (unit, float(of["days"]))
            for unit, of in read["units"].items()
            for name in (unit, *of["names"])
        },
        spans={
            spaced(phrase): float(days)
            for days, phrases in read["spans"].items()
            for phrase in phrases
        },
        lists={name: _phrases(read[name]) for name in lists},
        cues=_names(read["cues"]),
        whole=_names(read["whole"]),
        anywhere=_names(read["anywhere"]),
        topics={str(name): str(topic) for name, topic in read["topics"].items()},
        other_topics=tuple(read["other_topics"]),
        spelt={str(wrong): str(right) for wrong, right in read["spelt"].items()},
        daily_for_long=str(read["daily_for_long"]),
    )


def _phrases(listed: list[object]) -> tuple[str, ...]:
    if strange := [phrase for phrase in listed if not isinstance(phrase, str)]:
        raise ValueError(f"{WORDS_FILE.name}: YAML does not read {strange[0]!r} as text. Quote it.")
    return tuple(dict.fromkeys(spaced(str(phrase)) for phrase in listed))


def _names(table: Mapping[str, list[object]]) -> Names:
    return {str(name): _phrases(listed) for name, listed in table.items()}


def _with_own_name(table: Mapping[str, list[object]]) -> Names:
    return {str(name): _phrases([name, *(listed or [])]) for name, listed in table.items()}
