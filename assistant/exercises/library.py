"""Read the exercise files and check them; every fault names its file, its line and the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, cast, get_args

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

from assistant.exercises.exercise import GENTLE, Exercise, Kind, Lines, Pace, Phase, placeholders

FOLDER = Path(__file__).parent / "library"

# The widget's pacer refuses more than these, so a file that passes here can always be drawn.
MAX_PHASES = 6
MAX_ROUNDS = 20
MAX_PHASE_SECONDS = 15
MAX_LABEL = 40
MAX_SECONDS = 600
# safety.md 5.2: with a hold at most four rounds; without one two minutes, then a check-in.
MAX_HOLD_ROUNDS = 4
MAX_SECONDS_NO_HOLD = 120
MAX_TEXT = 900

KINDS: tuple[str, ...] = get_args(Kind)
KEYS = [field.name for field in fields(Exercise)]
LINES = [field.name for field in fields(Lines) if field.default is MISSING]
HOLD_LINES = [field.name for field in fields(Lines) if field.default is not MISSING]
LISTS = ("round", "round_no_hold")


class ExerciseFileError(ValueError):
    """One or more faults in the exercise files, a line for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep the faults apart, and together as the text."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Exercise]:
    return _read_folder(FOLDER)


def load_library(folder: Path | None = None) -> Mapping[str, Exercise]:
    """Read every exercise, keyed by id; the shipped ones are read once."""
    return _shipped() if folder is None else _read_folder(folder)


def load_exercise(path: Path) -> Exercise:
    """Read one exercise file, or raise ExerciseFileError with all its faults."""
    return _Reader(path).read()


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
                f'{_shown(path)}:1: the id "{exercise.id}" is also in {_shown(homes[exercise.id])}.'
                " Give each exercise its own."
            )
        library[exercise.id], homes[exercise.id] = exercise, path
    # Whoever chooses nothing, or may not hold, gets gentle: it must be there, and hold nothing.
    if library and GENTLE not in library and not faults:
        faults.append(f"{_shown(folder)}/gentle.yml:1: no exercise has the id {GENTLE}. Add one.")
    elif GENTLE in library and library[GENTLE].has_hold:
        faults.append(f"{_shown(homes[GENTLE])}:1: {GENTLE} has a hold. Take the hold out.")
    if faults:
        raise ExerciseFileError(faults)
    return MappingProxyType(library)


def _shown(path: Path) -> str:
    """Write the path as an author types it, from the top of the project where it lies inside."""
    top = Path(__file__).parents[2]
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else str(path)


class _Reader:
    """Walks one file and gathers faults instead of stopping at the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[str] = []

    def read(self) -> Exercise:
        data = self._parse()
        self._keys(data, known=KEYS, required=KEYS, where="an exercise")
        self._stop_on_faults()  # what follows would only repeat that a key is missing

        phases = self._phases(data)
        has_hold = any(phase.kind == "hold" for phase in phases)
        rounds = self._rounds(data, has_hold)
        self._stop_on_faults()  # the counts below are compared with the phases
        lines = self._lines(data, phases, has_hold)
        paces = {name: self._pace(data, name, phases) for name in ("faster", "slower")}
        exercise = Exercise(
            id=self._text(data, "id", limit=MAX_LABEL),
            title=self._text(data, "title", limit=MAX_LABEL),
            suits=self._text(data, "suits"),
            caution=self._text(data, "caution"),
            posture=self._texts(data, "posture"),
            phases=phases,
            rounds=rounds,
            faster=paces["faster"],
            slower=paces["slower"],
            lines=lines,
            closing=self._text(data, "closing"),
            sources=self._texts(data, "sources"),
        )
        self._stop_on_faults()
        self._length(data, exercise)
        self._stop_on_faults()
        return exercise

    def _parse(self) -> CommentedMap:
        try:
            data = YAML(typ="rt").load(self.path.read_text(encoding="utf-8"))
        except DuplicateKeyError as error:
            self._fault(error.problem_mark.line, "this key is here twice. Keep one of the two.")
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._fault(
                mark.line if mark else 0,
                f"this is not valid YAML ({error.problem})."
                " Look at the indent, and put quotes around a text that holds a colon.",
            )
        else:
            if isinstance(data, CommentedMap):
                return data
            self._fault(0, "this is not an exercise. Start with `id:` and copy gentle.yml's keys.")
        raise ExerciseFileError(self.faults)

    # --- parts of the file ---

    def _phases(self, data: CommentedMap) -> tuple[Phase, ...]:
        line, items = self._list(data, "phases")
        if not 1 <= len(items) <= MAX_PHASES:
            self._fault(line, f"phases has {len(items)} entries. Write 1 to {MAX_PHASES}.")
        found: list[Phase] = []
        for index, item in enumerate(items):
            here = items.lc.item(index)[0]
            if not isinstance(item, CommentedMap):
                self._fault(
                    here,
                    "a phase needs three keys. Write {kind: in, label: Breathe in, seconds: 4}.",
                )
                continue
            wanted = ("kind", "label", "seconds")
            if not self._keys(item, known=wanted, required=wanted, where="a phase", line=here):
                continue
            kind = item["kind"]
            if kind not in KINDS:
                self._fault(here, f'"{kind}" is not a kind of phase. Write in, hold or out.')
                continue
            label = self._text(item, "label", limit=MAX_LABEL)
            seconds = self._whole(item, "seconds", low=1, high=MAX_PHASE_SECONDS)
            found.append(Phase(cast(Kind, kind), label, seconds, float(seconds)))
        if len(found) == len(items) and items:
            if found[0].kind != "in":
                self._fault(line, "the first phase is not a breath in. Start with kind: in.")
            if all(phase.kind != "out" for phase in found):
                self._fault(line, "no phase breathes out. Add one with kind: out.")
        return tuple(found)

    def _rounds(self, data: CommentedMap, has_hold: bool) -> int:
        rounds = self._whole(data, "rounds", low=1, high=MAX_ROUNDS)
        if has_hold and rounds > MAX_HOLD_ROUNDS:
            self._fault(
                self._line(data, "rounds"),
                f"{rounds} rounds with a hold are too many. Write {MAX_HOLD_ROUNDS} or fewer.",
            )
        return rounds

    def _pace(self, data: CommentedMap, name: str, phases: Sequence[Phase]) -> Pace:
        line, pace = self._line(data, name), data[name]
        written = tuple(phase.count for phase in phases)
        known = ("counts", "count_seconds")
        if not isinstance(pace, CommentedMap) or not pace:
            self._fault(
                line, f"{name} says no pace. Write {{counts: [3, 4]}} or {{count_seconds: 0.75}}."
            )
            return Pace(written, 1.0)
        self._keys(pace, known=known, required=(), where=name, line=line)
        counts = pace.get("counts", written)
        if (
            not isinstance(counts, (list, tuple))
            or len(counts) != len(written)
            or not all(_is_whole(count) for count in counts)
        ):
            self._fault(
                line,
                f"{name} needs a whole number for each phase."
                f" Write {len(written)} of them under counts.",
            )
            return Pace(written, 1.0)
        count_seconds = pace.get("count_seconds", 1.0)
        if not isinstance(count_seconds, (int, float)) or isinstance(count_seconds, bool):
            self._fault(line, "count_seconds is not a number. Write one like 0.75.")
            return Pace(written, 1.0)
        if not all(1 <= count * count_seconds <= MAX_PHASE_SECONDS for count in counts):
            self._fault(
                line,
                f"{name} makes a phase shorter than 1 or longer than {MAX_PHASE_SECONDS} seconds."
                " Change its counts or count_seconds.",
            )
        change = sum(counts) * count_seconds - sum(written)
        if (change >= 0) if name == "faster" else (change <= 0):
            self._fault(line, f"{name} is not {name} than the phases. Change its numbers.")
        return Pace(tuple(counts), float(count_seconds))

    def _lines(self, data: CommentedMap, phases: Sequence[Phase], has_hold: bool) -> Lines:
        lines = data["lines"]
        if not isinstance(lines, CommentedMap):
            self._fault(self._line(data, "lines"), "lines is empty. Copy the keys of gentle.yml.")
            self._stop_on_faults()
        wanted = LINES + (HOLD_LINES if has_hold else [])
        for key in HOLD_LINES:
            if key in lines and not has_hold:
                self._fault(
                    self._line(lines, key),
                    f"{key} is about a hold, and no phase is a hold. Take it out.",
                )
        self._keys(
            lines,
            known=LINES + HOLD_LINES,
            required=wanted,
            where="lines",
            line=self._line(data, "lines"),
        )
        said: dict[str, Any] = {}
        for key in wanted:
            if key not in lines:
                continue
            said[key] = self._texts(lines, key) if key in LISTS else self._text(lines, key)
        breath = tuple(placeholders(phases))
        self._round_lines(lines, "round", breath)
        if has_hold:
            free = tuple(placeholders([p for p in phases if p.kind != "hold"]))
            self._round_lines(lines, "round_no_hold", free)
        self._stop_on_faults()
        return Lines(**said)

    def _round_lines(self, lines: CommentedMap, key: str, counts: Sequence[str]) -> None:
        """See that each line of a round names every count, and nothing that will not be filled."""
        items = lines.get(key)
        if not isinstance(items, CommentedSeq):
            return  # already a fault
        for index, item in enumerate(items):
            line = items.lc.item(index)[0]
            used = self._placeholders(item, line)
            if used is None:
                continue
            for name in counts:
                if name not in used:
                    self._fault(
                        line, f"this line never says {{{name}}}. Put it where it is counted."
                    )
            for name in used:
                if name not in (*counts, "round", "rounds"):
                    allowed = ", ".join(f"{{{n}}}" for n in (*counts, "round", "rounds"))
                    self._fault(line, f"nothing fills {{{name}}} here. Use {allowed}.")

    def _length(self, data: CommentedMap, exercise: Exercise) -> None:
        longest = max(sum(phase.seconds for phase in exercise.breath(t)) for t in (-1, 0, 1))
        limit = MAX_SECONDS if exercise.has_hold else MAX_SECONDS_NO_HOLD
        if longest * exercise.rounds > limit:
            self._fault(
                self._line(data, "rounds"),
                f"at its slowest this lasts {longest * exercise.rounds:.0f} seconds, and {limit} is"
                " the limit. Write fewer rounds or lower counts.",
            )

    # --- small checks ---

    def _keys(
        self,
        data: CommentedMap,
        *,
        known: Sequence[str],
        required: Sequence[str],
        where: str,
        line: int = 0,
    ) -> bool:
        before = len(self.faults)
        for key in data:
            if key not in known:
                self._fault(
                    self._line(data, key),
                    f'"{key}" is not part of {where}. Use only {", ".join(known)}.',
                )
        for key in required:
            if key not in data:
                self._fault(line, f'"{key}" is missing from {where}. Add `{key}:`.')
        return len(self.faults) == before

    def _text(self, data: CommentedMap, key: str, *, limit: int = MAX_TEXT) -> str:
        """Read a text as it is said. Only the lines of a round hold placeholders."""
        text, line = data[key], self._line(data, key)
        if self._is_text(text, line, key, limit):
            self._no_placeholders(text, line)
            return str(text).strip()
        return ""

    def _texts(self, data: CommentedMap, key: str) -> tuple[str, ...]:
        line, items = self._list(data, key)
        if not items:
            self._fault(line, f"{key} is empty. Write at least one entry, each on a line with `-`.")
        for index, item in enumerate(items):
            here = items.lc.item(index)[0]
            if self._is_text(item, here, key, MAX_TEXT) and key not in LISTS:
                self._no_placeholders(item, here)
        return tuple(str(item).strip() for item in items)

    def _is_text(self, text: object, line: int, key: str, limit: int) -> bool:
        if not isinstance(text, str) or not text.strip():
            self._fault(line, f"{key} is not a text. Write words, in quotes if they look odd.")
            return False
        if len(text.strip()) > limit:
            self._fault(
                line, f"{key} is {len(text.strip())} characters long. Write {limit} or fewer."
            )
        return True

    def _list(self, data: CommentedMap, key: str) -> tuple[int, CommentedSeq]:
        line, items = self._line(data, key), data[key]
        if isinstance(items, CommentedSeq):
            return line, items
        self._fault(line, f"{key} is not a list. Write one entry a line, each with `-` in front.")
        raise ExerciseFileError(self.faults)

    def _whole(self, data: CommentedMap, key: str, *, low: int, high: int) -> int:
        value = data[key]
        if _is_whole(value) and low <= value <= high:
            return int(value)
        self._fault(
            self._line(data, key),
            f"{key} is {value}. Write a whole number from {low} to {high}.",
        )
        return low

    def _no_placeholders(self, text: str, line: int) -> None:
        for name in self._placeholders(text, line) or ():
            self._fault(
                line, f"nothing fills {{{name}}} here. Write the words, or move it to a round."
            )

    def _placeholders(self, text: object, line: int) -> list[str] | None:
        try:
            parts = list(Formatter().parse(str(text)))
        except ValueError:
            self._fault(line, "a { or } stands alone. Write placeholders like {in}.")
            return None
        return [f"{name}{spec and ':' + spec}" for _, name, spec, _ in parts if name is not None]

    def _line(self, data: CommentedMap, key: str) -> int:
        return int(data.lc.key(key)[0])

    def _fault(self, line: int, text: str) -> None:
        """Note a fault; `line` counts from 0, as ruamel.yaml does."""
        self.faults.append(f"{_shown(self.path)}:{line + 1}: {text}")

    def _stop_on_faults(self) -> None:
        if self.faults:
            raise ExerciseFileError(self.faults)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
