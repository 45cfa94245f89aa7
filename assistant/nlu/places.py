"""Find values people name in passing: a country or town, a control word, a technique.

Author tables: data/control/regions.yml and data/control/values.yml. Whole words only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.nlu.fingerprint import ROOT

REGIONS_FILE = ROOT / "data" / "control" / "regions.yml"
VALUES_FILE = ROOT / "data" / "control" / "values.yml"
# A town's name alone is often something else ("turkey", "nice", "reading"): outside the
# intent that says where one is, it counts only after one of these.
_LEAD = r"(?:in|from|near|outside)\s+(?:the\s+)?"
# "not the us, im in the uk"
_NOT = re.compile(r"\bnot\s+(?:in\s+|from\s+)?(?:the\s+)?$", re.IGNORECASE)
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Found:
    """One value and where it stands in the text."""

    entity: str
    value: str
    start: int
    end: int


class Places:
    """Region codes by place name."""

    def __init__(self, path: Path = REGIONS_FILE) -> None:
        """Read the author's table."""
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._region_of = _reversed(table["places"])
        self._region_of.update({str(n).casefold(): ELSEWHERE for n in table.get("elsewhere") or ()})
        self._code_of = _reversed(table.get("codes") or {})
        names = _alternatives(self._region_of)
        self._anywhere = re.compile(rf"(?<!\w)({names})(?!\w)", re.IGNORECASE)
        self._after_lead = re.compile(rf"\b{_LEAD}({names})(?!\w)", re.IGNORECASE)
        # In capitals only: "us" and "in" are words.
        codes = _alternatives({name.upper(): code for name, code in self._code_of.items()})
        self._codes = re.compile(rf"(?<!\w)({codes})(?!\w)")

    def find(self, text: str, *, says_where: bool) -> Found | None:
        """Return the one region `text` names, or None when it names none or several.

        `says_where` is true when saying where one is, is what the message is about.
        """
        # "UK." and "D.C.": a full stop may belong to the code.
        whole = [text.strip(signs).casefold() for signs in (" ,!?", " .,!?")]
        code = next((self._code_of[name] for name in whole if name in self._code_of), None)
        if says_where and code:
            return Found("region", code, 0, len(text))
        names = self._anywhere if says_where else self._after_lead
        found = [
            Found("region", self._region_of[_one_space(m.group(1))], m.start(1), m.end(1))
            for m in names.finditer(text)
        ]
        # Where everything is in capitals, capitals say nothing: "GIVE US THE NUMBER".
        if says_where and not found and not text.isupper():
            found = [
                Found("region", self._code_of[m.group(1).casefold()], m.start(), m.end())
                for m in self._codes.finditer(text)
            ]
        held = [f for f in found if not _NOT.search(text[: f.start])]
        regions = {f.value for f in held} - {ELSEWHERE}
        return held[0] if len(regions) == 1 and held[0].value in regions else None


class Values:
    """Values of the small entities (`control`, `technique`) by the words people use for them."""

    def __init__(self, path: Path = VALUES_FILE) -> None:
        """Read the author's table."""
        tables = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._value_of = {
            entity: _reversed(values)
            for entity, values in tables.items()
            if isinstance(values, dict)
        }
        self._words = {entity: _any_of(names) for entity, names in self._value_of.items()}

    def find(self, text: str, entity: str) -> list[Found]:
        """Return every named value of `entity`, longest name first where names overlap."""
        words = self._words.get(entity)
        plain = text.replace("\u2019", "'")
        matches = words.finditer(plain) if words else ()
        return [
            Found(entity, self._value_of[entity][_one_space(m.group(1))], m.start(), m.end())
            for m in matches
        ]


def typed_answer(values: Values, text: str) -> str | None:
    """Return the answer these words are, when nothing but a yes, a no or a "not sure" was said.

    A message that begins with a yes counts as one too: "yes, since this morning".
    """
    words = text.strip().rstrip(".!,").strip()
    whole = (0, len(words))
    for found in values.find(words, "check_answer"):
        if (found.start, found.end) == whole:
            return found.value
    openings = values.find(words, "check_opening")
    return next((found.value for found in openings if found.start == 0), None)


def _one_space(name: str) -> str:
    return re.sub(r"\s+", " ", name.casefold())


def _reversed(table: dict[str, list[object]]) -> dict[str, str]:
    return {str(name).casefold(): str(value) for value, names in table.items() for name in names}


def _alternatives(names: dict[str, str]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered) or r"(?!)"


def _any_of(names: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({_alternatives(names)})(?!\w)", re.IGNORECASE)
