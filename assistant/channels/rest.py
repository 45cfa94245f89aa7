"""JSON over HTTP: `/webhooks/rest/webhook`, Rasa's own shape with the holes closed.

Stock REST answers an empty body or a list with 500, and puts everyone who sends
no sender into one conversation (measured on Rasa 3.6.21).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.channels.rest import QueueOutputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, ResponseStream
from sanic.response import json as json_response

from assistant.channels.inbound import Inbound, Refusal, read_request
from assistant.runtime import boot
from assistant.runtime.static_replies import StaticReplies

OnMessage = Callable[[UserMessage], Awaitable[Any]]
SERVER_MAX_BODY = 10 * 1024 * 1024


class WholeText(CollectingOutputChannel):
    """Keeps a text in one piece; stock Rasa cuts it at every blank line, but not beside buttons."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Send `text` as one message."""
        await self._persist_message(self._message(recipient_id, text=text))


class WholeTextQueue(QueueOutputChannel, WholeText):
    """The same for `?stream=true`: messages go out one by one."""


class RestChannel(InputChannel):
    """One JSON object in, a JSON list (or one object a line with `?stream=true`) out."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its place under /webhooks/."""
        return "rest"

    def collector(self) -> CollectingOutputChannel:
        """Return the output channel that gathers one turn's messages."""
        return WholeText()

    def passer(self, queue: asyncio.Queue[Any]) -> CollectingOutputChannel:
        """Return the output channel that passes messages on one by one."""
        return WholeTextQueue(queue)

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Return the routes of this channel; the boot hook goes in with the server's start."""
        # No import_name: Sanic only uses it to find static files, and there are none.
        routes = Blueprint(f"settle_{self.name()}")
        routes.listener("before_server_start")(_boot)
        routes.listener("after_server_start")(_stand_in)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse | ResponseStream:
            inbound = read_request(request.body)
            if isinstance(inbound, Refusal):
                return _refused(request, inbound)
            if request.args.get("stream") == "true":
                return ResponseStream(
                    self._stream(on_new_message, inbound), content_type="application/x-ndjson"
                )
            collector = self.collector()
            await on_new_message(self._message(inbound, collector))
            return json_response(collector.messages)

        return routes

    def _message(self, inbound: Inbound, output: CollectingOutputChannel) -> UserMessage:
        return UserMessage(
            inbound.text,
            output,
            inbound.sender,
            input_channel=self.name(),
            metadata=inbound.metadata,
        )

    def _stream(
        self, on_new_message: OnMessage, inbound: Inbound
    ) -> Callable[[Any], Coroutine[Any, Any, None]]:
        async def stream(response: Any) -> None:
            queue: asyncio.Queue[Any] = asyncio.Queue()

            async def turn() -> None:
                try:
                    await on_new_message(self._message(inbound, self.passer(queue)))
                finally:
                    # Stock Rasa leaves this out when a turn raises: the request then hangs.
                    await queue.put(None)

            running = asyncio.ensure_future(turn())
            while (message := await queue.get()) is not None:
                await response.write(json.dumps(message) + "\n")
            await running

        return stream


async def _boot(app: Sanic, loop: Any) -> None:
    app.config.REQUEST_MAX_SIZE = SERVER_MAX_BODY
    app.ctx.static_replies = StaticReplies()
    boot.install()


async def _stand_in(app: Sanic, loop: Any) -> None:
    await boot.stand_in_for_missing_agent(app)


def _refused(request: Request, refusal: Refusal) -> HTTPResponse:
    body: dict[str, Any] = {"error": refusal.error}
    if refusal.status == 413:
        # What was too long to read may have been a cry for help.
        body["text"] = request.app.ctx.static_replies.help_text
    return json_response(body, status=refusal.status)
