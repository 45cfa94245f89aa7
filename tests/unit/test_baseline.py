"""Whether a new score is worse than the kept one, on invented results."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.authoring import baseline
from assistant.authoring.aims import GAUGES, Gauge, Outcome, key_of, outcome
from assistant.authoring.baseline import Baseline
from assistant.authoring.scoring import Case, Heard

GAUGE = {gauge.name: gauge for gauge in GAUGES}
RIGHT = GAUGE["right at once"]


def _score(*parts: tuple[int, str, str, str], group: str = "topics") -> dict[str, Outcome]:
    """Invent messages: how many, their style, what they want, what became of them."""
    found: dict[str, Outcome] = {}
    for number, style, want, verdict in parts:
        for _ in range(number):
            place = len(found)
            case = Case(f"message {place}", want, style, where=f"held.yml:{place + 1}")
            found[key_of(group, case)] = Outcome(group, case, verdict)
    return found


def _kept(outcomes: dict[str, Outcome], noise: float = 0.02) -> Baseline:
    figures = {gauge.name: {"widest": noise, "sd": noise / 3} for gauge in GAUGES}
    verdicts = {key: one.verdict for key, one in outcomes.items()}
    return Baseline("2026-11-22", {}, {"figures": figures}, verdicts)


def _again(outcomes: dict[str, Outcome], wrong: int, verdict: str = "wrong") -> dict[str, Outcome]:
    """Let the first messages become something else."""
    changed = list(outcomes)[:wrong]
    return {k: o._replace(verdict=verdict) if k in changed else o for k, o in outcomes.items()}


HUNDRED = _score((95, "slang", "faq/sleep", "right"), (5, "slang", "faq/sleep", "wrong"))


def test_a_real_drop_is_a_fall_and_names_its_messages() -> None:
    """Five of a hundred wrong that were right, where training alone moves two."""
    fall, *_ = baseline.falls(_kept(HUNDRED), _again(HUNDRED, 5), [RIGHT])
    assert (fall.was, fall.now, fall.noise) == (0.95, 0.90, 0.02)
    told = "\n".join(fall.lines())
    assert "right at once: 0.900, was 0.950" in told
    assert "5 worse, 0 better (by chance 0.031)" in told
    assert [f"held.yml:{n} faq/sleep: right -> wrong" in told for n in (1, 5, 6)] == [
        True,
        True,
        False,
    ]
    assert "message 0" not in told, "the words stay unread by those who write phrases"


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_what_training_alone_moves_is_no_fall(wrong: int) -> None:
    """Up to the noise and with it."""
    assert baseline.falls(_kept(HUNDRED), _again(HUNDRED, wrong)) == []


def test_a_change_for_the_better_is_no_fall() -> None:
    """In figures where more is better, and where less is."""
    kept = _kept(_again(HUNDRED, 50, "refused"), noise=0.0)
    assert baseline.falls(kept, HUNDRED) == []


def test_more_alarms_are_a_fall() -> None:
    """Where less is better, a rise is the drop."""
    quiet = _score((50, "tidy", "none", "quiet"), group="alike")
    falls = baseline.falls(_kept(quiet), _again(quiet, 3, "raised crisis"))
    assert [fall.gauge.name for fall in falls] == ["look-alikes: crisis"]
    assert len(falls[0].worse) == 3


def test_typos_that_fall_behind_are_a_fall_and_tidy_gains_are_not() -> None:
    """The distance between two styles counts where the typos lost, not where tidy ones won."""
    gauge = GAUGE["typo below tidy"]
    tidy = [(40, "tidy", "greet", "right"), (10, "tidy", "greet", "wrong")]
    both = _score((40, "typo", "greet", "right"), (10, "typo", "greet", "wrong"), *tidy)
    assert baseline.falls(_kept(both), _again(both, 5), [gauge])[0].now == pytest.approx(0.1)
    won = {k: o._replace(verdict="right") if o.case.style == "tidy" else o for k, o in both.items()}
    assert gauge.value(won.values()) == pytest.approx(0.2)
    assert baseline.falls(_kept(both), won, [gauge]) == []


def test_only_messages_of_both_scores_are_compared() -> None:
    """New ones may all be wrong: they have no past."""
    more = HUNDRED | _score(*[(1, "", "x", "right")] * 100, (30, "long", "faq/food", "wrong"))
    assert baseline.falls(_kept(HUNDRED), more) == []
    new, gone = baseline.strangers(_kept(more), HUNDRED)
    assert (len(new), len(gone)) == (0, 130)


def test_a_message_expected_to_be_something_else_is_a_new_one() -> None:
    """As is the same text in another group, or after another answer."""
    case = Case("and at night?", "faq/sleep", after="faq/caffeine")
    others = [
        dataclasses.replace(case, want="faq/caffeine"),
        dataclasses.replace(case, after=None),
        dataclasses.replace(case, say="and by night?"),
    ]
    keys = {key_of("topics", one) for one in [case, *others]} | {key_of("alike", case)}
    assert len(keys) == 5
    assert key_of("topics", dataclasses.replace(case, style="typo", where="a:1")) in keys


def test_changes_are_counted_both_ways() -> None:
    """Right before and now, or not."""
    now = _again(HUNDRED, 3)
    last = list(now)[-1]
    now[last] = now[last]._replace(verdict="right")
    assert baseline.changed(_kept(HUNDRED), now) == (1, 3)


@pytest.mark.parametrize(
    ("better", "worse", "odds"), [(0, 0, 1.0), (0, 1, 0.5), (0, 5, 1 / 32), (1, 3, 5 / 16)]
)
def test_sign_test(better: int, worse: int, odds: float) -> None:
    """Known values of the one-sided test."""
    assert baseline.sign_test(better, worse) == pytest.approx(odds)


def test_noise_is_the_widest_difference_between_trainings() -> None:
    """Of each figure."""
    runs = [{gauge.name: value for gauge in GAUGES} for value in (0.90, 0.93, 0.91)]
    spread = baseline.noise_of(runs)[RIGHT.name]
    assert spread == {"widest": 0.03, "sd": pytest.approx(0.01528)}
    assert set(baseline.noise_of(runs)) == set(GAUGE)


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    """And where there is none, nothing is known."""
    path = tmp_path / "baseline.json"
    assert baseline.read(path) == Baseline()
    baseline.write(_kept(HUNDRED), path)
    assert baseline.read(path) == _kept(HUNDRED)
    assert "message" not in path.read_text(encoding="utf-8").replace('"messages"', "")


@pytest.mark.parametrize(
    ("group", "want", "heard", "verdict"),
    [
        ("topics", "greet", Heard("greet"), "right"),
        ("topics", "crisis", Heard("crisis", tier="crisis"), "right"),
        ("topics", "greet", Heard("crisis", tier="crisis"), "raised crisis"),
        ("topics", "greet", Heard("nlu_fallback", offer=("x", "greet")), "offered"),
        ("topics", "greet", Heard("nlu_fallback", offer=("x", "y")), "asked"),
        ("topics", "greet", Heard("faq/sleep", offer=("greet", "x")), "wrong"),
        ("topics", "greet", Heard("out_of_scope"), "refused"),
        ("topics", "out_of_scope", Heard("out_of_scope"), "right"),
        ("flags", "crisis", Heard("emergency", tier="emergency"), "caught"),
        ("flags", "crisis", Heard("greet"), "missed"),
        ("alike", "none", Heard("greet"), "quiet"),
        ("alike", "none", Heard("crisis", tier="crisis"), "raised crisis"),
    ],
)
def test_verdicts(group: str, want: str, heard: Heard, verdict: str) -> None:
    """One for each thing that can become of a message."""
    assert outcome(group, Case("words", want), heard).verdict == verdict


@pytest.mark.parametrize(
    ("gauge", "value"),
    [
        ("right at once", 6 / 12),
        ("right or offered", 7 / 12),
        ("typo below tidy", 1.0 - 2 / 3),
        ("long posts right", 0.5),
        ("out of scope refused", 1 / 2),
        ("in scope refused", 1 / 9),
        ("in scope raised to a tier", 1 / 9),
        ("tidy right", 1.0),
        ("topics raised to see_doctor", 1 / 11),
    ],
)
def test_gauges(gauge: str, value: float) -> None:
    """Each counts the messages it says, foreign ones and red flags apart."""
    outcomes = _score(
        (1, "tidy", "greet", "right"),
        (2, "typo", "greet", "right"),
        (1, "typo", "greet", "offered"),
        (1, "long", "greet", "right"),
        (1, "long", "greet", "raised see_doctor"),
        (1, "slang", "greet", "refused"),
        (2, "slang", "greet", "wrong"),
        (1, "esl", "out_of_scope", "right"),
        (1, "esl", "out_of_scope", "wrong"),
        (1, "slang", "crisis", "right"),
    )
    assert GAUGE[gauge].value(outcomes.values()) == pytest.approx(value)


@pytest.mark.parametrize(
    ("at_most", "value", "reached"),
    [(False, 0.93, True), (False, 0.9299, False), (True, 0.93, True), (True, 0.9301, False)],
)
def test_an_aim_is_reached_from_its_own_side(at_most: bool, value: float, reached: bool) -> None:
    """At least, or at most; the aim itself counts."""
    gauge = Gauge("x", lambda one: True, lambda one: True, 0.93, at_most)
    assert gauge.reached(value) is reached
