"""What an animation of a breath shows at each moment: pure values, nothing drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.exercises.exercise import Phase

SMALL, LARGE = 0.45, 1.0
MAX_CYCLES = 4
END_MS = 2000
"""How long the end stands: some apps play a silent film again and again, and a breath with a hold
must be seen to be over."""
VIDEO_MS = 125
"""Eight frames a second."""
SHORT_MS = 5000
"""A phase up to this long is drawn at eight frames a second, a longer and slower one at six."""


@dataclass(frozen=True)
class Moment:
    """What is seen at one moment."""

    scale: float
    """Size of the circle, from SMALL to LARGE."""
    label: str
    count: int
    """Seconds left in the phase; 0 at the end, where none is shown."""
    cycle: int
    """Which breath it is, from 1."""


@dataclass(frozen=True)
class Pattern:
    """A breath and how many of it are drawn."""

    phases: tuple[Phase, ...]
    cycles: int
    end: str
    """The word that stands when all is over."""

    @property
    def breath_ms(self) -> int:
        """Length of one breath."""
        return sum(ms_of(phase) for phase in self.phases)

    @property
    def length_ms(self) -> int:
        """Length of the whole animation."""
        return self.breath_ms * self.cycles + END_MS


def ms_of(phase: Phase) -> int:
    """Return how long a phase lasts."""
    return round(phase.seconds * 1000)


def moment_at(pattern: Pattern, ms: int) -> Moment:
    """Return what is seen so many milliseconds after the start."""
    cycle, within = divmod(ms, pattern.breath_ms)
    if cycle >= pattern.cycles:
        return Moment(_scale(pattern.phases, pattern.breath_ms), pattern.end, 0, pattern.cycles)
    start = 0
    for phase in pattern.phases:
        if within < start + ms_of(phase):
            left = start + ms_of(phase) - within
            scale = _scale(pattern.phases, within)
            return Moment(scale, phase.label, math.ceil(left / 1000), cycle + 1)
        start += ms_of(phase)
    raise AssertionError("a breath is as long as its phases")


def gif_frames(pattern: Pattern) -> list[tuple[Moment, int]]:
    """Return each picture with the milliseconds it stands; what does not change is one picture.

    A GIF counts in hundredths of a second, so an eighth is 120 ms or 130.
    """
    starts = list(_gif_starts(pattern))
    shown = [(moment_at(pattern, ms), ms) for ms in starts]
    firsts = [next(same) for _, same in groupby(shown, key=lambda frame: frame[0])]
    ends = [ms for _, ms in firsts[1:]] + [pattern.length_ms]
    return [(moment, end - ms) for (moment, ms), end in zip(firsts, ends, strict=True)]


def video_frames(pattern: Pattern) -> list[Moment]:
    """Return what each frame of the film shows."""
    return [moment_at(pattern, ms) for ms in range(0, pattern.length_ms, VIDEO_MS)]


def _gif_starts(pattern: Pattern) -> Iterator[int]:
    start = 0
    for _ in range(pattern.cycles):
        for phase in pattern.phases:
            rate = 8 if ms_of(phase) <= SHORT_MS else 6
            for number in range(rate * ms_of(phase) // 1000):
                yield start + round(number * 100 / rate) * 10
            start += ms_of(phase)
    yield start


def _scale(phases: Sequence[Phase], within: int) -> float:
    """Ease along the cosine, so that a breath begins and ends softly; a hold keeps still."""
    scale, start = SMALL, 0
    for kind, run in groupby(phases, key=lambda phase: phase.kind):
        length = sum(ms_of(phase) for phase in run)
        target = {"in": LARGE, "out": SMALL}.get(kind, scale)
        if within < start + length:
            eased = (1 - math.cos(math.pi * (within - start) / length)) / 2
            return scale + (target - scale) * eased
        scale, start = target, start + length
    return scale
