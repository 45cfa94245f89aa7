"""Set up a fresh machine: Python 3.10, uv, and the environments of this project.

Runs on any Python 3.9 or newer with nothing installed; `make` calls it before
everything else. A second run finds its stamp and does nothing.

    python3 tools/bootstrap.py run      what the assistant needs
    python3 tools/bootstrap.py dev      the same plus what the tests need
    python3 tools/bootstrap.py tools    ruff and mypy, in an environment of their own
    python3 tools/bootstrap.py lock     make the locks again
    python3 tools/bootstrap.py browser  chromium for the browser tests
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
UV_VERSION = "0.13.9"
PYTHON = "3.10"
LOCKS = {"run": ("run.txt",), "dev": ("dev.txt",), "tools": ("tools.txt",)}
HOW_TO_GET_PYTHON = (
    "Python 3.10 is needed and was not found. Install it (Debian: apt-get install python3.10; "
    "pyenv: pyenv install 3.10; or connect to the network so that uv can fetch it), "
    "or set PYTHON to its path."
)


def main(what: str) -> None:
    """Do the one thing asked for."""
    if what == "lock":
        lock()
    elif what == "browser":
        browser()
    elif what in LOCKS:
        environment(what)
    else:
        stop(f"Unknown step {what!r}. Use one of: run, dev, tools, lock, browser.")


def environment(what: str) -> None:
    """Bring `.venv` (or `.venv-tools`) to the state of its lock."""
    folder = ROOT / (".venv-tools" if what == "tools" else ".venv")
    stamp = folder / "settle-stamp"
    wanted = fingerprint(what)
    present = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    # dev holds everything of run: `make run` after `make test` has nothing to do.
    enough = {wanted, fingerprint("dev")} if what == "run" else {wanted}
    if present in enough and runs(python_of(folder)):
        return
    print(f"Setting up {folder.name} (once; a few hundred MB the first time) ...", flush=True)
    uv = find_uv()
    python = find_python(uv)
    stamp.unlink() if stamp.exists() else None
    if not runs(python_of(folder)):
        run([uv, "venv", "--quiet", "--clear", "--python", python, str(folder)])
    lock_file = REQUIREMENTS / LOCKS[what][0]
    # sync, not install: some packages ask for things the overrides leave out on purpose.
    run(
        [uv, "pip", "sync", "--quiet", "--require-hashes"]
        + ["--python", str(python_of(folder)), str(lock_file)]
    )
    stamp.write_text(wanted, encoding="utf-8")


def lock() -> None:
    """Make every lock from its .in file; hashes, no index address."""
    uv = find_uv()
    python = find_python(uv)
    compile_ = [uv, "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url"]
    compile_ += ["--custom-compile-command", "make lock", "--python", python]
    overrides = ["--override", "overrides.txt"]
    steps: list[list[str]] = [
        ["run.in", "-o", "run.txt", *overrides],
        # The run lock binds the dev lock: tests see exactly what runs.
        ["dev.in", "-o", "dev.txt", "-c", "run.txt", *overrides],
        ["tools.in", "-o", "tools.txt"],
    ]
    for step in steps:
        run(compile_ + step, cwd=REQUIREMENTS)
        print(f"requirements/{step[2]} written.", flush=True)


def browser() -> None:
    """Install chromium where that is possible, else say how; never fail for it."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    apt = shutil.which("apt-get")
    if apt and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing chromium for the browser tests ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            if subprocess.call([apt, *step], env=quiet, stdout=subprocess.DEVNULL) != 0:
                break
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        print("No chromium: the browser tests will be left out. Debian: apt-get install chromium.")


def find_python(uv: str) -> str:
    """Return a Python 3.10 that really runs: $PYTHON, PATH, pyenv, or one uv fetches."""
    named = os.environ.get("PYTHON")
    if named:
        path = shutil.which(named)
        if path and is_310(path):
            return path
        stop(
            f"PYTHON is set to {named}, which is not a Python 3.10 that runs. Unset it or mend it."
        )
    on_path = shutil.which("python3.10")
    if on_path and is_310(on_path):
        return on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for found in sorted(pyenv.glob("3.10*/bin/python"), reverse=True):
        if is_310(str(found)):
            return str(found)
    fetched = subprocess.run([uv, "python", "install", "--quiet", PYTHON], capture_output=True)
    if fetched.returncode == 0:
        where = subprocess.run(
            [uv, "python", "find", "--managed-python", PYTHON], capture_output=True, text=True
        )
        if where.returncode == 0 and is_310(where.stdout.strip()):
            return where.stdout.strip()
    stop(HOW_TO_GET_PYTHON)


def find_uv() -> str:
    """Return uv: one on PATH that runs, else a private one in .uv/."""
    on_path = shutil.which("uv")
    if on_path and runs(Path(on_path)):
        return on_path
    private = ROOT / ".uv"
    binary = private / "bin" / "uv"
    if not runs(binary):
        print("Installing uv into .uv/ ...", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(private)])
        pip = [str(private / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        run([*pip, "--disable-pip-version-check", f"uv=={UV_VERSION}"])
    return str(binary)


def fingerprint(what: str) -> str:
    """Return a hash over the lock and the Python it is for."""
    digest = hashlib.sha256(PYTHON.encode())
    for name in LOCKS[what]:
        digest.update((REQUIREMENTS / name).read_bytes())
    return f"{what} {digest.hexdigest()}"


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / "bin" / "python"


def is_310(path: str) -> bool:
    """Return whether `path` runs and is Python 3.10; a pyenv shim may exist and still fail."""
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        out = subprocess.run([path, "-c", probe], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return out.returncode == 0 and out.stdout.strip() == PYTHON


def runs(path: Path) -> bool:
    """Return whether the program at `path` starts at all."""
    try:
        return subprocess.run([str(path), "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def run(command: list[str], cwd: Path | None = None) -> None:
    """Run a step; on failure say which and end."""
    try:
        code = subprocess.call(command, cwd=cwd)
    except OSError as error:
        stop(f"Could not run {command[0]}: {error.strerror}.")
    if code != 0:
        stop(f"This step failed: {' '.join(Path(p).name for p in command[:4])} ... (see above).")


def stop(why: str) -> NoReturn:
    """End with one line and a non-zero exit."""
    print(why, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
