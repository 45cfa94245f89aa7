"""The trained model in this process, for what authors run: try, chat and score."""

from __future__ import annotations

import logging
import os
import warnings
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


async def load() -> Any:
    """Return the trained agent: our wording, the actions in this process, talks in memory."""
    os.environ.update(QUIET)
    warnings.simplefilter("ignore")
    logging.getLogger().setLevel(logging.ERROR)
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    from assistant.runtime import boot

    boot.install()
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.tracker_store = None
    return await load_agent(str(MODEL), endpoints=endpoints)


async def understand(agent: Any, text: str) -> dict[str, Any]:
    """Return the whole parse of `text` said first thing, what only components see included."""
    from rasa.core.channels.channel import UserMessage

    parse = await agent.processor.parse_message(UserMessage(text), only_output_properties=False)
    return dict(parse)
