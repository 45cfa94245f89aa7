"""One exercise file while it is read: every fault is noted with its line and the way out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from string import Formatter

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

MAX_TEXT = 900
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class ExerciseFileError(ValueError):
    """One or more faults in the exercise files, a line for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep the faults apart, and together as the text."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def shown(path: Path) -> str:
    """Write the path as an author types it, from the top of the project where it lies inside."""
    top = Path(__file__).parents[2]
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else str(path)


def is_whole(value: object) -> bool:
    """Tell a whole number; yes and no are none."""
    return isinstance(value, int) and not isinstance(value, bool)


class Page:
    """Gathers the faults of one file instead of stopping at the first."""

    def __init__(self, path: Path) -> None:
        """Know the file; nothing is read yet."""
        self.path = path
        self.faults: list[str] = []

    def parse(self) -> CommentedMap:
        """Read the file as keys and values that know their lines."""
        try:
            data = YAML(typ="rt").load(self.path.read_text(encoding="utf-8"))
        except DuplicateKeyError as error:
            self.fault(error.problem_mark.line, "this key is here twice. Keep one of the two.")
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.fault(
                mark.line if mark else 0,
                f"this is not valid YAML ({error.problem})."
                " Look at the indent, and put quotes around a text that holds a colon.",
            )
        else:
            if isinstance(data, CommentedMap):
                return data
            self.fault(0, "this is not an exercise. Start with `id:` and copy gentle.yml's keys.")
        raise ExerciseFileError(self.faults)

    def fault(self, line: int, text: str) -> None:
        """Note a fault; `line` counts from 0, as ruamel.yaml does."""
        self.faults.append(f"{shown(self.path)}:{line + 1}: {text}")

    def stop_on_faults(self) -> None:
        """Go no further where what follows would only repeat a fault."""
        if self.faults:
            raise ExerciseFileError(self.faults)

    def line(self, data: CommentedMap, key: str) -> int:
        """Return the line of a key, from 0."""
        return int(data.lc.key(key)[0])

    def keys(
        self,
        data: CommentedMap,
        *,
        known: Sequence[str],
        required: Sequence[str],
        where: str,
        line: int = 0,
    ) -> bool:
        """See that every key is known and none is missing."""
        before = len(self.faults)
        for key in data:
            if key not in known:
                self.fault(
                    self.line(data, key),
                    f'"{key}" is not part of {where}. Use only {", ".join(known)}.',
                )
        for key in required:
            if key not in data:
                self.fault(line, f'"{key}" is missing from {where}. Add `{key}:`.')
        return len(self.faults) == before

    def block(self, data: CommentedMap, key: str, like: str) -> CommentedMap:
        """Return the keys below a key; without any, nothing after it makes sense."""
        found = data[key]
        if isinstance(found, CommentedMap):
            return found
        self.fault(self.line(data, key), f"{key} is empty. Copy the keys of {like}.")
        raise ExerciseFileError(self.faults)

    def one_of(self, data: CommentedMap, key: str, allowed: Sequence[str]) -> str:
        """Read one of a few words."""
        value = data[key]
        if value in allowed:
            return str(value)
        self.fault(
            self.line(data, key),
            f'{key} is "{value}". Write {", ".join(allowed[:-1])} or {allowed[-1]}.',
        )
        return allowed[0]

    def yes_or_no(self, data: CommentedMap, key: str) -> bool:
        """Read true or false; left out is false."""
        value = data.get(key, False)
        if isinstance(value, bool):
            return value
        self.fault(self.line(data, key), f"{key} is {value}. Write true, or take the line out.")
        return False

    def text(self, data: CommentedMap, key: str, *, limit: int = MAX_TEXT) -> str:
        """Read a text as it is said, with no placeholder in it."""
        text, line = data[key], self.line(data, key)
        if self.is_text(text, line, key, limit):
            self.no_placeholders(text, line)
            return str(text).strip()
        return ""

    def day(self, data: CommentedMap, key: str) -> str:
        """Read a day such as "2026-11-22"."""
        value = data[key]
        if isinstance(value, str) and _DAY.fullmatch(value):
            return value
        self.fault(
            self.line(data, key),
            f'{key} is {value}. Write the day in quotes, like "2026-11-22".',
        )
        return ""

    def texts(self, data: CommentedMap, key: str, *, filled: bool = False) -> tuple[str, ...]:
        """Read a list of texts; only `filled` ones may hold placeholders."""
        line, items = self.entries(data, key)
        if not items:
            self.fault(line, f"{key} is empty. Write at least one entry, each on a line with `-`.")
        for index, item in enumerate(items):
            here = items.lc.item(index)[0]
            if self.is_text(item, here, key, MAX_TEXT) and not filled:
                self.no_placeholders(item, here)
        return tuple(str(item).strip() for item in items)

    def is_text(self, text: object, line: int, key: str, limit: int) -> bool:
        """See that something is a text of a bearable length."""
        if not isinstance(text, str) or not text.strip():
            self.fault(line, f"{key} is not a text. Write words, in quotes if they look odd.")
            return False
        if len(text.strip()) > limit:
            self.fault(
                line, f"{key} is {len(text.strip())} characters long. Write {limit} or fewer."
            )
        return True

    def entries(self, data: CommentedMap, key: str) -> tuple[int, CommentedSeq]:
        """Return the line of a list and its entries."""
        line, items = self.line(data, key), data[key]
        if isinstance(items, CommentedSeq):
            return line, items
        self.fault(line, f"{key} is not a list. Write one entry a line, each with `-` in front.")
        raise ExerciseFileError(self.faults)

    def whole(self, data: CommentedMap, key: str, *, low: int, high: int) -> int:
        """Read a whole number within limits."""
        value = data[key]
        if is_whole(value) and low <= value <= high:
            return int(value)
        self.fault(
            self.line(data, key),
            f"{key} is {value}. Write a whole number from {low} to {high}.",
        )
        return low

    def fills(self, text: object, line: int, counts: Sequence[str], others: Sequence[str]) -> None:
        """See that a line names every count, and nothing that will not be filled."""
        used = self._placeholders(text, line)
        if used is None:
            return
        for name in counts:
            if name not in used:
                self.fault(line, f"this line never says {{{name}}}. Put it where it is counted.")
        for name in used:
            if name not in (*counts, *others):
                allowed = ", ".join(f"{{{n}}}" for n in (*counts, *others))
                self.fault(line, f"nothing fills {{{name}}} here. Use {allowed}.")

    def no_placeholders(self, text: str, line: int) -> None:
        """See that a text holds no placeholder."""
        for name in self._placeholders(text, line) or ():
            self.fault(
                line, f"nothing fills {{{name}}} here. Write the words, or move it to a round."
            )

    def _placeholders(self, text: object, line: int) -> list[str] | None:
        try:
            parts = list(Formatter().parse(str(text)))
        except ValueError:
            self.fault(line, "a { or } stands alone. Write placeholders like {in}.")
            return None
        return [f"{name}{spec and ':' + spec}" for _, name, spec, _ in parts if name is not None]
