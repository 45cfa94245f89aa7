"""Guided exercises: what to say next and when. Knows no Rasa, clock or network."""

from assistant.exercises.exercise import GENTLE, Exercise, Phase
from assistant.exercises.library import ExerciseFileError, load_exercise, load_library
from assistant.exercises.steps import (
    CONTROLS,
    STOPPED,
    Moment,
    Progress,
    next_moment,
    start,
)

__all__ = [
    "CONTROLS",
    "GENTLE",
    "STOPPED",
    "Exercise",
    "ExerciseFileError",
    "Moment",
    "Phase",
    "Progress",
    "load_exercise",
    "load_library",
    "next_moment",
    "start",
]
