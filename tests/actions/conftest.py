"""A conversation as the actions see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from rasa_sdk import Tracker

MakeTracker = Callable[..., Tracker]


@pytest.fixture
def make_tracker() -> MakeTracker:
    """Give a function that builds a tracker from slots, an intent and entities."""

    def make(
        *,
        slots: Mapping[str, Any] | None = None,
        intent: str = "affirm",
        entities: Mapping[str, str | list[str]] | None = None,
        events: Sequence[dict[str, Any]] = (),
    ) -> Tracker:
        found = [
            {"entity": name, "value": value}
            for name, values in (entities or {}).items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        message = {"text": "", "intent": {"name": intent, "confidence": 1.0}, "entities": found}
        return Tracker(
            sender_id="test",
            slots=dict(slots or {}),
            latest_message=message,
            events=list(events),
            paused=False,
            followup_action=None,
            active_loop={},
            latest_action_name=None,
        )

    return make
