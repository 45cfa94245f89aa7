"""What to say next in an exercise: pure functions over an immutable place in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from assistant.exercises.exercise import (
    FULL,
    GENTLE,
    SHORT,
    Breathing,
    Exercise,
    Form,
    Phase,
    Place,
    Steps,
    placeholders,
)
from assistant.exercises.library import MAX_HOLD_ROUNDS, load_library

# Gentlest first: of two controls in one message the earlier one is followed.
CONTROLS = (
    *("pause", "release", "skip", "slower", "repeat"),
    *("back", "left", "faster", "resume"),
)
# Worst first: of two feelings in one message the earlier one counts.
FEELINGS = ("worse", "same", "calmer")
HOLDING = "holding"
"""Asked for with no name: the hold of the exercise that is being chosen, or of HOLD_EXERCISE."""
HOLD_EXERCISE = "4-7-8"
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
    form: Form = ""
    release: bool = False
    """Nothing is tensed."""
    skipped: tuple[str, ...] = ()
    """Parts that are left out."""
    told: bool = False
    """The message before said what this is and who should take care."""

    def slots(self) -> dict[str, Any]:
        """Write the place as slots, for from_slots to read back."""
        step = asdict(self) | {"skipped": list(self.skipped)}
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
            progress = cls(exercise.id, **{**step, "skipped": tuple(step.get("skipped") or ())})
            return progress if progress.step in range(len(progress.places(exercise))) else None
        except TypeError:  # an old conversation, written by another version
            return None

    def places(self, exercise: Exercise) -> tuple[Place, ...]:
        """List the messages of the exercise in its form."""
        return exercise.places(self.form)


@dataclass(frozen=True)
class Moment:
    """One message of an exercise, and where it leaves the listener."""

    say: str
    """A response key."""
    fill: Mapping[str, Any]
    slots: Mapping[str, Any]
    done: bool = False
    phases: tuple[Phase, ...] = ()
    """The breath or the step this message leads, for whatever can count it out."""
    progress: Progress | None = None
    drawn: bool = False
    """Every round in one: payload.py makes what the channel draws."""


@dataclass(frozen=True)
class _Lead:
    """An exercise at a place, and what is allowed there."""

    exercise: Exercise
    progress: Progress
    library: Mapping[str, Exercise]
    draws: bool

    @property
    def here(self) -> Place:
        return self.progress.places(self.exercise)[self.progress.step]

    @property
    def number(self) -> int:
        """Count the rounds up to here, this one included; 0 before the first."""
        places = self.progress.places(self.exercise)
        return max(0, self.progress.step - places.index("ready"))

    @property
    def rounds(self) -> int:
        return self.exercise.length(self.progress.form)

    def at(self, **changes: Any) -> _Lead:
        return replace(self, progress=replace(self.progress, **changes))

    def on(self) -> _Lead:
        """Go one message on, past the parts that are left out."""
        after = self.at(step=self.progress.step + 1)
        while after.here == "round" and after.is_out(after.number):
            after = after.at(step=after.progress.step + 1)
        return after

    def is_out(self, number: int) -> bool:
        """Tell whether the listener wants the round with this number left out."""
        parts = self.exercise.parts(number, self.progress.form)
        return bool(set(parts) & set(self.progress.skipped))

    @property
    def left(self) -> int:
        """Count the rounds still to come."""
        return sum(not self.is_out(n) for n in range(self.number + 1, self.rounds + 1))


# ------------------------------------------------------------------ what may happen
def start(
    wanted: str | None,
    progress: Progress | None = None,
    *,
    form: str | None = None,
    release: bool = False,
    no_hold: bool = False,
    draws: bool = False,
    library: Mapping[str, Exercise] | None = None,
) -> Moment:
    """Begin an exercise, or change to it. Gentle unless another one is clearly asked for.

    Args:
        wanted: the id of an exercise, or HOLDING.
        progress: where the listener stands, if an exercise runs.
        form: `full` or `short`, where it was named.
        release: whether nothing is to be tensed.
        no_hold: whether a red flag still stands.
        draws: whether the channel can draw all rounds in one.
        library: the exercises.
    """
    library = library or load_library()
    running = _lead(progress, library, draws) if progress else None
    choosing = running is not None and running.here == "choice"
    if wanted == HOLDING:
        by_choice = running.exercise.id if running and running.exercise.has_hold else None
        wanted = by_choice if choosing and by_choice else HOLD_EXERCISE
    exercise = library.get(wanted or GENTLE, library[GENTLE])
    held = progress.held if progress else 0
    again = running is not None and running.exercise.id == exercise.id
    note = ""
    if no_hold and (exercise.has_hold or exercise.not_after_a_flag):
        exercise = library[GENTLE]
    elif exercise.has_hold and held >= MAX_HOLD_ROUNDS:
        note = _breathing_of(exercise).lines.enough_holds
        exercise = library[GENTLE]
    elif running and again and choosing and exercise.has_hold:
        return _say(running.on().at(paused=False, told=True))
    fresh = Progress(exercise.id, held=held)
    if exercise.has_forms and (form or release or no_hold):
        known = form if form in (FULL, SHORT) else SHORT
        fresh = replace(fresh, step=1, form=cast(Form, known), told=again)
    release = exercise.has_release and (release or no_hold)
    return _say(_lead(replace(fresh, release=release), library, draws), note)


def next_moment(
    progress: Progress,
    control: str | None = None,
    *,
    parts: Collection[str] = (),
    no_hold: bool = False,
    draws: bool = False,
    library: Mapping[str, Exercise] | None = None,
) -> Moment:
    """Go on to the next message, or do what the control asks for; `parts` are what it names."""
    library = library or load_library()
    lead = _lead(progress, library, draws)
    if control == "left" and lead.here != "choice":
        return _say_left(lead)
    lead = lead.at(
        paused=control == "pause",
        skip_hold=progress.skip_hold or no_hold,
        release=progress.release or (no_hold and lead.exercise.has_release),
    )
    if control == "pause":
        return _say(lead)
    if lead.here == "choice":
        return _at_choice(lead, progress, control, no_hold=no_hold)
    if lead.here == "checkin" and not (progress.paused or control == "back"):
        # Said again, the exercise is led again; anything else here asks for nothing more.
        return start(
            progress.exercise, progress, form=progress.form, release=progress.release,
            no_hold=no_hold, draws=draws, library=library,
        ) if control == "repeat" else _closed(lead)  # fmt: skip
    if control in (None, "resume"):
        return _say(lead if progress.paused else lead.on())
    if control == "back":
        return _say(lead.at(step=max(lead.progress.step - 1, 0)))
    if control == "skip":
        return _skip(lead, parts)
    if control == "release" and lead.exercise.has_release:
        return _with_note(lead.at(release=True), _steps_of(lead.exercise).lines.released)
    if control in ("slower", "faster"):
        return _change_tempo(lead, 1 if control == "slower" else -1)
    return _say(lead)  # "repeat", and what nobody could read


def decline(progress: Progress, library: Mapping[str, Exercise] | None = None) -> Moment:
    """Answer a no: after the last round it ends there, before it the listener is asked."""
    lead = _lead(progress, library or load_library(), draws=False)
    if lead.here == "checkin":
        return _closed(lead)
    return _moment("utter_breathing_check", lead)


def finish(progress: Progress, library: Mapping[str, Exercise] | None = None) -> Moment:
    """Go to the check-in: the channel has led every round itself."""
    lead = _lead(progress, library or load_library(), draws=False)
    if lead.here != "round":
        return _say(lead)
    last = len(progress.places(lead.exercise)) - 1
    return _say(lead.at(step=last, paused=False))


def feel(
    feeling: str | None,
    progress: Progress | None,
    library: Mapping[str, Exercise] | None = None,
) -> Moment:
    """Answer how it was: worse ends in advice, the same in another offer, calmer warmly."""
    lead = _lead(progress, library or load_library(), draws=False) if progress else None
    if feeling != "worse" and lead and lead.here != "checkin":
        return _say(lead)  # an old button: the exercise that runs now is not over yet
    if feeling == "worse":
        say = "utter_exercise_exit"
    elif feeling == "calmer":
        say = "utter_exercise_calmer"
    elif lead and isinstance(lead.exercise, Steps):
        say = "utter_exercise_same_steps"
    else:
        say = "utter_exercise_same_breathing"
    return Moment(say, fill={}, slots=STOPPED, done=True)


def at_checkin(progress: Progress | None) -> bool:
    """Tell whether the last thing asked was how the listener feels now."""
    return progress is not None and _lead(progress, load_library(), draws=False).here == "checkin"


def asks_form(progress: Progress | None) -> bool:
    """Tell whether the listener is choosing between a short and a full form."""
    if progress is None:
        return False
    lead = _lead(progress, load_library(), draws=False)
    return lead.here == "choice" and lead.exercise.has_forms


def asks_for_words(progress: Progress | None) -> bool:
    """Tell whether the listener may type what this message asks for."""
    if progress is None:
        return False
    lead = _lead(progress, load_library(), draws=False)
    return lead.here == "round" and lead.exercise.may_be_typed


# ------------------------------------------------------------------ each control
def _lead(progress: Progress, library: Mapping[str, Exercise], draws: bool) -> _Lead:
    return _Lead(library[progress.exercise], progress, library, draws)


def _breathing_of(exercise: Exercise) -> Breathing:
    assert isinstance(exercise, Breathing)
    return exercise


def _steps_of(exercise: Exercise) -> Steps:
    assert isinstance(exercise, Steps)
    return exercise


def _at_choice(lead: _Lead, before: Progress, control: str | None, *, no_hold: bool) -> Moment:
    """Take the choice; what is unclear gets the easier one."""
    if (before.paused or control in ("repeat", "back", "left")) and not no_hold:
        return _say(lead)
    if lead.exercise.has_hold:
        return start(GENTLE, before, library=lead.library, draws=lead.draws)
    release = lead.progress.release or control == "release"
    return _say(lead.on().at(form=SHORT, release=release, told=True))


def _with_note(lead: _Lead, note: str) -> Moment:
    """Say a round again in its new way; before the first round, begin it that way."""
    return _say(lead if lead.here == "round" else lead.on(), note)


def _skip(lead: _Lead, parts: Collection[str]) -> Moment:
    """Leave out the hold, or parts; where there is neither, go past this step."""
    exercise, progress = lead.exercise, lead.progress
    if exercise.has_hold and not progress.skip_hold:
        return _with_note(lead.at(skip_hold=True), _breathing_of(exercise).lines.hold_skipped)
    if not isinstance(exercise, Steps):
        return _say(lead.on())
    note = exercise.lines.part_skipped
    if not parts:
        has_parts = lead.here == "round" and exercise.parts(lead.number, progress.form)
        return _say(lead.on(), note if has_parts else "")
    known = {part for step in exercise.led(progress.form) for part in step.parts}
    named = sorted(known.intersection(parts))
    if not named:
        return _say(lead)
    without = lead.at(skipped=tuple(dict.fromkeys((*progress.skipped, *named))))
    goes_on = without.here == "round" and without.is_out(without.number)
    return _say(without.on() if goes_on else without, note)


def _change_tempo(lead: _Lead, change: int) -> Moment:
    lines = lead.exercise.lines
    tempo = max(-1, min(1, lead.progress.tempo + change))
    if tempo == lead.progress.tempo:
        note = lines.slowest if change > 0 else lines.fastest
    else:
        note = lines.slower if change > 0 else lines.faster
    return _with_note(lead.at(tempo=tempo), note)


# ------------------------------------------------------------------ what is said
def _say(lead: _Lead, note: str = "") -> Moment:
    """Say the message at a place."""
    exercise = lead.exercise
    if lead.progress.paused:
        kind = "breathing" if isinstance(exercise, Breathing) else "exercise"
        return _moment(f"utter_{kind}_paused", lead, exercise.lines.paused)
    about = (exercise.title, exercise.suits, exercise.caution)
    if lead.here == "checkin":
        return _moment("utter_exercise_checkin", lead, note, exercise.closing)
    if lead.here == "choice":
        say = "utter_breathing_choice" if exercise.has_hold else "utter_exercise_forms"
        return _moment(say, lead, note, *about)
    if lead.here == "ready":
        # Who has just chosen has read the caution in the message before.
        words = () if lead.progress.told else about
        can_release = exercise.has_release and not lead.progress.release
        say = "utter_exercise_ready_to_tense" if can_release else "utter_breathing_ready"
        return _moment(say, lead, note, *words, "\n".join(exercise.posture), _how(lead))
    return _say_round(lead, note)


def _how(lead: _Lead) -> str:
    """Say how a part is tensed and let go, or that it is only let go."""
    if not isinstance(lead.exercise, Steps):
        return ""
    lines = lead.exercise.lines
    return lines.released if lead.progress.release else lines.tensing


def _say_round(lead: _Lead, note: str) -> Moment:
    drawn = lead.draws and lead.number == 1
    if isinstance(lead.exercise, Breathing):
        return _say_breath(lead, lead.exercise, note, drawn=drawn)
    return _say_step(lead, _steps_of(lead.exercise), note, drawn=drawn)


def _say_breath(lead: _Lead, exercise: Breathing, note: str, *, drawn: bool) -> Moment:
    lines = exercise.lines
    hold = exercise.has_hold and not lead.progress.skip_hold
    held = lead.progress.held + (exercise.rounds if drawn else 1)
    enough = hold and held > MAX_HOLD_ROUNDS
    if enough:
        hold, lead = False, lead.at(skip_hold=True)
    elif hold:
        lead = lead.at(held=held)
    notes = (note, lines.enough_holds if enough else "")

    phases = exercise.breath(lead.progress.tempo, hold=hold)
    counts = {**placeholders(phases), "round": lead.number, "rounds": exercise.rounds}
    plain = hold or not exercise.has_hold
    if drawn:
        whole = (lines.whole if plain else lines.whole_no_hold).format(**counts)
        return _moment("utter_exercise_drawn", lead, *notes, whole, phases=phases, drawn=True)
    spoken = lines.round if plain else lines.round_no_hold
    breath = spoken[min(lead.number, len(spoken)) - 1].format(**counts)
    say = "utter_breathing_round_hold" if hold else "utter_breathing_round"
    leave = lines.skip_hold if hold else ""
    return _moment(say, lead, *notes, breath, leave, phases=phases)


def _say_step(lead: _Lead, exercise: Steps, note: str, *, drawn: bool) -> Moment:
    lines, progress = exercise.lines, lead.progress
    step = exercise.led(progress.form)[lead.number - 1]
    released = step.released if progress.release else None
    phases = (exercise.phase(step, progress.tempo, release=progress.release),)
    if drawn:
        whole = lines.whole_released if progress.release else lines.whole
        return _moment("utter_exercise_drawn", lead, note, whole, phases=phases, drawn=True)
    say = "utter_exercise_step"
    if step.parts:
        say = "utter_exercise_step_part"
        if step.released and not progress.release:
            say = "utter_exercise_step_tense"
    return _moment(say, lead, note, (released or step.said).words, phases=phases)


def _say_left(lead: _Lead) -> Moment:
    """Say how many rounds are left, and stay."""
    if lead.here == "checkin":
        return _moment("utter_exercise_left_none", lead)
    if lead.here == "ready":
        return _moment("utter_exercise_left_all", lead, left=lead.left)
    say = "utter_exercise_left" if lead.left else "utter_exercise_left_last"
    return _moment(say, lead, left=lead.left)


def _closed(lead: _Lead) -> Moment:
    """End it without a word on how it was."""
    return Moment("utter_exercise_closed", fill={}, slots=STOPPED, done=True)


def _moment(
    say: str,
    lead: _Lead,
    *words: str,
    phases: tuple[Phase, ...] = (),
    drawn: bool = False,
    left: int | None = None,
) -> Moment:
    """Put a message together at the place it leaves the listener."""
    fill: dict[str, Any] = {
        "title": lead.exercise.title,
        "words": "\n\n".join(part for part in words if part),
    }
    if phases:
        fill |= {"round": lead.number, "rounds": lead.rounds}
    if left is not None:
        fill["left"] = left
    return Moment(
        say,
        fill=fill,
        slots=lead.progress.slots(),
        phases=phases,
        progress=lead.progress,
        drawn=drawn,
    )
