"""Rasa's own commands work on this project as its documentation says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from serving import MODEL, ROOT, endpoints_in, free_port

RASA = Path(sys.executable).with_name("rasa")
ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
# Under an answer with buttons the terminal shows a menu; its last entry, one up from the first,
# is free text.
FREE_TEXT = "\x1b[A\r"
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\s")


def test_shell_talks_in_the_terminal(model_path: Path, tmp_path: Path) -> None:
    """`rasa shell` answers a question, starts an exercise without an action server, and ends."""
    command = [str(RASA), "shell", "--port", str(free_port()), "--model", str(MODEL)]
    shell = subprocess.Popen(
        [*command, "--endpoints", str(endpoints_in(tmp_path))],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert shell.stdin
    assert shell.stdout
    typed = ["why do i twitch from stress\r", "breathing exercise please\r", "/stop\r"]
    shell.stdin.write(FREE_TEXT.join(typed).encode())
    shell.stdin.flush()
    try:
        # Standard input stays open: the terminal takes its end for a fault.
        shell.wait(90)
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
    # Lines are broken to the width of a terminal, so blanks say nothing.
    said = TERMINAL_CODES.sub("", shell.stdout.read().decode("utf-8", "replace"))
    assert shell.returncode == 0, said[-2000:]
    assert "Iamanautomatedprogram" in said
    assert "twitch" in said
    assert "Gentlebreathing" in said
    assert "Traceback" not in said


def test_data_validate_finds_nothing_wrong() -> None:
    """`rasa data validate` accepts domain, phrases, rules and stories."""
    done = subprocess.run(
        [str(RASA), "data", "validate"],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "No story structure conflicts found" in done.stderr + done.stdout


def test_run_actions_serves_the_actions() -> None:
    """`rasa run actions` knows every action of domain.yml."""
    port = free_port()
    server = subprocess.Popen(
        [str(RASA), "run", "actions", "--port", str(port)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        listed = get(f"http://127.0.0.1:{port}/actions", server)
    finally:
        server.terminate()
        server.wait(30)
    for name in ("action_exercise_start", "action_exercise_next", "action_exercise_control"):
        assert name in listed


def get(url: str, server: subprocess.Popen[bytes]) -> str:
    """Return what `url` answers, as soon as it does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.1)
    pytest.fail("The action server did not answer.")
