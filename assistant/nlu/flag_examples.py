"""What each training message stands for: worked examples, safety labels and their levels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

EXAMPLES = Path(__file__).parents[1] / "safety" / "examples.yml"
NONE, ROUTINE, URGENT = "none", "routine", "urgent"
TAUGHT = (NONE, ROUTINE, URGENT, "crisis", "emergency")
"""What the tuned encoder tells apart, in the order of its output."""
SEE_DOCTOR = "see_doctor"
LEVELS = (ROUTINE, URGENT)
"""How soon, where the tier is see_doctor."""


def load_examples(path: Path | None = None) -> list[tuple[str, str]]:
    """Return (message, one of TAUGHT) of every worked example."""
    text = (path or EXAMPLES).read_text(encoding="utf-8")
    sections: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return [
        (message, section)
        for section, groups in sections.items()
        for messages in groups.values()
        for message in messages
    ]


def taught_by(label: str, level: str | None) -> str:
    """Return which of TAUGHT a phrase of this label and level stands for."""
    if label == SEE_DOCTOR:
        return level or ROUTINE
    return label if label in TAUGHT else NONE


def label_of(taught: str) -> str | None:
    """Return the safety label of one of TAUGHT, or None for `none`."""
    if taught in LEVELS:
        return SEE_DOCTOR
    return taught if taught != NONE else None
