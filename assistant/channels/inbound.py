"""Read a JSON chat request: pure, before anything of Rasa sees it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_BODY_BYTES = 64 * 1024
MAX_CHARACTERS = 20_000
MAX_SENDER = 200
MAX_METADATA = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Nothing to see, yet they cut words apart: soft hyphen, zero-width space, word joiner, byte
# order mark, direction marks. The zero-width joiners stay: Persian and emoji are written with them.
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Inbound:
    """A well-formed request."""

    text: str
    sender: str
    metadata: dict[str, Any] | None


@dataclass(frozen=True)
class Words:
    """What somebody wrote on a platform: a message, or the words under a picture."""

    text: str
    """Empty where there is nothing to read: a sticker, a deleted message."""
    edited: bool = False
    """Written over an earlier message: to be checked for red flags like any other."""


@dataclass(frozen=True)
class Refusal:
    """A request that is not run: the HTTP status and what to send instead."""

    status: int
    error: str


TOO_LARGE = Refusal(413, f"The message is too long. Send {MAX_CHARACTERS} characters at most.")


# Where Telegram and Slack put a message inside an update or event.
_NEW = ("message", "channel_post", "business_message")
_EDITED = ("edited_message", "edited_channel_post", "edited_business_message")
_WORDS = ("text", "caption")


def words_of(update: Mapping[str, Any]) -> Words:
    """Return the plain words of a Telegram update or a Slack message event, edits included.

    Stock Rasa drops captions, and hands the caption of an edited picture on as no text at all.
    """
    if update.get("subtype") == "message_deleted":
        return Words("")
    inner = next((update[k] for k in (*_EDITED, *_NEW) if isinstance(update.get(k), Mapping)), None)
    message = update if inner is None else inner
    edited = bool(message.get("edit_date") or message.get("edited"))
    edited = edited or any(key in update for key in _EDITED)
    written = (message.get(part) for part in _WORDS)
    return Words(clean("\n".join(w for w in written if isinstance(w, str) and w)), edited)


def read_request(body: bytes) -> Inbound | Refusal:
    """Return the message in `body`, or why it cannot be taken."""
    if len(body) > MAX_BODY_BYTES:
        return TOO_LARGE
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Refusal(400, 'The body is not JSON. Send {"sender": "...", "message": "..."}.')
    if not isinstance(data, dict):
        return Refusal(400, 'The body is not a JSON object. Send {"message": "..."}.')
    message = data.get("message")
    if not isinstance(message, str):
        return Refusal(400, '"message" is missing or not a text. Send {"message": "..."}.')
    if len(message) > MAX_CHARACTERS:
        return TOO_LARGE
    sender = data.get("sender")
    # Refused, not mended: two names that differ in something unseen must stay two people.
    if sender is not None and not _is_name(sender):
        return Refusal(400, f'"sender" must be a plain text of 1 to {MAX_SENDER} characters.')
    return Inbound(
        clean(message),
        # Stock Rasa puts everyone without a name into one shared conversation.
        sender or uuid.uuid4().hex,
        _flat(data.get("metadata")),
    )


def _is_name(sender: object) -> bool:
    return (
        isinstance(sender, str)
        and 0 < len(sender) <= MAX_SENDER
        and sender.strip() == sender
        and clean(sender) == sender
    )


def _flat(metadata: object) -> dict[str, Any] | None:
    """Keep plain values only: a deeply nested one would break the conversation it is stored in."""
    if not isinstance(metadata, dict):
        return None
    plain = [(k, v) for k, v in metadata.items() if isinstance(v, (str, int, float, bool))]
    return dict(plain[:MAX_METADATA]) or None


def clean(text: str) -> str:
    """Return `text` without lone surrogates and control characters, which break stores."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNSEEN.sub("", _CONTROL.sub(" ", whole)).strip()
