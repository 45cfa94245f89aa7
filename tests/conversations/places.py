"""Put somebody new at a place in a conversation that was walked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.conftest import Chat


class Places:
    """The events that lead to each place; walking is slow, standing there again is not."""

    def __init__(self, agent: Any, loop: Any) -> None:
        """Know the agent to talk to."""
        self._agent = agent
        self._loop = loop
        self._events: dict[str, list[Any]] = {}

    def walk(self, ways: Mapping[str, Sequence[str]]) -> None:
        """Say each way's messages; `<way> 2` is where one stands after the second."""
        for way, said in ways.items():
            chat = Chat(self._agent, self._loop)
            self._events[f"{way} 0"] = []
            for number, text in enumerate(said, 1):
                chat.say(text)
                self._events[f"{way} {number}"] = list(chat.tracker().events)

    def at(self, place: str) -> Chat:
        """Return a new conversation that stands there."""
        from rasa.shared.core.trackers import DialogueStateTracker

        chat, domain = Chat(self._agent, self._loop), self._agent.domain
        if events := self._events[place]:
            tracker = DialogueStateTracker.from_events(
                chat.sender, list(events), domain.slots, domain=domain
            )
            self._loop.run_until_complete(self._agent.tracker_store.save(tracker))
        return chat
