"""The parts of an exercise, as values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GENTLE = "gentle"
"""The id of the exercise that answers everything unclear."""
FULL, SHORT = "full", "short"

Kind = Literal["in", "hold", "out", "step"]
Form = Literal["full", "short", ""]
Place = Literal["choice", "ready", "round", "checkin"]


@dataclass(frozen=True)
class Phase:
    """One part of a breath, or one step of another exercise."""

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


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What is said beside the steps themselves, keyed by its moment."""

    whole: str
    """The whole exercise in a line or two, for whoever is shown it in one piece."""
    slower: str
    slowest: str
    faster: str
    fastest: str
    paused: str


@dataclass(frozen=True, kw_only=True)
class BreathingLines(Lines):
    """The lines of a breathing exercise. Empty where there is no hold to speak of."""

    round: tuple[str, ...]
    skip_hold: str = ""
    hold_skipped: str = ""
    enough_holds: str = ""
    round_no_hold: tuple[str, ...] = ()
    whole_no_hold: str = ""


@dataclass(frozen=True, kw_only=True)
class StepLines(Lines):
    """The lines of an exercise made of steps. Empty where nothing is skipped or tensed."""

    part_skipped: str = ""
    tensing: str = ""
    released: str = ""
    whole_released: str = ""


@dataclass(frozen=True, kw_only=True)
class Exercise(ABC):
    """An exercise file that passed every check."""

    id: str
    title: str
    suits: str
    caution: str
    posture: tuple[str, ...]
    closing: str
    sources: tuple[str, ...]
    written: str
    reviewed: str | None
    lines: Lines
    not_after_a_flag: bool = False
    """Whether a red flag before it makes it gentle breathing: it strains a weak or numb part."""

    @property
    def has_hold(self) -> bool:
        """Tell whether some part of the breath is held."""
        return False

    @property
    def has_forms(self) -> bool:
        """Tell whether there is a full and a short form to choose from."""
        return False

    @property
    def has_release(self) -> bool:
        """Tell whether it can be done by letting go alone, with nothing tensed."""
        return False

    @property
    def may_be_typed(self) -> bool:
        """Tell whether it asks for things that people like to type."""
        return False

    @abstractmethod
    def length(self, form: Form = "") -> int:
        """Count the messages between how to sit and the check-in."""

    def parts(self, number: int, form: Form = "") -> tuple[str, ...]:
        """Name what the round with this number, from 1, is about; each name can leave it out."""
        return ()

    def places(self, form: Form = "") -> tuple[Place, ...]:
        """List the messages. The caution is in the first, so it comes before a hold or a strain."""
        choice: tuple[Place, ...] = ("choice",) if self.has_hold or self.has_forms else ()
        rounds: list[Place] = ["round"] * self.length(form)
        return (*choice, "ready", *rounds, "checkin")


@dataclass(frozen=True, kw_only=True)
class Breathing(Exercise):
    """Breaths that are counted."""

    phases: tuple[Phase, ...]
    rounds: int
    faster: Pace
    slower: Pace
    lines: BreathingLines

    @property
    def has_hold(self) -> bool:
        """Tell whether some part of the breath is held."""
        return any(phase.kind == "hold" for phase in self.phases)

    def length(self, form: Form = "") -> int:
        """Count the breaths."""
        return self.rounds

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


@dataclass(frozen=True)
class Said:
    """One way to lead a step."""

    label: str
    words: str


@dataclass(frozen=True)
class Step:
    """One message of an exercise that is no breathing."""

    said: Said
    seconds: int
    parts: tuple[str, ...] = ()
    """What it is about: parts of the body, a sense. Whoever names one of them leaves it out."""
    form: Form = ""
    """The form it belongs to; both if empty."""
    released: Said | None = None
    """How it is led with nothing tensed."""


SLOWER_STEPS, FASTER_STEPS = 1.25, 0.75
"""How much longer or shorter a step lasts when that was asked for."""
MAX_STEP_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Steps(Exercise):
    """Steps that are led one after the other."""

    steps: tuple[Step, ...]
    lines: StepLines
    typed_answers: bool = False

    @property
    def has_forms(self) -> bool:
        """Tell whether there is a full and a short form to choose from."""
        return any(step.form for step in self.steps)

    @property
    def has_release(self) -> bool:
        """Tell whether it can be done by letting go alone, with nothing tensed."""
        return any(step.released for step in self.steps)

    @property
    def may_be_typed(self) -> bool:
        """Tell whether it asks for things that people like to type."""
        return self.typed_answers

    def length(self, form: Form = "") -> int:
        """Count the steps of a form."""
        return len(self.led(form))

    def parts(self, number: int, form: Form = "") -> tuple[str, ...]:
        """Name what the step with this number, from 1, is about."""
        return self.led(form)[number - 1].parts

    def led(self, form: Form = "") -> tuple[Step, ...]:
        """List the steps of a form."""
        return tuple(step for step in self.steps if not (step.form and form != step.form))

    def phase(self, step: Step, tempo: int = 0, *, release: bool = False) -> Phase:
        """Give a step at a tempo as something a clock can count."""
        stretch = {-1: FASTER_STEPS, 1: SLOWER_STEPS}.get(tempo, 1.0)
        seconds = max(1, min(MAX_STEP_SECONDS, round(step.seconds * stretch)))
        said = step.released if release and step.released else step.said
        return Phase("step", said.label, seconds, float(seconds))


def placeholders(phases: Sequence[Phase]) -> dict[str, int]:
    """Name the counts of a breath for the lines: in, hold, out, and hold2 for a second hold."""
    named: dict[str, int] = {}
    for phase in phases:
        nth = 1 + sum(name.rstrip("0123456789") == phase.kind for name in named)
        named[phase.kind if nth == 1 else f"{phase.kind}{nth}"] = phase.count
    return named
