"""Draw each breathing exercise as a GIF, an MP4 and a still picture, with an index of them.

    python -m assistant.authoring.animations [--check] [--sheets]

All of it is made from the exercise files and the words in animations.yml. `--check` draws nothing
and fails when the index is old or a file is missing. `--sheets` puts what was drawn on one page
for each exercise, to be looked at.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from assistant.authoring.breath_frames import MAX_CYCLES, Pattern
from assistant.authoring.pages import Made
from assistant.exercises.exercise import Breathing, Exercise, Phase
from assistant.exercises.library import load_library

ROOT = Path(__file__).parents[2]
INDEX = Made("assistant/exercises/animations/index.yml", "make animations")
SHEETS = "results/animations"
WORDS = Path(__file__).with_suffix(".yml")
MAX_BYTES = 400_000
KINDS = ("gif", "mp4", "still")
HEAD = "# Made by `make animations` from the exercise files; change those, not this page.\n"


class Animated(NamedTuple):
    """A breathing exercise, as far as it is drawn."""

    id: str
    title: str
    pattern: Pattern


def animated(
    exercises: Iterable[Exercise] | None = None, words: Mapping[str, Any] | None = None
) -> Iterator[Animated]:
    """Give every exercise that has a breath in its phases."""
    end = (words or read_words())["end"]
    for exercise in load_library().values() if exercises is None else exercises:
        if isinstance(exercise, Breathing):
            cycles = min(exercise.rounds, MAX_CYCLES)
            yield Animated(exercise.id, exercise.title, Pattern(exercise.phases, cycles, end))


def entry(one: Animated, words: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the files of one exercise: names, length, and the words that go with them."""
    name = re.sub(r"[^a-z0-9-]+", "_", one.id.lower())
    phases, fill = one.pattern.phases, _fill(one, words)
    hold = any(phase.kind == "hold" for phase in phases)
    return {
        "id": one.id,
        "gif": f"{name}.gif",
        "mp4": f"{name}.mp4",
        "still": f"{name}.png",
        "seconds": one.pattern.length_ms / 1000,
        "cycles": one.pattern.cycles,
        "phases": [
            {"kind": phase.kind, "label": phase.label, "seconds": phase.seconds} for phase in phases
        ],
        "alt": words["alt"].format(**fill),
        "still_alt": words["still_alt"].format(**fill),
        "caption": words["caption_hold" if hold else "caption"].format(**fill),
    }


def index(words: Mapping[str, Any], exercises: Iterable[Any] | None = None) -> str:
    """Return the whole index, in the order of the exercise files."""
    entries = [entry(one, words) for one in animated(exercises, words)]
    return HEAD + yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100)


def read_words() -> dict[str, Any]:
    """Read the words in and around the animations."""
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


def faults(root: Path, text: str) -> Iterator[str]:
    """Name what is not as the exercise files have it."""
    if not INDEX.shows(root, text):
        yield f"{INDEX.path}: {INDEX.old}"
        return
    folder = (root / INDEX.path).parent
    wanted = {one[kind] for one in yaml.safe_load(text) for kind in KINDS}
    present = {path.name for path in folder.iterdir()} - {Path(INDEX.path).name}
    for name in sorted(wanted - present):
        yield f"{folder.relative_to(root) / name}: not there. Run {INDEX.command}."
    for name in sorted(present - wanted):
        yield f"{folder.relative_to(root) / name}: belongs to no exercise. Run {INDEX.command}."


def draw_all(
    folder: Path, words: Mapping[str, Any], exercises: Iterable[Any] | None = None
) -> Iterator[str]:
    """Draw every exercise into the folder, say the sizes, and take away what belongs to none."""
    # Only drawing needs the packages of dev.txt, so only drawing imports them.
    from assistant.authoring import breath_pictures

    folder.mkdir(exist_ok=True)
    made: set[Path] = set()
    for one in animated(exercises, words):
        gif, mp4, still = (folder / entry(one, words)[kind] for kind in KINDS)
        try:
            breath_pictures.save_gif(one.pattern, gif)
            breath_pictures.save_mp4(one.pattern, mp4)
            breath_pictures.save_still(one.pattern, _times(one, words), still)
        except breath_pictures.UnreadableError as error:
            raise SystemExit(f"{one.id}: {error}") from error
        for path in (gif, mp4, still):
            size = path.stat().st_size
            yield f"{path.name:24} {size / 1000:6.1f} KB"
            if size > MAX_BYTES:
                raise SystemExit(
                    f"{path.name} is larger than {MAX_BYTES // 1000} KB."
                    f" Shorten the phases of {one.id}, or lead fewer rounds."
                )
        made |= {gif, mp4, still}
    for path in sorted(set(folder.iterdir()) - made - {folder / Path(INDEX.path).name}):
        path.unlink()
        yield f"{path.name:24} taken away"


def draw_sheets(folder: Path, into: Path, words: Mapping[str, Any]) -> Iterator[str]:
    """Put what the files of each exercise show on one page, and name the pages."""
    from assistant.authoring import breath_pictures

    into.mkdir(parents=True, exist_ok=True)
    for one in animated(words=words):
        described = entry(one, words)
        breath_pictures.save_sheet(
            folder / described["gif"], one.pattern, into / described["still"]
        )
        yield f"{SHEETS}/{described['still']}"


def _fill(one: Animated, words: Mapping[str, Any]) -> dict[str, str]:
    spoken = [
        {"label": phase.label, "seconds": _seconds(phase, words)} for phase in one.pattern.phases
    ]
    counts = [words["count"].format(**fill) for fill in spoken]
    moves = [
        words["moves"][phase.kind].format(**fill)
        for phase, fill in zip(one.pattern.phases, spoken, strict=True)
    ]
    return {
        "title": one.title,
        "times": _times(one, words),
        "moves": " ".join(moves),
        "counts": ", ".join([counts[0], *(count[0].lower() + count[1:] for count in counts[1:])]),
    }


def _times(one: Animated, words: Mapping[str, Any]) -> str:
    said: str = words["times"][one.pattern.cycles - 1]
    return said


def _seconds(phase: Phase, words: Mapping[str, Any]) -> str:
    form = "one" if phase.seconds == 1 else "more"
    said: str = words["seconds"][form].format(count=f"{phase.seconds:g}")
    return said


def main(argv: Sequence[str] | None = None) -> int:
    """Draw everything, or with --check say what is old; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m assistant.authoring.animations")
    parser.add_argument("--check", action="store_true", help="draw nothing; fail when old")
    parser.add_argument("--sheets", action="store_true", help=f"overviews in {SHEETS}/")
    options = parser.parse_args(argv)
    words = read_words()
    text = index(words)
    if options.check:
        found = list(faults(ROOT, text))
        print("\n".join(found), end="\n" if found else "")
        return 1 if found else 0
    folder = (ROOT / INDEX.path).parent
    for line in draw_all(folder, words):
        print(line, flush=True)
    for line in draw_sheets(folder, ROOT / SHEETS, words) if options.sheets else ():
        print(line, flush=True)
    return INDEX.write(ROOT, text, f"{len(yaml.safe_load(text))} breathing exercises")


if __name__ == "__main__":
    sys.exit(main())
