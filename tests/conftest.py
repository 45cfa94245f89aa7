"""Shared by every test: the trained model, an agent in this process, and one real server."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from serving import MODEL, ROOT, Server, start_server, stop_server

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@dataclass
class Turn:
    """What one message got."""

    keys: list[str]
    """Response keys, in order, as `metadata.utter_action` of the bot events."""
    messages: list[dict[str, Any]]
    intent: str | None
    parse: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything said, as one text."""
        return "\n".join(m.get("text", "") for m in self.messages)

    @property
    def payloads(self) -> list[str]:
        """The payloads of every button."""
        return [b["payload"] for m in self.messages for b in m.get("buttons", [])]


class Chat:
    """One person's conversation with the trained agent and its real actions."""

    def __init__(self, agent: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Begin as somebody new."""
        self.agent = agent
        self.sender = uuid.uuid4().hex
        self._loop = loop

    def say(self, text: str) -> Turn:
        """Send one message; return what came back."""
        return self._loop.run_until_complete(self._say(text))

    def slot(self, name: str) -> Any:
        """Return the value of a slot now."""
        return self.tracker().get_slot(name)

    def tracker(self) -> Any:
        """Return the stored conversation."""
        return self._loop.run_until_complete(self.agent.tracker_store.retrieve(self.sender))

    async def _say(self, text: str) -> Turn:
        from rasa.core.channels.channel import UserMessage
        from rasa.shared.core.events import BotUttered, UserUttered

        from assistant.channels.rest import WholeText

        out = WholeText()
        before = await self.agent.tracker_store.retrieve(self.sender)
        seen = len(before.events) if before else 0
        await self.agent.handle_message(UserMessage(text, out, self.sender))
        after = await self.agent.tracker_store.retrieve(self.sender)
        new = list(after.events)[seen:] if after else []
        said = [e.metadata.get("utter_action", "") for e in new if isinstance(e, BotUttered)]
        users = [e for e in new if isinstance(e, UserUttered)]
        parse = dict(users[-1].parse_data) if users else {}
        return Turn(said, out.messages, (parse.get("intent") or {}).get("name"), parse)


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The trained model; tests never train it themselves."""
    assert MODEL.is_file(), "There is no model. Run: make train"
    return MODEL


@pytest.fixture(scope="session")
def session_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for the shared agent."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def agent(model_path: Path, session_loop: asyncio.AbstractEventLoop) -> Any:
    """The trained agent with real actions, conversations in memory."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    from assistant.runtime import boot

    boot.install()
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.tracker_store = None
    return session_loop.run_until_complete(load_agent(str(model_path), endpoints=endpoints))


@pytest.fixture
def chat(agent: Any, session_loop: asyncio.AbstractEventLoop) -> Chat:
    """A new conversation."""
    return Chat(agent, session_loop)


@pytest.fixture(scope="session")
def server(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real server for all tests that need HTTP; each test talks as its own sender."""
    running = start_server(tmp_path_factory.mktemp("server"))
    yield running
    stop_server(running)


@pytest.fixture
def sender() -> str:
    """A new person's id."""
    return uuid.uuid4().hex
