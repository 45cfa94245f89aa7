"""A message is taken apart into the questions it asks."""

from __future__ import annotations

import time

import pytest

from assistant.nlu.labels import Reading
from assistant.nlu.several import MOST, questions, two_topics


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("does tea matter? does running help?", ["does tea matter?", "does running help?"]),
        ("does tea matter and does running help", ["does tea matter", "does running help"]),
        ("does tea matter?does running help", ["does tea matter?", "does running help"]),
        ("why is it, and also how long", ["why is it", "how long"]),
        ("tea ok? also a nap?", ["tea ok?", "a nap?"]),
        ("is tea ok & should i run", ["is tea ok", "should i run"]),
        ("is tea ok, what about cola", ["is tea ok", "what about cola"]),
        ("is tea ok\\nshould i run", ["is tea ok", "should i run"]),
        ("how long does it last? and is it bad?", ["how long does it last?", "is it bad?"]),
        ("I'd ask two things. Is tea ok? Second, should I run?", ["Is tea ok?", "should I run?"]),
        ("wondering if tea is ok? btw should i run", ["wondering if tea is ok?", "should i run"]),
    ],
)
def test_each_question_is_found(text: str, asked: list[str]) -> None:
    """At question marks, at "and does ...", at "also", at commas before a question."""
    assert questions(text.replace("\\n", "\n")) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I drink tea. I run. Is it bad?", ["Is it bad?"]),
        ("i was up all night and have had tea, is it bad", ["is it bad"]),
        ("it comes when i drink tea and when i run", []),
        ("it jumps and twitches and hurts", []),
        ("however i am fine", []),
        ("", []),
        ("???", []),
    ],
)
def test_what_asks_nothing_is_background(text: str, asked: list[str]) -> None:
    """Statements around a question are left out, also where they begin like one."""
    assert questions(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "why does it jump, is it the coffee",
        "why does it jump? could it be from the coffee?",
        "is it bad? i mean can it hurt me",
        "does tea matter, and if so why",
        "is it tea or coffee",
    ],
)
def test_a_guess_at_the_answer_is_no_second_question(text: str) -> None:
    """It goes on with the question before it."""
    assert len(questions(text)) == 1


def test_no_more_than_a_few_are_looked_at() -> None:
    """Each costs time."""
    assert len(questions("is it bad? " * 30)) == MOST


@pytest.mark.parametrize("piece", [" ", "and ", "is it, ", "?"])
def test_an_endless_message_takes_no_endless_time(piece: str) -> None:
    """Whatever it repeats."""
    began = time.perf_counter()
    questions(piece * 5_000)
    assert time.perf_counter() - began < 0.5


def _reading(label: str, confidence: float = 0.9, nearest: float = 0.9) -> Reading:
    return Reading(label, confidence, ((label, confidence),), nearest, ())


UNCLEAR = _reading("nlu_fallback", 0.2)


def _two(*readings: Reading) -> tuple[str, str] | None:
    found = two_topics(readings, least=0.6, known=0.5)
    return (found.first.label, found.also) if found else None


def test_the_first_two_clear_topics_count() -> None:
    """The first asked is answered, the second offered, a third left."""
    topics = [_reading(f"faq/{name}") for name in ("sleep", "caffeine", "magnesium")]
    assert _two(*topics) == ("faq/sleep", "faq/caffeine")


@pytest.mark.parametrize(
    "readings",
    [
        (),
        (_reading("faq/sleep"),),
        (_reading("faq/sleep"), _reading("faq/sleep")),
        (_reading("faq/sleep"), _reading("greet")),
        (_reading("faq/sleep"), _reading("nlu_fallback")),
        (_reading("faq/sleep"), _reading("faq/caffeine", confidence=0.5)),
        (_reading("faq/sleep"), _reading("faq/caffeine", nearest=0.4)),
    ],
)
def test_anything_less_is_one_question(readings: tuple[Reading, ...]) -> None:
    """Two topics, each clear, or none."""
    assert _two(*readings) is None


def test_what_is_unclear_between_two_topics_is_passed_over() -> None:
    """A greeting or a side remark does not hide the second question."""
    found = _two(_reading("greet"), _reading("faq/sleep"), UNCLEAR, _reading("faq/caffeine"))
    assert found == ("faq/sleep", "faq/caffeine")
