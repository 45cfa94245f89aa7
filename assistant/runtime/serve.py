"""`make run`: start the server, say when it is truly ready, stop all of it on Ctrl-C.

python -m assistant.runtime.serve [--port 5005]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "settle.tar.gz"
HOST = "127.0.0.1"
START_SECONDS = 180
STOP_SECONDS = 10


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
    (ROOT / "var").mkdir(exist_ok=True)
    print("Starting (about 20 seconds) ...", flush=True)
    signal.signal(signal.SIGTERM, interrupt)
    server = None
    try:
        # A session of its own: Ctrl-C reaches this process alone, which then stops the server.
        server = subprocess.Popen(
            command(options.port, options.model), cwd=ROOT, start_new_session=True
        )
        return watch(server, options.port)
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


def watch(server: subprocess.Popen[bytes], port: int) -> int:
    """Say when the server is ready and wait for its end."""
    deadline = time.monotonic() + START_SECONDS
    while not (answer := ready(port)):
        if server.poll() is not None:
            return refuse("The server ended while starting; its last lines above say why.")
        if answer is False:
            return refuse("The model could not be loaded; the lines above say why. Try: make train")
        if time.monotonic() > deadline:
            return refuse(f"The server was not ready after {START_SECONDS} seconds.")
        time.sleep(0.2)
    print(f"Settle is ready: http://localhost:{port}/   (Ctrl-C stops it)", flush=True)
    server.wait()
    return refuse("The server ended by itself; its last lines above say why.")


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
    """Turn SIGTERM into the same clean end as Ctrl-C."""
    raise KeyboardInterrupt


def refuse(why: str) -> int:
    """Say in one line why this cannot go on."""
    print(why, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
