"""The values the safety check takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

TIER_RANK = {None: 0, "see_doctor": 1, "crisis": 2, "emergency": 3}
"""Higher wins. `see_doctor` is split by level, see `rank`."""

LEVEL_RANK = {None: 0, "routine": 1, "urgent": 2, "imminent": 3}


@dataclass(frozen=True)
class Context:
    """What the conversation adds to the words of one message."""

    in_exercise: bool = False
    """An exercise is running: dizzy, worse, tingling and the like end it."""
    recent_markers: bool = False
    """One of the last ten user messages carried a crisis marker, so idioms no longer excuse."""
    latched: str | None = None
    """The tier already latched, if any."""


@dataclass(frozen=True)
class Finding:
    """What one message carries, and what the reply owes it."""

    tier: str | None = None
    """`emergency`, `crisis`, `see_doctor` or None."""
    level: str | None = None
    """`urgent` or `routine` for see_doctor, `imminent` for crisis, else None."""
    code: str | None = None
    """The line of the safety specification: E6, C4, U2, D1, ..."""
    evidence: str = ""
    """The user's own words that raised it."""
    why: str = ""
    """The lexicon entry's reason, for tests and reviewers; never shown, never logged with text."""
    soft: tuple[str, ...] = ()
    """Reasons for the one-sentence see-a-doctor line: two_weeks, negated_flag, past, ..."""
    append: tuple[str, ...] = ()
    """Lines owed beside whatever is answered: support_line, tripwire, soft_line."""
    rules: tuple[str, ...] = ()
    """Every code that fired, the winner first."""
    exercise_exit: bool = False
    """While an exercise runs: leave it at once (rows 21 and 27, stop words)."""
    both: bool = False
    """Emergency and crisis together: one merged reply."""
    person: str = "self"
    """`self` or `other`."""
    variant: str | None = None
    """A different reply is due: mental, abuse, child, other, seizure_other, resources; `asked`
    where a sign is only asked about, `why` where one's own is (row 12), `signs` where the signs
    themselves are (row 13)."""
    check: str | None = None
    """`body` or `mood`: no tier, but the classifier is not sure enough of none; ask (0016)."""
    markers: bool = field(default=False)
    """Carries a crisis word, even one a rule excused: the caller keeps it for ten turns."""


def rank(tier: str | None, level: str | None) -> tuple[int, int]:
    """Order findings: emergency > crisis (imminent first) > urgent > routine > none."""
    return TIER_RANK.get(tier, 0), LEVEL_RANK.get(level, 0)


def stronger(one: Finding, other: Finding) -> Finding:
    """Give the higher of two readings of the same message, and what either of them owes."""
    if rank(other.tier, other.level) > rank(one.tier, one.level):
        one, other = other, one
    one = replace(
        one,
        both=one.both or other.both,
        exercise_exit=one.exercise_exit or other.exercise_exit,
        markers=one.markers or other.markers,
    )
    if one.tier is not None:
        return one
    return replace(
        one,
        soft=tuple(dict.fromkeys((*one.soft, *other.soft))),
        append=tuple(dict.fromkeys((*one.append, *other.append))),
    )


_BY_VARIANT = {
    ("emergency", "other"): "utter_emergency_other",
    ("emergency", "seizure_other"): "utter_emergency_other",
    ("emergency", "signs"): "utter_emergency_signs",
    ("crisis", "abuse"): "utter_crisis_abuse",
    ("crisis", "child"): "utter_crisis_child",
    ("crisis", "other"): "utter_crisis_other",
    ("crisis", "resources"): "utter_crisis_resources",
    ("see_doctor", "mental"): "utter_see_doctor_mental",
}


def reply_key(finding: Finding) -> str:
    """Name the response a finding is owed; a finding without a tier is a caller's mistake."""
    if finding.tier is None:
        raise ValueError("reply_key needs a finding with a tier")
    if finding.both:
        return "utter_emergency_and_crisis"
    if finding.variant and (finding.tier, finding.variant) in _BY_VARIANT:
        return _BY_VARIANT[finding.tier, finding.variant]
    if finding.tier == "emergency":
        return "utter_emergency_other" if finding.person == "other" else "utter_emergency"
    if finding.tier == "crisis":
        if finding.person == "other":
            return "utter_crisis_other"
        return "utter_crisis_imminent" if finding.level == "imminent" else "utter_crisis"
    level = finding.level or "routine"
    return f"utter_see_doctor_{'asked_' if finding.variant in ('asked', 'why') else ''}{level}"
