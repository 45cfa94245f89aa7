"""The order in which Python 3.10 and uv are looked for, with real little programs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bootstrap() -> ModuleType:
    """The set-up script as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty PATH folder, no pyenv and no PYTHON set."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("PYTHON", raising=False)
    return tmp_path


def program(path: Path, says: str, code: int = 0) -> Path:
    """Write a program that prints `says` and ends with `code`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "{says}"\nexit {code}\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def test_python_named_by_the_user_comes_first(
    bootstrap: ModuleType, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """$PYTHON wins over a python3.10 on PATH."""
    mine = program(machine / "mine", "3.10")
    program(machine / "bin" / "python3.10", "3.10")
    monkeypatch.setenv("PYTHON", str(mine))
    assert bootstrap.find_python("no-uv") == str(mine)


def test_wrong_python_named_by_the_user_is_refused(
    bootstrap: ModuleType,
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A $PYTHON of another version ends with one line, not with a guess."""
    monkeypatch.setenv("PYTHON", str(program(machine / "mine", "3.12")))
    with pytest.raises(SystemExit) as end:
        bootstrap.find_python("no-uv")
    assert end.value.code == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_shim_that_fails_is_passed_over_for_pyenv(bootstrap: ModuleType, machine: Path) -> None:
    """A pyenv shim named python3.10 may exist and fail: pyenv's own folder is next."""
    program(machine / "bin" / "python3.10", "pyenv: python3.10: command not found", 127)
    real = program(machine / "pyenv" / "versions" / "3.10.13" / "bin" / "python", "3.10")
    assert bootstrap.find_python("no-uv") == str(real)


def test_uv_fetches_one_when_nothing_is_there(bootstrap: ModuleType, machine: Path) -> None:
    """Last comes the Python that uv installs."""
    fetched = program(machine / "fetched", "3.10")
    uv = program(machine / "uv", str(fetched))
    assert bootstrap.find_python(str(uv)) == str(fetched)


def test_no_python_at_all_says_how_to_get_it(
    bootstrap: ModuleType, machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without any Python 3.10 one line says how to get it."""
    with pytest.raises(SystemExit):
        bootstrap.find_python(str(program(machine / "uv", "offline", 2)))
    said = capsys.readouterr().err
    assert "apt-get install python3.10" in said
    assert len(said.strip().splitlines()) == 1


def test_second_run_does_nothing(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A stamped environment is left alone."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / ".venv" / "settle-stamp").write_text(bootstrap.fingerprint("dev"), "utf-8")

    def never(*_: object) -> str:
        raise AssertionError("set up again")

    monkeypatch.setattr(bootstrap, "find_uv", never)
    bootstrap.environment("run")
    bootstrap.environment("dev")


def test_locks_carry_hashes_and_no_address() -> None:
    """Every pinned package has a hash, and no lock names an index."""
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        if lock.name == "overrides.txt":
            continue
        lines = lock.read_text(encoding="utf-8").splitlines()
        pins = [i for i, line in enumerate(lines) if "==" in line and not line.startswith(" ")]
        assert pins, lock.name
        bare = [lines[i] for i in pins if "--hash=" not in lines[i + 1]]
        assert not bare, f"{lock.name}: no hash for {bare}"
        assert not any("http" in line.split("#")[0] for line in lines if "--" in line), lock.name
