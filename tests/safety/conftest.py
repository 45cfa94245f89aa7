"""Shared by the safety tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Chat


@pytest.fixture
def make_chat(agent: Any, session_loop: Any) -> Callable[[], Chat]:
    """Begin another conversation, as often as a test likes."""
    return lambda: Chat(agent, session_loop)
