"""The author's table of button titles for topics (data/control/titles.yml)."""

from __future__ import annotations

from pathlib import Path

import yaml

from assistant.nlu.fingerprint import ROOT

TITLES_FILE = ROOT / "data" / "control" / "titles.yml"


def load_titles(path: Path = TITLES_FILE) -> dict[str, str]:
    """Return label -> button title, in the author's order."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))["titles"]
    return {str(label): str(entry["title"]) for label, entry in table.items()}
