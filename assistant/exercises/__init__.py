"""Guided exercises: what to say next and when. Knows no Rasa, clock or network."""

from assistant.exercises.exercise import FULL, GENTLE, SHORT, Breathing, Exercise, Phase, Steps
from assistant.exercises.library import load_exercise, load_library
from assistant.exercises.page import ExerciseFileError
from assistant.exercises.payload import payload_of
from assistant.exercises.steps import (
    CONTROLS,
    FEELINGS,
    HOLDING,
    STOPPED,
    Moment,
    Progress,
    asks_for_words,
    asks_form,
    at_checkin,
    decline,
    feel,
    finish,
    next_moment,
    start,
)

__all__ = [
    "CONTROLS",
    "FEELINGS",
    "FULL",
    "GENTLE",
    "HOLDING",
    "SHORT",
    "STOPPED",
    "Breathing",
    "Exercise",
    "ExerciseFileError",
    "Moment",
    "Phase",
    "Progress",
    "Steps",
    "asks_for_words",
    "asks_form",
    "at_checkin",
    "decline",
    "feel",
    "finish",
    "load_exercise",
    "load_library",
    "next_moment",
    "payload_of",
    "start",
]
