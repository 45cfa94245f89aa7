"""Every safety reply as people get it, region by region, held against section 2 of the specification.

`make check` reads the replies as they are written: digits, wording, grade, length. Here their
placeholders are filled as for a first message, and the parts each kind of reply owes are counted.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.authoring.project import Variant, load
from assistant.authoring.reading import reading, word_count
from assistant.authoring.rules_wording import (
    SAFETY_GRADE,
    is_safety,
    needed_words,
    violations,
)
from assistant.nlu import phrasing
from assistant.safety.resources import REGIONS, placeholders

PROJECT = load(Path(__file__).parents[2])
EVERYWHERE = [None, *REGIONS]
BLOCKS = ("crisis_lines", "abuse_lines", "child_lines", "help_block", "emergency_list")
"""Placeholders that stand for a block of numbers, which counts as no words."""
EMERGENCY_WORDS, WORDS = 80, 120
LONGER = {"utter_emergency_and_crisis": 90, "utter_emergency_signs": 90}
"""The one carries two messages, the other a list of signs."""
PERSON = re.compile(r"\bI am a (computer )?program\b")
HUMBLE = re.compile(r"\b(cannot|can't|not a person|no one|not wait for me)\b")
EXERCISE = re.compile(r"\b(breath\w*|exercis\w*|relax\w*)\b", re.IGNORECASE)
SIGN = re.compile(r"(trouble|hard|cannot|can't|no) (to )?breath\w*")
BANNED = {
    "blame": r"you should(n't| not)? have|why did(n't)? you|your own fault|you let|selfish|attention",
    "a method": r"\b(rope|blade|razor|noose|knife|gun|bridge|overdos\w*|lethal|dose)\b|hang\w* \w+sel",
    "a promise asked for": r"\b(promise|swear)\b",
    "marketing or cheer": r"\b(great|awesome|wonderful|congratulations|yay|enjoy|happy to help)\b",
    "advice to leave or confront": r"\b(leave|confront|divorce)\b (him|her|them)\b(?! alone)|couples?",
    "a self-test": r"\b(try|see) (if|whether) you can\b|\bstand on one\b|\bsqueeze\b",
}


def _keys(*beginnings: str) -> list[tuple[str, int]]:
    found = [key for key in PROJECT.responses if is_safety(key) and key.startswith(beginnings)]
    assert found, beginnings
    return [(key, number) for key in sorted(found) for number in range(len(PROJECT.responses[key]))]


ALL = _keys("utter_")
EMERGENCY = [k for k in _keys("utter_emergency") if k[0] != "utter_emergency_signs"]
CRISIS = _keys("utter_crisis")
SEE_DOCTOR = _keys("utter_see_doctor")


def _variant(key: str, number: int) -> Variant:
    return PROJECT.responses[key][number]


def _tripwire(values: dict[str, object]) -> str:
    return phrasing.fill(PROJECT.responses["utter_tripwire"][0].text, values)


def _rendered(key: str, number: int, region: str | None) -> str:
    """Return the reply as the first of a chat, as the wording component puts it together."""
    values: dict[str, object] = dict(placeholders(region))
    values |= {"tripwire": _tripwire(values), "disclosure": phrasing.DISCLOSURE_PLACE}
    filled = phrasing.fill(_variant(key, number).text, values)
    return phrasing.assemble(filled, [], [], PROJECT.responses["utter_disclosure"][0].text)


def _own_words(key: str, number: int) -> str:
    """Return the words of a reply, its tripwire among them, without blocks and disclosure."""
    values: dict[str, object] = {"emergency": "one", "care_line": "one"}
    values["tripwire"] = _tripwire(values)
    return phrasing.fill(_variant(key, number).text, values)


def _sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.?])\s+|\n+", text) if s.strip()]


@pytest.mark.parametrize(("key", "number"), ALL)
def test_a_reply_is_whole_in_every_region(key: str, number: int) -> None:
    """No brace is left, and no digit but those of this region's own contacts."""
    for region in EVERYWHERE:
        text, values = _rendered(key, number, region), " ".join(placeholders(region).values())
        assert "{" not in text and "}" not in text
        assert set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", values)), region


@pytest.mark.parametrize(("key", "number"), ALL)
def test_a_reply_says_nothing_that_is_banned(key: str, number: int) -> None:
    """2.1, with numbers, services and tripwire filled in."""
    for region in EVERYWHERE:
        text = _rendered(key, number, region)
        # The resource file's own names are not our words: "Suicide Crisis Helpline".
        assert [found for _, found, _ in violations(text, safety=True)] == [], region
    own = _own_words(key, number)
    found = [what for what, banned in BANNED.items() if re.search(banned, own, re.IGNORECASE)]
    assert found == [], own


@pytest.mark.parametrize(("key", "number"), EMERGENCY)
def test_an_emergency_reply_begins_with_the_call(key: str, number: int) -> None:
    """The number of the region stands in the first two sentences, before the disclosure."""
    for region in EVERYWHERE:
        text, shown = _rendered(key, number, region), placeholders(region)["emergency"]
        head = text.replace(shown, "NUMBER")
        first = " ".join(_sentences(head)[:2])
        assert "NUMBER" in first, region
        assert re.search(r"\bcall\b", first, re.IGNORECASE), region


@pytest.mark.parametrize(("key", "number"), CRISIS)
def test_a_crisis_reply_shows_people_to_talk_to(key: str, number: int) -> None:
    """Lines of the region, its emergency number, and both before the disclosure."""
    for region in EVERYWHERE:
        text, values = _rendered(key, number, region), placeholders(region)
        lines = [values[name] for name in ("crisis_lines", "abuse_lines", "child_lines")]
        assert any(block in text for block in lines), region
        assert values["emergency"] in text, region


@pytest.mark.parametrize(("key", "number"), _keys("utter_crisis_imminent", "utter_emergency_and"))
def test_where_danger_is_near_the_emergency_number_stands_first(key: str, number: int) -> None:
    """Before the lines to talk to (2.4, item 4)."""
    text = _variant(key, number).text
    assert text.index("{emergency}") < text.index("{crisis_lines}")


@pytest.mark.parametrize(("key", "number"), [*EMERGENCY, *CRISIS])
def test_a_grave_reply_says_that_it_is_no_person(key: str, number: int) -> None:
    """H18: and what it can not do, or that nobody reads along."""
    text = _own_words(key, number)
    assert PERSON.search(text), text
    assert HUMBLE.search(text), text


@pytest.mark.parametrize(("key", "number"), [*_keys("utter_emergency"), *CRISIS])
def test_a_grave_reply_offers_no_exercise(key: str, number: int) -> None:
    """H15: no breath, no exercise, no relaxing; a sign may be named."""
    assert EXERCISE.search(SIGN.sub("", _own_words(key, number))) is None


@pytest.mark.parametrize(("key", "number"), SEE_DOCTOR)
def test_a_see_a_doctor_reply_holds_the_tripwire(key: str, number: int) -> None:
    """H11: the whole sentence, first where it is urgent and last where it is not."""
    for region in EVERYWHERE:
        text, tripwire = _rendered(key, number, region), _tripwire(dict(placeholders(region)))
        assert tripwire in text, region
        if key in ("utter_see_doctor_urgent", "utter_see_doctor_urgent_again"):
            assert tripwire in text.split("\n\n")[0], region
        if key in ("utter_see_doctor_routine", "utter_see_doctor_mental"):
            assert text.endswith(tripwire), region


@pytest.mark.parametrize(
    ("key", "when"),
    [("utter_see_doctor_urgent", r"\btoday\b"), ("utter_see_doctor_routine", r"\bbook\b")],
)
def test_a_see_a_doctor_reply_says_when_and_claims_no_cause(key: str, when: str) -> None:
    """Today, or by appointment; and what cannot be told from here."""
    for variant in PROJECT.responses[key]:
        assert re.search(when, variant.text)
        assert "I cannot tell from here" in variant.text


@pytest.mark.parametrize(("key", "number"), ALL)
def test_a_reply_is_short(key: str, number: int) -> None:
    """120 words, 80 in an emergency; numbers and disclosure not counted."""
    most = EMERGENCY_WORDS if key.startswith("utter_emergency") else WORDS
    assert word_count(_own_words(key, number)) <= LONGER.get(key, most)


@pytest.mark.parametrize(("key", "number"), ALL)
def test_a_reply_is_easy_to_read_with_its_tripwire(key: str, number: int) -> None:
    """H23: `make check` grades the words around it alone."""
    measured = reading(_own_words(key, number), needed_words())
    assert measured is None or measured.grade <= SAFETY_GRADE, measured


def test_the_crisis_question_comes_last_and_once() -> None:
    """2.4: after the help, with three answers, and in no other reply."""
    asked = re.compile(r"ending your life right now\?$")
    for key, number in CRISIS:
        variant = _variant(key, number)
        wanted = key == "utter_crisis"
        assert bool(asked.search(_own_words(key, number))) is wanted, key
        assert len(variant.buttons) == (3 if wanted else 0), key


@pytest.mark.parametrize(
    ("key", "owed"),
    [
        ("utter_crisis_abuse", r"delete this chat"),
        ("utter_crisis_abuse", r"not your fault|believe you|[Nn]o one has the right"),
        ("utter_crisis_child", r"nothing wrong|not your fault"),
        ("utter_crisis_child", r"(adult|grown-up) you trust"),
        ("utter_crisis_other", r"ask|Ask"),
        ("utter_crisis_imminent", r"away from anything|[Ll]eave anything"),
        ("utter_emergency", r"has gone away|has eased|come and go|comes? and goes?"),
        ("utter_emergency", r"when it (started|began)|the time it began|when you were last well"),
        ("utter_seizure_line", r"time|note the time"),
        ("utter_seizure_line", r"mouth"),
        ("utter_panic_line", r"(cannot|can't) tell"),
    ],
)
def test_a_reply_carries_what_its_kind_owes(key: str, owed: str) -> None:
    """2.2 and 2.4, sign by sign, in every wording."""
    for variant in PROJECT.responses[key]:
        assert re.search(owed, variant.text), variant.text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("You should have called.", "blame"),
        ("Put the rope away.", "a method"),
        ("Please promise to wait.", "a promise asked for"),
        ("Great, you are all set.", "marketing or cheer"),
        ("You could leave him.", "advice to leave or confront"),
        ("See if you can lift it.", "a self-test"),
    ],
)
def test_each_ban_can_be_broken(text: str, what: str) -> None:
    """A pattern that finds nothing would ban nothing."""
    assert re.search(BANNED[what], text, re.IGNORECASE)
