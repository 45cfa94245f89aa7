"""Numbers by region: what is shown, with which country, and how old it may get."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assistant.safety.resources import (
    REGIONS,
    contacts,
    digit_strings,
    load,
    overdue,
    placeholders,
)

KEYS = {"emergency", "emergency_label", "emergency_list", "crisis_lines", "abuse_lines",
        "child_lines", "care_line", "help_block"}  # fmt: skip
EVERYWHERE = [None, *REGIONS]


@pytest.mark.parametrize("region", [*EVERYWHERE, "BR"])
def test_every_placeholder_is_filled_for_every_region(region: str | None) -> None:
    """An unknown code reads as an unknown region."""
    filled = placeholders(region)
    assert set(filled) == KEYS
    for name, text in filled.items():
        assert "{" not in text
        assert text or name == "emergency_label"
    if region == "BR":
        assert filled == placeholders(None)


# The region matrix: a change here is a change of what a frightened person is told to dial.
MATRIX = {
    "US": ("911 (US)", ["988", "988"], ["US"]),
    "CA": ("911 (Canada)", ["988", "988"], ["Canada"]),
    "UK": ("999 (UK)", ["116 123", "SHOUT to 85258"], ["UK"]),
    "IE": ("112 (Ireland)", ["116 123", "HELLO to 50808"], ["Ireland"]),
    "AU": ("000 (Australia)", ["13 11 14", "0477 13 11 14"], ["Australia"]),
    "NZ": ("111 (New Zealand)", ["1737", "1737"], ["New Zealand"]),
    "IN": ("112 (India)", ["14416", "findahelpline.com"], ["India"]),
    "EU": ("112 (EU)", ["116 123", "findahelpline.com"], ["EU"]),
}


@pytest.mark.hazard("H7")
@pytest.mark.hazard("H8")
@pytest.mark.parametrize("region", REGIONS)
def test_the_region_matrix(region: str) -> None:
    """One emergency number, one call, one text or web way, the country beside each."""
    emergency, numbers, labels = MATRIX[region]
    filled = placeholders(region)
    assert filled["emergency"] == emergency
    lines = filled["crisis_lines"].split("\n")
    assert len(lines) == 2
    for line, number in zip(lines, numbers, strict=True):
        assert number in line
    assert all(label in lines[0] for label in labels)


def test_an_unknown_region_gets_the_compact_lists_at_once() -> None:
    """Rule 2: nothing is asked before help is shown."""
    filled = placeholders(None)
    for number in ("911 (US, Canada)", "999 or 112 (UK, Ireland)", "112 (EU, India)",
                   "000 (Australia)", "111 (New Zealand)"):  # fmt: skip
        assert number in filled["emergency_list"]
    for number in ("988 (US, Canada)", "116 123 (UK, Ireland)", "13 11 14 (Australia)",
                   "1737 (New Zealand)", "14416 (India)", "findahelpline.com"):  # fmt: skip
        assert number in filled["crisis_lines"]
    assert "Text" in filled["crisis_lines"]
    assert filled["help_block"].startswith("Emergency: ")


@pytest.mark.hazard("H8")
@pytest.mark.parametrize("region", EVERYWHERE)
def test_the_country_stands_beside_every_number(region: str | None) -> None:
    """Rule 3: 111 is a health line in the UK and the emergency number in New Zealand."""
    labels = [load()["regions"][r]["label"] for r in REGIONS]
    for text in placeholders(region).values():
        for line in text.split("\n"):
            if re.search(r"\d{3}", line):
                assert any(label in line for label in labels), line


@pytest.mark.hazard("H8")
def test_111_is_never_an_emergency_number_outside_new_zealand() -> None:
    """H8."""
    for region in REGIONS:
        emergency = placeholders(region)["emergency"] + placeholders(region)["emergency_list"]
        assert ("111" in emergency) == (region == "NZ")


def test_every_contact_says_where_it_comes_from_and_when_it_was_checked() -> None:
    """And nothing claims a phone call nobody made."""
    sources = load()["sources"]
    seen = set()
    for region, contact in contacts():
        assert contact["source"] in sources, (region, contact)
        assert sources[contact["source"]]["url"].startswith("https://")
        assert isinstance(contact["verified_on"], str)
        date.fromisoformat(contact["verified_on"])
        assert contact["verified_how"]
        assert contact["id"] not in seen
        seen.add(contact["id"])


def test_contacts_grow_old() -> None:
    """180 days; the clock is a parameter."""
    assert overdue(date(2026, 11, 23)) == ()
    assert len(overdue(date(2027, 11, 23))) == sum(1 for _ in contacts())


@pytest.mark.parametrize("region", EVERYWHERE)
def test_no_digit_is_shown_that_is_not_in_the_file(region: str | None) -> None:
    """The lint of replies uses the same list."""
    for text in placeholders(region).values():
        assert set(re.findall(r"\d+", text)) <= digit_strings()


def test_a_region_without_a_childrens_line_invents_none() -> None:
    """Emergency number and the helpline finder instead."""
    filled = placeholders("US")
    assert "911 (US)" in filled["child_lines"]
    assert "findahelpline.com" in filled["child_lines"]
    assert "0800 1111" in placeholders("UK")["child_lines"]
