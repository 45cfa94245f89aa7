"""What to say next in an exercise: pure functions over an immutable place in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.exercises.exercise import GENTLE, Exercise, Phase, placeholders
from assistant.exercises.library import MAX_HOLD_ROUNDS, load_library

# Gentlest first: of two controls in one message the earlier one is followed.
CONTROLS = ("pause", "skip", "slower", "repeat", "back", "faster", "resume")
STOPPED: Mapping[str, Any] = {
    "exercise": None,
    "exercise_step": None,
    "exercise_running": False,
}


@dataclass(frozen=True)
class Progress:
    """A place in an exercise."""

    exercise: str
    step: int = 0
    tempo: int = 0
    """-1 faster, 0 as written, 1 slower."""
    skip_hold: bool = False
    paused: bool = False
    held: int = 0
    """Rounds already led with a hold: repeat, back and a restart must not add up to more."""

    def slots(self) -> dict[str, Any]:
        """Write the place as slots, for from_slots to read back."""
        step = asdict(self)
        return {"exercise": step.pop("exercise"), "exercise_step": step, "exercise_running": True}

    @classmethod
    def from_slots(
        cls, slots: Mapping[str, Any], library: Mapping[str, Exercise] | None = None
    ) -> Progress | None:
        """Read the place back; None if nothing runs or the place is no longer there."""
        exercise = (library or load_library()).get(slots.get("exercise") or "")
        step = slots.get("exercise_step")
        if exercise is None or not isinstance(step, Mapping) or not slots.get("exercise_running"):
            return None
        try:
            progress = cls(exercise.id, **step)
        except TypeError:  # an old conversation, written by another version
            return None
        return progress if progress.step in range(len(exercise.steps) - 1) else None


@dataclass(frozen=True)
class Moment:
    """One message of an exercise, and where it leaves the listener."""

    say: str
    """A response key."""
    fill: Mapping[str, Any]
    slots: Mapping[str, Any]
    done: bool = False
    phases: tuple[Phase, ...] = ()
    """The breath this message leads, for whatever can count it out."""
    progress: Progress | None = None


def start(
    technique: str | None,
    progress: Progress | None = None,
    *,
    no_hold: bool = False,
    library: Mapping[str, Exercise] | None = None,
) -> Moment:
    """Begin an exercise, or change to it. Gentle unless one with a hold is clearly asked for."""
    library = library or load_library()
    wanted = library.get(technique or GENTLE, library[GENTLE])
    held = progress.held if progress else 0
    note = ""
    if wanted.has_hold and no_hold:
        wanted = library[GENTLE]
    elif wanted.has_hold and held >= MAX_HOLD_ROUNDS:
        note, wanted = wanted.lines.enough_holds, library[GENTLE]
    elif progress and progress.exercise == wanted.id and wanted.steps[progress.step] == "choice":
        return _say(replace(progress, step=progress.step + 1, paused=False), library)
    return _say(Progress(wanted.id, held=held), library, note)


def next_moment(
    progress: Progress,
    control: str | None = None,
    *,
    no_hold: bool = False,
    library: Mapping[str, Exercise] | None = None,
) -> Moment:
    """Go on to the next message, or do what the control asks for."""
    library = library or load_library()
    exercise = library[progress.exercise]
    here = exercise.steps[progress.step]
    awake = replace(progress, paused=False, skip_hold=progress.skip_hold or no_hold)

    if control == "pause":
        return _say(replace(awake, paused=True), library)
    if here == "choice":
        if no_hold or not (progress.paused or control in ("repeat", "back")):
            return start(GENTLE, progress, library=library)  # no clear choice of holding
        return _say(awake, library)
    if control in (None, "resume"):
        return _say(awake if progress.paused else _on(awake), library)
    if control == "back":
        return _say(replace(awake, step=max(awake.step - 1, 0)), library)
    if control == "skip":
        return _skip(awake, library)
    if control in ("slower", "faster"):
        return _change_tempo(awake, 1 if control == "slower" else -1, library)
    return _say(awake, library)  # "repeat", and what nobody could read


def _on(progress: Progress) -> Progress:
    return replace(progress, step=progress.step + 1)


def _skip(progress: Progress, library: Mapping[str, Exercise]) -> Moment:
    """Leave the hold out; where there is none to leave out, go past this step."""
    exercise = library[progress.exercise]
    if not exercise.has_hold or progress.skip_hold:
        return _say(_on(progress), library)
    free = replace(progress, skip_hold=True)
    at_round = exercise.steps[progress.step] == "round"
    return _say(free if at_round else _on(free), library, exercise.lines.hold_skipped)


def _change_tempo(progress: Progress, change: int, library: Mapping[str, Exercise]) -> Moment:
    exercise = library[progress.exercise]
    lines = exercise.lines
    tempo = max(-1, min(1, progress.tempo + change))
    if tempo == progress.tempo:
        note = lines.slowest if change > 0 else lines.fastest
    else:
        note = lines.slower if change > 0 else lines.faster
    changed = replace(progress, tempo=tempo)
    at_round = exercise.steps[progress.step] == "round"
    return _say(changed if at_round else _on(changed), library, note)


def _say(progress: Progress, library: Mapping[str, Exercise], note: str = "") -> Moment:
    """Say the message at a place."""
    exercise = library[progress.exercise]
    here = exercise.steps[progress.step]
    if here == "closing":
        return _moment("utter_breathing_closing", exercise, None, note, exercise.closing)
    if progress.paused:
        return _moment("utter_breathing_paused", exercise, progress, exercise.lines.paused)
    about = (exercise.title, exercise.suits, exercise.caution)
    if here == "choice":
        return _moment("utter_breathing_choice", exercise, progress, note, *about)
    if here == "ready":
        # Who chose to hold has read the caution in the message before.
        words = () if exercise.has_hold else about
        posture = "\n".join(exercise.posture)
        return _moment("utter_breathing_ready", exercise, progress, note, *words, posture)
    return _say_round(progress, exercise, note)


def _say_round(progress: Progress, exercise: Exercise, note: str) -> Moment:
    lines = exercise.lines
    hold = exercise.has_hold and not progress.skip_hold
    enough = hold and progress.held >= MAX_HOLD_ROUNDS
    if enough:
        hold, progress = False, replace(progress, skip_hold=True)
    elif hold:
        progress = replace(progress, held=progress.held + 1)

    phases = exercise.breath(progress.tempo, hold=hold)
    number = progress.step - exercise.steps.index("round") + 1
    spoken = lines.round if hold or not exercise.has_hold else lines.round_no_hold
    breath = spoken[min(number, len(spoken)) - 1].format(
        **placeholders(phases), round=number, rounds=exercise.rounds
    )
    return _moment(
        "utter_breathing_round_hold" if hold else "utter_breathing_round",
        exercise,
        progress,
        note,
        lines.enough_holds if enough else "",
        breath,
        lines.skip_hold if hold else "",
        phases=phases,
    )


def _moment(
    say: str,
    exercise: Exercise,
    progress: Progress | None,
    *words: str,
    phases: tuple[Phase, ...] = (),
) -> Moment:
    """Put a message together; without a place to go on from, it is the last."""
    return Moment(
        say,
        fill={"title": exercise.title, "words": "\n\n".join(part for part in words if part)},
        slots=progress.slots() if progress else STOPPED,
        done=progress is None,
        phases=phases,
        progress=progress,
    )
