"""The reading grade: syllables of known words, and what a grade does and does not count."""

from __future__ import annotations

import pytest

from assistant.authoring.reading import reading, syllables, word_count

KNOWN = {
    1: "call help weak numb twitch breathe hold spread worse breathed looks faced eyes smiles",
    2: "doctor muscle people someone something sudden tired caffeine quiet being changes wanted"
    " hasn't isn't safety lion rhythm",
    3: "emergent medicine however idea area exercise suddenly everywhere serious",
    4: "anxiety emergency potassium technology",
}
WORDS = [(word, count) for count, words in KNOWN.items() for word in words.split()]


@pytest.mark.parametrize(("word", "count"), WORDS)
def test_syllables_of_known_words(word: str, count: int) -> None:
    """The count agrees with how the word is spoken."""
    assert syllables(word) == count


def test_grade_follows_the_formula() -> None:
    """Twelve words, two sentences, thirteen syllables: 0.39 * 6 + 11.8 * 13 / 12 - 15.59."""
    measured = reading("Call your doctor now and say it. Do not drive there now.")
    assert measured is not None
    assert measured.grade == round(0.39 * 6 + 11.8 * 13 / 12 - 15.59, 1)


def test_short_text_has_no_grade() -> None:
    """A handful of words says too little to be graded."""
    assert reading("Relaxation techniques necessitate deliberate concentration.") is None


def test_placeholder_is_one_short_word_and_a_block_none() -> None:
    """{emergency} stands for a number; a line of placeholders is no sentence that would help."""
    text = "Please call {emergency} now and do not wait for it to pass by itself."
    texts = text, text.replace("{emergency}", "one"), text + "\n\n{crisis_lines}\n{help_block}"
    assert len({measured.grade for t in texts if (measured := reading(t))}) == 1


def test_needed_words_count_as_two_syllables() -> None:
    """The subject's own words do not make a text hard, however long they are."""
    text = "Anxiety can make a leg jump, and so can a cup of strong tea."
    hard, fair = reading(text), reading(text, {"anxiety"})
    assert hard is not None and fair is not None
    assert hard.hardest_words == ["Anxiety"]
    assert fair.hardest_words == []
    assert fair.grade < hard.grade


def test_longest_sentence_and_hardest_words_are_named() -> None:
    """An author sees what to change, hardest word first."""
    measured = reading(
        "Stop. Physiological explanations of involuntary movement help nobody here. Rest is good."
    )
    assert measured is not None
    assert measured.longest_sentence.startswith("Physiological explanations")
    assert measured.hardest_words[0] == "Physiological"


def test_words_are_counted_as_people_count_them() -> None:
    """Hyphens and apostrophes join, dashes and placeholders' braces do not count."""
    assert word_count("It's a two-week wait \u2013 don\u2019t drive, call {emergency}.") == 8
