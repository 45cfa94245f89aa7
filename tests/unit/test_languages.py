"""Crisis and emergency words of six other languages, and what is not English at all (row 26)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assistant.safety import languages
from assistant.safety.detector import detect
from assistant.safety.spelling import english

ROOT = Path(__file__).parents[2]
FILE: dict = yaml.safe_load(languages.FILE.read_text(encoding="utf-8"))["languages"]
PHRASES = [phrase for found in languages.phrases().by_first.values() for phrase in found]
COMMON = 10_000_000
"""How often an English word stands in the list for it to be met in a chat."""
SAFE_LABELS = {"emergency", "crisis", "see_doctor"}
_ENTITY = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")


@pytest.mark.parametrize("language", list(FILE))
@pytest.mark.parametrize("tier", languages.TIERS)
def test_each_language_has_at_least_a_dozen_phrases_a_tier(language: str, tier: str) -> None:
    """Counted as lines, whichever of a/b is meant."""
    lines = [line for block in FILE[language][tier].values() for line in block.splitlines()]
    assert len(lines) == len(set(lines))
    assert len(lines) >= 12


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda p: " ".join(p.words))
def test_every_phrase_raises_its_tier(phrase: languages.Phrase) -> None:
    """In a sentence, in capitals, and never lower than it says."""
    for said in (" ".join(phrase.words), f"!! {' '.join(phrase.words).upper()} ..."):
        finding = detect(said)
        grave = languages.TIERS.index(finding.tier) if finding.tier in languages.TIERS else 9
        assert grave <= languages.TIERS.index(phrase.tier), finding


def _harmless() -> Iterator[str]:
    """Every English message of the repository that is no red flag."""
    examples = ROOT / "assistant" / "safety" / "examples.yml"
    for messages in yaml.safe_load(examples.read_text(encoding="utf-8"))["none"].values():
        yield from messages
    for file in sorted((ROOT / "data").rglob("*.yml")):
        for item in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("nlu") or []:
            if item["intent"] in SAFE_LABELS:
                continue
            for line in item["examples"].splitlines():
                yield _ENTITY.sub(r"\1", line.strip().removeprefix("-").strip())


def test_no_harmless_english_message_holds_a_phrase() -> None:
    """Thousands of them: no false friend."""
    assert [text for text in _harmless() if list(languages.find(text))] == []


def test_no_phrase_is_made_of_common_english_words() -> None:
    """A single one of them would do harm every day."""
    counts = english()
    made = [p.words for p in PHRASES if all(counts.get(w, 0) >= COMMON for w in p.words)]
    assert made == []


def test_no_everyday_word_is_a_common_english_one() -> None:
    """Or "soy milk" would be Spanish."""
    counts = english()
    assert [w for w in languages.phrases().common if counts.get(w, 0) >= COMMON] == []


def test_no_english_sentence_is_taken_for_another_language() -> None:
    """Only single words among the phrases, such as hola; they are answered, with help below."""
    taken = [text for text in _harmless() if languages.not_english(text)]
    assert len(taken) <= 6, taken
    assert all(languages.not_english(text) == languages.ONE_WORD for text in taken)


@pytest.mark.parametrize(
    ("said", "tier"),
    [
        ("Quiero morir", "crisis"),
        ("kiero morirme ya", "crisis"),
        ("hola, no puedo respirar", "emergency"),
        ("dolor en el pecho", "emergency"),
        ("je veux mourir", "crisis"),
        ("J’ai mal à la poitrine", "emergency"),
        ("jai mal a la poitrine", "emergency"),
        ("ich will sterben", "crisis"),
        ("ich moechte sterben", "crisis"),
        ("Ich bekomme keine Luft!", "emergency"),
        ("eu quero morrer", "crisis"),
        ("nao consigo respirar", "emergency"),
        ("voglio morire", "crisis"),
        ("sto soffocando", "emergency"),
        ("मैं मरना चाहता हूँ", "crisis"),
        ("मुझे सांस नहीं आ रही", "emergency"),
        ("साँस नहीं आ रही है", "emergency"),
        ("mujhe marna hai", "crisis"),
        ("saans nahi aa rahi", "emergency"),
        ("seene mein dard ho raha hai", "emergency"),
        ("infarto", "emergency"),
        ("my mum says: infarto, no puede respirar", "emergency"),
    ],
)
def test_red_flags_of_other_languages_are_found(said: str, tier: str) -> None:
    """With and without accents, alone or in an English sentence."""
    assert detect(said).tier == tier


def test_something_swallowed_gets_both_numbers() -> None:
    """The merged reply; so does an emergency beside a wish to die."""
    assert detect("me tome todas las pastillas").both
    assert detect("quiero morir. dolor en el pecho").both
    assert not detect("dolor en el pecho").both


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("tengo miedo pero no quiero morir", "support_line"),
        ("non voglio morire", "support_line"),
        ("não quero morrer", "support_line"),
        ("no tengo dolor en el pecho", "soft_line"),
        ("ich habe keine brustschmerzen", "soft_line"),
    ],
)
def test_a_plain_denial_is_no_flag(said: str, line: str) -> None:
    """It gets the line its English sister gets."""
    finding = detect(said)
    assert finding.tier is None
    assert line in finding.append


def test_a_denial_before_a_comma_takes_nothing_back() -> None:
    """It answers a question: "no, quiero morir"."""
    assert detect("no, quiero morir").tier == "crisis"
    assert detect("no. dolor en el pecho").tier == "emergency"


@pytest.mark.parametrize("said", ["color in my chest", "dolor", "mal", "i respire"])
def test_near_misses_in_english_are_nothing(said: str) -> None:
    """No typing error is read as a foreign word."""
    assert detect(said).tier is None


@pytest.mark.parametrize(
    "said",
    [
        "hola", "ayuda por favor", "tengo mucha ansiedad", "me tiembla el ojo",
        "bonjour", "j'ai très peur", "je suis très mal", "hilfe", "ich habe angst",
        "mein auge zuckt", "olá, preciso de ajuda", "estou com muito medo", "aiuto",
        "ho molta ansia", "sono molto nervoso", "madad karo", "mujhe bahut dar lag raha hai",
        "मदद", "मुझे डर लग रहा है", "помогите", "как дела", "救命", "怖い", "도와주세요",
        "النجدة", "βοήθεια", "עזרה", "ช่วยด้วย",
    ],
)  # fmt: skip
def test_what_is_not_english_is_owed_the_help_block(said: str) -> None:
    """Even a single word, in whatever script."""
    assert "help_block" in detect(said).append


@pytest.mark.parametrize(
    "said",
    ["hi", "ok", "", "123", "😭", "soy milk", "thanks hun", "las vegas", "café au lait?", "naïve",
     "i wаnt a rest", "gracias", "merci", "does mate tea count", "la la la", "ALS", "im in são paulo"],
)  # fmt: skip
def test_english_is_not_taken_for_another_language(said: str) -> None:
    """Nor is a borrowed word, a look-alike letter or no word at all."""
    assert languages.not_english(said) is None


def test_ten_thousand_characters_are_read_in_no_time() -> None:
    """Cost grows with length, and the flag at the end is found."""
    text = "quiero una taza de café y no tengo ganas de nada más hoy " * 180
    assert detect(f"{text}. no puedo respirar").tier == "emergency"
