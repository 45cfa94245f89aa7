"""`make run`: start the server, say when it is truly ready, stop all of it on Ctrl-C.

    python -m assistant.runtime.serve [--port 5005]

Everything the server says is kept in var/server.log. Here it is shown from the moment it
is ready: before that it is two dozen warnings of libraries about each other.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "settle.tar.gz"
LOG = ROOT / "var" / "server.log"
HOST = "127.0.0.1"
START_SECONDS = 180
STOP_SECONDS = 10
LAST_LINES = 15


def main() -> int:
    """Run until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="Serve Settle on this machine.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "5005")))
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    # Rasa would silently load the newest other model of the folder.
    if not options.model.is_file():
        return refuse(f"There is no model at {options.model.name}. Run: make train")
    if taken(options.port):
        return refuse(
            f"Port {options.port} is taken by another program. "
            f"Stop it, or choose another: PORT={options.port + 1} make run"
        )
    LOG.parent.mkdir(exist_ok=True)
    print("Starting (about 20 seconds) ...", flush=True)
    # Both by name: a shell starts a background job with SIGINT ignored.
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, interrupt)
    server = None
    shown = threading.Event()
    try:
        # A session of its own: Ctrl-C reaches this process alone, which then stops the server.
        server = subprocess.Popen(
            command(options.port, options.model),
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=keep, args=(server, shown), daemon=True).start()
        return watch(server, options.port, shown)
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        # A second, impatient Ctrl-C must not leave the server behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if server:
            stop(server)


def command(port: int, model: Path) -> list[str]:
    """Return the plain Rasa command that is run."""
    rasa = Path(sys.executable).with_name("rasa")
    return [
        *(str(rasa), "run", "--enable-api", "--interface", HOST, "--port", str(port)),
        *("--model", str(model), "--endpoints", "endpoints.yml"),
        *("--credentials", "credentials.yml"),
    ]


def watch(server: subprocess.Popen[bytes], port: int, shown: threading.Event) -> int:
    """Say when the server is ready, show what it says from then on, and wait for its end."""
    deadline = time.monotonic() + START_SECONDS
    while not (answer := ready(port)):
        if server.poll() is not None:
            return refuse("The server ended while starting; the lines above say why.", last_lines())
        if answer is False:
            return refuse("The model could not be loaded. Try: make train", last_lines())
        if time.monotonic() > deadline:
            return refuse(f"The server was not ready after {START_SECONDS} seconds.", last_lines())
        time.sleep(0.2)
    print(f"Settle is ready: http://localhost:{port}/   (Ctrl-C stops it)", flush=True)
    shown.set()
    server.wait()
    return refuse("The server ended by itself; the whole log is in var/server.log.")


def keep(server: subprocess.Popen[bytes], shown: threading.Event) -> None:
    """Write what the server says to the log, and to the terminal once `shown` is set."""
    with LOG.open("wb", buffering=0) as log:
        for line in server.stdout or ():
            log.write(line)
            if shown.is_set():
                sys.stdout.buffer.write(line)
                sys.stdout.flush()


def last_lines() -> str:
    """Return the end of the log, for a start that failed."""
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-LAST_LINES:])


def ready(port: int) -> bool | None:
    """Return whether a model is loaded, not only the port open; None while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/status", timeout=5) as response:
            return bool(json.load(response).get("model_id"))
    except urllib.error.HTTPError:
        return False
    except (OSError, ValueError):
        return None


def taken(port: int) -> bool:
    """Return whether somebody listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server and everything it started."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def interrupt(signum: int, frame: object) -> None:
    """Make SIGTERM and SIGINT the same clean end."""
    raise KeyboardInterrupt


def refuse(why: str, before: str = "") -> int:
    """Say in one line why this cannot go on, below what the server said about it."""
    print("\n".join(filter(None, [before, why])), file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
