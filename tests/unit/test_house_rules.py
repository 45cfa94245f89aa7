"""Who may import Rasa, and where words live: asserted over the files themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from assistant.authoring.imports import (
    python_files,
    rasa_imports,
    spoken_literals,
    unknown_responses,
)
from assistant.authoring.project import Project, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files() -> dict[str, ast.Module]:
    """The Python files of this repository."""
    return python_files(ROOT)


def test_rasa_is_imported_only_at_the_edge(files: dict[str, ast.Module]) -> None:
    """Safety and exercises, and whatever else decides, run without Rasa."""
    assert [str(finding) for finding in rasa_imports(files)] == []


def test_actions_speak_only_by_response_key(files: dict[str, ast.Module]) -> None:
    """No action passes words of its own to utter_message."""
    assert [str(finding) for finding in spoken_literals(files)] == []


def test_every_response_named_in_python_is_written(files: dict[str, ast.Module]) -> None:
    """Each utter_ key in the code has its words in domain.yml or under data/."""
    assert [str(finding) for finding in unknown_responses(files, load(ROOT))] == []


def _lines(findings: object) -> list[str]:
    return [f"{f.file}:{f.line}" for f in findings]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("assistant/safety/detector.py", "import rasa.shared", True),
        ("assistant/exercises/steps.py", "from rasa_sdk import Action", True),
        ("assistant/exercises/steps.py", "def f():\n    import rasa", True),
        ("assistant/safety/detector.py", "from rasatools import x", False),
        ("assistant/safety/detector.py", "from . import rasa", False),
        ("assistant/nlu/wording.py", "import rasa", False),
        ("actions/breathing.py", "from rasa_sdk import Action", False),
        ("assistant/authoring/check.py", "import rasa", True),
        ("assistant/authoring/check.py", "class A:\n    import rasa", True),
        ("assistant/authoring/try_it.py", "def f():\n    import rasa", False),
    ],
)
def test_rasa_import_is_judged_by_place(path: str, source: str, wrong: bool) -> None:
    """An import of Rasa counts where it stands, and a name that only looks like it does not."""
    assert bool(_lines(rasa_imports({path: ast.parse(source)}))) is wrong


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ('d.utter_message(text="Breathe in")', True),
        ('d.utter_message("Breathe in")', True),
        ('d.utter_message(text=f"Breathe in {n}")', True),
        ('d.utter_message(text="Breathe in " + n)', True),
        ('d.utter_message(text="Breathe {}".format(n))', True),
        ('d.utter_message(text="In" if n else moment.text)', True),
        ('d.utter_message(response="utter_breathing_start")', False),
        ("d.utter_message(text=moment.text)", False),
        ('d.utter_message(text=lines["round"])', False),
    ],
)
def test_words_in_an_action_are_found(call: str, wrong: bool) -> None:
    """Literals and what is built from them are words; names and lookups are not."""
    assert bool(_lines(spoken_literals({"actions/breathing.py": ast.parse(call)}))) is wrong


def test_unwritten_response_is_found() -> None:
    """A key that no YAML file defines is named with its line; beginnings of keys are left alone."""
    source = """\
SAID = "utter_gone", "utter_kept_again"
BEGUN = "utter_kept"
BEGINNINGS = ("utter_kept", "utter_")
"""
    project = Project(Path(), responses={"utter_kept_again": []})
    found = unknown_responses({"assistant/safety/latch.py": ast.parse(source)}, project)
    assert sorted(_lines(found)) == [f"assistant/safety/latch.py:{line}" for line in (1, 2)]
