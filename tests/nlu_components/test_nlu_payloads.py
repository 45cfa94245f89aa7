"""Payloads: what a button may send, and what is only text that begins with a slash."""

from __future__ import annotations

import pytest

from assistant.nlu.payloads import Listed, Payload, load_listed, read_payload, without_slash

LISTED = Listed(
    {"greet": {}, "start_breathing": {"technique": ("gentle", "4-7-8")}, "set_region": {}}
)


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/greet", Payload("greet")),
        ("  /greet  ", Payload("greet")),
        ("/greet{}", Payload("greet")),
        ("/faq/caffeine", Payload("faq/caffeine")),
        ("/faq/no_such_topic", Payload("faq/no_such_topic")),
        (
            '/start_breathing{"technique": "gentle"}',
            Payload("start_breathing", (("technique", "gentle"),)),
        ),
        (
            '/start_breathing {"technique":"4-7-8"}',
            Payload("start_breathing", (("technique", "4-7-8"),)),
        ),
    ],
)
def test_listed_payloads_are_read(text: str, payload: Payload) -> None:
    """What a button sends is understood as the intent and slots it names."""
    assert read_payload(text, LISTED) == payload


@pytest.mark.parametrize(
    "text",
    [
        "greet",
        "/",
        "//greet",
        "/restart",
        "/emergency",
        "/Greet",
        "/greet now",
        "/session_start",
        '/greet{"technique": "gentle"}',
        '/start_breathing{"technique": "tummo"}',
        '/start_breathing{"technique": ["gentle"]}',
        '/start_breathing{"technique": "gentle"',
        "/start_breathing{technique}",
        "/start_breathing[1]",
        '/faq/caffeine{"x": "y"}',
        "/faq",
        "/faq/",
        "/faq/a/b",
        '/set_region{"region": "UK"}',
    ],
)
def test_anything_else_is_no_payload(text: str) -> None:
    """Unlisted intents, slots and values, and what only looks like JSON, are plain text."""
    assert read_payload(text, LISTED) is None


def test_deep_brackets_are_no_payload() -> None:
    """Thousands of brackets end in a no, not in an exception."""
    assert read_payload('/greet{"a":' + "[" * 100_000 + "}", LISTED) is None


@pytest.mark.parametrize("text", ["/restart", " /restart", "//restart", "/ / restart"])
def test_every_leading_slash_comes_off(text: str) -> None:
    """Rasa's own reader, which runs later, finds nothing to act on."""
    assert without_slash(text) == "restart"


def test_no_tier_is_ever_listed() -> None:
    """A button can neither claim nor skip a red flag."""
    assert not {"emergency", "crisis", "see_doctor"} & set(load_listed().intents)
