"""The score that was kept, and whether a new one is worse by more than noise.

`tests/nlu/baseline.json` holds every figure of the day it was kept, what became of each
held-out message (by a hash of its text, never the text), and how far each held figure
moves between trainings that differ in nothing that matters. docs/decisions/0013 says why.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.authoring.aims import GAUGES, Gauge, Outcome

FILE = Path(__file__).parents[2] / "tests" / "nlu" / "baseline.json"
RENEW = "Run: make score KEEP=1"


@dataclass(frozen=True)
class Baseline:
    """One kept score."""

    measured: str = ""
    """The day."""
    figures: dict[str, Any] = field(default_factory=dict)
    noise: dict[str, Any] = field(default_factory=dict)
    """How it was measured, and under `figures` what came out: `noise_of` makes it."""
    messages: dict[str, str] = field(default_factory=dict)
    """The verdict of each message, by its key."""

    def moves(self, gauge: Gauge) -> float:
        """Return how far training alone moves a figure; 0 until that was measured."""
        measured = self.noise.get("figures", {}).get(gauge.name, {})
        return float(measured.get("widest", 0.0))


def read(path: Path | None = None) -> Baseline:
    """Return the kept score; an empty one where there is none."""
    path = path or FILE
    if not path.is_file():
        return Baseline()
    return Baseline(**json.loads(path.read_text(encoding="utf-8")))


def write(kept: Baseline, path: Path | None = None) -> None:
    """Keep `kept`, one message a line, so that a change shows which messages it changed."""
    (path or FILE).write_text(json.dumps(asdict(kept), indent=1) + "\n", encoding="utf-8")


def noise_of(values: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return the widest difference and the standard deviation of each figure over trainings."""
    found = {}
    for gauge in GAUGES:
        seen = [value[gauge.name] for value in values]
        spread = {"widest": max(seen) - min(seen), "sd": statistics.stdev(seen)}
        found[gauge.name] = {name: round(value, 5) for name, value in spread.items()}
    return found


@dataclass(frozen=True)
class Fall:
    """One figure that is worse by more than training alone makes it."""

    gauge: Gauge
    was: float
    now: float
    noise: float
    worse: tuple[tuple[str, Outcome], ...]
    """The messages that make it worse, each with its old verdict."""
    better: int

    def lines(self) -> list[str]:
        """Say what fell, and name the messages by the place they stand at."""
        odds = sign_test(self.better, len(self.worse))
        return [
            f"{self.gauge.name}: {self.now:.3f}, was {self.was:.3f} on the same messages. "
            f"Training alone moves it by {self.noise:.3f} at most. "
            f"{len(self.worse)} worse, {self.better} better (by chance {odds:.3f}).",
            *(
                f"  {one.case.where} {one.case.want}: {was} -> {one.verdict}"
                for was, one in self.worse
            ),
        ]


def falls(
    kept: Baseline, now: Mapping[str, Outcome], gauges: Iterable[Gauge] = GAUGES
) -> list[Fall]:
    """Return the figures that fell by more than noise, on the messages that both scores know."""
    both = [(key, one) for key, one in now.items() if key in kept.messages]
    pairs = [(one._replace(verdict=kept.messages[key]), one) for key, one in both]
    found = []
    for gauge in gauges:
        was, value = (gauge.value(side) for side in ([p[0] for p in pairs], [p[1] for p in pairs]))
        if gauge.worse(was, value) <= kept.moves(gauge) + 1e-9:
            continue
        bad = tuple((old.verdict, new) for old, new in pairs if gauge.went_wrong(old, new))
        good = sum(gauge.went_wrong(new, old) for old, new in pairs)
        if len(bad) <= good:  # typos lie further below because tidy messages got better
            continue
        found.append(Fall(gauge, was, value, kept.moves(gauge), bad, good))
    return found


def strangers(kept: Baseline, now: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the messages that the kept score does not know, and those that are gone."""
    return set(now) - set(kept.messages), set(kept.messages) - set(now)


def changed(kept: Baseline, now: Mapping[str, Outcome]) -> tuple[int, int]:
    """Count the messages that became right since, and those that became wrong."""
    was = {key: one._replace(verdict=kept.messages.get(key, "")) for key, one in now.items()}
    known = [(was[key].good, one.good) for key, one in now.items() if key in kept.messages]
    return sum(n > w for w, n in known), sum(n < w for w, n in known)


def sign_test(better: int, worse: int) -> float:
    """Return how likely so many of the changed messages are worse when either is as likely."""
    changes = better + worse
    return sum(math.comb(changes, k) for k in range(worse, changes + 1)) / 2**changes
