"""An exercise drawn in one piece, over real HTTP: only for a channel that says it can."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assistant.exercises import load_library
from assistant.exercises.payload import schema

STARTS = {
    "gentle": ["/start_breathing"],
    "belly": ['/start_breathing{"technique":"belly"}'],
    **{
        name: [
            f'/start_breathing{{"technique":"{name}"}}',
            '/start_breathing{"technique":"holding"}',
        ]
        for name in ("4-7-8", "4-5-6", "box")
    },
    "muscle-relaxation": ["/start_muscle_relaxation", "short"],
    "grounding": ["/start_grounding"],
    "march": ["/start_march"],
}
DRAWS = {"pacer": True}


def say(server: Any, sender: str, text: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """Send one message with metadata; return the replies."""
    body = {"sender": sender, "message": text, "metadata": metadata}
    status, replies = server.post("/webhooks/rest/webhook", body)
    assert status == 200, replies
    return list(replies)


def drawn(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what there is to draw."""
    return [reply["custom"] for reply in replies if reply.get("custom")]


def payloads(replies: list[dict[str, Any]]) -> list[str]:
    """Return where the buttons lead."""
    return [button["payload"] for reply in replies for button in reply.get("buttons", [])]


def test_every_exercise_is_started_here() -> None:
    """An exercise that is added gets its case."""
    assert set(STARTS) == set(load_library())


@pytest.mark.parametrize("name", STARTS)
def test_a_channel_that_draws_gets_the_whole_exercise_once(
    name: str, server: Any, sender: str
) -> None:
    """At the first round, beside its words; when it is done the question how it was follows."""
    for text in STARTS[name]:
        assert drawn(say(server, sender, text, DRAWS)) == []
    replies = say(server, sender, "ok", DRAWS)
    (payload,) = drawn(replies)
    assert payload["id"] == name
    assert list(Draft202012Validator(schema(payload["type"])).iter_errors(payload)) == []
    assert payload["fallback_text"] in replies[0]["text"]
    done = say(server, sender, payload["on_done"], DRAWS)
    assert '/exercise_feeling{"feeling":"worse"}' in payloads(done)
    assert drawn(done) == []


def test_a_channel_that_says_nothing_gets_one_step_a_message(server: Any, sender: str) -> None:
    """Terminal and REST are led in words."""
    for text in ["/start_breathing", *["ok"] * 7]:
        assert drawn(say(server, sender, text, {})) == []


def test_going_on_in_words_draws_nothing_more(server: Any, sender: str) -> None:
    """Whoever types ok beside the drawing is led step by step."""
    say(server, sender, "/start_breathing", DRAWS)
    assert drawn(say(server, sender, "ok", DRAWS))
    for _ in range(5):
        assert drawn(say(server, sender, "ok", DRAWS)) == []


def test_the_stop_of_the_drawing_stops_the_exercise(server: Any, sender: str) -> None:
    """And the next ok starts nothing."""
    say(server, sender, "/start_breathing", DRAWS)
    (payload,) = drawn(say(server, sender, "ok", DRAWS))
    assert payloads(say(server, sender, payload["on_stop"], DRAWS)) == []
    assert drawn(say(server, sender, "ok", DRAWS)) == []


@pytest.mark.hazard("H3")
def test_a_red_flag_beside_the_drawing_is_answered_first(server: Any, sender: str) -> None:
    """The drawn exercise is over, and its end leads to no question."""
    say(server, sender, "/start_breathing", DRAWS)
    say(server, sender, "ok", DRAWS)
    flagged = say(server, sender, "i have chest pain", DRAWS)
    assert "911" in flagged[0]["text"]
    after = say(server, sender, "/breathing_done", DRAWS)
    assert not [p for p in payloads(after) if p.startswith("/exercise_feeling")]
    assert drawn(flagged) == drawn(after) == []
