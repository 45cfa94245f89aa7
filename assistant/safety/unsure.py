"""What is done where the two detectors disagree in the grey zone: one plain question, asked once.

The rules found no tier, and the classifier sees one too faintly to count but too clearly to be
left alone. Guessing either way would be wrong, so the person is asked (decision 0016).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Question = dict[str, Any]
"""What the slot stores of the last question: `{kind, turn, at, label, offer, asked}`. `label` and
`offer` are what the person had asked, `asked` every kind already put in this session."""

BODY, MOOD = "body", "mood"
KIND_OF = {"emergency": BODY, "see_doctor": BODY, "crisis": MOOD}
YES, NO, NOT_SURE = "yes", "no", "not_sure"
BUTTON = "check_answer"
"""The intent of the question's own buttons."""
NEVER_ASKED = frozenset(
    {BUTTON, "crisis_answer", "start_over", "exercise_feeling", "exercise_answer"}
)
"""What these mean is plain; a retraction's is not: "I don't care any more" reads like one."""

THANKS = "utter_check_thanks"
_REPLIES = {
    "report_symptom": "utter_report_symptom",
    "express_anxiety": "utter_express_anxiety_no_offer",
    "nlu_fallback": "utter_did_you_mean",
}


def kind_to_ask(
    probabilities: Mapping[str, float],
    *,
    counts: Mapping[str, float],
    check: Mapping[str, float],
    plain: float,
) -> str | None:
    """Return `body` or `mood` where a safety label lies in its grey zone, else None.

    Args:
        probabilities: of every label.
        counts: per safety label, the least probability at which it counts on its own.
        check: per safety label, the least at which it is asked about.
        plain: where another label is this sure, nothing is asked.
    """
    others = (p for label, p in probabilities.items() if label not in KIND_OF)
    if max(others, default=0.0) >= plain:
        return None
    shares = {
        label: probabilities.get(label, 0.0) / counts[label]
        for label in KIND_OF
        if check[label] <= probabilities.get(label, 0.0) < counts[label]
    }
    # The one nearest to counting; of two as near, the first is the graver.
    return KIND_OF[max(shares, key=lambda label: shares[label])] if shares else None


def asked_before(question: Question | None) -> tuple[str, ...]:
    """Name the kinds of question already put in this session."""
    return tuple(question["asked"]) if question else ()


def put(
    kind: str,
    *,
    label: str | None,
    offer: tuple[str, ...],
    before: Question | None,
    now: float,
    turn: int,
) -> Question:
    """Return what is to be remembered of a question put in this turn."""
    asked = [*asked_before(before), kind]
    held = {"label": label, "offer": list(offer), "asked": asked}
    return {"kind": kind, "turn": turn, "at": now, **held}


def answer_of(
    intent: str | None,
    about: str | None,
    pressed: str | None,
    typed: str | None,
    question: Question | None,
    turn: int,
) -> tuple[str, str] | None:
    """Return kind and answer where this message answers the check question, else None.

    A button says itself what it answers, however old it is. Typed words count right after the
    question alone.
    """
    if intent == BUTTON and about in (BODY, MOOD) and pressed:
        return about, pressed
    if question is None or question["turn"] != turn - 1:
        return None
    answer = typed or {"affirm": YES, "deny": NO}.get(intent or "")
    return (question["kind"], answer) if answer else None


def reply_to_held(question: Question | None, kind: str) -> str:
    """Name the reply to what the person had asked before the question came between."""
    label = question["label"] if question and question["kind"] == kind else None
    if label and label.startswith("faq/"):
        return f"utter_{label}"
    return _REPLIES.get(label or "", THANKS)
