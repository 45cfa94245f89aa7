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
_LEAD = r"(?:in|from|live in|living in|based in|here in|near|outside)\s+(?:the\s+)?"


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
        self._code_of = _reversed(table.get("codes") or {})
        self._anywhere = _any_of(self._region_of)
        self._after_lead = re.compile(_LEAD + f"(?:{self._anywhere.pattern})", re.IGNORECASE)
        self._codes = re.compile(rf"(?<!\w)({_alternatives(self._code_of)})(?!\w)")

    def find(self, text: str, *, says_where: bool) -> Found | None:
        """Return the region `text` names; `says_where` when that is what the message is about."""
        bare = text.strip(" .,!?").casefold()
        if bare in self._code_of and says_where:
            return Found("region", self._code_of[bare], 0, len(text))
        match = (self._anywhere if says_where else self._after_lead).search(text)
        if match:
            name = re.sub(r"\s+", " ", match.groups()[-1].casefold())
            return Found("region", self._region_of[name], match.start(), match.end())
        upper = self._codes.search(text) if says_where else None
        if upper:
            code = self._code_of[upper.group(1).casefold()]
            return Found("region", code, upper.start(), upper.end())
        return None


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

    def find(self, text: str, entity: str) -> Found | None:
        """Return the longest named value of `entity` in `text`."""
        words = self._words.get(entity)
        matches = list(words.finditer(text)) if words else []
        if not matches:
            return None
        best = max(matches, key=lambda m: m.end() - m.start())
        name = re.sub(r"\s+", " ", best.group(1).casefold())
        return Found(entity, self._value_of[entity][name], best.start(), best.end())


def _reversed(table: dict[str, list[object]]) -> dict[str, str]:
    return {
        str(name).casefold(): str(value) for value, names in table.items() for name in names
    }


def _alternatives(names: dict[str, str]) -> str:
    upper = sorted((re.escape(n.upper()) for n in names), key=len, reverse=True)
    return "|".join(upper) or r"(?!)"


def _any_of(names: dict[str, str]) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    body = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered)
    return re.compile(rf"(?<!\w)({body})(?!\w)", re.IGNORECASE)
