"""Short messages after an answer: what joins them to it, and when it changes what they mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.nlu.after_answer import Said
from assistant.nlu.follow_up import Before, Rest, Sure, before, in_its_place, resolve, rest_of
from assistant.nlu.labels import Reading

SURE = Sure(alone=0.5, together=0.5, near=0.4)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("And sleep?", Rest("sleep", True)),
        ("what about coffee then", Rest("coffee", True)),
        ("ok, and how about tea?", Rest("tea", True)),
        ("thanks and magnesium?", Rest("magnesium", True)),
        ("naps too?", Rest("naps", True)),
        ("how much?", Rest("how much", False)),
        ("yes", Rest("yes", False)),
        ("android phones", Rest("android phones", False)),
        ("ok then", None),
        ("and?", None),
        ("", None),
        ("and what would you say if somebody drank tea", None),
        (f"and {',' * 20_000} tea", None),
    ],
)
def test_the_words_that_join_are_taken_off(text: str, rest: Rest | None) -> None:
    """From a short message only, and only where something is left."""
    assert rest_of(text) == rest


def _said(*keys: str) -> list[Said]:
    return [Said(key) for key in keys]


@pytest.mark.parametrize(
    ("keys", "topic", "answered"),
    [
        (["utter_faq/sleep"], "faq/sleep", True),
        (["utter_faq/caffeine", "utter_more_sleep"], "faq/sleep", True),
        (["utter_faq/sleep", "utter_thanks"], "faq/sleep", False),
        (["utter_faq/sleep", "utter_default", "utter_sources"], "faq/sleep", False),
        (["utter_faq/sleep", "utter_crisis"], None, False),
        (["utter_faq/sleep", "utter_emergency", "utter_thanks"], None, False),
        (["utter_faq/sleep", "utter_breathing_round"], None, False),
        (["utter_greet"], None, False),
        ([], None, False),
    ],
)
def test_an_answer_is_gone_on_from_until_something_else_is_said(
    keys: list[str], topic: str | None, answered: bool
) -> None:
    """Small talk lies between without harm; a safety reply or an exercise ends it."""
    gone = before(_said(*keys), running=False)
    assert (gone.topic, gone.answered) == (topic, answered)


def test_an_exercise_has_the_last_word_only_while_it_runs() -> None:
    """Its closing words leave nothing open."""
    assert before(_said("utter_breathing_round"), running=True).exercise_spoke
    assert not before(_said("utter_breathing_closing"), running=False).exercise_spoke
    assert not before(
        _said("utter_breathing_round", "utter_faq/sleep"), running=True
    ).exercise_spoke


def _reading(label: str, confidence: float = 0.9, nearest: float = 0.9) -> Reading:
    return Reading(label, confidence, ((label, confidence),), nearest, ())


ANSWERED = Before(topic="faq/sleep", answered=True)
IN_EXERCISE = Before(running=True, exercise_spoke=True)
ASIDE = Before(topic="faq/sleep", answered=True, running=True)


@pytest.mark.parametrize(
    ("label", "controls", "gone", "means"),
    [
        ("say_shorter", {"faster"}, IN_EXERCISE, "exercise_control"),
        ("tell_more", set(), IN_EXERCISE, "exercise_control"),
        ("ask_source", set(), IN_EXERCISE, "ask_source"),
        ("tell_more", set(), ASIDE, "tell_more"),
        ("exercise_control", {"resume"}, ASIDE, "exercise_control"),
        ("exercise_control", {"resume"}, ANSWERED, "tell_more"),
        ("exercise_control", {"repeat"}, ANSWERED, "faq/sleep"),
        ("exercise_control", {"slower"}, ANSWERED, "exercise_control"),
        ("exercise_control", {"resume"}, Before(), "exercise_control"),
        ("exercise_control", {"resume"}, Before(topic="faq/sleep"), "exercise_control"),
    ],
)
def test_more_and_go_on_belong_to_what_spoke_last(
    label: str, controls: set[str], gone: Before, means: str
) -> None:
    """An exercise, or an answer; a running exercise always takes "go on"."""
    assert in_its_place(_reading(label), controls, gone).label == means


def _reader(**readings: Reading) -> Callable[[str], Reading]:
    return lambda words: readings[words.replace(" ", "_")]


def _resolved(text: str, plain: Reading, **readings: Reading) -> str:
    found = resolve(text, plain, "faq/caffeine", "Coffee", _reader(**readings), SURE)
    return found.label


UNSURE = _reading("nlu_fallback", 0.2)


def test_another_topic_named_clearly_is_that_topic() -> None:
    """Whatever was answered before."""
    assert _resolved("and sleep?", UNSURE, sleep=_reading("faq/sleep")) == "faq/sleep"


def test_what_is_unclear_alone_keeps_to_the_topic_before() -> None:
    """Where title and words together say so."""
    night = {"at_night": UNSURE, "Coffee_at_night": _reading("faq/caffeine")}
    assert _resolved("and at night?", UNSURE, **night) == "faq/caffeine"
    elsewhere = {**night, "Coffee_at_night": _reading("faq/sleep")}
    assert _resolved("and at night?", UNSURE, **elsewhere) == "nlu_fallback"


def test_what_is_far_from_ours_stays_refused() -> None:
    """The title before it would make anything ours."""
    foreign = _reading("out_of_scope", 0.3, nearest=0.3)
    assert _resolved("and dogs?", foreign, dogs=foreign) == "out_of_scope"


@pytest.mark.parametrize(
    "label", ["affirm", "deny", "thanks", "stop", "start_breathing", "emergency", "ask_source"]
)
def test_what_is_no_question_stays_what_it_is(label: str) -> None:
    """Yes, no, thanks and stop never become a topic."""
    assert _resolved("and that", _reading(label)) == label
