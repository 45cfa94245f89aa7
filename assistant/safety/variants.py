"""Which text a flag gets: the full one, a short variant, or that of a higher latched tier."""

from __future__ import annotations

from typing import Any

from assistant.safety.finding import Finding, rank, reply_key

Latch = dict[str, Any]
"""What the slot stores, see latch.py."""


def which_reply(finding: Finding, latch: Latch | None) -> tuple[str, str, str | None]:
    """Give the response key, and the tier and level that stand after it."""
    assert finding.tier is not None
    own = reply_key(finding), finding.tier, finding.level
    if latch is None:
        return own
    held, found = rank(latch["tier"], latch["level"]), rank(finding.tier, finding.level)
    if latch.get("mode"):
        # After "I'm fine" or "I called" a flag is a first flag again.
        return own if found >= held else (own[0], latch["tier"], latch["level"])
    if finding.both or (latch["tier"] == "emergency" and finding.tier == "crisis"):
        # Chest pain, then a wish to die: one merged reply, emergency number first.
        return "utter_emergency_and_crisis", "emergency", None
    if found > held or (
        found == held and finding.code != latch["code"] and _needs_own_text(finding)
    ):
        return own
    return again(latch, flagged=True), latch["tier"], latch["level"]


def _needs_own_text(finding: Finding) -> bool:
    """Abuse, a child, someone else, a question, a new routine sign: the short text misses it."""
    if finding.tier == "see_doctor" and finding.level == "routine":
        return True
    return (
        finding.variant in ("abuse", "child", "mental", "asked", "why") or finding.person == "other"
    )


def again(latch: Latch, *, flagged: bool = False) -> str:
    """Name the short variant of a latched tier."""
    if latch["tier"] == "emergency":
        return "utter_emergency_again"
    if latch["tier"] == "crisis":
        imminent = latch["level"] == "imminent"
        return "utter_crisis_imminent" if imminent and flagged else "utter_crisis_again"
    if latch["level"] == "urgent":
        return "utter_see_doctor_urgent_again"
    return "utter_see_doctor_routine_short"
