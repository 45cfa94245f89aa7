"""Choosing a wording and putting its sentences together: the NLG without Rasa."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Variant = Mapping[str, Any]

DISCLOSURE_PLACE = "{disclosure}"
# Guidance that is repeated before what it guards; everything else that is added follows.
SAID_FIRST = ("utter_see_doctor_routine_short",)
# A button that leads into an exercise; while a red flag stands none is offered (safety.md 2.5).
EXERCISES = (
    *("start_breathing", "start_muscle_relaxation", "start_grounding", "start_march"),
    "exercise_control",
)
# What an exercise says itself needs no reminder that it waits.
_OF_THE_EXERCISE = ("utter_breathing_", "utter_exercise_", "utter_no_exercise_running")
# The talk about a symptom puts its question itself in these, and it is put again behind the others.
_OF_THE_TALK = ("utter_symptom_",)
# Behind these nobody is asked about a symptom again: they ask something of their own, or end.
_NO_WAY_BACK = (
    *_OF_THE_TALK,
    *("utter_report_symptom", "utter_doctor_note", "utter_express_anxiety", "utter_goodbye"),
    *("utter_did_you_mean", "utter_which_one", "utter_nothing_to_stop", "utter_started_over"),
    *("utter_emergency", "utter_crisis", "utter_see_doctor", "utter_check_", "utter_safety_"),
    *("utter_breathing_", "utter_exercise_", "utter_no_exercise_running"),
)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_PARAGRAPH = re.compile(r"\n\s*\n")
_SPACES = re.compile(r" {2,}")


def pick(variants: Sequence[Variant], given: Sequence[int]) -> int | None:
    """Return the index of the next wording, or None where there is none.

    Args:
        variants: the wordings that fit channel and conditions, in the author's order.
        given: indexes of the wordings this response already had in this conversation, oldest first.

    Wordings marked `again: true` wait until the first was given once; after that
    they take turns, so that the same text never comes twice running.
    """
    if not variants:
        return None
    again = [i for i, v in enumerate(variants) if is_again(v)]
    first = [i for i in range(len(variants)) if i not in again] or again
    rota = again if given and again else first
    unused = [i for i in rota if i not in given]
    if unused:
        return unused[0]
    counts = [(list(given).count(i), i) for i in rota]
    chosen = min(counts)[1]
    if chosen == given[-1] and len(variants) > 1:
        chosen = next(i for i in [*rota, *first] if i != given[-1])
    return chosen


def pick_short(variants: Sequence[Variant], given: Sequence[int]) -> int | None:
    """Return the index of the shorter wording that was given least, or None where there is none."""
    short = [i for i, v in enumerate(variants) if is_again(v)]
    return min(short, key=lambda i: (list(given).count(i), i), default=None)


def is_again(variant: Variant) -> bool:
    """Return whether the author kept this wording for when the answer comes up again."""
    return bool((variant.get("metadata") or {}).get("again"))


def pick_line(variants: Sequence[Variant], said: int) -> str:
    """Return the wording of an added line; they take turns by `said`, the replies so far."""
    return str(variants[said % len(variants)].get("text") or "") if variants else ""


def led_by(
    first: Sequence[Mapping[str, str]], buttons: Sequence[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Return `buttons` with `first` in front, and no two that lead to the same place."""
    payloads: dict[str, Mapping[str, str]] = {}
    for button in [*first, *buttons]:
        payloads.setdefault(str(button["payload"]), button)
    return list(payloads.values())


def leads_to_exercise(payload: str) -> bool:
    """Return whether a button with this payload starts or continues an exercise."""
    return payload.lstrip("/").split("{")[0] in EXERCISES


def leaves_exercise_waiting(key: str) -> bool:
    """Return whether this reply, given while an exercise runs, is about something else."""
    return not key.startswith(_OF_THE_EXERCISE)


def comes_back(key: str) -> bool:
    """Return whether the open question of a symptom talk is put again behind this reply."""
    return not key.startswith(_NO_WAY_BACK)


def puts_question(key: str) -> bool:
    """Return whether this reply, in a symptom talk, ended in its question."""
    return key.startswith(_OF_THE_TALK) or comes_back(key)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put `values` into the `{placeholders}` of `text`; an unknown one is left out."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match.group(1))
        return "" if found is None else str(found)

    return _PLACEHOLDER.sub(value, text).strip()


def assemble(text: str, before: Sequence[str], after: Sequence[str], lead: str) -> str:
    """Put one reply together from its paragraphs.

    `lead` is the disclosure of the first turn. It opens the reply, unless the
    text has its own place for it, `{disclosure}`: in a safety reply the action
    comes first (safety.md section 2).
    """
    if DISCLOSURE_PLACE in text:
        text = text.replace(DISCLOSURE_PLACE, lead)
        lead = ""
    body = [lead, *before, text, *after]
    paragraphs = [p for part in body for p in _PARAGRAPH.split(_SPACES.sub(" ", part).strip())]
    return "\n\n".join(dict.fromkeys(p.strip() for p in paragraphs if p.strip()))
