"""What a JSON chat request becomes before anything of Rasa sees it."""

from __future__ import annotations

import json

import pytest

from assistant.channels.inbound import (
    MAX_BODY_BYTES,
    MAX_CHARACTERS,
    MAX_METADATA,
    Inbound,
    Refusal,
    Words,
    clean,
    read_request,
    words_of,
)


def read(**fields: object) -> Inbound | Refusal:
    """Read a request made of `fields`."""
    return read_request(json.dumps(fields).encode())


def accepted(**fields: object) -> Inbound:
    """Read a request that must be taken."""
    inbound = read(**fields)
    assert isinstance(inbound, Inbound), inbound
    return inbound


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"hi"',
        b"7",
        b"message=hi",
        b'{"message": }',
        b"\xff\xfe\x00",
        b'{"message": "\xe9"}',
        b"{}",
        b'{"text": "hi"}',
        b'{"message": null}',
        b'{"message": 7}',
        b'{"message": ["hi"]}',
        b'{"message": {"text": "hi"}}',
        b'{"message": true}',
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[" * 30_000,
        b'{"message": ' + b"9" * 50_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_request_without_a_text_is_refused_plainly(body: bytes) -> None:
    """Whatever is no JSON object with a text as message is a 400 that says what to send."""
    refusal = read_request(body)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    assert '"message"' in refusal.error


@pytest.mark.parametrize(
    "sender", ["", " ", "a ", "a\x00", "a\u200b", "\ud800", "x" * 201, 7, [], {}]
)
def test_a_name_that_could_be_taken_for_another_is_refused(sender: object) -> None:
    """Two names that differ in something unseen must not share a conversation."""
    refusal = read(message="hi", sender=sender)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    assert '"sender"' in refusal.error


@pytest.mark.parametrize("fields", [{}, {"sender": None}])
def test_nobody_is_everybody(fields: dict[str, None]) -> None:
    """Without a sender each request is a conversation of its own."""
    names = {accepted(message="hi", **fields).sender for _ in range(3)}
    assert len(names) == 3


def test_a_named_sender_is_kept_as_it_is() -> None:
    """Names of any language are names."""
    assert accepted(message="hi", sender="\u9ea6 user@x").sender == "\u9ea6 user@x"


@pytest.mark.parametrize("length", [MAX_CHARACTERS, MAX_CHARACTERS + 1])
def test_a_text_ends_at_the_limit(length: int) -> None:
    """The longest text allowed is read whole, one character more is refused as too large."""
    result = read(message="a" * length)
    if length > MAX_CHARACTERS:
        assert isinstance(result, Refusal)
        assert result.status == 413
    else:
        assert isinstance(result, Inbound)
        assert len(result.text) == length


def test_a_body_ends_at_the_limit() -> None:
    """A body over the limit is refused before it is parsed, whatever is in it."""
    refusal = read_request(b"{" * (MAX_BODY_BYTES + 1))
    assert isinstance(refusal, Refusal)
    assert refusal.status == 413


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("chest\x00pain", "chest pain"),
        ("a\x07b\x1bc\x7fd\x85e", "a b c d e"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("dos\r\nline", "dos \nline"),
        ("ch\u200best pa\u2060in\ufeff", "chest pain"),
        ("sui\u00adcide", "suicide"),
        ("\u202echest\u202c", "chest"),
        ("half \ud83d emoji", "half \ufffd emoji"),
        ("whole \U0001f600", "whole \U0001f600"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("  spaces  ", "spaces"),
        ("\u00a0\u3000", ""),
    ],
)
def test_a_text_is_freed_of_what_breaks_it(text: str, kept: str) -> None:
    """Control characters part words, unseen ones do not, and halves of characters are marked."""
    assert clean(text) == kept
    assert accepted(message=text).text == kept


def test_metadata_keeps_plain_values_only() -> None:
    """What is stored with a message can be copied and stored again: nothing nested, not endless."""
    nested: object = []
    for _ in range(400):
        nested = [nested]
    kept = accepted(message="hi", metadata={"id": "m1", "n": 3, "deep": nested, "none": None})
    assert kept.metadata == {"id": "m1", "n": 3}
    many = accepted(message="hi", metadata={str(i): i for i in range(500)})
    assert len(many.metadata or {}) == MAX_METADATA


@pytest.mark.parametrize("metadata", [None, [], "x", 7, {}])
def test_metadata_of_another_shape_is_left_out(metadata: object) -> None:
    """Metadata is never worth refusing a message for."""
    assert accepted(message="hi", metadata=metadata).metadata is None


# Shapes as the platforms document them: Telegram updates, then Slack message events.
PHOTO = [{"file_id": "x", "width": 90, "height": 51}]
WRITTEN = {
    "message": ({"message": {"text": "hi"}}, Words("hi")),
    "caption": ({"message": {"photo": PHOTO, "caption": "my arm"}}, Words("my arm")),
    "edited message": ({"edited_message": {"text": "hi", "edit_date": 7}}, Words("hi", True)),
    "edited caption": (
        {"edited_message": {"photo": PHOTO, "caption": "my arm"}},
        Words("my arm", True),
    ),
    "channel post": ({"channel_post": {"text": "hi"}}, Words("hi")),
    "edited channel post": ({"edited_channel_post": {"text": "hi"}}, Words("hi", True)),
    "unseen character": ({"message": {"caption": "ch\u200best"}}, Words("chest")),
    "sticker": ({"message": {"sticker": {"emoji": "x"}}}, Words("")),
    "blocked": ({"my_chat_member": {"date": 7}}, Words("")),
    "no message": ({"message": None}, Words("")),
    "caption that is no text": ({"message": {"caption": 7}}, Words("")),
    "slack": ({"type": "message", "text": "hi"}, Words("hi")),
    "slack file": (
        {"type": "message", "subtype": "file_share", "text": "my arm", "files": [{}]},
        Words("my arm"),
    ),
    "slack edit": (
        {
            "type": "message",
            "subtype": "message_changed",
            "message": {"text": "new", "edited": {"ts": "7"}},
            "previous_message": {"text": "old"},
        },
        Words("new", True),
    ),
    "slack preview": (
        {"type": "message", "subtype": "message_changed", "message": {"text": "same"}},
        Words("same"),
    ),
    "slack deletion": (
        {"type": "message", "subtype": "message_deleted", "previous_message": {"text": "old"}},
        Words(""),
    ),
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_edits_and_captions_are_plain_words(kind: str) -> None:
    """Whatever shape a platform sends, its words come out, and whether they replace others."""
    update, words = WRITTEN[kind]
    assert words_of(update) == words
