"""The plainest question of each topic gets that topic's answer, with no detour."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.authoring.agent import label_of, understand

FILE = Path(__file__).with_name("plain_questions.yml")
ROWS: list[dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["questions"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["say"])
def test_a_plain_question_gets_its_topic(
    row: dict[str, str], agent: Any, session_loop: asyncio.AbstractEventLoop
) -> None:
    """No tier, no choice to make first."""
    parse = session_loop.run_until_complete(understand(agent, row["say"]))
    assert label_of(parse) == row["expect"]
