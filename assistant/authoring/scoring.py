"""Counting for `make score`: held-out messages and what was understood in, figures out.

Pure: no model, no files. A figure is a `Share`, hits of a total, so that every
rate can be read together with how much it rests on.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNSURE = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
BY_CLASSIFIER = "NLU"
TIERS = ("emergency", "crisis", "see_doctor")
RANK = {None: 0, "see_doctor": 1, "crisis": 2, "emergency": 3}
LEVELS = {None: 0, "routine": 1, "urgent": 2, "imminent": 3}
TIER_OF_LETTER = {"E": "emergency", "C": "crisis", "U": "see_doctor", "D": "see_doctor"}
_CODE = re.compile(r"[ECUD]\d+$")
# safety.md 1.8 row 18: of something taken to harm oneself, crisis counts as right too.
CRISIS_WILL_DO = {"E13"}


@dataclass(frozen=True)
class Case:
    """One held-out message and what it should be understood as."""

    say: str
    want: str
    """A label; a tier; or `none` for a look-alike."""
    style: str = ""
    code: str = ""
    """The line of the safety specification a red flag stands for."""
    level: str | None = None
    kind: str = ""
    """What makes a look-alike look alike."""
    also: tuple[str, ...] = ()
    """What the message asks besides `want`."""
    after: str | None = None
    """The answer that was given before it."""
    where: str = ""
    """File and line."""


@dataclass(frozen=True)
class Heard:
    """What the trained model made of one message."""

    label: str
    tier: str | None = None
    level: str | None = None
    code: str | None = None
    rules: tuple[str, ...] = ()
    """Every code the rules gave, the winner first."""
    offer: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Further topics noticed beside the label."""
    probabilities: Mapping[str, float] = field(default_factory=dict)
    nearest: float = -1.0
    """Cosine to the nearest training phrase."""
    milliseconds: float = 0.0


Pair = tuple[Case, Heard]


@dataclass(frozen=True)
class Share:
    """Hits of a total."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """Hits by total; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Return Wilson's interval of the true rate, 95 in 100 sure by default."""
        if not self.of:
            return 0.0, 1.0
        middle = self.rate + z * z / (2 * self.of)
        spread = z * math.sqrt(self.rate * (1 - self.rate) / self.of + (z / (2 * self.of)) ** 2)
        whole = 1 + z * z / self.of
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)

    def as_dict(self) -> dict[str, Any]:
        """Return the share for JSON."""
        low, high = self.interval()
        figures = {"rate": self.rate, "low": low, "high": high}
        return {"hits": self.hits, "of": self.of, **{k: round(v, 4) for k, v in figures.items()}}


def share(pairs: Iterable[Pair], hit: Callable[[Case, Heard], bool]) -> Share:
    """Count the pairs for which `hit` holds."""
    hits = [hit(case, heard) for case, heard in pairs]
    return Share(sum(hits), len(hits))


def share_by(
    pairs: Iterable[Pair], key: Callable[[Case], Hashable], hit: Callable[[Case, Heard], bool]
) -> dict[Any, Share]:
    """Count hits apart for each value of `key`, in the order the values first come."""
    groups: dict[Hashable, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair[0]), []).append(pair)
    return {value: share(group, hit) for value, group in groups.items()}


def right(case: Case, heard: Heard) -> bool:
    """Say whether the label is the wanted one."""
    return heard.label == case.want


def offered(case: Case, heard: Heard) -> bool:
    """Say whether we asked back, with the wanted label on a button."""
    return heard.label == UNSURE and case.want in heard.offer


def in_scope(case: Case) -> bool:
    """Say whether a topic message is ours to answer: neither foreign nor a red flag."""
    return case.want != OUT_OF_SCOPE and case.want not in TIERS


def confusions(pairs: Iterable[Pair]) -> Counter[tuple[str, str]]:
    """Count (wanted, got) of what was got wrong."""
    return Counter((case.want, heard.label) for case, heard in pairs if not right(case, heard))


def out_of_scope(pairs: Sequence[Pair]) -> dict[str, Share]:
    """Count how many foreign messages are refused, and how many refused messages are foreign."""
    foreign = [pair for pair in pairs if pair[0].want == OUT_OF_SCOPE]
    refused = [pair for pair in pairs if pair[1].label == OUT_OF_SCOPE]
    return {"recall": share(foreign, right), "precision": share(refused, right)}


def did_you_mean(pairs: Sequence[Pair]) -> dict[str, Share]:
    """Count what is asked back, whether a right button is there, and how good answers are."""
    asked = [pair for pair in pairs if pair[1].label == UNSURE]
    answered = [pair for pair in pairs if pair[1].label != UNSURE]
    return {
        "offered": Share(len(asked), len(pairs)),
        "clarified_right": share(asked, offered),
        "answered_right": share(answered, right),
    }


def several(pairs: Sequence[Pair]) -> dict[str, Share]:
    """Count, where two things are asked, the right first topic and the second one noticed.

    The second counts as noticed where it was answered instead of the first, too. `also_false`
    is what is said to be there besides in messages that ask one thing only.
    """
    two, one = ([p for p in pairs if bool(p[0].also) is wanted] for wanted in (True, False))
    return {
        "first_right": share(pairs, right),
        "also_noticed": share(two, lambda c, h: set(c.also) <= {h.label, *h.also}),
        "also_false": share(one, lambda _, heard: bool(heard.also)),
    }


def caught(case: Case, heard: Heard) -> bool:
    """Say whether the tier is the wanted one or higher."""
    if case.code in CRISIS_WILL_DO and heard.tier == "crisis":
        return True
    return RANK[heard.tier] >= RANK[case.want]


def level_reached(case: Case, heard: Heard) -> bool:
    """Say whether tier and level (urgent, imminent) are the wanted ones or higher."""
    if not caught(case, heard):
        return False
    return heard.tier != case.want or LEVELS[heard.level] >= LEVELS[case.level]


def nothing_noticed(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the emergencies and crises that were answered as if nothing were the matter."""
    grave = (p for p in pairs if p[0].want in ("emergency", "crisis"))
    return [(case, heard) for case, heard in grave if heard.tier is None]


def raised_by(pairs: Iterable[Pair]) -> Counter[tuple[str, str]]:
    """Count (tier, detector) of everything that got a tier."""
    return Counter(
        (heard.tier, "classifier" if heard.code == BY_CLASSIFIER else "rules")
        for _, heard in pairs
        if heard.tier
    )


def false_alarms(pairs: Sequence[Pair]) -> dict[str, Share]:
    """Count, for each tier, the harmless messages that got it."""
    return {t: share(pairs, lambda _, heard, t=t: heard.tier == t) for t in TIERS}  # type: ignore[misc]


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of `values` lie; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def classifier_tier(probabilities: Mapping[str, float], least: Mapping[str, float]) -> str | None:
    """Return the highest tier whose label reaches its least probability."""
    return next((t for t in TIERS if probabilities.get(t, 0.0) >= least.get(t, 2.0)), None)


def rules_tier(heard: Heard) -> str | None:
    """Return the tier the rules alone gave, also where the classifier raised it further."""
    if heard.code != BY_CLASSIFIER:
        return heard.tier
    # Without a tier, `rules` names what excused the words: "idiom", "negated:crisis".
    code = next((rule for rule in heard.rules if _CODE.match(rule)), "")
    return TIER_OF_LETTER[code[0]] if code else None


def either_tier(heard: Heard, least: Mapping[str, float]) -> str | None:
    """Return the higher of what rules and classifier say, the classifier at thresholds `least`."""
    found = (rules_tier(heard), classifier_tier(heard.probabilities, least))
    return max(found, key=lambda tier: RANK[tier])


def curve(
    tier: str, least: float, flags: Sequence[Pair], harmless: Sequence[Sequence[Pair]]
) -> dict[str, list[Share]]:
    """Count what one threshold does, the classifier alone and together with the rules.

    Each list holds the recall of `tier`, then the false alarms of that very tier in each
    of the `harmless` groups. The other two labels count at no threshold.
    """
    wanted = [pair for pair in flags if pair[0].want == tier]
    ways: dict[str, Callable[[Heard], str | None]] = {
        "classifier": lambda heard: classifier_tier(heard.probabilities, {tier: least}),
        "either": lambda heard: either_tier(heard, {tier: least}),
    }
    return {
        name: [
            share(wanted, lambda case, heard: RANK[way(heard)] >= RANK[case.want]),  # noqa: B023
            *(share(group, lambda _, heard: way(heard) == tier) for group in harmless),  # noqa: B023
        ]
        for name, way in ways.items()
    }


def all_figures(
    topics: Sequence[Pair],
    flags: Sequence[Pair],
    alike: Sequence[Pair],
    two: Sequence[Pair] = (),
    follow_ups: Sequence[Pair] = (),
) -> dict[str, Any]:
    """Return every figure, ready for JSON.

    Args:
        topics: messages of every label.
        flags: messages that carry a red flag.
        alike: messages that look like one and carry none.
        two: messages that ask two things, and some that ask one.
        follow_ups: messages said after an answer.
    """
    harmless = [pair for pair in topics if pair[0].want not in TIERS]
    ours = [pair for pair in topics if in_scope(pair[0])]
    times = [heard.milliseconds for _, heard in (*topics, *flags, *alike)]
    by = {"by_style": lambda case: case.style, "by_label": lambda case: case.want}
    tier_of: Callable[[Case], str] = lambda case: case.want  # noqa: E731
    return {
        "accuracy": {
            "overall": share(topics, right).as_dict(),
            "or_offered": share(topics, lambda c, h: right(c, h) or offered(c, h)).as_dict(),
            **{name: _dicts(share_by(topics, key, right)) for name, key in by.items()},
        },
        "confusions": {
            f"{want} -> {got}": count for (want, got), count in confusions(topics).most_common()
        },
        "out_of_scope": _dicts(out_of_scope(topics)),
        "in_scope": {
            "refused": share(ours, lambda _, heard: heard.label == OUT_OF_SCOPE).as_dict(),
            "raised": share(ours, lambda _, heard: bool(heard.tier)).as_dict(),
        },
        "did_you_mean": _dicts(did_you_mean(topics)),
        "safety": {
            "recall": _dicts(share_by(flags, tier_of, caught)),
            "level": _dicts(share_by(flags, tier_of, level_reached)),
            "by_code": _dicts(share_by(flags, lambda case: case.code, caught)),
            "by_style": _dicts(share_by(flags, lambda c: f"{c.want} {c.style}", caught)),
            "grave_unnoticed": len(nothing_noticed(flags)),
            "raised_by": _counts(raised_by(flags)),
        },
        "false_alarms": {
            "lookalikes": _dicts(false_alarms(alike)),
            "by_kind": {
                kind: {**_hits(false_alarms(group)), "of": len(group)}
                for kind, group in _grouped(alike, lambda case: case.kind).items()
            },
            "topic_messages": _dicts(false_alarms(harmless)),
            "raised_by": _counts(raised_by([*alike, *harmless])),
        },
        **({"several": _dicts(several(two))} if two else {}),
        **({"follow_ups": share(follow_ups, right).as_dict()} if follow_ups else {}),
        "milliseconds": {
            "p50": round(percentile(times, 50), 1),
            "p95": round(percentile(times, 95), 1),
        },
    }


def _grouped(pairs: Iterable[Pair], key: Callable[[Case], str]) -> dict[str, list[Pair]]:
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair[0]), []).append(pair)
    return groups


def _dicts(shares: Mapping[Any, Share]) -> dict[str, dict[str, Any]]:
    return {str(name): value.as_dict() for name, value in shares.items()}


def _hits(shares: Mapping[str, Share]) -> dict[str, int]:
    return {name: value.hits for name, value in shares.items()}


def _counts(counter: Counter[tuple[str, str]]) -> dict[str, int]:
    return {" by ".join(names): count for names, count in sorted(counter.items())}
