"""What a channel is given to draw: held against the two schemas, and the limits beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from assistant.exercises import FULL, SHORT, Breathing, Progress, load_library, payload_of
from assistant.exercises.payload import schema

ROOT = Path(__file__).parents[2]
LIBRARY = load_library()
SOURCES = yaml.safe_load((ROOT / "data/sources.yml").read_text(encoding="utf-8"))["sources"]
MUSCLES = "muscle-relaxation"
# Every way an exercise can be led that changes what is drawn.
WAYS = [
    Progress(e.id, tempo=tempo, form=form, skip_hold=free, release=free)
    for e in LIBRARY.values()
    for tempo in (-1, 0, 1)
    for form in ((FULL, SHORT) if e.has_forms else ("",))
    for free in ((False, True) if e.has_hold or e.has_release else (False,))
]
IDS = [f"{w.exercise} {w.form} {w.tempo} {'free' if w.skip_hold else ''}" for w in WAYS]
every_way = pytest.mark.parametrize("way", WAYS, ids=IDS)


def faults(payload: dict[str, Any]) -> list[str]:
    """Return what its schema says against a payload."""
    validator = Draft202012Validator(schema(payload["type"]))
    return [error.message for error in validator.iter_errors(payload)]


def seconds(payload: dict[str, Any]) -> int:
    """Add up how long the whole of it lasts."""
    timed = payload.get("phases") or payload["steps"]
    return sum(part["seconds"] for part in timed) * payload.get("rounds", 1)


@pytest.mark.parametrize("kind", ["breathing_pacer", "steps"])
def test_the_schema_itself_is_one(kind: str):
    """Draft 2020-12, closed at every level."""
    written = schema(kind)
    Draft202012Validator.check_schema(written)
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    items = written["properties"].get("phases", written["properties"].get("steps"))["items"]
    for level in (written, items, written["properties"]["source"]):
        assert level["additionalProperties"] is False


@every_way
def test_every_payload_fits_its_schema(way: Progress):
    """Whatever tempo, form and ease were asked for."""
    payload = payload_of(way, sources=SOURCES)
    assert faults(payload) == []
    assert seconds(payload) <= 600
    breathing = isinstance(LIBRARY[way.exercise], Breathing)
    assert payload["type"] == ("breathing_pacer" if breathing else "steps")


@every_way
def test_the_fallback_says_what_is_drawn(way: Progress):
    """The counts of the breath stand in the words beside it, and no hold that is not led."""
    payload = payload_of(way)
    words = payload["fallback_text"]
    assert "{" not in words
    if way.skip_hold and payload["type"] == "breathing_pacer":
        assert "hold for" not in words
        assert all(phase["kind"] != "hold" for phase in payload["phases"])
    if way.release and payload["type"] == "steps":
        assert "nothing is tensed" in words.lower()
    if payload["type"] == "breathing_pacer":
        exercise = LIBRARY[way.exercise]
        assert isinstance(exercise, Breathing)
        for phase in exercise.breath(way.tempo, hold=not way.skip_hold):
            assert f"for {phase.count}" in words


def test_four_seven_eight_is_drawn_as_the_widget_expects():
    """The example of the widget's own page, with our words."""
    assert payload_of(Progress("4-7-8"), sources=SOURCES) == {
        "type": "breathing_pacer",
        "version": 1,
        "id": "4-7-8",
        "title": "4-7-8 breathing",
        "phases": [
            {"kind": "in", "label": "Breathe in", "seconds": 4},
            {"kind": "hold", "label": "Hold", "seconds": 7},
            {"kind": "out", "label": "Breathe out", "seconds": 8},
        ],
        "rounds": 4,
        "fallback_text": "Breathe in for 4, hold for 7, and breathe out for 8. Do this 4 times."
        " You may skip the hold.",
        "on_done": "/breathing_done",
        "on_stop": "/breathing_stopped",
        "source": {"title": "4-7-8 breathing (Andrew Weil)", "url": "https://drweil.com"},
    }


def test_a_copy_is_no_source_to_send_people_to():
    """Where the only links are somebody's copies, no address is given."""
    copied = {
        "nhs-breathing": {"title": "a", "publisher": "b", "link": "https://c.d", "copy": True}
    }
    assert "source" not in payload_of(Progress("gentle"), sources=copied)


def test_parts_that_are_left_out_are_not_drawn():
    """Without legs and face six steps fewer."""
    whole = payload_of(Progress(MUSCLES, form=FULL))
    part = payload_of(Progress(MUSCLES, form=FULL, skipped=("legs", "face")))
    assert len(whole["steps"]) - len(part["steps"]) == 6


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"speed": 2}, "'speed' was unexpected"),
        ({"rounds": 21}, "21 is greater than the maximum"),
        ({"fallback_text": ""}, "too short"),
        ({"type": "video"}, "'breathing_pacer' was expected"),
        ({"phases": [{"kind": "rest", "label": "Rest", "seconds": 4}]}, "'rest' is not one of"),
        ({"phases": [{"kind": "in", "label": "In", "seconds": 16}]}, "16 is greater"),
        ({"phases": [{"kind": "in", "label": "I" * 41, "seconds": 4}]}, "too long"),
    ],
)
def test_the_schema_refuses_what_cannot_be_drawn(change: dict[str, Any], says: str):
    """Each limit of the pacer has a payload that breaks it."""
    payload = {**payload_of(Progress("gentle")), **change}
    found = [
        e.message for e in Draft202012Validator(schema("breathing_pacer")).iter_errors(payload)
    ]
    assert any(says in message for message in found), found
