"""Talk to the trained model in the terminal: no server, nothing is kept.

make chat
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import textwrap
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from assistant.authoring import agent as trained
from assistant.authoring.agent import Reply

PROMPT = "you> "
QUIT = "/quit"
WIDTH = 88
HINT = f"A number presses a button; {QUIT} or Ctrl-D ends."


def main() -> int:
    """Load the model and talk until the person ends it."""
    if not trained.MODEL.is_file():
        print(trained.NO_MODEL, file=sys.stderr)
        return 1
    with contextlib.suppress(ImportError):  # not on every system
        import readline  # noqa: F401 - arrow keys and earlier messages in input()
    print("Loading ...", end="\r", flush=True)
    loop = asyncio.new_event_loop()
    try:
        agent = loop.run_until_complete(trained.load())
        print(HINT)
        talk(sayer(loop, agent), input, print)
    except (EOFError, KeyboardInterrupt):
        print()
    finally:
        loop.close()
    return 0


def sayer(loop: asyncio.AbstractEventLoop, agent: Any) -> Callable[[str], list[Reply]]:
    """Return what sends one message after the other as one and the same new person."""
    sender = uuid.uuid4().hex
    return lambda text: loop.run_until_complete(trained.say(agent, sender, text))


def talk(
    say: Callable[[str], Sequence[Reply]],
    ask: Callable[[str], str],
    show: Callable[[str], None],
) -> None:
    """Ask, answer, and go on until `/quit`; the end of input is left to the caller."""
    buttons: list[dict[str, str]] = []
    while True:
        typed = ask(PROMPT).strip()
        if typed == QUIT:
            return
        if not typed:
            continue
        replies = say(pressed(typed, buttons))
        buttons = [button for reply in replies for button in reply.buttons]
        for line in shown(replies):
            show(line)


def pressed(typed: str, buttons: Sequence[dict[str, str]]) -> str:
    """Return the payload of the button with the number `typed`, or what was typed."""
    if typed.isdecimal() and 1 <= int(typed) <= len(buttons):
        return buttons[int(typed) - 1]["payload"]
    return typed


def shown(replies: Sequence[Reply]) -> list[str]:
    """Return the replies as lines, their buttons numbered through."""
    lines: list[str] = []
    number = 0
    for reply in replies:
        lines.append("")
        for line in reply.text.splitlines():
            lines += textwrap.wrap(line, WIDTH) or [""]
        for button in reply.buttons:
            number += 1
            lines.append(f"  {number}  {button['title']}")
    return [*lines, ""]


if __name__ == "__main__":
    raise SystemExit(main())
