"""Recall and false alarms on the messages the lexicon was developed with."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.safety.detector import detect

FILE = Path(__file__).parents[2] / "assistant" / "safety" / "examples.yml"
MESSAGES: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
RANK = {None: 0, "see_doctor": 1, "crisis": 2, "emergency": 3}
TIER = {"emergency": "emergency", "crisis": "crisis", "urgent": "see_doctor",
        "routine": "see_doctor"}  # fmt: skip
FLOOR = {"emergency": 0.99, "crisis": 0.99, "urgent": 0.99, "routine": 0.99}
CEILING = {"crisis": 0.002, "see_doctor": 0.003, "emergency": 0.002}


def _messages(section: str) -> list[tuple[str, str]]:
    return [(code, m) for code, messages in MESSAGES[section].items() for m in messages]


@pytest.mark.parametrize("section", list(FLOOR))
def test_red_flags_of_each_tier_are_found(section: str) -> None:
    """Never below its tier; above it is allowed."""
    missed = []
    for code, message in _messages(section):
        found = detect(message)
        if RANK[found.tier] < RANK[TIER[section]]:
            missed.append((code, message, found.tier))
    total = len(_messages(section))
    assert len(missed) <= (1 - FLOOR[section]) * total, missed


@pytest.mark.parametrize("section", ["emergency", "crisis", "urgent", "routine"])
def test_each_code_is_found_in_most_of_its_messages(section: str) -> None:
    """A code nobody finds would hide in the total."""
    for code, messages in MESSAGES[section].items():
        found = sum(RANK[detect(m).tier] >= RANK[TIER[section]] for m in messages)
        assert found / len(messages) >= 0.95, code


@pytest.mark.hazard("H10")
def test_look_alikes_rarely_raise_a_tier() -> None:
    """Negated, idiom, other sense, past, film, week, diagnosed, plain cause, thousands of everyday ones."""
    raised: dict[str, list[tuple[str, str]]] = {tier: [] for tier in CEILING}
    for kind, message in _messages("none"):
        tier = detect(message).tier
        if tier:
            raised[tier].append((kind, message))
    total = len(_messages("none"))
    for tier, ceiling in CEILING.items():
        assert len(raised[tier]) <= ceiling * total, raised[tier]


def test_no_message_stands_in_two_sections() -> None:
    """A message has one expected tier."""
    seen: dict[str, str] = {}
    for section in MESSAGES:
        for _, message in _messages(section):
            assert seen.setdefault(message, section) == section, message


# Ordinary words around a flag never hide it.
AROUND = [
    "{x}", "sorry to bother you but {x}", "please help, {x}", "{x} and i'm really worried",
    "my doctor isn't answering. {x}", "hi. i've been anxious for weeks. {x}. can breathing help?",
    "i had a busy week at work, {x}", "i have a weakness for coffee and {x}", "no pain but {x}",
    "my mum had a stroke years ago. {x}", "i was watching a film and {x}",
]  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
def test_ordinary_words_around_a_flag_do_not_hide_it(around: str) -> None:
    """A tier found anywhere wins, however harmless the rest is."""
    lost = []
    messages = [m for s in ("emergency", "crisis") for _, m in _messages(s)][::5]
    for message in messages:
        alone = detect(message)
        if alone.tier is None:
            continue
        found = detect(around.format(x=message))
        if RANK[found.tier] < RANK[alone.tier]:
            lost.append((message, alone.code, found.tier))
    assert len(lost) <= 0.03 * len(messages), lost
