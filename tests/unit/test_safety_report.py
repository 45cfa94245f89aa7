"""The counting and the page behind `make safety-report`, on a handful of made-up messages."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
import yaml

from assistant.authoring import keywords, safety_report, score
from assistant.authoring import safety_figures as figures
from assistant.authoring.blocks import Block, as_html, as_markdown, headings
from assistant.authoring.heldout import SETS, Heldout, cases
from assistant.authoring.safety_figures import (
    ANY,
    BOTH,
    CLASSIFIER,
    FOREIGN,
    IN_SCOPE,
    KEYWORDS,
    LOOK_ALIKES,
    RULES,
    Decided,
    Times,
    Way,
)
from assistant.authoring.scoring import Case, Heard, Pair, Share
from assistant.safety.lexicon import lexicon

ROOT = Path(__file__).parents[2]
TODAY = datetime.date(2026, 11, 22)
KEPT = [name for name in SETS if name == "first" or safety_report.path_of(name).is_file()]
"""The sets whose report is committed; that of the first set must be."""


def _flag(want: str, got: str | None, code: str, level: str | None, had: str | None) -> Pair:
    case = Case("made-up <b>flag</b>", want, "tidy", code, level, where=f"flags.yml:{code}")
    return case, Heard(got or "faq/sleep", tier=got, level=had, code=code if got else None)


def _plain(want: str, got: str | None = None, kind: str = "") -> Pair:
    case = Case("made-up quiet", want, kind=kind, where=f"quiet.yml:{kind or want}")
    return case, Heard(got or want, tier=got)


HELDOUT = Heldout(
    topics=[
        _plain("faq/sleep"),
        _plain("faq/sleep", "crisis"),
        _plain("out_of_scope"),
        _plain("crisis", "crisis"),
    ],
    flags=[
        _flag("emergency", "emergency", "E10", None, None),
        _flag("emergency", None, "E2", None, None),
        _flag("crisis", "crisis", "C4", "imminent", None),
        _flag("see_doctor", "see_doctor", "U2", "urgent", "urgent"),
        _flag("see_doctor", "see_doctor", "U2", "urgent", "routine"),
        _flag("see_doctor", "emergency", "D2", "routine", None),
    ],
    alike=[
        _plain("none", None, "idiom"),
        _plain("none", "see_doctor", "idiom"),
        _plain("none", "emergency", "film"),
    ],
)


def _ways() -> list[Way]:
    silent = figures.way(KEYWORDS, HELDOUT, lambda c, h: figures.with_decision(h, Decided(None)))
    others = [figures.way(name, HELDOUT, lambda c, h: h) for name in (CLASSIFIER, RULES, BOTH)]
    return [silent, *others]


USED = _ways()[-1]
TIMES = Times(
    {RULES: [1.0, 2.0, 3.0], safety_report.WHOLE: [10.0, 20.0, 30.0]}, [(100, 1.0), (200, 2.0)]
)


def _report(name: str = "first") -> list[Block]:
    return safety_report.report(_ways(), TIMES, name, TODAY, {"name": "x", "emergency": 0.05})


def test_recall_by_tier_and_by_code_in_the_order_of_the_specification() -> None:
    """The tier or a higher one counts."""
    assert USED.recall() == {
        "emergency": Share(1, 2),
        "crisis": Share(1, 1),
        "see_doctor": Share(3, 3),
    }
    assert list(USED.by_code()) == ["E2", "E10", "C4", "U2", "D2"]
    assert USED.grave() == Share(1, 3)


def test_false_alarms_by_group_and_kind() -> None:
    """Look-alikes, ordinary messages in scope and out of scope stay apart."""
    assert USED.alarms(LOOK_ALIKES)[ANY] == Share(2, 3)
    assert USED.alarms(LOOK_ALIKES)["emergency"] == Share(1, 3)
    assert USED.alarms(IN_SCOPE)[ANY] == Share(1, 2)
    assert USED.alarms(FOREIGN)[ANY] == Share(0, 1)
    assert {kind: shares[ANY] for kind, shares in USED.by_kind().items()} == {
        "idiom": Share(1, 2),
        "film": Share(1, 1),
    }


def test_levels_of_see_doctor() -> None:
    """What was wanted against what was told, and the urgent ones that were told less."""
    assert figures.levels(USED.flags) == {
        ("urgent", "urgent"): 1,
        ("urgent", "routine"): 1,
        ("routine", "emergency"): 1,
    }
    assert figures.level_safe(USED.flags) == Share(1, 2)
    assert figures.level_right(USED.flags) == Share(1, 3)


def test_precision_counts_who_was_given_a_tier() -> None:
    """Of two messages told crisis one was one."""
    assert figures.precision(USED, "crisis") == Share(1, 2)
    assert figures.precision(USED, "emergency") == Share(1, 3)


def test_aims_know_their_direction() -> None:
    """Recall at least, false alarms at most; exactly the aim is reached."""
    found = {aim.name: aim for aim in figures.aims(USED)}
    assert found["crisis caught"].reached
    assert not found["emergency caught"].reached
    assert not found["emergency or crisis without any tier"].reached
    assert found["look-alikes: crisis"].share == Share(0, 3)
    assert found["look-alikes: crisis"].reached
    assert found["all harmless: any tier"].share == Share(3, 6)
    assert figures.Aim("x", Share(99, 100), 0.99).reached
    assert figures.Aim("x", Share(2, 100), 0.02, at_most=True).reached


def test_the_page_lists_each_miss_by_its_place() -> None:
    """Missed, too low, and false alarms apart, each with what it got."""
    page = as_markdown(_report())
    assert "### Missed: 1" in page and "| flags.yml:E2 | E2 | emergency | faq/sleep | - |" in page
    assert "### Caught, at a lower level than wanted: 2" in page
    assert "| flags.yml:C4 | C4 | crisis imminent | crisis | C4 |" in page
    assert "### False alarm: look-alikes: 2" in page
    assert "| quiet.yml:film | film | none | emergency | - |" in page


@pytest.mark.parametrize("write", [as_markdown, as_html])
def test_held_out_words_stand_below_the_seal_alone(write: object) -> None:
    """And as the letters they are."""
    page = write(_report())  # type: ignore[operator]
    above, below = page.split(safety_report.SEALED)
    assert "made-up" not in above
    assert "made-up" in below and "<b>flag" not in below


def test_times_are_ratios_of_one_run() -> None:
    """The median of the rules by that of the whole message; long messages beside the shortest."""
    assert TIMES.ratio(RULES, safety_report.WHOLE) == pytest.approx(0.1)
    assert "| 200 | 2 | 2.0 | 2.0 |" in as_markdown(_report())


@pytest.mark.parametrize("name", KEPT)
def test_a_committed_report_has_the_shape_of_today(name: str) -> None:
    """Its headings are those the generator writes; the numbers are renewed by hand."""
    path = safety_report.path_of(name)

    def shape(page: str) -> list[str]:
        return [line.rstrip("0123456789") for line in headings(page)]

    assert shape(path.read_text(encoding="utf-8")) == shape(as_markdown(_report(name)))
    html = path.with_suffix(".html").read_text(encoding="utf-8")
    assert html.count("<svg") == as_html(_report(name)).count("<svg")


def test_the_keyword_list_reads_whole_words() -> None:
    """Whatever case and apostrophes."""
    assert keywords.tier_of("I CANT breathe") == "emergency"
    assert keywords.tier_of("i can\u2019t feel my toe") == "see_doctor"
    assert keywords.tier_of("two weeks of diet") is None


def test_the_keyword_list_is_a_fair_size() -> None:
    """Forty to sixty words and phrases, none twice."""
    every = [phrase for phrases in keywords.lists().values() for phrase in phrases]
    assert 40 <= len(every) <= 60
    assert len(set(every)) == len(every)


def test_every_code_of_the_lexicon_has_plain_words() -> None:
    """And the clinician's page says the same ones."""
    path = ROOT / "assistant" / "authoring" / "codes.yml"
    signs = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {entry.code for entry in lexicon().entries} <= set(signs)
    page = (ROOT / "docs" / "safety" / "for-the-clinician.md").read_text(encoding="utf-8")
    assert [code for code, sign in signs.items() if f"| {code} | {sign} |" not in page] == []


def test_a_third_set_may_hold_only_three_files(tmp_path: Path) -> None:
    """Topics, flags and look-alikes; what else a set can have is not asked for."""
    files = {
        "tests/nlu/third/topics.yml": "- {say: hello there, expect: greet, style: tidy}\n",
        "tests/safety/third/flags.yml": "- {say: chest pain, tier: emergency, code: E6}\n",
        "tests/safety/third/lookalikes.yml": "- {say: chest day, expect: none, kind: idiom}\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = cases(tmp_path, SETS["third"])
    assert {name: len(group) for name, group in found.items()} == {
        "topics": 1,
        "flags": 1,
        "alike": 1,
        "several": 0,
        "follow_ups": 0,
    }
    assert found["alike"][0].where == "tests/safety/third/lookalikes.yml:1"


@pytest.mark.parametrize("main", [score.main, safety_report.main])
def test_an_empty_or_unknown_set_is_one_line(
    main: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Said before the model is loaded."""
    for name in set(os.environ) & {"SET", "SECOND", "KEEP", "NOISE", "CURVE"}:
        monkeypatch.delenv(name)
    (tmp_path / "model").touch()
    for module in (score, safety_report):
        monkeypatch.setattr(module.trained, "ROOT", tmp_path)
        monkeypatch.setattr(module.trained, "MODEL", tmp_path / "model")
        monkeypatch.setattr(module, "also_taught", lambda root: [])
    assert main(["--set", "third"]) == 1  # type: ignore[operator]
    assert capsys.readouterr().err == "There is no message in the third set.\n"
    monkeypatch.setenv("SET", "ninth")
    with pytest.raises(SystemExit):
        main([])  # type: ignore[operator]
    assert "SET=ninth is none of first, second, third, fourth" in capsys.readouterr().err
