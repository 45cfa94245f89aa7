"""The rules alone on the classifier's training phrases, written by other hands.

Red flags among them are there because no rule can read them ("no light anywhere"): the
classifier must. So how many the rules find is no figure to hold them to (it would keep the hard
ones out of training); what they must not do is cry wolf on the thousands of harmless ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from assistant.safety.detector import detect

DATA = Path(__file__).resolve().parents[2] / "data"
CEILING = {"emergency": 0.001, "crisis": 0.001, "see_doctor": 0.003}
_ENTITY = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")


def _examples() -> Iterator[tuple[str, str]]:
    for file in sorted(DATA.rglob("*.yml")):
        data = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for item in data.get("nlu") or []:
            for line in (item.get("examples") or "").splitlines():
                text = _ENTITY.sub(r"\1", line.strip().removeprefix("-").strip())
                if text:
                    yield item["intent"], text


EXAMPLES = list(_examples())


def test_topics_exercises_and_small_talk_raise_no_tier() -> None:
    """Thousands of harmless messages."""
    raised: dict[str, list[str]] = {tier: [] for tier in CEILING}
    messages = [(intent, text) for intent, text in EXAMPLES if intent not in CEILING]
    for intent, text in messages:
        tier = detect(text).tier
        if tier:
            raised[tier].append(f"{intent}: {text}")
    for tier, ceiling in CEILING.items():
        assert len(raised[tier]) <= ceiling * len(messages), raised[tier]
