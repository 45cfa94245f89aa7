"""The exercise files, judged by the package that plays them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.authoring.content import EXERCISES, SOURCES, Finding, entries, get, items, scalar
from assistant.authoring.project import Project
from assistant.exercises import ExerciseFileError, load_library

_FAULT = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?P<message>.*)", re.DOTALL)


def exercise_files(project: Project) -> Iterator[Finding]:
    """Report what the exercise loader refuses, and sources nobody has listed."""
    try:
        load_library(project.root / EXERCISES)
    except ExerciseFileError as error:
        for fault in error.faults:
            if match := _FAULT.fullmatch(fault):
                name = match["path"].rsplit("/", 1)[-1]
                yield Finding(f"{EXERCISES}/{name}", int(match["line"]), match["message"])
    table = project.pages.get(SOURCES)
    known = {key.value for key, _ in entries(get(table.root, "sources"))} if table else set()
    for path, page in project.pages.items():
        if table and path.startswith(EXERCISES):
            for source in items(get(page.root, "sources")):
                if scalar(source) not in known:
                    message = f"{SOURCES} has no {scalar(source)}. Name one that it has."
                    yield page.finding(source, message)
