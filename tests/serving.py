"""A real server for the tests that need one, and where its files are."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "settle.tar.gz"


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


def endpoints_in(folder: Path) -> Path:
    """Write this project's endpoints with the conversations in `folder`; return the file."""
    settings = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    database = (folder / "conversations.db").as_posix()
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(settings.replace("var/conversations.db", database), encoding="utf-8")
    return endpoints


def start_server(
    folder: Path, *, extra: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> Server:
    """Start plain `rasa run` with this project's files and a database in `folder`; wait until ready."""
    port = free_port()
    endpoints = endpoints_in(folder)
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
