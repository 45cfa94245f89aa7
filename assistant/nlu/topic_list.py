"""The author's list of all topics in groups (data/control/topic_list.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant.nlu.fingerprint import ROOT
from assistant.nlu.titles import load_titles

TOPIC_LIST_FILE = ROOT / "data" / "control" / "topic_list.yml"
TOPIC = "faq/"


def load_topic_list(path: Path = TOPIC_LIST_FILE) -> str:
    """Return the list as it is said: one line a group, in the author's order."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return say_topic_list(table, load_titles())


def say_topic_list(table: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return one line a group; a topic in no group comes last, by its button's title."""
    groups = [(g["title"], list(g["topics"].values())) for g in table["groups"]]
    grouped = {label for g in table["groups"] for label in g["topics"]}
    alone = [label for label in titles if label.startswith(TOPIC) and label not in grouped]
    others = [titles[label].rstrip("?") for label in alone]
    if others:
        groups.append((table["others"], others))
    return "\n".join(f"{title}: {', '.join(names)}." for title, names in groups)
