"""What a message that starts with a slash may be, and what happens to the rest.

Buttons send payloads such as `/faq/sleep` or `/exercise_control{"control":"pause"}`.
Anyone can type a slash too, so only what is listed counts (design.md decision 8).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.nlu.fingerprint import ROOT

PAYLOADS_FILE = ROOT / "data" / "control" / "payloads.yml"
_SHAPE = re.compile(r"^/(?P<name>[a-z_]+(?:/[a-z0-9_]+)?)\s*(?P<slots>\{.*\})?\s*$", re.DOTALL)
_SLASHES = re.compile(r"^[\s/]+")
_PUNCTUATION = re.compile(r"[/{}\":,_\[\]]+")


@dataclass(frozen=True)
class Payload:
    """A listed payload: an intent with slots, or one FAQ topic."""

    intent: str
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Listed:
    """What the author's list allows: intent -> slot -> allowed values."""

    intents: dict[str, dict[str, tuple[str, ...]]]


def load_listed(path: Path = PAYLOADS_FILE) -> Listed:
    """Read the list of payloads that buttons may send."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["payloads"]
    return Listed(
        {
            str(row["intent"]): {
                str(slot): tuple(str(v) for v in values)
                for slot, values in (row.get("slots") or {}).items()
            }
            for row in rows
        }
    )


def read_payload(text: str, listed: Listed) -> Payload | None:
    """Return the listed payload or FAQ topic in `text`; None for anything else.

    Whether a `/faq/<topic>` exists is for the caller to say.
    """
    match = _SHAPE.match(text.strip())
    if not match:
        return None
    name = match["name"]
    slots = _slots(match["slots"])
    if slots is None:
        return None
    if name.startswith("faq/"):
        return Payload(name) if not slots else None
    allowed = listed.intents.get(name)
    if allowed is None or any(v not in allowed.get(s, ()) for s, v in slots.items()):
        return None
    return Payload(name, tuple(sorted(slots.items())))


def without_slash(text: str) -> str:
    """Return `text` as ordinary words, so that Rasa's own payload reader leaves it alone."""
    return _SLASHES.sub("", text)


def plain_words(text: str) -> str:
    """Return `text` with the punctuation of a payload turned into spaces."""
    if not text.lstrip().startswith("/"):
        return text
    return _PUNCTUATION.sub(" ", text).strip()


def _slots(raw: str | None) -> dict[str, str] | None:
    if raw is None:
        return {}
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):  # the latter: thousands of brackets
        return None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        return None
    return found
