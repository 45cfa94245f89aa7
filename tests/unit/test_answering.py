"""Other thresholds for answering, offering and refusing, on a handful of made-up messages."""

from __future__ import annotations

import pytest

from assistant.authoring import answering
from assistant.authoring.answering import COSTS, FOREIGN_ANSWERED, WRONG, cost
from assistant.authoring.scoring import Case, Heard, Pair
from assistant.nlu.labels import Thresholds

OFFERABLE = {"faq/sleep", "faq/caffeine"}
IN_USE = Thresholds(answer=0.35, known=0.35, offer=0.1)


def _pair(want: str, nearest: float = 0.8, **probabilities: float) -> Pair:
    named = {name.replace("__", "/"): value for name, value in probabilities.items()}
    return Case("words", want), Heard("?", probabilities=named, nearest=nearest)


SURE = _pair("faq/sleep", faq__sleep=0.7, faq__caffeine=0.2)
UNSURE = _pair("faq/caffeine", faq__sleep=0.32, faq__caffeine=0.3)
FAR = _pair("faq/sleep", nearest=0.4, faq__sleep=0.9)
FOREIGN = _pair("out_of_scope", nearest=0.3, faq__sleep=0.6)


@pytest.mark.parametrize(
    ("pair", "thresholds", "became"),
    [
        (SURE, IN_USE, "right"),
        (SURE, Thresholds(0.8, 0.35, 0.1), "offered"),
        (SURE, Thresholds(0.8, 0.35, 0.3), "refused"),
        (UNSURE, IN_USE, "offered"),
        (UNSURE, Thresholds(0.3, 0.35, 0.1), "wrong"),
        (FAR, IN_USE, "right"),
        (FAR, Thresholds(0.35, 0.5, 0.1), "refused"),
        (FOREIGN, IN_USE, "right"),
        (FOREIGN, Thresholds(0.35, 0.2, 0.1), "wrong"),
    ],
)
def test_a_message_is_decided_again(pair: Pair, thresholds: Thresholds, became: str) -> None:
    """With the classifier's own code: answered, asked back or refused."""
    assert answering.tried([pair], thresholds, OFFERABLE).outcomes[0].verdict == became


def test_what_the_safety_check_decided_stays() -> None:
    """A raised tier is not taken back by a threshold for answers."""
    case, heard = Case("words", "faq/sleep"), Heard("crisis", tier="crisis")
    tried = answering.tried([(case, heard)], IN_USE, OFFERABLE)
    assert tried.outcomes[0].verdict == "raised crisis"


def test_a_safety_label_that_was_not_followed_is_left_out() -> None:
    """As the safety check does it."""
    pair = _pair("faq/sleep", see_doctor=0.5, faq__sleep=0.4)
    assert answering.tried([pair], IN_USE, OFFERABLE).outcomes[0].verdict == "right"


def test_red_flags_are_not_counted() -> None:
    """Other thresholds decide about them."""
    assert answering.tried([_pair("crisis", crisis=0.9)], IN_USE, OFFERABLE).outcomes == ()


@pytest.mark.parametrize(
    ("want", "became", "price"),
    [
        ("faq/sleep", "right", 0),
        ("faq/sleep", "offered", COSTS["offered"]),
        ("faq/sleep", "asked", COSTS["asked"]),
        ("faq/sleep", "refused", COSTS["refused"]),
        ("faq/sleep", "wrong", WRONG),
        ("faq/sleep", "raised crisis", WRONG),
        ("out_of_scope", "right", 0),
        ("out_of_scope", "wrong", FOREIGN_ANSWERED),
        ("out_of_scope", "asked", 0.25),
    ],
)
def test_each_outcome_has_its_cost(want: str, became: str, price: float) -> None:
    """Foreign messages have costs of their own."""
    assert cost(Case("words", want), became) == price


def test_the_cheapest_that_misses_fewest_aims_is_found() -> None:
    """An aim comes before the cost; then the saving is told with its error."""
    topics = [SURE] * 96 + [UNSURE] * 4 + [FOREIGN] * 10
    strict, loose = (
        answering.tried(topics, thresholds, OFFERABLE)
        for thresholds in (IN_USE, Thresholds(0.3, 0.2, 0.1))
    )
    assert strict.missed == []
    assert loose.missed == ["right at once", "right or offered", "out of scope refused"]
    assert answering.nearest_to_aims([loose, strict]) is strict
    assert answering.cheapest([loose, strict]) is strict
    saved, error = answering.difference(strict, loose)
    assert saved == pytest.approx(loose.cost - strict.cost) == pytest.approx(800 / 110)
    assert 2 * error < saved
    assert answering.told("Strict", strict, loose).startswith("Strict: saves 7.27 for 100 messages")
    assert ", more than chance. Aims missed: none." in answering.told("Strict", strict, loose)
    assert ", no more than chance. Aims missed: right" in answering.told("Loose", loose, strict)


def test_what_the_safety_check_took_is_counted() -> None:
    """No threshold for answers gives it back."""
    taken = (Case("words", "faq/sleep"), Heard("crisis", tier="crisis"))
    foreign = (Case("words", "out_of_scope"), Heard("crisis", tier="crisis"))
    assert answering.raised(answering.tried([taken, foreign, SURE], IN_USE, OFFERABLE)) == 1


def test_a_row_has_a_cell_for_every_head() -> None:
    """Thresholds, shares and the cost."""
    cells = answering.tried([SURE, UNSURE, FAR, FOREIGN], IN_USE, OFFERABLE).cells()
    assert dict(zip(answering.HEAD, cells, strict=True)) == {
        "answer": "0.35",
        "known": "0.35",
        "offer": "0.10",
        "right at once": "0.750",
        "right or offered": "1.000",
        "asked back": "0.250",
        "of these on a button": "1.000",
        "ours answered wrongly": "0.000",
        "ours refused": "0.000",
        "foreign answered": "0.000",
        "foreign refused": "1.000",
        "cost of 100": "6.2",
    }


def test_the_grid_has_every_combination() -> None:
    """In the order they are tried."""
    found = answering.grid([0.1, 0.2], [0.3], [0.4, 0.5])
    assert [(t.answer, t.known, t.offer) for t in found] == [
        (0.1, 0.3, 0.4),
        (0.1, 0.3, 0.5),
        (0.2, 0.3, 0.4),
        (0.2, 0.3, 0.5),
    ]
