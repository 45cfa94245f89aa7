"""The chat page as it is served: whole in itself, and closed to everything else."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture(scope="module")
def page(server: Any) -> tuple[str, Any]:
    """The page's text and headers."""
    status, body, headers = server.get("/")
    assert status == 200
    return body.decode("utf-8"), headers


def test_the_page_is_html(page: tuple[str, Any]) -> None:
    """The root of the server is the chat, in a known encoding and language."""
    text, headers = page
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert text.startswith('<!doctype html>\n<html lang="en">')


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ],
)
def test_the_page_keeps_to_itself(header: str, value: str, page: tuple[str, Any]) -> None:
    """Nobody learns from the browser that somebody was here."""
    assert page[1][header] == value


@pytest.mark.parametrize(
    "rule",
    [
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ],
)
def test_the_policy_closes_the_page(rule: str, page: tuple[str, Any]) -> None:
    """The page talks to its own server and to nothing else, and sits in nobody's frame."""
    assert rule in page[1]["Content-Security-Policy"].split("; ")


def test_the_policy_names_no_other_place(page: tuple[str, Any]) -> None:
    """No origin, no wildcard and no eval is let in."""
    policy = page[1]["Content-Security-Policy"]
    for opening in ("http", "*", "unsafe-eval"):
        assert opening not in policy


def test_the_page_needs_nothing_from_elsewhere(page: tuple[str, Any]) -> None:
    """No font, script, style or picture is loaded: everything needed is in the file."""
    assert not re.search(r"(https?:)?//[a-z]", page[0])
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=\"(?!data:)", page[0])
    assert "@import" not in page[0]


def test_words_are_never_read_as_html(page: tuple[str, Any]) -> None:
    """What somebody writes, and what is answered, is put on the page as text."""
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in page[0]


def test_help_is_there_without_the_assistant(page: tuple[str, Any]) -> None:
    """The emergency numbers come with the page, from the resource file."""
    from assistant.safety.resources import placeholders

    assert page[0].count(placeholders(None)["emergency_list"]) >= 2


def test_the_page_says_what_it_is(page: tuple[str, Any]) -> None:
    """A program, not reviewed, not for emergencies: said before the first word."""
    header = page[0][page[0].index("<header>") : page[0].index("</header>")]
    for fact in ("automated", "not yet clinically reviewed", "not for emergencies"):
        assert fact in header


def test_the_page_leaves_other_places_alone(server: Any) -> None:
    """Only the root is the page: what Rasa serves elsewhere is still there."""
    assert b"model_id" in server.get("/status")[1]
