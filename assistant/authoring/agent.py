"""The trained model in this process, for what authors run: try, chat and score."""

from __future__ import annotations

import logging
import os
import uuid
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "settle.tar.gz"
NO_MODEL = "There is no model yet. Run: make train"
# Read by TensorFlow, Rasa and SQLAlchemy while they are imported, so they are set before that.
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


@dataclass(frozen=True)
class Reply:
    """One message of the bot."""

    text: str
    key: str = ""
    """The response it was made from; none for the static reply of a turn that failed."""
    buttons: list[dict[str, str]] = field(default_factory=list)


async def load() -> Any:
    """Return the trained agent: our wording, the actions in this process, talks in memory."""
    os.environ.update(QUIET)
    # Caught, not filtered: some of what is imported here puts its own filters in front.
    with warnings.catch_warnings(record=True):
        from rasa.core.agent import load_agent
        from rasa.core.utils import AvailableEndpoints

        from assistant.runtime import boot

        boot.install()
        logging.getLogger().setLevel(logging.ERROR)
        endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
        endpoints.tracker_store = None
        return await load_agent(str(MODEL), endpoints=endpoints)


async def understand(agent: Any, text: str, after: str | None = None) -> dict[str, Any]:
    """Return the whole parse of `text`, what only components see included.

    It is read as the first thing said, or as said after the answer to `after`, "faq/sleep".
    """
    from rasa.core.channels.channel import UserMessage

    tracker = await _answered(agent, after) if after else None
    parse = await agent.processor.parse_message(UserMessage(text), tracker, False)
    return dict(parse)


async def _answered(agent: Any, label: str) -> Any:
    """Return a conversation in which a button has just brought the answer to `label`."""
    sender = uuid.uuid4().hex
    await say(agent, sender, f"/{label}")
    return await agent.tracker_store.retrieve(sender)


def label_of(parse: dict[str, Any]) -> str:
    """Return what `parse` was understood as; for an FAQ the topic, `faq/caffeine`."""
    intent = str((parse.get("intent") or {}).get("name") or "")
    if intent != "faq":
        return intent
    return str(parse["response_selector"]["faq"]["response"]["intent_response_key"])


def classifier_of(agent: Any) -> Any:
    """Return the trained classifier inside `agent`; Rasa has no way to ask for a component."""
    from assistant.nlu.classifier import TopicClassifier

    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    return next(n._component for n in nodes if isinstance(n._component, TopicClassifier))


async def say(agent: Any, sender: str, text: str) -> list[Reply]:
    """Send one message of a conversation; return what the bot says."""
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.events import BotUttered

    from assistant.channels.rest import WholeText

    out = WholeText()
    before = await agent.tracker_store.retrieve(sender)
    seen = len(before.events) if before else 0
    await agent.handle_message(UserMessage(text, out, sender))
    after = await agent.tracker_store.retrieve(sender)
    events = list(after.events)[seen:] if after else []
    keys = [str(e.metadata.get("utter_action") or "") for e in events if isinstance(e, BotUttered)]
    if len(keys) != len(out.messages):
        keys = [""] * len(out.messages)
    return [
        Reply(str(message.get("text") or ""), key, list(message.get("buttons") or []))
        for key, message in zip(keys, out.messages, strict=True)
    ]
