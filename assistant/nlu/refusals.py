"""Refusing well: whom to point to, and how many refusals came in a row. Knows no Rasa.

Both become what the wordings of `utter_default` may ask for under `condition:`
(docs/authors/refusals.md). Nothing is stored: both follow from the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

REFUSAL = "utter_default"
KIND = "refusal_kind"
REFUSALS = "refusals"
FIRST, SECOND, LATER = "first", "second", "later"
FAR = "far"
"""Nobody in particular to point to; the wordings without a condition answer it."""
NONE_FITS = "none_fits"
"""A "no" to the offered topics; nobody writes phrases for it."""
# Asking back is no refusal, but neither is it an answer.
NO_ANSWER_EITHER = {"utter_did_you_mean", "utter_which_one"}


def conditions(turns: Sequence[Sequence[str]], parse: Mapping[str, Any]) -> dict[str, str]:
    """Return the values the conditions of a refusal are held against.

    Args:
        turns: the response keys of each earlier turn of this session, oldest first.
        parse: what was made of the message that is being answered.
    """
    place = (FIRST, SECOND, LATER)[min(in_a_row(turns), 2)]
    return {REFUSALS: place, KIND: kind_of(turns, parse)}


def in_a_row(turns: Sequence[Sequence[str]]) -> int:
    """Count the refusals just before this turn; a real answer ends the row."""
    count = 0
    for keys in reversed(turns):
        if REFUSAL in keys:
            count += 1
        elif not NO_ANSWER_EITHER.issuperset(keys):
            break
    return count


def kind_of(turns: Sequence[Sequence[str]], parse: Mapping[str, Any]) -> str:
    """Return the kind of the refused message; `far` where it is not known."""
    denied = (parse.get("intent") or {}).get("name") == "deny"
    if denied and turns and "utter_did_you_mean" in turns[-1]:
        return NONE_FITS
    return str(parse.get(KIND) or FAR)


def sure_kind(ranking: Sequence[tuple[str, float]], least: float) -> str:
    """Return the best kind, or `far` where it is less probable than `least`.

    A plain no is never wrong; a vet for somebody's child is.
    """
    best, probability = ranking[0] if ranking else (FAR, 0.0)
    return best if probability >= least else FAR
