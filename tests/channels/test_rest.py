"""Bad input over real HTTP: a sensible reply or a clear refusal, and the talk goes on."""

from __future__ import annotations

import contextlib
import http.client
import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHANNELS = ["rest", "webchat"]
QUESTION = "does coffee make twitching worse"
HELP_LINE = "911 (US, Canada)"
# A word of its own in each kind of bad input; none of them may turn up in the server's log.
MARK = "zebrafish"


def ask(
    server: Any,
    method: str,
    path: str,
    body: str | None = None,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> tuple[int, str, bytes]:
    """Send one request; return status, content type and body, whatever they are."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    answer = response.status, response.headers.get("Content-Type", ""), response.read()
    connection.close()
    return answer


@contextlib.contextmanager
def locked_database(server: Any) -> Iterator[None]:
    """Hold the server's database as another program might."""
    database = sqlite3.connect(server.log.parent / "conversations.db", isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        database.execute("ROLLBACK")
        database.close()


def webhook(channel: str = "rest") -> str:
    """Return the place messages are sent to."""
    return f"/webhooks/{channel}/webhook"


def texts(replies: list[dict[str, Any]]) -> str:
    """Return everything said, as one text."""
    return "\n".join(reply.get("text", "") for reply in replies)


def assert_goes_on(server: Any, sender: str) -> None:
    """An ordinary question of the same person gets its ordinary answer."""
    assert "offee" in texts(server.say(QUESTION, sender))


def assert_no_trace(answer: Any) -> None:
    """Nothing of our insides is in an answer."""
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else json.dumps(answer)
    for inside in ("Traceback", 'File \\"', ".py", "Error:", "site-packages"):
        assert inside not in said


ODD_TEXTS = {
    "empty": "",
    "spaces": "  \n\t ",
    "emoji": "\U0001f62d\U0001f480\U0001f52a",
    "joined emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
    "10,000 letters": "x" * 10_000,
    "10,000 characters of words": f"why do i twitch {MARK} " * 430,
    "control": f"why\x00do\x07i\x1btwitch {MARK}",
    "zero width": f"wh\u200by d\u2060o i \ufefftwi\u200dtch {MARK}",
    "right to left": f"\u202ewhy do i twitch\u202c {MARK}",
    "half an emoji": f"why do i twitch \ud83d {MARK}",
    "html": f"<script>alert('{MARK}')</script><img src=x onerror=alert(1)>",
    "sql": f"'; DROP TABLE events; -- {MARK}",
    "json": f'{{"message": "{MARK}", "sender": ["x"]}}',
    "template": f"{{emergency}} {{{{7*7}}}} ${{{MARK}}} %s %(x)s {{}}",
    "french": f"Est-ce que le stress fait trembler les muscles {MARK} ?",
    "arabic": f"\u0647\u0644 \u0627\u0644\u0642\u0644\u0642 {MARK}",
    "chinese": f"\u7126\u8651\u4f1a\u5bfc\u81f4\u808c\u8089\u62bd\u6410\u5417 {MARK}",
    "restart": f"/restart {MARK}",
    "bare restart": "/restart",
    "session start": "/session_start",
    "back": "/back",
    "unknown payload": f'/inform{{"x": "{MARK}"}}',
    "broken payload": f'/set_region{{"region": "{MARK}',
    "deep payload": '/set_region{"region":' + "[" * 3_000 + "]" * 3_000 + "}",
    "wrong slot": '/set_region{"safety_latch": "x"}',
    "unknown topic": f"/faq/{MARK}",
    "tier payload": "/emergency",
    "slash alone": "/",
    "many slashes": "////",
}


@pytest.mark.parametrize("kind", ODD_TEXTS)
def test_an_odd_text_is_answered(kind: str, server: Any, sender: str) -> None:
    """Whatever is typed gets words, never an error, and leaves the conversation usable."""
    status, replies = server.post(webhook(), {"sender": sender, "message": ODD_TEXTS[kind]})
    assert status == 200
    assert texts(replies).strip()
    assert "{" not in texts(replies)
    assert_no_trace(replies)
    assert_goes_on(server, sender)


@pytest.mark.parametrize(
    "text",
    [
        '/inform{"x":"chest pain"}',
        '/set_region{"region":"my chest hurts"}',
        "//my chest hurts",
        "my ch\u200best hurts",
        "my\x00chest\x00hurts",
        "MY CHEST HURTS!!!!",
        "blah " * 2_000 + "my chest hurts " + "blah " * 1_900,
    ],
    ids=["payload", "slot", "slashes", "zero width", "nul", "capitals", "in 20,000 characters"],
)
def test_a_red_flag_counts_however_it_is_sent(text: str, server: Any, sender: str) -> None:
    """No slash, no unseen character and no length hides a red flag."""
    assert "computer program" in texts(server.say(text, sender))
    assert "911" in texts(server.say("ok", sender)), "the flag did not stay"


BAD_BODIES = {
    "empty": b"",
    "no json": b"{" + MARK.encode(),
    "list": b'["zebrafish"]',
    "null": b"null",
    "number": b'{"message": 7}',
    "no message": b'{"sender": "zebrafish"}',
    "null message": b'{"message": null}',
    "bad utf-8": b'{"message": "zebrafish \xe9"}',
    "nested": b'{"message":' * 5_000,
    "form": b"message=zebrafish",
    "sender of blanks": b'{"message": "zebrafish", "sender": "  "}',
    "sender of control characters": b'{"message": "zebrafish", "sender": "a\\u0000"}',
    "sender number": b'{"message": "zebrafish", "sender": 7}',
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_bad_request_is_refused_plainly(kind: str, channel: str, server: Any) -> None:
    """A body that holds no message is a 400 with one plain sentence."""
    status, answer = server.post(webhook(channel), BAD_BODIES[kind])
    assert status == 400
    assert set(answer) == {"error"}
    assert "Send {" in answer["error"] or '"sender"' in answer["error"]
    assert_no_trace(answer)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"message": f"{MARK} " + "a" * 20_001}).encode(),
        json.dumps({"message": MARK, "metadata": {"x": "a" * 70_000}}).encode(),
        b"a" * 70_000,
    ],
    ids=["20,001 characters", "70 KB around a message", "70 KB of anything"],
)
def test_too_much_is_refused_with_help(body: bytes, channel: str, server: Any, sender: str) -> None:
    """What is too long to read may be a cry for help: the refusal carries the numbers."""
    status, answer = server.post(webhook(channel), body)
    assert status == 413
    assert HELP_LINE in answer["text"]
    assert "20000" in answer["error"]
    assert_goes_on(server, sender)


def test_the_longest_text_allowed_is_read(server: Any, sender: str) -> None:
    """20,000 characters are taken."""
    status, replies = server.post(webhook(), {"sender": sender, "message": "a " * 9_999 + "aa"})
    assert status == 200
    assert texts(replies)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_content_type_is_not_asked_for(kind: str, server: Any, sender: str) -> None:
    """JSON is read as JSON whatever it is called."""
    body = json.dumps({"sender": sender, "message": QUESTION})
    status, _, answer = ask(server, "POST", webhook(), body, {"Content-Type": kind} if kind else {})
    assert status == 200
    assert "offee" in texts(json.loads(answer))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_a_clear_no(method: str, server: Any) -> None:
    """Only POST sends messages."""
    status, _, answer = ask(server, method, webhook())
    assert status == 405
    assert_no_trace(answer)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_says_that_it_is_there(channel: str, server: Any) -> None:
    """A probe gets a plain yes."""
    status, body, _ = server.get(f"/webhooks/{channel}/")
    assert (status, json.loads(body)) == (200, {"status": "ok"})


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("text", "expected"), [(QUESTION, "offee"), ("my chest hurts", "computer program"), ("", "")]
)
def test_a_stream_ends(text: str, expected: str, channel: str, server: Any, sender: str) -> None:
    """With ?stream=true each message is a line of JSON, and the answer comes to its end."""
    body = json.dumps({"sender": sender, "message": text})
    status, kind, answer = ask(server, "POST", webhook(channel) + "?stream=true", body, timeout=10)
    assert status == 200
    assert kind.startswith("application/x-ndjson")
    said = [json.loads(line) for line in answer.splitlines()]
    assert texts(said)
    assert expected in texts(said)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_text_stays_in_one_message(channel: str, server: Any, sender: str) -> None:
    """Stock Rasa cuts a text at every blank line; ours keeps its paragraphs together."""
    replies = server.say("my chest hurts", sender, channel)
    assert len(replies) == 1
    assert "\n\n" in replies[0]["text"]
    assert replies[0]["recipient_id"] == sender


def test_an_answer_brings_its_buttons(server: Any, sender: str) -> None:
    """Buttons come with the text they belong to, and pressing one is answered."""
    (reply,) = server.say(QUESTION, sender)
    assert all(set(button) == {"title", "payload"} for button in reply["buttons"])
    assert texts(server.say(reply["buttons"][0]["payload"], sender))


def test_two_callers_without_a_name_do_not_share_a_conversation(server: Any) -> None:
    """After a stranger's red flag, another nameless caller starts a talk of their own."""
    server.post(webhook(), {"message": "my chest hurts"})
    _, replies = server.post(webhook(), {"message": QUESTION})
    assert "I am an automated program" in texts(replies)
    assert "911" not in texts(replies)


def test_two_people_do_not_influence_each_other(server: Any) -> None:
    """One person's country, and one person's red flag, stay theirs."""
    in_leeds, elsewhere = uuid.uuid4().hex, uuid.uuid4().hex
    server.say('/set_region{"region":"UK"}', in_leeds)
    server.say("hi", elsewhere)
    here, there = (texts(server.say("my chest hurts", who)) for who in (in_leeds, elsewhere))
    assert "999 (UK)" in here
    assert "911" not in here
    assert "911" in there


def test_channels_share_nothing_but_the_name(server: Any, sender: str) -> None:
    """A person known by the same name on both web channels goes on with the same talk."""
    server.say('/set_region{"region":"UK"}', sender, "rest")
    assert "999 (UK)" in texts(server.say("my chest hurts", sender, "webchat"))


def test_a_locked_database_costs_no_words(server: Any, sender: str) -> None:
    """While another program holds the database, words come within the time of a turn."""
    server.say('/set_region{"region":"UK"}', sender)
    with locked_database(server):
        began = time.monotonic()
        flag = texts(server.say(f"my chest hurts {MARK}", sender))
        flag_took = time.monotonic() - began
        question = texts(server.say(f"{QUESTION} {MARK}", sender))
    assert "computer program" in flag
    assert HELP_LINE in question
    assert flag_took < 5
    assert "999 (UK)" in texts(server.say("my chest hurts", sender))


def test_a_swapped_model_is_watched_over_too(server: Any, sender: str, model_path: Path) -> None:
    """After PUT /model the new agent answers, runs actions and falls silent as little as the old."""
    server.say('/set_region{"region":"UK"}', sender)
    model = json.dumps({"model_file": str(model_path)})
    status, _, _ = ask(server, "PUT", "/model", model, timeout=120)
    assert status == 204
    assert_goes_on(server, sender)
    assert HELP_LINE not in texts(server.say("/start_breathing", sender))
    with locked_database(server):
        assert "computer program" in texts(server.say("my chest hurts", sender))


def test_a_model_that_cannot_be_loaded_leaves_the_old_one(server: Any, sender: str) -> None:
    """A wrong path is refused, and the talk goes on with what was there."""
    status, _, _ = ask(server, "PUT", "/model", json.dumps({"model_file": "models/none.tar.gz"}))
    assert status == 400
    assert_goes_on(server, sender)


def test_the_log_holds_nobodys_words(server: Any, sender: str) -> None:
    """After bad input of every kind, neither a person's words nor a traceback are in the log."""
    for text in (f"i feel like a {MARK}", f"my chest hurts {MARK}", f"/nonsense{{{MARK}"):
        server.say(text, sender)
    server.post(webhook(), b"{" + MARK.encode())
    log = server.log.read_text(encoding="utf-8", errors="replace")
    assert MARK not in log
    assert "Traceback" not in log
