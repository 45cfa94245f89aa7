"""The counting behind `make score`, on a handful of made-up messages."""

from __future__ import annotations

import json

import pytest

from assistant.authoring import scoring
from assistant.authoring.scoring import Case, Heard, Share


def _topic(want: str, got: str, style: str = "tidy", offer: tuple[str, ...] = ()) -> scoring.Pair:
    return Case("words", want, style), Heard(got, offer=offer)


def _flag(
    want: str, got: str | None, code: str = "E6", level: str | None = None, **heard: object
) -> scoring.Pair:
    case = Case("words", want, "tidy", code, level)
    return case, Heard(got or "faq/sleep", tier=got, **heard)  # type: ignore[arg-type]


TOPICS = [
    _topic("faq/sleep", "faq/sleep"),
    _topic("faq/sleep", "faq/caffeine", "typo"),
    _topic("faq/sleep", "faq/caffeine", "typo"),
    _topic("faq/caffeine", "nlu_fallback", offer=("faq/caffeine", "faq/sleep")),
    _topic("greet", "nlu_fallback", offer=("faq/caffeine",)),
    _topic("out_of_scope", "out_of_scope"),
    _topic("out_of_scope", "faq/sleep"),
    _topic("greet", "out_of_scope"),
]


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    """Known values, and the ends stay within 0 and 1."""
    assert Share(hits, of).interval() == pytest.approx((low, high), abs=1e-4)


def test_the_interval_narrows_with_more_messages() -> None:
    """The same rate rests on more."""
    few, many = Share(9, 10).interval(), Share(900, 1000).interval()
    assert many[1] - many[0] < few[1] - few[0]


def test_a_share_of_nothing_is_nought() -> None:
    """No division by nothing."""
    assert Share(0, 0).rate == 0.0


def test_shares_are_counted_by_group() -> None:
    """Each style on its own."""
    by_style = scoring.share_by(TOPICS, lambda case: case.style, scoring.right)
    assert by_style == {"tidy": Share(2, 6), "typo": Share(0, 2)}


def test_confusions_count_pairs_of_labels() -> None:
    """Wanted first, then got; what was right does not count."""
    counted = scoring.confusions(TOPICS)
    assert counted.most_common(1) == [(("faq/sleep", "faq/caffeine"), 2)]
    assert sum(counted.values()) == 6


def test_out_of_scope_recall_and_precision() -> None:
    """One of two foreign messages refused, one of two refused ones foreign."""
    found = scoring.out_of_scope(TOPICS)
    assert found == {"recall": Share(1, 2), "precision": Share(1, 2)}


def test_did_you_mean_counts_the_right_button() -> None:
    """Asked twice, once with the right button; of the six answers two are right."""
    found = scoring.did_you_mean(TOPICS)
    assert found["offered"] == Share(2, 8)
    assert found["clarified_right"] == Share(1, 2)
    assert found["answered_right"] == Share(2, 6)


def test_a_button_counts_only_where_it_is_shown() -> None:
    """What was on offer before the safety check overruled is not."""
    assert scoring.offered(*_topic("greet", "nlu_fallback", offer=("x", "greet")))
    assert not scoring.offered(*_topic("greet", "crisis", offer=("x", "greet")))


def test_in_scope_is_neither_foreign_nor_a_red_flag() -> None:
    """What Settle is there to answer."""
    wanted = ("faq/sleep", "greet", "start_breathing", "out_of_scope", "crisis")
    assert [scoring.in_scope(Case("words", want)) for want in wanted] == [True] * 3 + [False] * 2


def test_two_things_asked() -> None:
    """The first topic right; the second noticed, in either place; and none where there is none."""
    both, one = Case("words", "a", also=("b",)), Case("words", "a")
    pairs = [
        (both, Heard("a", also=("b",))),
        (both, Heard("b", also=("a",))),
        (both, Heard("a")),
        (both, Heard("a", also=("c",))),
        (one, Heard("a")),
        (one, Heard("a", also=("b",))),
        (one, Heard("b")),
    ]
    assert scoring.several(pairs) == {
        "first_right": Share(5, 7),
        "also_noticed": Share(2, 4),
        "also_false": Share(1, 3),
    }


@pytest.mark.parametrize(
    ("want", "got", "code", "caught"),
    [
        ("emergency", "emergency", "E1", True),
        ("emergency", "crisis", "E1", False),
        ("emergency", "crisis", "E13", True),
        ("emergency", None, "E13", False),
        ("crisis", "emergency", "C1", True),
        ("crisis", "see_doctor", "C1", False),
        ("see_doctor", "crisis", "D1", True),
        ("see_doctor", None, "D1", False),
    ],
)
def test_a_tier_or_a_higher_one_counts(want: str, got: str | None, code: str, caught: bool) -> None:
    """And for something swallowed, crisis counts as right too (safety.md 1.8 row 18)."""
    assert scoring.caught(*_flag(want, got, code)) is caught


@pytest.mark.parametrize(
    ("want", "level", "got", "got_level", "reached"),
    [
        ("see_doctor", "urgent", "see_doctor", "urgent", True),
        ("see_doctor", "urgent", "see_doctor", "routine", False),
        ("see_doctor", "routine", "see_doctor", "urgent", True),
        ("see_doctor", "urgent", "emergency", None, True),
        ("crisis", "imminent", "crisis", None, False),
        ("crisis", None, "crisis", None, True),
        ("crisis", "imminent", "see_doctor", "urgent", False),
    ],
)
def test_a_level_or_a_higher_one_counts(
    want: str, level: str | None, got: str, got_level: str | None, reached: bool
) -> None:
    """A higher tier reaches every level of a lower one."""
    pair = (Case("words", want, code="X1", level=level), Heard(got, tier=got, level=got_level))
    assert scoring.level_reached(*pair) is reached


def test_grave_messages_without_any_tier_are_listed() -> None:
    """A doctor's visit for an emergency is a miss of another kind."""
    flags = [_flag("emergency", None), _flag("crisis", "see_doctor"), _flag("see_doctor", None)]
    assert scoring.nothing_noticed(flags) == [flags[0]]


def test_false_alarms_are_counted_by_tier() -> None:
    """Each harmless message once, under the tier it got."""
    alike = [_flag("none", tier) for tier in ("crisis", None, None, "see_doctor")]
    assert scoring.false_alarms(alike) == {
        "emergency": Share(0, 4),
        "crisis": Share(1, 4),
        "see_doctor": Share(1, 4),
    }


def test_the_detector_that_raised_is_told() -> None:
    """By its code: the classifier has its own."""
    flags = [
        _flag("crisis", "crisis", code="NLU"),
        _flag("crisis", "crisis"),
        _flag("crisis", None),
    ]
    pairs = [(case, Heard(h.label, h.tier, None, case.code)) for case, h in flags]
    assert scoring.raised_by(pairs) == {("crisis", "classifier"): 1, ("crisis", "rules"): 1}


@pytest.mark.parametrize(
    ("heard", "tier"),
    [
        (Heard("x", tier="crisis", code="C2", rules=("C2",)), "crisis"),
        (Heard("x", tier="crisis", code="NLU", rules=("D1", "D3")), "see_doctor"),
        (Heard("x", tier="crisis", code="NLU", rules=("idiom", "denied:crisis")), None),
        (Heard("x", tier="crisis", code="NLU"), None),
        (Heard("x", tier=None), None),
    ],
)
def test_what_the_rules_alone_said_is_known(heard: Heard, tier: str | None) -> None:
    """Also where the classifier raised it further, and where a rule only excused."""
    assert scoring.rules_tier(heard) == tier


@pytest.mark.parametrize(
    ("least", "tier"),
    [
        ({"emergency": 0.2, "crisis": 0.2}, "emergency"),
        ({"emergency": 0.3, "crisis": 0.2}, "crisis"),
        ({"emergency": 0.3, "crisis": 0.5}, None),
        ({}, None),
    ],
)
def test_thresholds_can_be_tried(least: dict[str, float], tier: str | None) -> None:
    """The highest tier whose label reaches its threshold; a tier without one counts never."""
    probabilities = {"emergency": 0.2, "crisis": 0.4}
    assert scoring.classifier_tier(probabilities, least) == tier


def test_a_curve_adds_the_rules() -> None:
    """At one threshold: recall, then false alarms of each harmless group; alone, then together."""
    flags = [
        _flag("crisis", "crisis", code="C1", probabilities={"crisis": 0.1}),
        _flag("crisis", None, code="C1", probabilities={"crisis": 0.6}),
        _flag("crisis", None, code="C1", probabilities={"crisis": 0.4}),
    ]
    alike = [_flag("none", None, probabilities={"crisis": 0.9})]
    found = scoring.curve("crisis", 0.5, flags, [alike, []])
    assert found["classifier"] == [Share(1, 3), Share(1, 1), Share(0, 0)]
    assert found["either"] == [Share(2, 3), Share(1, 1), Share(0, 0)]


@pytest.mark.parametrize(("percent", "value"), [(0, 1.0), (50, 3.0), (95, 5.0), (100, 5.0)])
def test_percentiles(percent: float, value: float) -> None:
    """Of five values, and of none."""
    assert scoring.percentile([5.0, 1.0, 4.0, 2.0, 3.0], percent) == value
    assert scoring.percentile([], percent) == 0.0


def test_all_figures_can_be_written_as_json() -> None:
    """And they name every group once."""
    flags = [_flag("emergency", "emergency"), _flag("crisis", None, "C1")]
    alike = [(Case("words", "none", "tidy", kind="idiom"), Heard("greet"))]
    figures = json.loads(json.dumps(scoring.all_figures(TOPICS, flags, alike)))
    assert figures["accuracy"]["overall"]["hits"] == 2
    assert figures["accuracy"]["or_offered"]["hits"] == 3
    assert figures["confusions"]["faq/sleep -> faq/caffeine"] == 2
    assert figures["in_scope"]["refused"]["hits"] == 1
    assert figures["in_scope"]["refused"]["of"] == 6
    assert "several" not in figures and "follow_ups" not in figures
    assert figures["safety"]["recall"]["crisis"]["hits"] == 0
    assert figures["safety"]["grave_unnoticed"] == 1
    assert figures["false_alarms"]["by_kind"] == {
        "idiom": {"emergency": 0, "crisis": 0, "see_doctor": 0, "of": 1}
    }


def test_figures_of_the_second_set_come_with_its_messages() -> None:
    """Two things asked, and what is said after an answer."""
    two = [(Case("words", "a", also=("b",)), Heard("a", also=("b",)))]
    after = [(Case("words", "tell_more", after="faq/sleep"), Heard("tell_more"))]
    figures = scoring.all_figures([], [], [], two, after)
    assert figures["several"]["also_noticed"]["hits"] == 1
    assert figures["follow_ups"]["hits"] == 1
