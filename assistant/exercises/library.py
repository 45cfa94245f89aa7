"""Read the exercise files and check them; every fault names its file, its line and the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from assistant.exercises.exercise import (
    FULL,
    GENTLE,
    MAX_STEP_SECONDS,
    SHORT,
    Breathing,
    BreathingLines,
    Exercise,
    Form,
    Kind,
    Pace,
    Phase,
    Said,
    Step,
    StepLines,
    Steps,
    placeholders,
)
from assistant.exercises.page import MAX_TEXT, ExerciseFileError, Page, is_whole, shown

FOLDER = Path(__file__).parent / "library"

# The widget's pacer refuses more than these, so a file that passes here can always be drawn.
MAX_PHASES = 6
MAX_ROUNDS = 20
MAX_PHASE_SECONDS = 15
MAX_STEPS = 40
MAX_LABEL = 40
MAX_WHOLE = 400
MAX_SECONDS = 600
# safety.md 5.2: with a hold at most four rounds; without one two minutes, then a check-in.
MAX_HOLD_ROUNDS = 4
MAX_SECONDS_NO_HOLD = 120

FILE_KINDS = ("breathing", "steps")
PHASE_KINDS = ("in", "hold", "out")
COMMON = ("kind", "id", "title", "suits", "caution", "posture")
AT_THE_END = ("lines", "closing", "sources", "written", "reviewed")
KEYS = {
    "breathing": (*COMMON, "phases", "rounds", "faster", "slower", *AT_THE_END),
    "steps": (*COMMON, "steps", *AT_THE_END),
}
OPTIONAL = {
    "breathing": ("not_after_a_flag",),
    "steps": ("not_after_a_flag", "typed_answers"),
}
LINES = ("whole", "slower", "slowest", "faster", "fastest", "paused")
HOLD_LINES = ("skip_hold", "hold_skipped", "enough_holds", "round_no_hold", "whole_no_hold")
PART_LINES = ("part_skipped",)
RELEASE_LINES = ("tensing", "released", "whole_released")
ROUND_LISTS = ("round", "round_no_hold")
COUNTED = ("whole", "whole_no_hold")
ROUND_COUNTS = ("round", "rounds")


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Exercise]:
    return _read_folder(FOLDER)


def load_library(folder: Path | None = None) -> Mapping[str, Exercise]:
    """Read every exercise, keyed by id; the shipped ones are read once."""
    return _shipped() if folder is None else _read_folder(folder)


def load_exercise(path: Path) -> Exercise:
    """Read one exercise file, or raise ExerciseFileError with all its faults."""
    page = Page(path)
    data = page.parse()
    if "kind" not in data:
        page.fault(0, '"kind" is missing from an exercise. Add `kind: breathing` or `kind: steps`.')
        page.stop_on_faults()
    kind = page.one_of(data, "kind", FILE_KINDS)
    page.stop_on_faults()  # which keys belong here depends on it
    known = (*KEYS[kind], *OPTIONAL[kind])
    page.keys(data, known=known, required=KEYS[kind], where="an exercise")
    page.stop_on_faults()  # what follows would only repeat that a key is missing
    return _breathing(page, data) if kind == "breathing" else _steps(page, data)


def _read_folder(folder: Path) -> Mapping[str, Exercise]:
    library: dict[str, Exercise] = {}
    homes: dict[str, Path] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            exercise = load_exercise(path)
        except ExerciseFileError as error:
            faults.extend(error.faults)
            continue
        if exercise.id in library:
            faults.append(
                f'{shown(path)}:1: the id "{exercise.id}" is also in {shown(homes[exercise.id])}.'
                " Give each exercise its own."
            )
        library[exercise.id], homes[exercise.id] = exercise, path
    # Whoever chooses nothing, or may not hold, gets gentle: it must be there, and hold nothing.
    if library and GENTLE not in library and not faults:
        faults.append(f"{shown(folder)}/gentle.yml:1: no exercise has the id {GENTLE}. Add one.")
    elif GENTLE in library and library[GENTLE].has_hold:
        faults.append(f"{shown(homes[GENTLE])}:1: {GENTLE} has a hold. Take the hold out.")
    elif GENTLE in library and not isinstance(library[GENTLE], Breathing):
        faults.append(f"{shown(homes[GENTLE])}:1: {GENTLE} is no breathing. Write kind: breathing.")
    if faults:
        raise ExerciseFileError(faults)
    return MappingProxyType(library)


def _common(page: Page, data: CommentedMap) -> dict[str, Any]:
    """Read what every exercise has."""
    reviewed = None if data["reviewed"] is None else page.day(data, "reviewed")
    return {
        "id": page.text(data, "id", limit=MAX_LABEL),
        "title": page.text(data, "title", limit=MAX_LABEL),
        "suits": page.text(data, "suits"),
        "caution": page.text(data, "caution"),
        "posture": page.texts(data, "posture"),
        "closing": page.text(data, "closing"),
        "sources": page.texts(data, "sources"),
        "written": page.day(data, "written"),
        "reviewed": reviewed,
        "not_after_a_flag": page.yes_or_no(data, "not_after_a_flag"),
    }


# ------------------------------------------------------------------ kind: breathing
def _breathing(page: Page, data: CommentedMap) -> Breathing:
    phases = _phases(page, data)
    has_hold = any(phase.kind == "hold" for phase in phases)
    rounds = page.whole(data, "rounds", low=1, high=MAX_ROUNDS)
    if has_hold and rounds > MAX_HOLD_ROUNDS:
        page.fault(
            page.line(data, "rounds"),
            f"{rounds} rounds with a hold are too many. Write {MAX_HOLD_ROUNDS} or fewer.",
        )
    page.stop_on_faults()  # the counts below are compared with the phases
    lines = _breathing_lines(page, data, phases, has_hold)
    faster, slower = (_pace(page, data, name, phases) for name in ("faster", "slower"))
    exercise = Breathing(
        **_common(page, data),
        phases=phases,
        rounds=rounds,
        faster=faster,
        slower=slower,
        lines=lines,
    )
    page.stop_on_faults()
    longest = max(sum(phase.seconds for phase in exercise.breath(t)) for t in (-1, 0, 1)) * rounds
    limit = MAX_SECONDS if has_hold else MAX_SECONDS_NO_HOLD
    if longest > limit:
        page.fault(
            page.line(data, "rounds"),
            f"at its slowest this lasts {longest:.0f} seconds, and {limit} is the limit."
            " Write fewer rounds or lower counts.",
        )
    page.stop_on_faults()
    return exercise


def _phases(page: Page, data: CommentedMap) -> tuple[Phase, ...]:
    line, items = page.entries(data, "phases")
    if not 1 <= len(items) <= MAX_PHASES:
        page.fault(line, f"phases has {len(items)} entries. Write 1 to {MAX_PHASES}.")
    found: list[Phase] = []
    for index, item in enumerate(items):
        here = items.lc.item(index)[0]
        if not isinstance(item, CommentedMap):
            page.fault(
                here, "a phase needs three keys. Write {kind: in, label: Breathe in, seconds: 4}."
            )
            continue
        wanted = ("kind", "label", "seconds")
        if not page.keys(item, known=wanted, required=wanted, where="a phase", line=here):
            continue
        kind = item["kind"]
        if kind not in PHASE_KINDS:
            page.fault(here, f'"{kind}" is not a kind of phase. Write in, hold or out.')
            continue
        label = page.text(item, "label", limit=MAX_LABEL)
        seconds = page.whole(item, "seconds", low=1, high=MAX_PHASE_SECONDS)
        found.append(Phase(cast(Kind, kind), label, seconds, float(seconds)))
    if len(found) == len(items) and items:
        if found[0].kind != "in":
            page.fault(line, "the first phase is not a breath in. Start with kind: in.")
        if all(phase.kind != "out" for phase in found):
            page.fault(line, "no phase breathes out. Add one with kind: out.")
    return tuple(found)


def _pace(page: Page, data: CommentedMap, name: str, phases: Sequence[Phase]) -> Pace:
    line, pace = page.line(data, name), data[name]
    written = tuple(phase.count for phase in phases)
    known = ("counts", "count_seconds")
    if not isinstance(pace, CommentedMap) or not pace:
        page.fault(
            line, f"{name} says no pace. Write {{counts: [3, 4]}} or {{count_seconds: 0.75}}."
        )
        return Pace(written, 1.0)
    page.keys(pace, known=known, required=(), where=name, line=line)
    counts = pace.get("counts", written)
    if (
        not isinstance(counts, (list, tuple))
        or len(counts) != len(written)
        or not all(is_whole(count) for count in counts)
    ):
        page.fault(
            line,
            f"{name} needs a whole number for each phase."
            f" Write {len(written)} of them under counts.",
        )
        return Pace(written, 1.0)
    count_seconds = pace.get("count_seconds", 1.0)
    if not isinstance(count_seconds, (int, float)) or isinstance(count_seconds, bool):
        page.fault(line, "count_seconds is not a number. Write one like 0.75.")
        return Pace(written, 1.0)
    if not all(1 <= count * count_seconds <= MAX_PHASE_SECONDS for count in counts):
        page.fault(
            line,
            f"{name} makes a phase shorter than 1 or longer than {MAX_PHASE_SECONDS} seconds."
            " Change its counts or count_seconds.",
        )
    change = sum(counts) * count_seconds - sum(written)
    if (change >= 0) if name == "faster" else (change <= 0):
        page.fault(line, f"{name} is not {name} than the phases. Change its numbers.")
    return Pace(tuple(counts), float(count_seconds))


def _breathing_lines(
    page: Page, data: CommentedMap, phases: Sequence[Phase], has_hold: bool
) -> BreathingLines:
    unused = "is about a hold, and no phase is a hold"
    some = dict.fromkeys(HOLD_LINES, "" if has_hold else unused)
    said = _lines(page, data, ("round", *LINES), some, counted=True)
    lines = data["lines"]
    free = tuple(placeholders([phase for phase in phases if phase.kind != "hold"]))
    for key, counts in (
        ("round", tuple(placeholders(phases))),
        ("whole", tuple(placeholders(phases))),
        *([("round_no_hold", free), ("whole_no_hold", free)] if has_hold else []),
    ):
        written = lines.get(key)
        if isinstance(written, CommentedSeq):
            for index, item in enumerate(written):
                page.fills(item, written.lc.item(index)[0], counts, ROUND_COUNTS)
        elif isinstance(written, str):
            page.fills(written, page.line(lines, key), (*counts, "rounds"), ())
    page.stop_on_faults()
    return BreathingLines(**said)


# ------------------------------------------------------------------ kind: steps
def _steps(page: Page, data: CommentedMap) -> Steps:
    line, items = page.entries(data, "steps")
    if not 1 <= len(items) <= MAX_STEPS:
        page.fault(line, f"steps has {len(items)} entries. Write 1 to {MAX_STEPS}.")
    steps = tuple(
        step
        for index, item in enumerate(items)
        if (step := _step(page, item, items.lc.item(index)[0]))
    )
    page.stop_on_faults()
    forms = {step.form for step in steps if step.form}
    if forms and forms != {FULL, SHORT}:
        page.fault(line, "only one form has steps of its own. Give the other one some too.")
    no_part = "is about parts, and no step has parts"
    no_release = "is about letting go, and no step has release_only"
    some = dict.fromkeys(PART_LINES, "" if any(step.parts for step in steps) else no_part)
    some |= dict.fromkeys(RELEASE_LINES, "" if any(step.released for step in steps) else no_release)
    said = _lines(page, data, LINES, some)
    exercise = Steps(
        **_common(page, data),
        steps=steps,
        typed_answers=page.yes_or_no(data, "typed_answers"),
        lines=StepLines(**said),
    )
    page.stop_on_faults()
    forms_led = (FULL, SHORT) if forms else ("",)
    longest = max(
        sum(exercise.phase(s, 1).seconds for s in exercise.led(cast(Form, f))) for f in forms_led
    )
    if longest > MAX_SECONDS:
        page.fault(
            line,
            f"at its slowest this lasts {longest:.0f} seconds, and {MAX_SECONDS} is the limit."
            " Write fewer steps or fewer seconds.",
        )
    page.stop_on_faults()
    return exercise


def _step(page: Page, item: object, line: int) -> Step | None:
    required = ("label", "seconds", "words")
    known = (*required, "parts", "form", "release_only")
    if not isinstance(item, CommentedMap):
        page.fault(line, "a step needs three keys. Write label:, seconds: and words:.")
        return None
    if not page.keys(item, known=known, required=required, where="a step", line=line):
        return None
    form = page.one_of(item, "form", (FULL, SHORT)) if "form" in item else ""
    return Step(
        said=_said(page, item),
        seconds=page.whole(item, "seconds", low=1, high=MAX_STEP_SECONDS),
        parts=page.texts(item, "parts") if "parts" in item else (),
        form=cast(Form, form),
        released=_released(page, item),
    )


def _released(page: Page, item: CommentedMap) -> Said | None:
    if "release_only" not in item:
        return None
    released = item["release_only"]
    wanted = ("label", "words")
    line = page.line(item, "release_only")
    if not isinstance(released, CommentedMap):
        page.fault(line, "release_only needs two keys. Write label: and words: below it.")
        return None
    if not page.keys(released, known=wanted, required=wanted, where="release_only", line=line):
        return None
    return _said(page, released)


def _said(page: Page, item: CommentedMap) -> Said:
    return Said(page.text(item, "label", limit=MAX_LABEL), page.text(item, "words"))


# ------------------------------------------------------------------ lines of either kind
def _lines(
    page: Page,
    data: CommentedMap,
    always: Sequence[str],
    some: Mapping[str, str],
    *,
    counted: bool = False,
) -> dict[str, Any]:
    """Read the lines; `some` says of each other line why it has no place here, if it has none."""
    lines = page.block(data, "lines", "gentle.yml")
    for key, unused in some.items():
        if unused and key in lines:
            page.fault(page.line(lines, key), f"{key} {unused}. Take it out.")
    wanted = [*always, *(key for key, unused in some.items() if not unused)]
    line = page.line(data, "lines")
    page.keys(lines, known=[*always, *some], required=wanted, where="lines", line=line)
    said: dict[str, Any] = {}
    for key in wanted:
        if key not in lines:
            continue
        limit = MAX_WHOLE if key.startswith("whole") else MAX_TEXT
        if key in ROUND_LISTS:
            said[key] = page.texts(lines, key, filled=True)
        elif not (counted and key in COUNTED):
            said[key] = page.text(lines, key, limit=limit)
        elif page.is_text(lines[key], page.line(lines, key), key, limit):
            said[key] = str(lines[key]).strip()
    return said
