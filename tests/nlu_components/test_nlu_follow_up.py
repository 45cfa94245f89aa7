"""Short messages after an answer: what joins them to it, and when it changes what they mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.nlu.after_answer import Said
from assistant.nlu.follow_up import (
    Before,
    Followed,
    Named,
    Rest,
    Sure,
    answers_exercise,
    before,
    in_its_place,
    resolve,
    rest_of,
)
from assistant.nlu.labels import Reading
from assistant.nlu.places import Values

SURE = Sure(alone=0.5, kept=0.75, margin=0.05, refused=0.35, quiet=0.1, loud=0.3)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("And sleep?", Rest("sleep", True, True)),
        ("what about coffee then", Rest("coffee", True, True)),
        ("ok, and how about tea?", Rest("tea", True, True)),
        ("thanks and magnesium", Rest("magnesium", True, False)),
        ("naps too?", Rest("naps", True, True)),
        ("how much?", Rest("how much", False, True)),
        ("which brand then", Rest("which brand", True, True)),
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
    assert not before(_said("utter_exercise_closed"), running=False).exercise_spoke
    assert not before(
        _said("utter_breathing_round", "utter_faq/sleep"), running=True
    ).exercise_spoke


def _reading(
    label: str, confidence: float = 0.9, *, margin: float = 0.4, **others: float
) -> Reading:
    ranking = ((label, confidence), *others.items())
    return Reading(label, confidence, ranking, 0.6, (), foreign=0.6 - margin)


ANSWERED = Before(topic="faq/sleep", answered=True)
IN_EXERCISE = Before(running=True, exercise_spoke=True)
ASIDE = Before(topic="faq/sleep", answered=True, running=True)


@pytest.mark.parametrize(
    ("label", "controls", "gone", "means"),
    [
        ("say_shorter", {"faster"}, IN_EXERCISE, "exercise_control"),
        ("tell_more", set(), IN_EXERCISE, "exercise_control"),
        ("ask_source", set(), IN_EXERCISE, "ask_source"),
        ("start_breathing", {"left"}, IN_EXERCISE, "exercise_control"),
        ("start_breathing", {"left"}, ASIDE, "start_breathing"),
        ("start_breathing", set(), IN_EXERCISE, "start_breathing"),
        ("tell_more", set(), ASIDE, "tell_more"),
        ("exercise_control", {"resume"}, ASIDE, "exercise_control"),
        ("exercise_control", {"resume"}, ANSWERED, "tell_more"),
        ("affirm", {"resume"}, ANSWERED, "tell_more"),
        ("affirm", set(), ANSWERED, "affirm"),
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


@pytest.mark.parametrize("label", ["tell_more", "say_shorter", "ask_source", "ask_author"])
def test_what_is_foreign_is_no_wish_about_an_answer(label: str) -> None:
    """The word and leads to what else there is; the weather is still not ours."""
    foreign = _reading(label, 0.5, margin=-0.2)
    assert in_its_place(foreign, set(), ANSWERED).label == "out_of_scope"


def _resolve(text: str, plain: Reading, **readings: Reading) -> Followed:
    read: Callable[[str], Reading] = lambda words: readings[words.replace(" ", "_")]  # noqa: E731
    return resolve(text, plain, "faq/caffeine", "Coffee", read, SURE)


def _resolved(text: str, plain: Reading, **readings: Reading) -> str:
    return _resolve(text, plain, **readings).reading.label


UNSURE = _reading("nlu_fallback", 0.2)
ABOUT_COFFEE = _reading("faq/caffeine")


def test_another_topic_named_clearly_is_that_topic() -> None:
    """Whatever was answered before."""
    assert _resolved("and sleep?", UNSURE, sleep=_reading("faq/sleep")) == "faq/sleep"


def test_what_is_unclear_alone_keeps_to_the_topic_before() -> None:
    """Where title and words together do not say otherwise."""
    night = {"at_night": UNSURE, "Coffee_at_night": ABOUT_COFFEE}
    assert _resolved("and at night?", UNSURE, **night) == "faq/caffeine"
    elsewhere = {**night, "Coffee_at_night": _reading("start_breathing")}
    assert _resolved("and at night?", UNSURE, **elsewhere) == "nlu_fallback"


def test_a_new_start_is_no_follow_up() -> None:
    """Nothing joins it, it asks nothing, and it says too much to be a bare word."""
    assert _resolved("need info on this", UNSURE) == "nlu_fallback"


@pytest.mark.parametrize(
    "dogs",
    [_reading("out_of_scope", 0.3, margin=-0.1), _reading("nlu_fallback", 0.2, out_of_scope=0.4)],
)
def test_what_is_foreign_stays_refused(dogs: Reading) -> None:
    """The title before it would make anything ours."""
    plain = _reading("out_of_scope", 0.3)
    assert _resolved("and dogs?", plain, dogs=dogs, Coffee_dogs=ABOUT_COFFEE) == "out_of_scope"


@pytest.mark.parametrize("label", ["greet", "goodbye"])
def test_nobody_greets_by_asking_on(label: str) -> None:
    """Asked about the night, no goodbye was meant; "ok night then" is one."""
    night = {"at_night": _reading(label), "Coffee_at_night": ABOUT_COFFEE}
    assert _resolved("and at night?", _reading(label), **night) == "faq/caffeine"
    assert _resolved("ok night then", _reading(label)) == label


def test_a_weak_guess_at_something_else_gives_way_to_a_question() -> None:
    """A strong one does not, nor one that asks nothing."""
    brand = {"which_brand": _reading("ask_source", 0.6), "Coffee_which_brand": ABOUT_COFFEE}
    assert _resolved("which brand then", _reading("ask_source", 0.7), **brand) == "faq/caffeine"
    assert _resolved("which brand then", _reading("ask_source", 0.8)) == "ask_source"
    assert _resolved("that brand then", _reading("ask_source", 0.7)) == "ask_source"


@pytest.mark.parametrize(
    "label", ["affirm", "deny", "thanks", "stop", "start_breathing", "emergency", "ask_source"]
)
def test_what_is_no_question_stays_what_it_is(label: str) -> None:
    """Yes, no, thanks and stop never become a topic; a red flag stays one, asked or not."""
    assert _resolved("and that", _reading(label)) == label
    if label in ("stop", "emergency"):
        assert _resolved("and that?", _reading(label, 0.3)) == label


def test_a_hint_in_the_word_and_is_no_red_flag() -> None:
    """Only where the bare words carry none, and the whole message no more than a hint."""
    sleep = _reading("faq/sleep")
    hint = _reading("nlu_fallback", 0.2, emergency=0.2)
    assert _resolve("and sleep?", hint, sleep=sleep).flags["emergency"] == 0.0
    loud = _reading("nlu_fallback", 0.2, emergency=0.4)
    assert _resolve("and sleep?", loud, sleep=sleep).flags == {}
    carries = _reading("faq/sleep", 0.8, crisis=0.15)
    assert _resolve("and sleep?", hint, sleep=carries).flags == {}


def test_what_is_not_changed_is_weighed_as_a_whole() -> None:
    """A long message keeps what was found in its sentences."""
    text = "and what would you say if somebody drank tea"
    assert _resolve(text, _reading("faq/sleep", 0.8, crisis=0.05)).flags == {}


# ------------------------------------------------------------------ what an exercise asked for


ASKED = Before(running=True, exercise_spoke=True, asks_feeling=True)
CHOOSING = Before(running=True, exercise_spoke=True, asks_form=True)
LISTING = Before(running=True, exercise_spoke=True, asks_for_words=True)


def _answer(text: str, label: str, gone: Before, confidence: float = 0.9) -> Followed | None:
    values = Values()
    named = Named(
        *[
            [(f.start, f.end) for f in values.find(text, entity)]
            for entity in ("feeling", "form", "noticed")
        ]
    )
    return answers_exercise(text, _reading(label, confidence), named, gone)


@pytest.mark.parametrize(
    ("text", "label", "gone", "means"),
    [
        ("a bit better", "out_of_scope", ASKED, "exercise_feeling"),
        ("still the same", "exercise_control", ASKED, "exercise_feeling"),
        ("better, but my arm is odd", "report_symptom", ASKED, "exercise_feeling"),
        ("still the same", "see_doctor", ASKED, "exercise_feeling"),
        ("better but my arm went dead", "see_doctor", ASKED, None),
        ("a lamp, a knife", "crisis", LISTING, None),
        ("stop", "stop", ASKED, None),
        ("can we do box, this was the same", "start_breathing", ASKED, None),
        ("is that the same?", "faq/how_common", ASKED, None),
        ("a bit better", "out_of_scope", IN_EXERCISE, None),
        ("the short one", "exercise_control", CHOOSING, "start_muscle_relaxation"),
        ("the short one", "exercise_control", IN_EXERCISE, None),
        ("a lamp, my cup", "out_of_scope", LISTING, "exercise_answer"),
        ("i can see a lamp and my cup", "nlu_fallback", LISTING, "exercise_answer"),
        ("i want to disappear", "out_of_scope", LISTING, None),
        ("the traffic, my breathing", "start_breathing", LISTING, None),
        ("nothing", "retract", LISTING, "exercise_answer"),
        ("i can't smell anything", "emergency", LISTING, "exercise_answer"),
        ("i can't smell anything", "emergency", IN_EXERCISE, None),
        ("i can't taste anything and my face droops", "emergency", LISTING, None),
        ("nothing to live for", "out_of_scope", LISTING, None),
        ("i see that i can't go on", "out_of_scope", LISTING, None),
        ("what is the capital of france", "out_of_scope", LISTING, None),
        ("a lamp, my cup", "out_of_scope", IN_EXERCISE, None),
    ],
)
def test_what_an_exercise_asked_for_is_an_answer_to_it(
    text: str, label: str, gone: Before, means: str | None
) -> None:
    """A feeling, a form, a list of things; nothing that says more than was asked for."""
    followed = _answer(text, label, gone)
    assert (followed and followed.reading.label) == means


def test_a_topic_in_a_list_counts_as_a_topic_only_when_it_is_sure() -> None:
    """A coffee cup on the table is no question about coffee."""
    sure, unsure = (_answer("my coffee cup", "faq/caffeine", LISTING, p) for p in (0.9, 0.4))
    assert sure is None
    assert unsure and unsure.reading.label == "exercise_answer"
    breath = _answer("the traffic, my breathing", "start_breathing", LISTING, 0.4)
    assert breath and breath.reading.label == "exercise_answer"


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("a bit better now", True),
        ("still the same tbh", True),
        ("no change", True),
        ("better but my arm went dead", False),
        ("the same, i want out", False),
        ("better off gone", False),
    ],
)
def test_only_a_feeling_and_nothing_more_is_not_weighed_as_a_red_flag(
    text: str, quiet: bool
) -> None:
    """One word more than the feeling, and the classifier's own opinion of red flags stands."""
    followed = _answer(text, "out_of_scope", ASKED)
    assert followed
    assert bool(followed.flags) == quiet
    assert set(followed.flags.values()) <= {0.0}
