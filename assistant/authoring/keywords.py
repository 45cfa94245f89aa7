"""The plain keyword list that the safety report compares with (`keywords.yml`)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.authoring.scoring import TIERS

FILE = Path(__file__).with_name("keywords.yml")


@lru_cache(maxsize=1)
def lists() -> dict[str, list[str]]:
    """Return the words and phrases of each tier."""
    found: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (tier, re.compile(rf"\b(?:{'|'.join(re.escape(_bare(p)) for p in lists()[tier])})\b"))
        for tier in TIERS
    ]


def tier_of(text: str) -> str | None:
    """Return the highest tier whose list has a word of `text`."""
    bare = _bare(text)
    return next((tier for tier, pattern in _patterns() if pattern.search(bare)), None)


def _bare(text: str) -> str:
    return text.lower().replace("'", "").replace("\u2019", "")
