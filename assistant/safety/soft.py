"""What a message without a tier still gets: a soft line, a support line, a tripwire."""

from __future__ import annotations

from dataclasses import replace

from assistant.safety.context import negated
from assistant.safety.finding import Context, Finding
from assistant.safety.mentions import Message

SOFT_MEANINGS = {
    "soft_two_weeks": "two_weeks",
    "soft_places": "many_places",
    "soft_jelly": "jelly",
    "soft_buzzing": "buzzing",
    "soft_killing": "killing_me",
    "disease_worry": "disease_worry",
    "health_worry": "health_worry",
}
"""Meanings that earn the see-a-doctor sentence without a tier (1.5)."""

EASED, TAKEN_BACK = "eased", "taken_back"
"""A sign is said to be gone; what was said is taken back. Both matter to the latch alone."""

_EXCUSED_SOFT = {
    "denied": "negated_flag",
    "past": "past",
    "diagnosed": "diagnosed",
    "plain_cause": "plain_cause",
    "family": "family_history",
    "homework": "homework",
    "film": "film",
    "emotional": "emotional",
}


def reasons(message: Message, excused: set[str]) -> tuple[str, ...]:
    """Name why the soft line is due."""
    found = [name for meaning, name in SOFT_MEANINGS.items() if message.has(meaning)]
    for item in sorted(excused):
        rule, _, tier = item.partition(":")
        if rule in _EXCUSED_SOFT and tier != "crisis":
            found.append(_EXCUSED_SOFT[rule])
    return tuple(dict.fromkeys(found))


def _support(message: Message, excused: set[str]) -> bool:
    """Say whether the support line is due: a denied, quoted or mourned crisis word, or numbness."""
    crisis = {"denied:crisis", "film:crisis", "bereaved:crisis", "past_crisis:crisis"}
    mood = any(item.startswith("emotional:") for item in excused)
    if crisis & excused or mood or message.has("soft_emotional_numb"):
        return True
    return message.has("hopeless_words") and "unless_crisis" in excused


def without_tier(
    message: Message, excused: set[str], context: Context, *, markers: bool
) -> Finding:
    """Build the finding of a message no rule raised."""
    why = reasons(message, excused)
    append = []
    if why:
        append.append("soft_line")
    if _support(message, excused):
        append.append("support_line")
    tripwire = {"diagnosed:see_doctor", "plain_cause:see_doctor", "plain_cause:emergency"}
    if tripwire & excused or "death_fear:crisis" in excused or message.has("death_fear"):
        append.append("tripwire")
    if _said(message, "eased"):
        why = (*why, EASED)
    if message.has("taken_back"):
        why = (*why, TAKEN_BACK)
    if message.unreadable():  # row 26: not English, or beyond repair
        why = (*why, "unreadable")
        append.append("help_block")
    finding = Finding(
        soft=why,
        append=tuple(append),
        rules=tuple(sorted(excused)),
        markers=markers,
    )
    return in_exercise(message, finding, context)


def beside_tier(
    message: Message, tier: str, code: str, excused: set[str], *, other: bool
) -> tuple[str, ...]:
    """Name the lines owed beside a tier's own reply."""
    append = []
    if tier == "see_doctor" and (message.has("hopeless_words") or _support(message, excused)):
        append.append("support_line")
    if code in ("E6", "E7"):
        append.append("panic_line")
    if code == "E9" and other:
        append.append("seizure_line")
    return tuple(append)


def _said(message: Message, meaning: str) -> bool:
    """Say whether a meaning stands undenied: "no tingling" and "not dizzy" end nothing."""
    return any(not negated(message, hit) for hit in message.meanings.get(meaning, ()))


def in_exercise(message: Message, finding: Finding, context: Context) -> Finding:
    """Row 27 and the stop words of 5.2: leave a running exercise."""
    if not context.in_exercise:
        return finding
    mild = finding.tier is None or finding.level == "routine"
    plain = finding.code in (None, "D2", "D3", "D4")
    despair = finding.tier == "crisis" and finding.code == "C1" and message.has("exercise_cant")
    if despair and set(finding.rules) == {"C1"}:
        return replace(
            finding, tier=None, level=None, code=None, exercise_exit=True, variant=None,
            append=("support_line",),
        )  # fmt: skip
    if mild and plain and _said(message, "exit_tingle"):
        return replace(finding, tier="see_doctor", level="routine", code="D2", exercise_exit=True)
    if mild and plain and _said(message, "exit_word"):
        # 5.4: a part that cramps is eased and lengthened, never pushed.
        owed = (*finding.append, "cramp_line") if _said(message, "exit_cramp") else finding.append
        return replace(
            finding, tier=None, level=None, code=None, exercise_exit=True, append=owed
        )  # fmt: skip
    return finding
