"""A red flag outlives the server that saw it, and follows a person to another channel."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from serving import Server, start_server, stop_server

from tests.conversations.test_latch_table import OPENINGS, REFUSED, REMINDED

CHANNELS = ("rest", "webchat")
SEVERE = tuple(REMINDED)
DATABASE = "conversations.db"


@pytest.fixture(scope="module")
def flagged(server: Server) -> dict[str, str]:
    """Somebody for each tier, whose red flag the first server has answered."""
    people = {tier: uuid.uuid4().hex for tier in OPENINGS}
    for tier, person in people.items():
        for said in OPENINGS[tier]:
            server.say(said, person)
    return people


@pytest.fixture(scope="module")
def restarted(
    server: Server, flagged: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Another process that begins on the same file: all it knows is what was written down.

    The first goes on, because other tests talk to it.
    """
    folder = tmp_path_factory.mktemp("restarted")
    (folder / DATABASE).symlink_to(server.log.parent / DATABASE)
    running = start_server(folder)
    yield running
    stop_server(running)


def tracker(server: Server, person: str) -> dict[str, Any]:
    """Return the stored conversation as the server gives it."""
    return dict(json.loads(server.get(f"/conversations/{person}/tracker")[1]))


def reply(server: Server, said: str, person: str, channel: str = "rest") -> list[str]:
    """Send a message; return the response keys of what came back."""
    server.say(said, person, channel)
    keys: list[str] = []
    for event in tracker(server, person)["events"]:
        if event["event"] == "user":
            keys = []
        elif event["event"] == "bot":
            keys.append(event["metadata"]["utter_action"])
    return keys


def held(server: Server, person: str) -> tuple[Any, Any]:
    """Return tier and latch."""
    slots = tracker(server, person)["slots"]
    return slots["safety_tier"], slots["safety_latch"]


@pytest.mark.parametrize("tier", OPENINGS)
def test_a_flag_outlives_a_restart(
    tier: str, flagged: dict[str, str], server: Server, restarted: Server
) -> None:
    """The server that starts on the same conversations knows tier, code and time, and acts on it."""
    person = flagged[tier]
    before = held(server, person)
    assert before[0] and before[1]["code"]
    assert held(restarted, person) == before
    if tier == "routine":  # routine guidance does not follow people around, but it stands
        assert reply(restarted, "hi", person) == ["utter_greet"]
    else:
        assert reply(restarted, "hi", person) == [REMINDED[tier]]
        assert reply(restarted, "/start_breathing", person) == [REFUSED[tier]]
    assert held(restarted, person)[0] == before[0]


@pytest.mark.parametrize("tier", SEVERE)
@pytest.mark.parametrize("first", CHANNELS)
def test_a_flag_follows_a_person_to_another_channel(
    first: str, tier: str, server: Server, sender: str
) -> None:
    """One name is one conversation: the second channel reminds, refuses and keeps the latch."""
    (second,) = set(CHANNELS) - {first}
    for said in OPENINGS[tier]:
        server.say(said, sender, first)
    before = held(server, sender)
    assert reply(server, "hi", sender, second) == [REMINDED[tier]]
    assert reply(server, "/start_breathing", sender, second) == [REFUSED[tier]]
    assert held(server, sender) == before


def test_a_flag_stays_with_its_person(server: Server, sender: str) -> None:
    """Somebody else on the second channel is greeted as ever."""
    server.say("i have chest pain", sender, "rest")
    assert reply(server, "hi", f"{sender}-other", "webchat") == ["utter_greet"]
