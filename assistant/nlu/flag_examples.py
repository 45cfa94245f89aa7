"""Which tier each training message has: the worked examples and the safety labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from assistant.nlu.labels import SAFETY_LABELS

EXAMPLES = Path(__file__).parents[1] / "safety" / "examples.yml"
NONE = "none"
# The examples keep urgent and routine apart; here both are the tier.
TIER_OF_SECTION = {
    "emergency": "emergency",
    "crisis": "crisis",
    "urgent": "see_doctor",
    "routine": "see_doctor",
    NONE: NONE,
}


def load_examples(path: Path | None = None) -> list[tuple[str, str]]:
    """Return (message, tier or `none`) of every worked example."""
    text = (path or EXAMPLES).read_text(encoding="utf-8")
    sections: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return [
        (message, TIER_OF_SECTION[section])
        for section, groups in sections.items()
        for messages in groups.values()
        for message in messages
    ]


def tier_of(label: str) -> str:
    """Return the tier a label stands for, or `none`."""
    return label if label in SAFETY_LABELS else NONE
