"""Whatever breaks, a person gets words within the time of a turn, and the log gets none of theirs."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

# In every message and in every exception; in no log.
MARK = "zebrafish"
RED_FLAG = f"my chest hurts and I'm sweating, {MARK}"
QUESTION = f"does coffee make twitching worse {MARK}"
EXERCISE = "can we do a breathing exercise"
HELP_BLOCK = "Emergency: 911 (US, Canada), 999 or 112 (UK, Ireland)"
# A hanging turn is given this long here, so that a dozen of them stay quick.
LIMIT = 1.0
SLACK = 1.0

Say = Callable[..., "Said"]
Break = Callable[[str], None]


@dataclass
class Said:
    """What one message got, without asking the store, which may be what is broken."""

    text: str
    seconds: float


@pytest.fixture
def say(agent: Any, session_loop: asyncio.AbstractEventLoop, sender: str) -> Say:
    """Send messages of one person, one after the other."""

    def send(text: str) -> Said:
        return session_loop.run_until_complete(speak(agent, text, sender))

    # A region known from before shows whether a conversation is still what it was.
    send('/set_region{"region":"UK"}')
    return send


async def speak(agent: Any, text: str, sender: str) -> Said:
    """Send one message; return everything said to it."""
    from rasa.core.channels.channel import UserMessage

    from assistant.channels.rest import WholeText

    out = WholeText()
    began = time.monotonic()
    await agent.handle_message(UserMessage(text, out, sender))
    took = time.monotonic() - began
    return Said("\n".join(m.get("text", "") for m in out.messages), took)


@pytest.fixture(autouse=True)
def no_words_in_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """Nothing a test here lets anybody say may turn up in a log record or on the terminal."""
    caplog.set_level(logging.INFO)
    yield
    # By phase: at this point caplog.text is the teardown's.
    logged = [logging.Formatter().format(record) for record in caplog.get_records("call")]
    for where in (*logged, *capfd.readouterr()):
        assert MARK not in where


def raises(*args: Any, **kwargs: Any) -> Any:
    """Fail as libraries do, quoting what was being read."""
    raise ValueError(f"cannot read: {RED_FLAG} / {QUESTION}")


async def raises_later(*args: Any, **kwargs: Any) -> Any:
    """Fail the same way, where something is awaited."""
    raises()


async def hangs(*args: Any, **kwargs: Any) -> Any:
    """Never come back."""
    await asyncio.sleep(60)


async def says_nothing(*args: Any, **kwargs: Any) -> None:
    """Come back empty-handed."""


COMPONENTS = [
    "SpellingCorrector",
    "SentenceEncoder",
    "TopicClassifier",
    "ValueFinder",
    "SafetyCheck",
    "SafetyPolicy",
    "RulePolicy",
    "AugmentedMemoizationPolicy",
]


@pytest.fixture
def break_component(agent: Any, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Make one loaded component or policy of the graph raise."""

    def break_it(name: str) -> None:
        nodes = agent.processor.graph_runner._instantiated_nodes.values()
        found = [n for n in nodes if n._component_class.__name__ == name]
        assert found, f"The model has no {name}."
        for node in found:
            # The graph keeps the function itself, so the class is too late a place.
            monkeypatch.setattr(node, "_fn", raises)

    return break_it


@pytest.fixture
def replace_action(
    agent: Any, monkeypatch: pytest.MonkeyPatch, say: Say
) -> Callable[[Callable[..., Any]], None]:
    """Put another function in the place of the action that starts an exercise."""

    def replace(run: Callable[..., Any]) -> None:
        registered = agent.processor.action_endpoint.executor.actions
        assert "action_exercise_start" in registered
        monkeypatch.setitem(registered, "action_exercise_start", run)

    return replace


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a turn less time than in earnest."""
    from assistant.runtime import boot

    monkeypatch.setattr(boot, "TURN_SECONDS", LIMIT)


def assert_emergency(said: Said) -> None:
    """The number is named, and that no human is here."""
    assert "911" in said.text or "999" in said.text, said.text
    assert "computer program" in said.text


def assert_answered_or_helped(said: Said) -> None:
    """The question's own answer, or the help block with the request to send it again."""
    assert HELP_BLOCK in said.text or "affeine" in said.text or "offee" in said.text, said.text


def assert_conversation_goes_on(say: Say) -> None:
    """A question is answered as ever, and what was known before is still known."""
    assert "offee" in say("does coffee make twitching worse").text
    assert "999 (UK)" in say("my chest hurts and I'm sweating").text


def test_a_turn_has_five_seconds() -> None:
    """The limit that the tests below shorten is the one that was promised."""
    from assistant.runtime import boot

    assert boot.TURN_SECONDS == 5.0


@pytest.mark.hazard("H22")
@pytest.mark.hazard("H24")
@pytest.mark.parametrize("name", COMPONENTS)
def test_a_broken_component_costs_no_words(
    name: str, say: Say, break_component: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With any component or policy raising, red flags and questions still get their words."""
    break_component(name)
    flag, question = say(RED_FLAG), say(QUESTION)
    monkeypatch.undo()
    assert_emergency(flag)
    assert_answered_or_helped(question)
    assert max(flag.seconds, question.seconds) < LIMIT + SLACK
    assert_conversation_goes_on(say)


@pytest.mark.parametrize("method", ["retrieve", "save"])
def test_a_broken_store_costs_no_words(
    method: str, agent: Any, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that cannot be read or written: words now, the same conversation later."""
    monkeypatch.setattr(agent.tracker_store._tracker_store, method, raises_later)
    flag, question = say(RED_FLAG), say(QUESTION)
    monkeypatch.undo()
    assert_emergency(flag)
    assert_answered_or_helped(question)
    assert_conversation_goes_on(say)


def test_an_unreadable_store_is_not_an_empty_conversation(
    agent: Any, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a red flag stands, a store that fails never lets the talk start afresh."""
    say("my chest hurts and I'm sweating")
    monkeypatch.setattr(agent.tracker_store._tracker_store, "retrieve", raises_later)
    assert HELP_BLOCK in say("thanks, bye").text
    monkeypatch.undo()
    assert "999 (UK)" in say("thanks, bye").text


@pytest.mark.parametrize(
    "generate", [raises_later, says_nothing, hangs], ids=["raises", "none", "hangs"]
)
def test_broken_wording_costs_no_words(
    generate: Callable[..., Any], say: Say, monkeypatch: pytest.MonkeyPatch, short_turns: None
) -> None:
    """A language generator that raises, gives nothing or hangs is stood in for."""
    from assistant.nlu.wording import Wording

    with monkeypatch.context() as patch:
        patch.setattr(Wording, "generate", generate)
        flag, question = say(RED_FLAG), say(QUESTION)
    assert_emergency(flag)
    assert HELP_BLOCK in question.text
    assert max(flag.seconds, question.seconds) < LIMIT + SLACK
    assert_conversation_goes_on(say)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_not_an_answer(
    text: str, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message of blanks alone counts as silence."""
    from assistant.nlu.wording import Wording

    async def blank(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"text": text}

    with monkeypatch.context() as patch:
        patch.setattr(Wording, "generate", blank)
        flag = say(RED_FLAG)
    assert_emergency(flag)


@pytest.mark.hazard("H24")
def test_a_turn_that_says_nothing_gets_words(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """No error anywhere, and no message either: the person still gets one."""
    from rasa.core.processor import MessageProcessor

    with monkeypatch.context() as patch:
        patch.setattr(MessageProcessor, "_run_prediction_loop", says_nothing)
        flag, question = say(RED_FLAG), say(QUESTION)
    assert_emergency(flag)
    assert HELP_BLOCK in question.text


def exits(*args: Any, **kwargs: Any) -> None:
    """End the process, as an action must not be able to."""
    sys.exit(3)


@pytest.mark.parametrize(
    "run", [raises, raises_later, exits, hangs], ids=["raises", "raises later", "exits", "hangs"]
)
def test_a_broken_action_costs_no_words(
    run: Callable[..., Any],
    say: Say,
    replace_action: Callable[[Callable[..., Any]], None],
    monkeypatch: pytest.MonkeyPatch,
    short_turns: None,
) -> None:
    """An action that raises, ends the process or hangs leaves the server and the talk whole."""
    replace_action(run)
    asked, flag = say(EXERCISE), say(RED_FLAG)
    assert HELP_BLOCK in asked.text
    assert_emergency(flag)
    assert max(asked.seconds, flag.seconds) < LIMIT + SLACK
    monkeypatch.undo()
    assert_conversation_goes_on(say)


def test_an_action_that_blocks_holds_up_nobody(
    agent: Any,
    session_loop: asyncio.AbstractEventLoop,
    say: Say,
    sender: str,
    replace_action: Callable[[Callable[..., Any]], None],
    short_turns: None,
) -> None:
    """While one person's action blocks its thread, another person is answered at once."""
    release = threading.Event()
    replace_action(lambda *args: release.wait(60))

    async def both() -> tuple[Said, Said]:
        first = asyncio.ensure_future(speak(agent, EXERCISE, sender))
        await asyncio.sleep(0.1)
        other = await speak(agent, RED_FLAG, f"{sender}-other")
        return await first, other

    blocked, other = session_loop.run_until_complete(both())
    release.set()
    assert HELP_BLOCK in blocked.text
    assert blocked.seconds < LIMIT + SLACK
    assert_emergency(other)
    assert other.seconds < LIMIT


def test_many_blocked_actions_use_nothing_up(
    say: Say, replace_action: Callable[[Callable[..., Any]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More actions hanging for good than a thread pool would have places leave room for the next."""
    from assistant.runtime import boot

    release = threading.Event()
    monkeypatch.setattr(boot, "TURN_SECONDS", 0.05)
    replace_action(lambda *args: release.wait(60))
    for _ in range(40):
        say("/start_breathing")
    monkeypatch.undo()
    assert HELP_BLOCK not in say("/start_breathing").text
    release.set()


def test_a_message_behind_a_hanging_one_is_answered_in_time(
    agent: Any,
    session_loop: asyncio.AbstractEventLoop,
    sender: str,
    say: Say,
    replace_action: Callable[[Callable[..., Any]], None],
    short_turns: None,
) -> None:
    """The time limit counts waiting for the conversation: a red flag never queues behind a fault."""
    replace_action(hangs)

    async def both() -> tuple[Said, Said]:
        first = asyncio.ensure_future(speak(agent, EXERCISE, sender))
        await asyncio.sleep(0.2)
        return await speak(agent, RED_FLAG, sender), await first

    flag, hanging = session_loop.run_until_complete(both())
    assert_emergency(flag)
    assert flag.seconds < LIMIT + SLACK
    assert HELP_BLOCK in hanging.text


def test_messages_sent_at_once_are_all_answered_in_order(
    agent: Any, session_loop: asyncio.AbstractEventLoop, sender: str, say: Say
) -> None:
    """Five messages at once take their turns without Rasa's second of waiting between them."""

    async def at_once() -> list[Said]:
        texts = ["/start_breathing", *['/exercise_control{"control":"repeat"}'] * 4]
        return await asyncio.gather(*(speak(agent, text, sender) for text in texts))

    began = time.monotonic()
    said = session_loop.run_until_complete(at_once())
    assert all(one.text and HELP_BLOCK not in one.text for one in said)
    assert time.monotonic() - began < 3
    assert [one.seconds for one in said] == sorted(one.seconds for one in said)


def test_a_turn_outlives_its_request(
    agent: Any,
    session_loop: asyncio.AbstractEventLoop,
    sender: str,
    say: Say,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page closed in the middle of an emergency leaves the emergency on record."""
    from assistant.nlu.wording import Wording

    generate = Wording.generate
    reached = asyncio.Event()

    async def slow(*args: Any, **kwargs: Any) -> Any:
        reached.set()
        await asyncio.sleep(0.1)
        return await generate(*args, **kwargs)

    async def leave() -> None:
        request = asyncio.ensure_future(speak(agent, RED_FLAG, sender))
        await reached.wait()
        request.cancel()
        await asyncio.wait({request})
        assert request.cancelled()
        await asyncio.sleep(0.3)

    with monkeypatch.context() as patch:
        patch.setattr(Wording, "generate", slow)
        session_loop.run_until_complete(leave())
    tracker = session_loop.run_until_complete(agent.tracker_store.retrieve(sender))
    assert tracker.get_slot("safety_tier") == "emergency"


@pytest.mark.hazard("H24")
def test_an_agent_without_a_model_still_helps(session_loop: asyncio.AbstractEventLoop) -> None:
    """Before a model is loaded, or after it is taken away, red flags get their words."""
    from rasa.core.agent import Agent

    from assistant.runtime import boot

    boot.install()
    assert_emergency(session_loop.run_until_complete(speak(Agent(), RED_FLAG, "nobody")))


@pytest.mark.hazard("H24")
def test_a_payload_is_read_as_words_when_all_else_fails(say: Say, break_component: Break) -> None:
    """A red flag inside a typed payload is found by the static reply too."""
    break_component("SafetyCheck")
    assert_emergency(say('/inform{"x":"chest_pain"}'))


def test_a_broken_detector_leaves_the_help_block(
    say: Say, break_component: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the last check fails as well, every number is said."""
    from assistant.runtime import static_replies

    break_component("SafetyCheck")
    monkeypatch.setattr(static_replies, "detect", raises)
    assert HELP_BLOCK in say(RED_FLAG).text


# The wrapper alone, around a handler made up for the test.


class Scripted:
    """A handler that does what a test says, behind the wrapper."""

    def __init__(self, handle: Callable[[Any, Any], Any]) -> None:
        """Wrap `handle` as the boot hook wraps the agent's."""
        from assistant.runtime import boot
        from assistant.runtime.static_replies import StaticReplies

        self._handle = boot.never_silent(handle, StaticReplies(), boot.InProcessActions())

    async def say(self, text: str, out: Any, sender: str = "somebody") -> Any:
        """Send one message with `out` as its channel."""
        from rasa.core.channels.channel import UserMessage

        # No processor: the wrapper has no action endpoint to put in.
        agent = type("NoModel", (), {"processor": None})()
        return await self._handle(agent, UserMessage(text, out, sender))


def collector() -> Any:
    """Return a channel that keeps what is said."""
    from assistant.channels.rest import WholeText

    return WholeText()


async def test_what_comes_late_is_dropped(short_turns: None) -> None:
    """After the static reply a turn that would not be cancelled says nothing more."""

    async def stubborn(agent: Any, message: Any) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await message.output_channel.send_response("somebody", {"text": "late words"})

    out = collector()
    await Scripted(stubborn).say(RED_FLAG, out)
    await asyncio.sleep(0.05)
    assert_emergency(Said("\n".join(m["text"] for m in out.messages), 0))
    assert len(out.messages) == 1


async def test_what_was_said_before_a_fault_stands(caplog: pytest.LogCaptureFixture) -> None:
    """A turn that breaks after its reply adds no second one, and the log names the fault."""

    async def breaks_off(agent: Any, message: Any) -> None:
        await message.output_channel.send_response("somebody", {"text": "the reply"})
        raises()

    out = collector()
    await Scripted(breaks_off).say(QUESTION, out)
    assert [m["text"] for m in out.messages] == ["the reply"]
    assert "turn_cut_short fault=ValueError at=test_never_silent.raises" in caplog.text


async def test_a_shared_channel_keeps_people_apart() -> None:
    """On one output channel for everybody, one person's reply does not count for another's."""
    spoken = asyncio.Event()

    async def one_of_two(agent: Any, message: Any) -> None:
        if message.sender_id == "lucky":
            await message.output_channel.send_response("lucky", {"text": "the reply"})
            spoken.set()
        else:
            await spoken.wait()

    out = collector()
    people = Scripted(one_of_two)
    await asyncio.gather(people.say(RED_FLAG, out, "unlucky"), people.say("hi", out, "lucky"))
    said = {m["recipient_id"]: m["text"] for m in out.messages}
    assert said["lucky"] == "the reply"
    assert_emergency(Said(said["unlucky"], 0))


async def test_a_channel_that_cannot_send_does_not_raise(caplog: pytest.LogCaptureFixture) -> None:
    """A platform that refuses the static reply as well is logged, not sent the turn again."""
    out = collector()
    out.send_response = raises_later
    await Scripted(says_nothing).say(RED_FLAG, out)
    assert "static_reply_not_sent fault=ValueError" in caplog.text
