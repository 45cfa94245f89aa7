"""Walk an exercise in the terminal: `python -m assistant.exercises gentle`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from assistant.exercises.exercise import GENTLE
from assistant.exercises.library import load_library
from assistant.exercises.steps import Moment, next_moment, start

READING_SECONDS = 8


def walk(technique: str, *, hold: bool, sleep: Callable[[float], None]) -> None:
    """Say every message and count every breath."""
    moment = start(technique)
    _say(moment, sleep)
    while progress := moment.progress:
        choosing = hold and moment.say == "utter_breathing_choice"
        moment = start(technique, progress) if choosing else next_moment(progress)
        _say(moment, sleep)


def _say(moment: Moment, sleep: Callable[[float], None]) -> None:
    print(f"\n{moment.fill['words']}\n", flush=True)
    if not moment.phases and not moment.done:
        sleep(READING_SECONDS)
    for phase in moment.phases:
        for left in range(phase.count, 0, -1):
            print(f"\r  {phase.label} {left}  ", end="", flush=True)
            sleep(phase.seconds / phase.count)
        print(f"\r  {phase.label}    ", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m assistant.exercises",
        description="Walk an exercise in the terminal. Ctrl-C stops it.",
    )
    parser.add_argument("exercise", nargs="?", default=GENTLE, choices=sorted(load_library()))
    parser.add_argument(
        "--hold",
        action="store_true",
        help="choose [With holding]; without this the gentle exercise follows the caution",
    )
    parser.add_argument("--fast", action="store_true", help="do not wait")
    options = parser.parse_args(argv)
    try:
        walk(
            options.exercise,
            hold=options.hold,
            sleep=(lambda seconds: None) if options.fast else time.sleep,
        )
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
