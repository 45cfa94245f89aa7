"""Keep people's words out of the logs, whatever raises and whoever reports it.

Two things carry words into a log. A traceback ends in the exception's own message,
which may quote the text it choked on. And a library's record or Python warning may
be an f-string around that text, which nothing can tell from a harmless one. So a
traceback is cut down to its type and places everywhere; and while a turn runs, a
record or warning of anybody but us keeps its place and level alone.

Records at debug level are left as they are: somebody asked for them with `--debug`,
which prints whole conversations and belongs on a machine of one's own.
"""

from __future__ import annotations

import contextvars
import logging
import traceback
import warnings
from pathlib import Path
from typing import Any, TextIO

# Events with fields, in a project whose tests read its logs.
OURS = "assistant."
FRAMES = 4
_in_turn: contextvars.ContextVar[bool] = contextvars.ContextVar("in_turn", default=False)
_show = warnings.showwarning
log = logging.getLogger(__name__)


def enter_turn() -> None:
    """From here on this task, and every task and thread that copies its context, is in a turn."""
    _in_turn.set(True)


def without_words(record: logging.LogRecord) -> logging.LogRecord:
    """Take out of `record` everything that may quote somebody."""
    foreign = not record.name.startswith(OURS) and record.levelno > logging.DEBUG
    # asyncio reports a lost exception by its repr, and long after the turn.
    if foreign and (_in_turn.get() or record.name == "asyncio"):
        record.msg = f"text left out: {Path(record.pathname).name}:{record.lineno}"
        record.args = ()
    if record.exc_info and record.exc_info[1] is not None:
        record.msg = f"{record.getMessage()} fault={describe(record.exc_info[1])}"
        record.args = ()
        record.exc_info = None
        record.exc_text = None
    return record


def describe(fault: BaseException) -> str:
    """Name what went wrong first and where, innermost place first.

    What it says is kept only of errors of our own outside a turn: a missing file, with the
    command that brings it back.
    """
    while cause := fault.__cause__ or fault.__context__:
        fault = cause
    frames = reversed(traceback.extract_tb(fault.__traceback__)[-FRAMES:])
    places = " < ".join(f"{Path(f.filename).stem}.{f.name}:{f.lineno}" for f in frames)
    ours = type(fault).__module__.startswith(OURS) and not _in_turn.get()
    return f"{type(fault).__name__} at={places}" + (f" says={fault}" if ours else "")


def install() -> None:
    """Rewrite records where they are made: Rasa adds and swaps handlers as it likes."""
    factory = logging.getLogRecordFactory()

    def quiet(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return without_words(factory(*args, **kwargs))

    logging.setLogRecordFactory(quiet)
    warnings.showwarning = show_quietly


def show_quietly(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show a Python warning as ever, but in a turn only where it came from."""
    if _in_turn.get():
        place = f"{Path(filename).name}:{lineno}"
        log.warning("python_warning category=%s at=%s", category.__name__, place)
    else:
        _show(message, category, filename, lineno, file, line)
