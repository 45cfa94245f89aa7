"""Spellings and disguises (safety specification 1.7) and typo fuzz of the lexicon's own phrases."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.safety.detector import detect
from assistant.safety.lexicon import FOLDER, lexicon, load
from assistant.safety.pattern import PatternError, inflections

VARIANTS = [
    ("num", "see_doctor"), ("nummb", "see_doctor"), ("numness", "see_doctor"),
    ("numbess", "see_doctor"), ("my hand is nume", "see_doctor"), ("my arm feels week", "see_doctor"),
    ("weekness in my leg", "see_doctor"), ("weak ness in my arm", "see_doctor"),
    ("tinglin", "see_doctor"), ("tingley", "see_doctor"), ("pins n needles", "see_doctor"),
    ("pins an needels", "see_doctor"), ("P&N in my feet", "see_doctor"),
    ("carnt feel my foot", "see_doctor"), ("can not feel my foot", "see_doctor"),
    ("paralized", "emergency"), ("paralysed", "emergency"), ("parilized", "emergency"),
    ("sezure", "emergency"), ("seisure", "emergency"), ("i faintd", "emergency"),
    ("i feinted", "emergency"), ("chest pane", "emergency"), ("chestpain", "emergency"),
    ("cant breath", "emergency"), ("cnt breathe", "emergency"),
    ("sucidal", "crisis"), ("suisidal", "crisis"), ("suicidle", "crisis"), ("kil myself", "crisis"),
    ("k1ll myself", "crisis"), ("k*ll myself", "crisis"), ("dont wanna be here", "crisis"),
    ("dnt want 2 live", "crisis"), ("wanna die", "crisis"), ("wana die", "crisis"),
    ("self h*rm", "crisis"), ("kms", "crisis"), ("ctb", "crisis"), ("sui", "crisis"),
    ("sewerslide", "crisis"), ("unalive myself", "crisis"), ("urge to sh", "crisis"),
    ("30 days clean from sh", "crisis"), ("I CANT BREATHE", "emergency"),
    ("iwanttodie", "crisis"), ("killmyself", "crisis"), ("s u i c i d e", "crisis"),
    ("ѕuicidal", "crisis"), ("su\u200bicide", "crisis"), ("kiII myself", "crisis"),
    ("ｋｉｌｌ ｍｙｓｅｌｆ", "crisis"), ("killlll myself", "crisis"), ("🔪😭", "crisis"),
    ("💊 goodbye", "crisis"), ("I can’t breathe", "emergency"), ("can´t breathe", "emergency"),
    ("IwaNTtodIe", "crisis"), ("my ChEST hUrts", "emergency"), ("*my arm is numb*", "see_doctor"),
    ("great bot!my chest hurts", "emergency"), ("nice day.i want to die", "crisis"),
    ("ki!!ing myself", "crisis"), ("i want to d.i.e", "crisis"), ("overdosed🙏", "emergency"),
    ("dont wanna beeee here", "crisis"), ("killmyyyyself", "crisis"),
    ("took to much paracetamol", "emergency"), ("took30 paracetamol", "emergency"),
    ("myarm isweak", "see_doctor"), ("wannakms", "crisis"), ("kmstonight", "crisis"),
    ("i want to\ndie", "crisis"), ("my left arm\r\nsuddenly went numb", "emergency"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "tier"), VARIANTS)
def test_listed_spellings_are_read(message: str, tier: str) -> None:
    """Misspelt, disguised, run together, spelt out, other alphabets."""
    assert detect(message).tier == tier


@pytest.mark.parametrize(
    "word", ["sh", "shh be quiet", "suit", "oct", "kmsx", "finish", "💊 vitamins"]
)
def test_short_codes_match_only_as_whole_words(word: str) -> None:
    """`sh` counts only beside urge, relapse, cut or days clean."""
    assert detect(word).tier is None


@pytest.mark.parametrize(
    "word", ["chess", "weekly", "breadth", "number", "numerous", "hearth", "stoke", "brunch"]
)
def test_plain_english_words_are_never_taken_for_typos(word: str) -> None:
    """A real word one letter away from a red flag stays itself."""
    assert detect(f"i like {word}").tier is None


@pytest.mark.parametrize(
    ("written", "meant", "not_meant"),
    [
        ("thign", "thing", "thigh"),
        ("notse", "notes", "noose"),
        ("suis", "suis", "suicide"),
        ("shouldr", "shoulder", ""),
        ("chets", "chest", ""),
        ("nubmness", "numbness", ""),
    ],
)
def test_a_typo_is_read_as_the_likeliest_word(written: str, meant: str, not_meant: str) -> None:
    """Common words and easy slips first; a far rarer word of the lexicon was not meant."""
    readings = lexicon().reader.read(written)[0].forms
    assert meant in readings
    assert not_meant not in readings


@pytest.mark.parametrize(
    "message",
    [
        "a jumpy lid, same thign", "in my notse it says monday", "je suis nervous today",
        "itll be fine", "facetime me", "hello.im fine", "my smartwatch says 5 hours", "any1 here",
    ],
)  # fmt: skip
def test_a_typo_of_a_harmless_word_raises_nothing(message: str) -> None:
    """One letter from a red flag, but nearer to something plain."""
    assert detect(message).tier is None


PHRASES = [
    ("chest pain", "emergency"), ("my speech is slurred", "emergency"),
    ("having a seizure", "emergency"), ("i think i am having a stroke", "emergency"),
    ("suddenly my left arm went numb", "emergency"), ("i cannot breathe properly", "emergency"),
    ("i am thinking about suicide", "crisis"), ("i feel suicidal", "crisis"),
    ("i want to hurt myself", "crisis"), ("everyone is better off without me", "crisis"),
    ("pins and needles in my fingers", "see_doctor"), ("muscle weakness in my shoulder", "see_doctor"),
    ("tingling in my fingers", "see_doctor"), ("numbness in my fingers", "see_doctor"),
]  # fmt: skip
RANK = {None: 0, "see_doctor": 1, "crisis": 2, "emergency": 3}


@st.composite
def _mistyped(draw: st.DrawFn) -> tuple[str, str]:
    """Take a phrase and break one long word by one letter, not its first."""
    phrase, tier = draw(st.sampled_from(PHRASES))
    words = phrase.split()
    long = [i for i, word in enumerate(words) if len(word) >= 7]
    if not long:
        return phrase, tier
    which = draw(st.sampled_from(long))
    word = words[which]
    at = draw(st.integers(1, len(word) - 2))
    kind = draw(st.sampled_from(["drop", "double", "swap", "change"]))
    words[which] = {
        "drop": word[:at] + word[at + 1 :],
        "double": word[: at + 1] + word[at:],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "change": word[:at] + "q" + word[at + 1 :],
    }[kind]
    return " ".join(words), tier


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_mistyped())
def test_one_wrong_letter_never_hides_a_flag(case: tuple[str, str]) -> None:
    """Edit distance one on long words."""
    message, tier = case
    assert RANK[detect(message).tier] >= RANK[tier], message


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PHRASES), st.sampled_from([str.upper, str.title, str.swapcase]))
def test_case_never_hides_a_flag(case: tuple[str, str], shape: object) -> None:
    """SHOUTING and Title Case."""
    message, tier = case
    assert RANK[detect(shape(message)).tier] >= RANK[tier]  # type: ignore[operator]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_read_without_an_error(text: str) -> None:
    """Control signs, surrogates, other scripts."""
    finding = detect(text)
    assert finding.evidence == "" or finding.evidence in text


# ------------------------------------------------------------------ the lexicon itself
def test_every_entry_gives_a_reason_and_every_code_of_the_specification_is_covered() -> None:
    """E1-E15, C1-C10, U1-U10, D1-D13."""
    codes = set()
    for name in ("emergency", "crisis", "see_doctor"):
        data = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
        for entry in data["entries"]:
            assert entry["why"] and entry["source"], entry
            codes.add(entry["code"])
    expected = {f"E{n}" for n in range(1, 16)} | {f"U{n}" for n in range(1, 11)}
    expected |= {f"D{n}" for n in range(1, 14)} | {f"C{n}" for n in range(1, 8)} | {"C9", "Q13"}
    assert expected <= codes


def test_a_mistake_in_the_lexicon_names_the_file_the_line_and_the_fix(tmp_path) -> None:
    """An unknown word group is the commonest mistake."""
    for file in FOLDER.glob("*.yml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    idioms = tmp_path / "idioms.yml"
    idioms.write_text(
        "idioms:\n  - {family: body, why: test, say: 'GARBLE the cat'}\n", encoding="utf-8"
    )
    with pytest.raises(PatternError, match=r"lexicon/idioms\.yml.*GARBLE the cat.*groups\.yml"):
        load(tmp_path)


def test_inflections() -> None:
    """`twitch~` and friends."""
    assert {"twitches", "twitched", "twitching"} <= inflections("twitch")
    assert {"drags", "dragged", "dragging"} <= inflections("drag")
    assert {"numbs", "carries", "carrying"} <= inflections("numb") | inflections("carry")
