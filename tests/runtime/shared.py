"""What tests/conftest.py offers, under a name that stays.

`import conftest` gives whichever folder's conftest.py pytest read last.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("shared_conftest", ROOT / "tests" / "conftest.py")
assert _spec
assert _spec.loader
_conftest = importlib.util.module_from_spec(_spec)
# Dataclasses look their module up by name while it is being read.
sys.modules[_spec.name] = _conftest
_spec.loader.exec_module(_conftest)

MODEL: Path = _conftest.MODEL
Server = _conftest.Server
free_port = _conftest.free_port
stop_server = _conftest.stop_server


def endpoints_in(folder: Path) -> Path:
    """Write this project's endpoints with the conversations in `folder`; return the file."""
    settings = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    database = (folder / "conversations.db").as_posix()
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(settings.replace("var/conversations.db", database), encoding="utf-8")
    return endpoints
