"""The website's channel: the chat page at `/` and its messages.

A plain page for now; the widget takes its place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, html

from assistant.channels.rest import RestChannel, WholeText

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


class WebChatChannel(RestChannel):
    """REST's requests under `/webhooks/webchat/`, and the page that sends them."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "webchat"

    def collector(self) -> CollectingOutputChannel:
        """Return the output channel that gathers one turn's messages."""
        return WebChatOutput()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return REST's routes and the listener that serves the page."""
        routes = super().blueprint(on_new_message)
        routes.listener("before_server_start")(_serve_page)
        return routes


async def _serve_page(app: Sanic, loop: Any) -> None:
    page = PAGE.read_text(encoding="utf-8")

    # By middleware: a route for "/" stops the server, because Rasa has one of its own.
    async def page_at_root(request: Request) -> HTTPResponse | None:
        if request.path == "/" and request.method == "GET":
            return html(page, headers=HEADERS)
        return None

    app.register_middleware(page_at_root, "request")
