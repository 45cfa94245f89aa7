"""The same worry coming back (hazard H25): counted, so that it gets help instead of more facts.

Asking again and again feeds health anxiety, and each new answer is read as one more reason to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LAST_TURNS = 12
"""User messages looked back on, the latest included."""
TIMES = 3
"""From this ask on, the worry itself is answered."""
ILLNESS = "illness"
"""Fear of a disease, whichever is named: to go from one to the next is the same worry."""
_SAME = {"faq/als_worry": ILLNESS, "disease_worry": ILLNESS, "health_worry": ILLNESS}
TOPICS = frozenset(
    {
        "faq/als_worry",
        "faq/is_it_harmless",
        "faq/how_long",
        "faq/when_to_see_doctor",
        "faq/diagnosis",
        "faq/how_common",
        "faq/twitch_when_calm",
        "faq/why_anxiety_twitch",
    }
)


def worries(label: str | None, soft: Iterable[str]) -> frozenset[str]:
    """Name the worries of one message: its topic, where worry asks it, and the fear of a disease.

    Args:
        label: what the message is understood as, `faq/how_long` for a topic.
        soft: the soft reasons the safety check found.
    """
    named = ({label} & TOPICS) | {reason for reason in soft if reason in _SAME}
    return frozenset(_SAME.get(name, name) for name in named if name)


def times_asked(history: Sequence[frozenset[str]]) -> int:
    """Return how often the worry of the last message came up, that message included.

    `history` holds the worries of each user message of this session, oldest first.
    """
    recent = history[-LAST_TURNS:]
    latest = recent[-1] if recent else frozenset()
    return max((sum(worry in turn for turn in recent) for worry in latest), default=0)
