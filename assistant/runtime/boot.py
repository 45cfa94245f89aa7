"""The one boot hook: actions inside the server, and no turn that ends in silence.

`install()` wraps `Agent.handle_message` itself and not one agent, so that a model
swapped in later is covered too. Our channels call it when the server starts, the
NLG when any Rasa command builds an agent.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

from assistant.runtime import quiet_logs
from assistant.runtime.static_replies import StaticReplies

TURN_SECONDS = 5.0
Handle = Callable[[Agent, UserMessage], Awaitable[Any]]
log = logging.getLogger(__name__)


class InProcessActions(EndpointConfig):
    """Stands in for the action server: same request, same answer, no socket."""

    def __init__(self) -> None:
        """Register every action of the `actions` package."""
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action named in `json` beside the event loop, so that the time limit holds."""
        return await asyncio.to_thread(lambda: asyncio.run(self._executor.run(json or {})))


def install() -> None:
    """Wrap the agent once; a second call changes nothing."""
    if getattr(Agent.handle_message, "never_silent", False):
        return
    quiet_logs.install()
    if not structlog.is_configured():
        # Outside Rasa's own commands structlog prints every message at debug level.
        configure_structlog(logging.WARNING)
    Agent.handle_message = never_silent(Agent.handle_message, StaticReplies())


def never_silent(handle: Handle, replies: StaticReplies) -> Handle:
    """Wrap `handle` so that a turn which raises, hangs or says nothing still ends in words."""
    actions = functools.lru_cache(maxsize=1)(InProcessActions)

    @functools.wraps(handle)
    async def wrapper(agent: Agent, message: UserMessage) -> Any:
        said = _count_sent(message.output_channel)
        fault = ""
        result = None
        try:
            if agent.processor and not isinstance(
                agent.processor.action_endpoint, InProcessActions
            ):
                agent.processor.action_endpoint = actions()
            result = await asyncio.wait_for(handle(agent, message), TURN_SECONDS)
        except asyncio.TimeoutError:
            fault = "timeout"
        except Exception as error:
            fault = type(error).__name__
        if not said():
            log.error("turn_failed fault=%s", fault or "silence")
            await message.output_channel.send_response(
                message.sender_id, replies.for_text(message.text or "")
            )
            return getattr(message.output_channel, "messages", None)
        if fault:
            log.error("turn_cut_short fault=%s", fault)
        return result

    wrapper.never_silent = True  # type: ignore[attr-defined]
    return wrapper


async def stand_in_for_missing_agent(app: Any) -> None:
    """Give a server whose model did not load an agent that can at least say the static replies."""
    if getattr(app.ctx, "agent", None) is None:
        log.error("model_not_loaded")
        app.ctx.agent = Agent()


def _count_sent(channel: OutputChannel) -> Callable[[], int]:
    """Count the messages that go out on `channel` from now on; return the reader."""
    sent = 0
    send = channel.send_response

    async def counting(recipient_id: str, message: dict[str, Any]) -> None:
        nonlocal sent
        # Looked at before: Rasa takes the parts out of the message while it sends them.
        says_something = any(message.get(part) for part in ("text", "custom", "image"))
        await send(recipient_id, message)
        sent += says_something

    channel.send_response = counting  # type: ignore[method-assign]
    return lambda: sent
