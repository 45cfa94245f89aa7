"""The parts of an exercise, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GENTLE = "gentle"
"""The id of the exercise that answers everything unclear."""

Kind = Literal["in", "hold", "out"]
StepKind = Literal["choice", "ready", "round", "closing"]


@dataclass(frozen=True)
class Phase:
    """One part of a breath."""

    kind: Kind
    label: str
    count: int
    """What is said: "in for 4"."""
    seconds: float
    """What a clock shows: a count is about a second, and "slower" stretches it."""


@dataclass(frozen=True)
class Pace:
    """How a breath is counted when someone asked for it slower or faster."""

    counts: tuple[int, ...]
    count_seconds: float


@dataclass(frozen=True)
class Lines:
    """What is said, keyed by its moment. Empty where the exercise has no such moment."""

    round: tuple[str, ...]
    slower: str
    slowest: str
    faster: str
    fastest: str
    paused: str
    skip_hold: str = ""
    hold_skipped: str = ""
    enough_holds: str = ""
    round_no_hold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """An exercise file that passed every check."""

    id: str
    title: str
    suits: str
    caution: str
    posture: tuple[str, ...]
    phases: tuple[Phase, ...]
    rounds: int
    faster: Pace
    slower: Pace
    lines: Lines
    closing: str
    sources: tuple[str, ...]

    @property
    def has_hold(self) -> bool:
        """Tell whether some part of the breath is held."""
        return any(phase.kind == "hold" for phase in self.phases)

    @property
    def steps(self) -> tuple[StepKind, ...]:
        """List the messages. The caution is in the first, so it always comes before a hold."""
        choice: tuple[StepKind, ...] = ("choice",) if self.has_hold else ()
        rounds: list[StepKind] = ["round"] * self.rounds
        return (*choice, "ready", *rounds, "closing")

    def breath(self, tempo: int = 0, *, hold: bool = True) -> tuple[Phase, ...]:
        """Give one breath at a tempo: -1 is faster, 0 as written, 1 slower."""
        phases = self.phases
        if tempo:
            pace = self.slower if tempo > 0 else self.faster
            phases = tuple(
                Phase(phase.kind, phase.label, count, count * pace.count_seconds)
                for phase, count in zip(phases, pace.counts, strict=True)
            )
        return tuple(phase for phase in phases if hold or phase.kind != "hold")


def placeholders(phases: Sequence[Phase]) -> dict[str, int]:
    """Name the counts of a breath for the lines: in, hold, out, and hold2 for a second hold."""
    named: dict[str, int] = {}
    for phase in phases:
        nth = 1 + sum(name.rstrip("0123456789") == phase.kind for name in named)
        named[phase.kind if nth == 1 else f"{phase.kind}{nth}"] = phase.count
    return named
