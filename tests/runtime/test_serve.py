"""`make run`: it starts, says so when it is true, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import ROOT, free_port

from assistant.runtime import serve


def serve_command(*options: str) -> list[str]:
    """Return what `make run` calls."""
    return [sys.executable, "-m", "assistant.runtime.serve", *options]


def refused(*options: str) -> str:
    """Start with `options`, which must fail; return the one line that says why."""
    done = subprocess.run(
        serve_command(*options), cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_missing_model_is_named_with_what_to_do() -> None:
    """Rasa would silently load another model of the folder."""
    assert "make train" in refused("--model", "models/none.tar.gz", "--port", str(free_port()))


def test_a_taken_port_is_named_with_what_to_do(model_path: Path) -> None:
    """One line with the port and a way round it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port} is taken" in refused("--port", str(port))


class Ended:
    """A server process that has ended."""

    def poll(self) -> int | None:
        """Give the exit code."""
        return 1

    def wait(self) -> int:
        """Give the exit code."""
        return 1


class Running(Ended):
    """A server process that runs until it is waited for."""

    def poll(self) -> None:
        """Give no exit code yet."""
        return


@pytest.mark.parametrize(
    ("answers", "server", "said"),
    [
        ([None, False], Running(), "The model could not be loaded"),
        ([None, None], Ended(), "The server ended while starting"),
        ([None, None, True], Running(), "The server ended by itself"),
    ],
    ids=["no model", "ended while starting", "ended later"],
)
def test_a_server_that_fails_is_said_in_a_line(
    answers: list[bool | None],
    server: Ended,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ready is said only once a model answers, and an end of the server is no success."""
    left = iter(answers)
    log = tmp_path / "server.log"
    log.write_text("what the server said last\n")
    monkeypatch.setattr(serve, "LOG", log)
    monkeypatch.setattr(serve, "ready", lambda port: next(left))
    shown = threading.Event()
    assert serve.watch(server, 1, shown) == 1  # type: ignore[arg-type]
    printed = capsys.readouterr()
    assert said in printed.err
    # Before it is ready the server is not shown, so its last lines are.
    assert ("what the server said last" in printed.err) != shown.is_set()
    assert ("Settle is ready" in printed.out) == (answers[-1] is True)


def test_nobody_there_is_not_ready() -> None:
    """A closed port is neither a yes nor a no."""
    assert serve.ready(free_port()) is None


def children(pid: int) -> set[int]:
    """Return every process that `pid` started, and what these started."""
    parent_of = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The program's name stands in brackets and may hold anything.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parent_of[int(stat.parent.name)] = int(fields[1])
    found: set[int] = set()
    while new := {p for p, parent in parent_of.items() if parent in found | {pid}} - found:
        found |= new
    return found


def alive(pid: int) -> bool:
    """Return whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def served(model_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`make run` on a port of its own."""
    port = free_port()
    process = subprocess.Popen(
        serve_command("--port", str(port)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
    )
    yield process, port
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
def test_it_says_ready_when_it_is_and_ctrl_c_ends_all_of_it(
    served: tuple[subprocess.Popen[str], int],
) -> None:
    """The ready line comes with a loaded model; Ctrl-C ends every process, with exit code 0."""
    from urllib.request import urlopen

    process, port = served
    assert process.stdout
    starting, ready_line = (process.stdout.readline() for _ in range(2))
    assert starting.startswith("Starting")
    assert f"http://localhost:{port}/" in ready_line, "something came before the ready line"
    with urlopen(f"http://127.0.0.1:{port}/status", timeout=10) as response:
        assert json.load(response)["model_id"]
    started = children(process.pid)
    assert started
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=30)[0]
    assert process.returncode == 0
    assert "Stopping" in rest
    assert "Traceback" not in rest
    assert [pid for pid in started if alive(pid)] == []
