"""Every red flag of the examples written otherwise: by hand, in haste, in disguise, in a long post (H1).

`python -m tests.safety.mutations` says every flag in every way, in minutes, and lists what is lost;
`python -m tests.safety.mutations typo` one way.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from assistant.safety.detector import detect
from assistant.safety.finding import rank
from tests.safety.mutations import (
    ALL,
    BEFORE,
    COUNTS_ALONE,
    KEEPING,
    KNOWN_LOSSES,
    SLIPS,
    exempt,
    flags,
    height,
    loss,
    mutate,
    written,
)

WAYS = 4
"""Each flag is written in a quarter of the ways, so that each way meets a quarter of the flags."""
LONG = 40
"""A long post takes twenty times as long to read as a sentence: fewer flags stand in one."""
# Share of all flags kept at their tier and level, measured when this was written. Most of the lost
# are other words by now: chest and cheat, swallow and wallow, noway and no way.
#               emergency  crisis  urgent  routine
#   typo        0.983      0.972   0.974   0.976
#   no space    0.975      0.951   0.974   0.991
KEPT = {
    "typo": {"emergency": 0.975, "crisis": 0.965, "urgent": 0.96, "routine": 0.965},
    "no space": {"emergency": 0.965, "crisis": 0.94, "urgent": 0.96, "routine": 0.98},
}
SAMPLE = 45
"""Every so many flags one goes through the trained agent."""


@pytest.mark.parametrize("name", KEEPING)
def test_what_keeps_the_meaning_keeps_the_tier(name: str) -> None:
    """Case, marks, spaces, lines, signs, look-alikes, words around: no tier and no level is lost."""
    every = LONG if name == "in 2,000 characters" else WAYS
    first = list(KEEPING).index(name) % WAYS
    meant = [flag for flag in flags()[first::every] if not exempt(name, flag.text)]
    assert [told for flag in meant if (told := loss(name, flag))] == []


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_seldom_hides_a_flag(name: str) -> None:
    """One edit may make another word; the share that survives is measured and held."""
    half = flags()[::2]
    total = Counter(flag.section for flag in half)
    lost = {flag: told for flag in half if (told := loss(name, flag))}
    gone = Counter(flag.section for flag in lost)
    kept = {section: 1 - gone[section] / total[section] for section in total}
    low = {section: share for section, share in kept.items() if share < KEPT[name][section]}
    assert low == {}, list(lost.values())


@pytest.mark.parametrize("text", sorted(COUNTS_ALONE))
def test_a_message_that_counts_alone_is_hidden_by_words_before_it(text: str) -> None:
    """Whoever mends one takes it off the list."""
    around = [height(detect(frame.format(x=text))) for frame in BEFORE]
    assert min(around) < height(detect(text))


@pytest.mark.parametrize("name", KNOWN_LOSSES)
def test_a_known_loss_is_still_one(name: str) -> None:
    """Whoever mends one takes it off the list."""
    assert all(loss(name, flag) for flag in flags() if flag.text in KNOWN_LOSSES[name])


@pytest.mark.parametrize("name", ALL)
def test_a_mutation_changes_the_message(name: str) -> None:
    """A way of writing that changes nothing would prove nothing."""
    texts = [flag.text for flag in flags()[::50]]
    changed = [text for text in texts if mutate(text, ALL[name]) != text]
    # Not every message has an apostrophe or a capital, a long word or two words.
    least = {"apostrophes": 0.1, "case": 0.5}.get(name, 0.7)
    assert len(changed) > least * len(texts)


def test_the_trained_agent_keeps_what_the_rules_keep(agent: Any, session_loop: Any) -> None:
    """Spelling repair and classifier behind the rules take nothing away again."""
    from rasa.core.channels.channel import UserMessage

    lost = []
    for number, flag in enumerate(flags()[::SAMPLE]):
        name = list(KEEPING)[number % len(KEEPING)]
        message = UserMessage(mutate(flag.text, KEEPING[name]))
        parse = session_loop.run_until_complete(agent.processor.parse_message(message, None, False))
        safety = parse.get("safety") or {}
        found = rank(safety.get("tier"), safety.get("level"))
        if found < flag.height and not exempt(name, flag.text):
            lost.append((name, flag, safety.get("tier")))
    assert lost == []


def test_harmless_messages_written_otherwise_stay_harmless() -> None:
    """What repairs spelling seldom reads signs into ordinary words: 5 in 1,203 when written."""
    plain = [t for texts in written()["none"].values() for t in texts if not detect(t).tier][::3]
    ways = [list(ALL.values())[number % len(ALL)] for number in range(len(plain))]
    otherwise = [mutate(text, way) for text, way in zip(plain, ways, strict=True)]
    raised = [text for text in otherwise if detect(text).tier]
    assert len(raised) <= 0.01 * len(plain), raised
