"""Find red flags in one message (first stage: a handful of plain phrases)."""

from __future__ import annotations

import re

from assistant.safety.finding import Context, Finding, reply_key

__all__ = ["Context", "Finding", "detect", "reply_key"]

_FIRST = [
    ("emergency", None, "E6", r"chest (hurts|pain)|crushing"),
    ("emergency", None, "E7", r"can'?t breathe"),
    (
        "emergency",
        None,
        "E2",
        r"(arm|leg|hand|side) (just |suddenly )+(went|gone) (weak|dead|numb)",
    ),
    ("crisis", None, "C2", r"kill (myself|me)|suicid|want to die"),
    ("see_doctor", "urgent", "U1", r"weak and (tingly|numb)"),
    ("see_doctor", "routine", "D1", r"\bweak"),
    ("see_doctor", "routine", "D2", r"\bnumb|tingl"),
]


def detect(text: str, context: Context = Context()) -> Finding:
    """Give the highest tier found in the raw text."""
    for tier, level, code, pattern in _FIRST:
        if found := re.search(pattern, text.lower()):
            return Finding(tier, level, code, found.group(), "first stage", rules=(code,))
    return Finding()
