"""The website's channel: the chat page at `/` and its messages.

A plain page for now; the widget takes its place.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, html

from assistant.channels.rest import RestChannel, WholeText, WholeTextQueue
from assistant.safety.resources import contacts, placeholders

PAGE = Path(__file__).with_name("static") / "page.html"
# Everything the page needs is in the page: nothing is loaded from anywhere else.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class WebChatOutput(WholeText):
    """Named after the channel, so that `channel: webchat` wordings match."""

    @classmethod
    def name(cls) -> str:
        """Return the name responses are chosen by."""
        return "webchat"


class WebChatStream(WebChatOutput, WholeTextQueue):
    """The same for `?stream=true`."""


class WebChatChannel(RestChannel):
    """REST's requests under `/webhooks/webchat/`, and the page that sends them."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "webchat"

    def collector(self) -> CollectingOutputChannel:
        """Return the output channel that gathers one turn's messages."""
        return WebChatOutput()

    def passer(self, queue: asyncio.Queue[Any]) -> CollectingOutputChannel:
        """Return the output channel that passes messages on one by one."""
        return WebChatStream(queue)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return REST's routes and the listener that serves the page."""
        routes = super().blueprint(on_new_message)
        routes.listener("before_server_start")(_serve_page)
        return routes


def render(template: str) -> str:
    """Fill the page with the numbers of the resource file, which no later fault takes away."""
    values = {
        "help_block": placeholders(None)["help_block"],
        "phones": " | ".join(sorted(_phones(), key=len, reverse=True)),
    }
    for name, value in values.items():
        template = template.replace("{" + name + "}", escape(value))
    return template


def _phones() -> set[str]:
    """Return every number that can be called or texted, as it is written in replies."""
    written = (
        str(contact[field])
        for _, contact in contacts()
        if contact.get("channel") != "web"
        for field in ("number", "also")
        if field in contact
    )
    # "SHOUT to 85258" is texted to the part behind the word; a chat has no number at all.
    ends = (number.rpartition(" to ")[2] for number in written)
    return {number for number in ends if re.fullmatch(r"[\d -]+", number)}


async def _serve_page(app: Sanic, loop: Any) -> None:
    page = render(PAGE.read_text(encoding="utf-8"))

    # By middleware: a route for "/" stops the server, because Rasa has one of its own.
    async def page_at_root(request: Request) -> HTTPResponse | None:
        if request.path == "/" and request.method == "GET":
            return html(page, headers=HEADERS)
        return None

    app.register_middleware(page_at_root, "request")
