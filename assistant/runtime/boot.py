"""The one boot hook: actions inside the server, and no turn that ends in silence.

`install()` wraps `Agent.handle_message` itself and not one agent, so that a model
swapped in later is covered too. Our channels call it when the server starts, the
NLG when any Rasa command builds an agent.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import functools
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import event
from sqlalchemy.engine import Engine

from assistant.channels.inbound import clean
from assistant.runtime import quiet_logs
from assistant.runtime.static_replies import StaticReplies

TURN_SECONDS = 5.0
# Rasa asks once a second whether a conversation is free, so two quick messages cost a second.
LOCK_POLL_SECONDS = 0.05
# Rasa's store blocks every conversation while it waits, and tries three times: 15 s with
# SQLite's usual 5 s. Three of these stay within the time of a turn.
SQLITE_WAIT_MS = 1000
Handle = Callable[[Agent, UserMessage], Awaitable[Any]]
log = logging.getLogger(__name__)


@dataclass
class Turn:
    """What one turn has come to so far."""

    said: bool = False
    """Something went out to the person."""
    over: bool = False
    """The person has been answered otherwise; what still comes is dropped."""


_turn: contextvars.ContextVar[Turn | None] = contextvars.ContextVar("turn", default=None)
_running: set[asyncio.Future[Any]] = set()


class InProcessActions(EndpointConfig):
    """Stands in for the action server: same request, same answer, no socket."""

    def __init__(self) -> None:
        """Register every action of the `actions` package; without them the talk goes on."""
        super().__init__(url="in-process")
        self.executor = ActionExecutor()
        try:
            self.executor.register_package("actions")
        except (Exception, SystemExit) as fault:  # the SDK ends the process over a bad import
            log.error("actions_not_loaded fault=%s", quiet_logs.describe(fault))

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action named in `json` beside the event loop, so that the time limit holds.

        In a thread of its own: one that never returns takes no other action's place
        (a shared pool would be used up), and does not keep the server from stopping.
        """
        answer: concurrent.futures.Future[Any] = concurrent.futures.Future()
        # From here on nobody can cancel it, so the thread may always deliver.
        answer.set_running_or_notify_cancel()

        def run() -> None:
            try:
                answer.set_result(
                    asyncio.run(asyncio.wait_for(self.executor.run(json or {}), TURN_SECONDS))
                )
            except Exception as fault:
                answer.set_exception(fault)
            except BaseException as fault:  # an action that calls exit() ends itself, not us
                answer.set_exception(RasaException(type(fault).__name__))

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run,), daemon=True).start()
        return await asyncio.wrap_future(answer)


def install() -> None:
    """Wrap the agent once; a second call changes nothing."""
    if getattr(Agent.handle_message, "never_silent", False):
        return
    quiet_logs.install()
    if not structlog.is_configured():
        # Outside Rasa's own commands structlog prints every message at debug level.
        configure_structlog(logging.WARNING)
    # Stock Rasa answers from an empty conversation when the store cannot be read (the latch
    # forgotten, the exercise lost), and logs the store's error with the words in it.
    FailSafeTrackerStore.on_tracker_store_error = _let_through
    FailSafeTrackerStore.on_tracker_store_retrieve_error = _let_through
    LockStore.lock = functools.partialmethod(LockStore.lock, wait_time_in_seconds=LOCK_POLL_SECONDS)
    event.listen(Engine, "connect", _wait_briefly)
    Agent.handle_message = never_silent(Agent.handle_message, StaticReplies(), InProcessActions())


def never_silent(handle: Handle, replies: StaticReplies, actions: EndpointConfig) -> Handle:
    """Wrap `handle` so that a turn which raises, hangs or says nothing still ends in words.

    The time limit counts waiting for the conversation's lock too: whoever writes while an
    earlier message hangs is owed words within the same time. A turn that had already said
    something when it broke is left at that: the safety policy speaks first or not at all,
    so what was said is never less than what a red flag is owed.
    """

    async def answer(agent: Agent, message: UserMessage) -> Any:
        quiet_logs.enter_turn()
        turn = Turn()
        _watch(message.output_channel)
        if message.text:
            message.text = clean(message.text)
        if agent.processor:
            agent.processor.action_endpoint = actions
        result, fault = await _within_time(handle(agent, message), turn)
        if turn.said:
            if fault:
                log.error("turn_cut_short fault=%s", fault)
            return result
        turn.over = True
        log.error("turn_failed fault=%s", fault or ("silence" if agent.processor else "no_model"))
        try:
            await message.output_channel.send_response(
                message.sender_id, replies.for_text(message.text or "")
            )
        except Exception as error:  # raised, some platforms would send the message once more
            log.error("static_reply_not_sent fault=%s", quiet_logs.describe(error))
        return getattr(message.output_channel, "messages", None)

    @functools.wraps(handle)
    async def wrapper(agent: Agent, message: UserMessage) -> Any:
        task = asyncio.ensure_future(answer(agent, message))
        # asyncio itself only holds tasks weakly.
        _running.add(task)
        task.add_done_callback(_running.discard)
        # Shielded: a page closed in the middle must not leave half a turn, or no latch.
        return await asyncio.shield(task)

    wrapper.never_silent = True  # type: ignore[attr-defined]
    return wrapper


async def stand_in_for_missing_agent(app: Any) -> None:
    """Give a server whose model did not load an agent that can at least say the static replies."""
    if getattr(app.ctx, "agent", None) is None:
        log.error("model_not_loaded")
        app.ctx.agent = Agent()


async def _within_time(handling: Awaitable[Any], turn: Turn) -> tuple[Any, str]:
    """Return what `handling` gives and what went wrong, if anything, by name."""

    async def in_turn() -> Any:
        _turn.set(turn)
        return await handling

    task = asyncio.ensure_future(in_turn())
    # Not wait_for: that one waits for a cancelled task as long as the task likes.
    await asyncio.wait({task}, timeout=TURN_SECONDS)
    if not task.done():
        task.cancel()
        # Fetched, or asyncio logs the exception of a task that ends badly all the same.
        task.add_done_callback(lambda late: late.cancelled() or late.exception())
        return None, "timeout"
    if task.cancelled():
        return None, "cancelled"
    error = task.exception()
    return (None, quiet_logs.describe(error)) if error else (task.result(), "")


def _watch(channel: OutputChannel) -> None:
    """Note for the turn at hand that something goes out on `channel`; once a channel."""
    if getattr(channel.send_response, "watched", False):
        return
    send = channel.send_response

    async def watched(recipient_id: str, message: dict[str, Any]) -> None:
        turn = _turn.get()
        if turn and turn.over:
            return
        # Looked at before: Rasa takes the parts out of the message while it sends them.
        says_something = _says_something(message)
        await send(recipient_id, message)
        if turn:
            turn.said = turn.said or says_something

    watched.watched = True  # type: ignore[attr-defined]
    channel.send_response = watched  # type: ignore[method-assign]


def _says_something(message: dict[str, Any]) -> bool:
    shown = any(message.get(part) for part in ("custom", "image", "attachment", "elements"))
    return shown or bool(str(message.get("text") or "").strip())


def _let_through(store: FailSafeTrackerStore, error: Exception) -> NoReturn:
    raise error


def _wait_briefly(connection: Any, record: Any) -> None:
    if type(connection).__module__ == "sqlite3":
        connection.execute(f"PRAGMA busy_timeout = {SQLITE_WAIT_MS}")
