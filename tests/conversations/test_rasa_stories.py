"""The stories for Rasa's own test command hold, words and actions alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conftest import ROOT

STORIES = ROOT / "tests" / "test_stories.yml"


def test_every_test_story_holds(agent: Any, session_loop: Any, tmp_path: Path) -> None:
    """As `rasa test` runs them: what is said is understood, and every action is predicted."""
    from rasa.core.test import test as run

    session_loop.run_until_complete(
        run(str(STORIES), agent, out_directory=str(tmp_path), e2e=True, disable_plotting=True)
    )
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert "story:" not in failed, failed
    assert (tmp_path / "story_report.json").is_file()


def test_a_wrong_test_story_fails(agent: Any, session_loop: Any, tmp_path: Path) -> None:
    """The check above would notice."""
    from rasa.core.test import test as run

    wrong = tmp_path / "test_wrong.yml"
    text = STORIES.read_text(encoding="utf-8").replace("i cannot breathe", "good morning")
    wrong.write_text(text, encoding="utf-8")
    session_loop.run_until_complete(
        run(str(wrong), agent, out_directory=str(tmp_path), e2e=True, disable_plotting=True)
    )
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert failed.count("story:") == 1
