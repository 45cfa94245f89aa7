"""Keep people's words out of the logs, whatever raises.

A traceback ends in the exception's own message, and that may quote the text it
choked on. Records keep the type and the places, never the message.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any


def without_words(record: logging.LogRecord) -> logging.LogRecord:
    """Replace a record's traceback by its innermost frames and the exception's type."""
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, trace = record.exc_info
        frames = traceback.extract_tb(trace)[-4:]
        places = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))
        record.msg = f"{record.getMessage()} fault={kind.__name__} at={places}"
        record.args = ()
        record.exc_info = None
        record.exc_text = None
    return record


def install() -> None:
    """Rewrite records where they are made: Rasa adds and swaps handlers as it likes."""
    factory = logging.getLogRecordFactory()

    def quiet(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return without_words(factory(*args, **kwargs))

    logging.setLogRecordFactory(quiet)
