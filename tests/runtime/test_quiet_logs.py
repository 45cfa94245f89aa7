"""What a log record may keep: types and places, never what somebody wrote."""

from __future__ import annotations

import contextvars
import logging
import sys
from typing import Any

import pytest

from assistant.runtime import quiet_logs

MARK = "zebrafish"


def record(
    name: str, level: int, message: str, *args: Any, exc_info: Any = None
) -> logging.LogRecord:
    """Make a record and take the words out of it."""
    made = logging.LogRecord(name, level, "/somewhere/module.py", 7, message, args, exc_info)
    return quiet_logs.without_words(made)


def in_turn(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call `function` as within a turn."""

    def call() -> Any:
        quiet_logs.enter_turn()
        return function(*args, **kwargs)

    return contextvars.copy_context().run(call)


def raised() -> Any:
    """Return the exc_info of an error that quotes a message, wrapped as Rasa wraps it."""
    try:
        try:
            raise ValueError(f"bad input {MARK}")
        except ValueError as cause:
            raise RuntimeError(f"component failed on {MARK}") from cause
    except RuntimeError:
        return sys.exc_info()


@pytest.mark.hazard("H22")
def test_a_traceback_is_cut_to_type_and_places() -> None:
    """In and out of a turn, an error is named by its first cause, without its text."""
    said = logging.Formatter().format(record("rasa.x", logging.ERROR, "failed", exc_info=raised()))
    assert MARK not in said
    assert said.startswith("failed fault=ValueError at=test_quiet_logs.raised:")


def test_an_error_of_ours_is_quoted_only_outside_a_turn() -> None:
    """A missing file is named with its remedy at the start, and never beside somebody's words."""
    from assistant.nlu.minilm import EncoderFilesMissing

    missing = EncoderFilesMissing("Run `make setup`.")
    assert "make setup" in quiet_logs.describe(missing)
    assert "make setup" not in in_turn(quiet_logs.describe, missing)


@pytest.mark.hazard("H22")
@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR])
def test_a_foreign_record_in_a_turn_keeps_its_place_alone(level: int) -> None:
    """An f-string around somebody's words looks like any other message, so all are left out."""
    plain = in_turn(record, "rasa.core.processor", level, f"cannot read {MARK}")
    with_args = in_turn(record, "sanic.error", level, "cannot read %s", MARK)
    for quiet in (plain, with_args):
        assert quiet.getMessage() == "text left out: module.py:7"


def test_our_own_record_in_a_turn_is_kept() -> None:
    """Our events with their fields are what an operator reads."""
    ours = in_turn(record, "assistant.runtime.boot", logging.ERROR, "turn_failed fault=%s", "X")
    assert ours.getMessage() == "turn_failed fault=X"


def test_a_foreign_record_between_turns_is_kept() -> None:
    """What a server says while it starts stays readable."""
    kept = record("rasa.core.agent", logging.ERROR, "Could not load %s", "the model")
    assert kept.getMessage() == "Could not load the model"


def test_a_lost_exception_is_not_quoted_after_the_turn() -> None:
    """Asyncio reports a task's exception by its repr, when nobody knows of a turn any more."""
    late = record("asyncio", logging.ERROR, f"Task exception was never retrieved {MARK}")
    assert MARK not in late.getMessage()


def test_debug_records_are_what_was_asked_for() -> None:
    """`rasa run --debug` still shows what it always showed."""
    kept = in_turn(record, "rasa.core.processor", logging.DEBUG, "full story")
    assert kept.getMessage() == "full story"


def test_a_python_warning_in_a_turn_keeps_its_place_alone(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Rasa warns with what it could not read."""
    in_turn(quiet_logs.show_quietly, f"cannot read {MARK}", UserWarning, "/a/module.py", 7)
    assert "python_warning category=UserWarning at=module.py:7" in caplog.text
    assert MARK not in caplog.text + "".join(capfd.readouterr())


def test_a_python_warning_between_turns_is_shown() -> None:
    """An operator still reads what is wrong with the set-up."""
    with pytest.warns(UserWarning, match="old setting"):
        quiet_logs.show_quietly("old setting", UserWarning, "/a/module.py", 7)


def test_a_structured_event_in_a_turn_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """Rasa's structured events render their fields into the message, exceptions and texts too."""
    import structlog

    from assistant.runtime import boot

    boot.install()
    events = structlog.get_logger("rasa.test")

    def fail() -> None:
        try:
            raise ValueError(f"bad input {MARK}")
        except ValueError:
            events.exception("rest.message.received.failure", text=f"I said {MARK}")

    in_turn(fail)
    assert "text left out: " in caplog.text
    assert MARK not in caplog.text
