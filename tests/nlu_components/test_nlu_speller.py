"""Spelling correction: it mends what no dictionary knows and leaves the rest alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from assistant.nlu.speller import WORDS_FILE, Speller, shared_speller


@pytest.fixture(scope="module")
def speller() -> Speller:
    """The speller with the authors' words."""
    return shared_speller()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("twiching", "twitching"),
        ("twithcing", "twitching"),
        ("anxeity", "anxiety"),
        ("mucsles", "muscles"),
        ("magnesuim", "magnesium"),
        ("caffiene", "caffeine"),
        ("breething", "breathing"),
        ("numbnes", "numbness"),
    ],
)
def test_misspelt_words_of_ours_are_mended(speller: Speller, typed: str, meant: str) -> None:
    """Words people use here win over general ones at the same distance."""
    assert speller.correct(f"my {typed} again") == f"my {meant} again"


def test_equally_good_corrections_are_chosen_alike_in_every_process() -> None:
    """Sets have another order in each process: a choice must not hang on it."""
    words = "crampz tremorz twitche cramsp"
    code = f"from assistant.nlu.speller import Speller; print(Speller().correct('{words}'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=WORDS_FILE.parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "4")
    }
    assert len(said) == 1


def test_every_short_form_is_spelt_out(speller: Speller) -> None:
    """Each entry of the authors' table does what it says."""
    table = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))["short_forms"]
    wrong = {k: speller.correct(str(k)) for k in table if speller.correct(str(k)) != table[k]}
    assert wrong == {}


def test_every_word_of_ours_stays(speller: Speller) -> None:
    """No entry of the authors' list is itself corrected."""
    known = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))["known"]
    changed = {word: speller.correct(str(word)) for word in known}
    assert {w: c for w, c in changed.items() if c != str(w)} == {}


@pytest.mark.parametrize(
    "text", ["my left arm is weak", "is this normal for a runner", "quartz xylophone", "i am ok"]
)
def test_known_words_are_untouched(speller: Speller, text: str) -> None:
    """Text without mistakes comes back as it was."""
    assert speller.correct(text) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("heeeelp", "help"),
        ("soooo", "so"),
        ("twitchinggggg", "twitching"),
        ("feeeel", "feel"),
        ("stoppp", "stop"),
    ],
)
def test_repeated_letters_are_squeezed(speller: Speller, typed: str, meant: str) -> None:
    """Letters drawn out for emphasis do not hide the word."""
    assert speller.correct(typed) == meant


@pytest.mark.parametrize("sign", ["'", "’", "‘", "`", "´"])
def test_every_kind_of_apostrophe_is_one(speller: Speller, sign: str) -> None:
    """Phones write curly ones; the word is the same."""
    assert speller.correct(f"I can{sign}t sleep") == "i can't sleep"


@pytest.mark.parametrize("text", ["", "   ", "💀💀", "...", "4-7-8", "日本語"])
def test_text_without_words_comes_back(speller: Speller, text: str) -> None:
    """Nothing to correct is no error."""
    assert speller.correct(text) == text


@pytest.mark.parametrize("word", ["xz", "zq", "qwx"])
def test_very_short_unknown_words_are_left(speller: Speller, word: str) -> None:
    """Two or three letters are one edit from half the dictionary."""
    assert speller.correct(word) == word


@pytest.mark.parametrize("word", ["1000mg", "b12", "k1ll", "4-7-8", "3am", "2222"])
def test_digits_are_never_changed(speller: Speller, word: str) -> None:
    """A dose, a vitamin or an hour is no drawn-out word."""
    assert speller.correct(f"take {word} now") == f"take {word} now"


def test_capitals_do_not_matter(speller: Speller) -> None:
    """Shouting is corrected like speaking."""
    assert speller.correct("MY TWICHING EYE") == speller.correct("my twiching eye")


def test_an_author_adds_a_word_in_the_list_alone(tmp_path: Path) -> None:
    """A new word in the file is known, and offered for near misses."""
    words = tmp_path / "words.yml"
    words.write_text("known: [zzyzxian]\nshort_forms: {qq: question}\n", encoding="utf-8")
    speller = Speller(words)
    assert speller.correct("zzyzxian zzyzxien qq") == "zzyzxian zzyzxian question"
