"""Shared by every test: the trained model, an agent in this process, and one real server."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "settle.tar.gz"


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


@dataclass
class Server:
    """A real server on a port of its own."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def post(
        self, path: str, body: bytes | dict[str, Any], timeout: float = 30.0
    ) -> tuple[int, Any]:
        """POST `body`; return status and the decoded answer (bytes where it is no JSON)."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, raw, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return response.status, _decoded(response.read())
        except urllib.error.HTTPError as error:
            return error.code, _decoded(error.read())

    def get(self, path: str, timeout: float = 30.0) -> tuple[int, bytes, Any]:
        """GET; return status, body and headers."""
        with urllib.request.urlopen(self.url + path, timeout=timeout) as response:
            return response.status, response.read(), response.headers

    def say(self, text: str, sender: str, channel: str = "rest") -> list[dict[str, Any]]:
        """Send one chat message over HTTP; return the list of replies."""
        status, replies = self.post(
            f"/webhooks/{channel}/webhook", {"sender": sender, "message": text}
        )
        assert status == 200, replies
        return list(replies)


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(
    folder: Path, *, extra: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> Server:
    """Start plain `rasa run` with this project's files and a database in `folder`; wait until ready."""
    port = free_port()
    endpoints = folder / "endpoints.yml"
    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    database = (folder / "conversations.db").as_posix()
    endpoints.write_text(text.replace("var/conversations.db", database), encoding="utf-8")
    log = folder / "server.log"
    rasa = Path(sys.executable).with_name("rasa")
    command = [str(rasa), "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
    command += ["--model", str(MODEL), "--endpoints", str(endpoints)]
    command += ["--credentials", str(ROOT / "credentials.yml"), *extra]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    server = Server(port, process, log)
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            if json.loads(server.get("/status", 5)[1]).get("model_id"):
                return server
        except (OSError, ValueError):
            time.sleep(0.2)
    stop_server(server)
    raise RuntimeError("The server was not ready in time.")


def stop_server(server: Server) -> None:
    """End the server by its own id."""
    server.process.terminate()
    try:
        server.process.wait(15)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


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
