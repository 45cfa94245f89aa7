"""A whole exercise as one message for a channel that can draw it and keep its time.

The shape is that of the two files in schemas/, which the page's own code may read as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.exercises.exercise import Breathing, Exercise, Steps, placeholders
from assistant.exercises.library import MAX_PHASE_SECONDS, load_library
from assistant.exercises.steps import Progress

VERSION = 1
ON_DONE, ON_STOP = "/breathing_done", "/breathing_stopped"
SCHEMAS = Path(__file__).with_name("schemas")
Sources = Mapping[str, Mapping[str, Any]]


def payload_of(
    progress: Progress,
    *,
    sources: Sources | None = None,
    library: Mapping[str, Exercise] | None = None,
) -> dict[str, Any]:
    """Return what a channel draws for the exercise as it is led at this place.

    Args:
        progress: tempo, form, parts left out, and whether anything is held or tensed.
        sources: the authors' table of sources, to name the first that has a page of its own.
        library: the exercises.
    """
    exercise = (library or load_library())[progress.exercise]
    if isinstance(exercise, Breathing):
        shown = _breathing(exercise, progress)
    else:
        assert isinstance(exercise, Steps)
        shown = _steps(exercise, progress)
    shown |= {"on_done": ON_DONE, "on_stop": ON_STOP}
    source = _source(exercise, sources or {})
    return shown | ({"source": source} if source else {})


def _breathing(exercise: Breathing, progress: Progress) -> dict[str, Any]:
    hold = exercise.has_hold and not progress.skip_hold
    phases = exercise.breath(progress.tempo, hold=hold)
    lines = exercise.lines
    whole = lines.whole if hold or not exercise.has_hold else lines.whole_no_hold
    return {
        "type": "breathing_pacer",
        "version": VERSION,
        "id": exercise.id,
        "title": exercise.title,
        "phases": [
            {
                "kind": phase.kind,
                "label": phase.label,
                "seconds": min(MAX_PHASE_SECONDS, max(1, round(phase.seconds))),
            }
            for phase in phases
        ],
        "rounds": exercise.rounds,
        "fallback_text": whole.format(**placeholders(phases), rounds=exercise.rounds),
    }


def _steps(exercise: Steps, progress: Progress) -> dict[str, Any]:
    steps, skipped = exercise.led(progress.form), set(progress.skipped)
    led = [step for step in steps if not skipped.intersection(step.parts)]
    # With every part left out there is nothing to draw, and one step is the least.
    phases = [
        exercise.phase(step, progress.tempo, release=progress.release) for step in led or steps
    ]
    lines = exercise.lines
    return {
        "type": "steps",
        "version": VERSION,
        "id": exercise.id,
        "title": exercise.title,
        "steps": [{"label": phase.label, "seconds": phase.count} for phase in phases],
        "fallback_text": lines.whole_released if progress.release else lines.whole,
    }


def _source(exercise: Exercise, sources: Sources) -> dict[str, str] | None:
    """Name the first source with a page of its own; nobody is sent to somebody's copy of one."""
    for name in exercise.sources:
        source = sources.get(name) or {}
        link = str(source.get("link") or "")
        if link.startswith("https://") and not source.get("copy"):
            return {"title": f"{source['title']} ({source['publisher']})", "url": link}
    return None


@lru_cache(maxsize=2)
def schema(kind: str) -> dict[str, Any]:
    """Read the JSON Schema of a type of payload: `breathing_pacer` or `steps`."""
    read: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return read
