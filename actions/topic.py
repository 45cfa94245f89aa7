"""More, less, source and author of an answer: assistant.nlu.after_answer decides, these say it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from assistant.nlu import after_answer
from assistant.nlu.after_answer import Line, Said


class ActionTellMore(Action):
    """Say the longer text of the topic answered last."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_tell_more"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say more, or that there is no more."""
        sources = after_answer.load_sources()
        return _say(dispatcher, after_answer.tell_more(_said(tracker), _responses(domain), sources))


class ActionSayShorter(Action):
    """Say the answer given last in fewer words."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_say_shorter"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say the shorter wording, or that it was the shortest."""
        return _say(dispatcher, after_answer.say_shorter(_said(tracker), _responses(domain)))


class ActionAskSource(Action):
    """Name the sources of the answer given last."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_ask_source"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """List them."""
        sources = after_answer.load_sources()
        line = after_answer.ask_source(_said(tracker), _responses(domain), sources)
        return _say(dispatcher, line)


class ActionAskAuthor(Action):
    """Say who wrote the answer given last."""

    def name(self) -> str:
        """Name it as in domain.yml."""
        return "action_ask_author"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Name writer, date and review."""
        return _say(dispatcher, after_answer.ask_author(_said(tracker), _responses(domain)))


def _said(tracker: Tracker) -> list[Said]:
    return after_answer.said_in_session(tracker.events)


def _responses(domain: dict[str, Any]) -> after_answer.Responses:
    responses: after_answer.Responses = domain.get("responses") or {}
    return responses


def _say(dispatcher: CollectingDispatcher, line: Line) -> list[dict[str, Any]]:
    dispatcher.utter_message(response=line.say, **line.fill)
    return []
