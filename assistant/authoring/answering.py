"""What other thresholds for answering, offering and refusing would have done, and what it costs.

Pure: it decides messages again from what was heard of them, with the classifier's own code.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.authoring.aims import GAUGES, Outcome, verdict
from assistant.authoring.scoring import OUT_OF_SCOPE, TIERS, Case, Heard, Pair, Share, in_scope
from assistant.nlu import labels
from assistant.nlu.labels import Thresholds

WRONG = 1.0
COSTS = {"right": 0.0, "offered": 0.25, "asked": 0.75, "refused": 1.0}
FOREIGN_COSTS = {"right": 0.0, "asked": 0.25}
FOREIGN_ANSWERED = 0.5
# The aims that these three numbers can move.
HELD = ("right at once", "right or offered", "out of scope refused", "in scope refused")


@dataclass(frozen=True)
class Tried:
    """What one set of thresholds does."""

    thresholds: Thresholds
    outcomes: tuple[Outcome, ...]

    @property
    def costs(self) -> list[float]:
        """The cost of each message."""
        return [cost(one.case, one.verdict) for one in self.outcomes]

    @property
    def cost(self) -> float:
        """Cost of a hundred messages."""
        return 100 * statistics.mean(self.costs)

    def value(self, name: str) -> float:
        """Return one of the held figures."""
        return next(gauge for gauge in GAUGES if gauge.name == name).value(self.outcomes)

    @property
    def missed(self) -> list[str]:
        """The aims it does not reach."""
        return [
            gauge.name
            for gauge in GAUGES
            if gauge.name in HELD and not gauge.reached(gauge.value(self.outcomes))
        ]

    def cells(self) -> list[str]:
        """Return the row of the table, in the order of HEAD."""
        ours = [one for one in self.outcomes if in_scope(one.case)]
        foreign = [one for one in self.outcomes if one.case.want == OUT_OF_SCOPE]
        asked = [one for one in self.outcomes if one.verdict in ("offered", "asked")]
        shares = (
            _share(self.outcomes, "right"),
            _share(self.outcomes, "right", "offered"),
            Share(len(asked), len(self.outcomes)),
            _share(asked, "offered"),
            Share(sum(_answered_wrongly(one) for one in ours), len(ours)),
            _share(ours, "refused"),
            Share(sum(_answered_wrongly(one) for one in foreign), len(foreign)),
            _share(foreign, "right"),
        )
        numbers = (self.thresholds.answer, self.thresholds.known, self.thresholds.offer)
        return [
            *(f"{number:.2f}" for number in numbers),
            *(f"{share.rate:.3f}" for share in shares),
            f"{self.cost:.1f}",
        ]


HEAD = (
    "answer",
    "known",
    "offer",
    "right at once",
    "right or offered",
    "asked back",
    "of these on a button",
    "ours answered wrongly",
    "ours refused",
    "foreign answered",
    "foreign refused",
    "cost of 100",
)


def _share(outcomes: Sequence[Outcome], *verdicts: str) -> Share:
    return Share(sum(one.verdict in verdicts for one in outcomes), len(outcomes))


def _answered_wrongly(one: Outcome) -> bool:
    return one.verdict not in ("right", "offered", "asked", "refused")


def cost(case: Case, became: str) -> float:
    """Return what one message costs the person who wrote it."""
    if case.want == OUT_OF_SCOPE:
        return FOREIGN_COSTS.get(became, FOREIGN_ANSWERED)
    return COSTS.get(became, WRONG)


def again(heard: Heard, thresholds: Thresholds, offerable: set[str]) -> Heard:
    """Decide one message again; what the safety check decided stays decided."""
    if heard.tier or not heard.probabilities:
        return heard
    ranking = sorted(heard.probabilities.items(), key=lambda pair: -pair[1])
    reading = labels.decide(ranking, heard.nearest, thresholds, offerable)
    if reading.label in labels.SAFETY_LABELS:  # led, and the safety check did not follow it
        rest = [(name, p) for name, p in ranking if name not in labels.SAFETY_LABELS]
        reading = labels.decide(rest, heard.nearest, thresholds, offerable)
    return dataclasses.replace(heard, label=reading.label, offer=reading.offer)


def tried(topics: Iterable[Pair], thresholds: Thresholds, offerable: set[str]) -> Tried:
    """Return what `thresholds` do to the topic messages that carry no red flag."""
    pairs = [pair for pair in topics if pair[0].want not in TIERS]
    outcomes = (
        Outcome("topics", case, verdict(case, again(heard, thresholds, offerable)))
        for case, heard in pairs
    )
    return Tried(thresholds, tuple(outcomes))


def grid(
    answer: Sequence[float], known: Sequence[float], offer: Sequence[float]
) -> list[Thresholds]:
    """Return every combination."""
    return [Thresholds(*values) for values in itertools.product(answer, known, offer)]


def cheapest(all_tried: Sequence[Tried]) -> Tried:
    """Return the one that costs least; of equals, the first."""
    return min(all_tried, key=lambda one: one.cost)


def nearest_to_aims(all_tried: Sequence[Tried]) -> Tried:
    """Return the cheapest of those that miss the fewest aims."""
    return min(all_tried, key=lambda one: (len(one.missed), one.cost))


def difference(one: Tried, other: Tried) -> tuple[float, float]:
    """Return by how much `one` is cheaper than `other` for 100 messages, and its standard error."""
    saved = [b - a for a, b in zip(one.costs, other.costs, strict=True)]
    return 100 * statistics.mean(saved), 100 * statistics.stdev(saved) / math.sqrt(len(saved))


def told(name: str, one: Tried, used: Tried) -> str:
    """Say what a setting would save beside the one in use, and whether that is more than chance."""
    saved, error = difference(one, used)
    verdict = "more than chance" if saved > 2 * error else "no more than chance"
    return (
        f"{name}: saves {saved:.2f} for 100 messages (paired, standard error {error:.2f}), "
        f"{verdict}. Aims missed: {', '.join(one.missed) or 'none'}."
    )


def raised(one: Tried) -> int:
    """Count our messages that the safety check answers, whatever these thresholds are."""
    return sum(o.verdict.startswith("raised") for o in one.outcomes if in_scope(o.case))
