"""Walk an exercise in the terminal: `python -m assistant.exercises gentle`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from assistant.exercises.exercise import FULL, GENTLE, SHORT
from assistant.exercises.library import load_library
from assistant.exercises.steps import Moment, at_checkin, next_moment, start

READING_SECONDS = 8


def moments(
    exercise: str, *, hold: bool = False, form: str | None = None, release: bool = False
) -> Iterator[Moment]:
    """Give every message of an exercise, for a listener who goes on after each."""
    moment = start(exercise, form=form, release=release)
    yield moment
    while (here := moment.progress) and not at_checkin(here):
        choosing = hold and moment.say == "utter_breathing_choice"
        moment = start(exercise, here) if choosing else next_moment(here)
        yield moment


def _say(moment: Moment, sleep: Callable[[float], None]) -> None:
    print(f"\n{moment.fill['words']}\n", flush=True)
    if not moment.phases and not at_checkin(moment.progress):
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
    parser.add_argument(
        "--form", choices=(FULL, SHORT), help="of muscle relaxation; short where none is given"
    )
    parser.add_argument("--release", action="store_true", help="only let go, tense nothing")
    parser.add_argument("--fast", action="store_true", help="do not wait")
    options = parser.parse_args(argv)
    sleep: Callable[[float], None] = (lambda seconds: None) if options.fast else time.sleep
    walk = moments(options.exercise, hold=options.hold, form=options.form, release=options.release)
    try:
        for moment in walk:
            _say(moment, sleep)
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
