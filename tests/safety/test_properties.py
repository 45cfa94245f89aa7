"""What holds for any text at all, tried on thousands of made-up ones; the same ones at every run."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.safety.detector import Context, detect
from tests.safety.mutations import COUNTS_ALONE, SECTIONS, flags, height, written

SETTINGS = settings(
    max_examples=100,
    derandomize=True,  # a test that fails on some days only is no test
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
LONG = settings(SETTINGS, max_examples=15)
FLAGS = [flag.text for flag in flags() if flag.text not in COUNTS_ALONE]
# Plain things, each a sentence of its own: nothing in them can deny, excuse or finish another.
HARMLESS = [
    "the bus was late again", "we had soup and bread", "my sister painted her kitchen green",
    "it rained on tuesday", "i watched the tennis", "the shop had no lemons left",
    "lovely weather in leeds", "coffee tastes better at home", "thank you for reading this",
    "my phone battery is at ten percent", "the neighbours have a new fence", "good evening",
    "work was long and loud", "could you explain how caffeine works", "i like this chat",
]  # fmt: skip
JOINTS = [". ", "\n", "! ", " :) ", "... ", "\n\n"]
ORDINARY = [t for texts in written()["none"].values() for t in texts][::7]

flag = st.sampled_from(FLAGS)
harmless = st.lists(st.sampled_from(HARMLESS), max_size=6)
joint = st.sampled_from(JOINTS)
contexts = st.builds(
    Context,
    in_exercise=st.booleans(),
    recent_markers=st.booleans(),
    latched=st.sampled_from([None, "emergency", "crisis", "see_doctor"]),
)
anything = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="abcdeilmnorstuwy '!.,*\n-", max_size=300),
    st.lists(
        st.sampled_from([*FLAGS[::40], *ORDINARY[::10], "no", "not", "but", "?"]), max_size=9
    ).map(" ".join),
)


def _level(text: str) -> tuple[int, int]:
    return height(detect(text))


@SETTINGS
@given(flag, harmless, harmless, joint)
def test_adding_harmless_text_never_lowers_a_tier(
    text: str, before: list[str], after: list[str], between: str
) -> None:
    """However much small talk stands around it."""
    assert _level(between.join([*before, text, *after])) >= _level(text)


@SETTINGS
@given(st.sampled_from(ORDINARY), flag, joint)
def test_adding_a_red_flag_raises_or_keeps_the_tier(text: str, added: str, between: str) -> None:
    """Whatever was said first, denials, idioms and films among it."""
    assert _level(f"{text}{between}{added}") >= max(_level(text), _level(added))


@SETTINGS
@given(flag, flag, joint)
def test_two_red_flags_are_never_less_than_one(one: str, other: str, between: str) -> None:
    """The higher tier wins, in either order."""
    least = max(_level(one), _level(other))
    assert _level(f"{one}{between}{other}") >= least
    assert _level(f"{other}{between}{one}") >= least


@SETTINGS
@given(anything, contexts)
def test_any_text_is_read_without_an_error(text: str, context: Context) -> None:
    """And what raised it stands in the text."""
    finding = detect(text, context)
    assert finding.evidence in text
    if not context.in_exercise:  # there a mild sign is answered by the exit, see soft.py
        assert (finding.tier is None) == (finding.evidence == "")


@SETTINGS
@given(anything)
def test_the_same_text_is_always_read_alike(text: str) -> None:
    """Nothing of one message is left for the next."""
    first = detect(text)
    detect("i want to die. my arm is numb")
    assert detect(text) == first


@SETTINGS
@given(
    st.one_of(flag, st.sampled_from(ORDINARY)),
    st.sampled_from([str.upper, str.title, str.capitalize, str.swapcase]),
)
def test_case_changes_nothing(text: str, shape: object) -> None:
    """SHOUTED or typed on a phone that begins every word with a capital."""
    small = text.lower()
    assert _level(shape(small)) == _level(small)  # type: ignore[operator]


@SETTINGS
@given(anything, st.text(alphabet=" \t\n\r\u00a0\u200b", max_size=20))
def test_spaces_at_the_end_change_nothing(text: str, spaces: str) -> None:
    """A space too many after the last word, or a new line."""
    assert _level(text + spaces) == _level(text)


@LONG
@given(st.lists(anything, min_size=1, max_size=8).map(" ".join))
def test_time_grows_no_faster_than_length(unit: str) -> None:
    """Eight times the text takes nowhere near sixty-four times as long, whatever it is made of."""
    unit = (unit or " ") * (400 // max(1, len(unit)) + 1)
    short, long = unit[:400], (unit[:400] + " ") * 8
    assert _seconds(long) < 25 * max(_seconds(short), 0.002)


def _seconds(text: str) -> float:
    """Count the time of this process alone, at its best of three: others may be busy."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        detect(text)
        taken.append(time.process_time() - start)
    return min(taken)


def test_the_harmless_sentences_are_harmless() -> None:
    """Else they would hide a tier that they raise themselves."""
    assert [text for text in HARMLESS if detect(text).tier] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_flags_of_every_section_are_tried(section: str) -> None:
    """The properties speak of all tiers."""
    assert sum(flag.section == section for flag in flags()) > 100
