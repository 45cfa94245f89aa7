"""More, less, source and author of the answer before: which response is said, with which fillings."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.nlu import after_answer
from assistant.nlu.after_answer import Said, said_in_session

WHOLE = {
    "text": "Coffee can matter. If it gets worse, see a doctor.",
    "buttons": [{"title": "Sleep", "payload": "/faq/sleep"}],
    "metadata": {"sources": ["page", "paper"], "written": "2026-11-22", "reviewed": None},
}
SHORT = {
    "text": "Have less coffee. Then wait.",
    "metadata": {"again": True, "step": "Have less coffee.", "sources": ["paper"]},
}
RESPONSES: dict[str, list[dict[str, Any]]] = {
    "utter_faq/caffeine": [WHOLE, SHORT],
    "utter_more_caffeine": [{"text": "The long story.", "metadata": {"sources": ["copy"]}}],
    "utter_faq/sleep": [
        {"text": "Sleep well.", "metadata": {}},
        {"text": "Sleep.", "metadata": {"again": True}},
    ],
    "utter_source_line": [{"text": "- {source_title} ({publisher}). {how} {link}"}],
    "utter_source_read": [{"text": "Read on {read}."}],
    "utter_source_summary": [{"text": "Read in summary on {read}."}],
}
SOURCES: dict[str, dict[str, Any]] = {
    "page": {
        "title": "Twitching",
        "publisher": "NHS",
        "link": "https://nhs.uk/x",
        "read": "2026-11-22",
        "note": "as summarised in a paper of ours",
    },
    "paper": {
        "title": "Spasms",
        "publisher": "Hinge",
        "link": None,
        "read": "2026-11-02",
        "note": "read",
    },
    "copy": {
        "title": "Relaxing",
        "publisher": "VA",
        "link": "https://somebody.org",
        "read": "2026-11-22",
        "copy": True,
    },
}
CAFFEINE = [Said("utter_greet"), Said("utter_faq/caffeine")]


def _bot(key: str, **metadata: Any) -> dict[str, Any]:
    return {"event": "bot", "metadata": {"utter_action": key, **metadata}}


def test_what_was_said_is_read_from_the_events() -> None:
    """Key and wording of each reply, oldest first; what a person says does not count."""
    events = [_bot("utter_greet"), {"event": "user"}, _bot("utter_faq/sleep", wording=1)]
    assert said_in_session(events) == [Said("utter_greet"), Said("utter_faq/sleep", 1)]


def test_an_answer_of_an_earlier_session_is_over() -> None:
    """The next day there is nothing to say more about."""
    events = [_bot("utter_faq/sleep"), {"event": "session_started"}, _bot("utter_greet")]
    assert after_answer.last_answer(said_in_session(events)) is None


def test_a_reply_without_a_key_is_no_answer() -> None:
    """The static reply of a failed turn has no metadata."""
    assert said_in_session([{"event": "bot", "metadata": None}]) == [Said("")]


@pytest.mark.parametrize(
    ("key", "topic"),
    [
        ("utter_faq/sleep", "sleep"),
        ("utter_more_sleep", "sleep"),
        ("utter_greet", None),
        ("utter_no_more", None),
        ("", None),
    ],
)
def test_the_topic_stands_in_the_key(key: str, topic: str | None) -> None:
    """An answer and its longer text are about the same topic; nothing else is about any."""
    assert after_answer.topic_of(key) == topic


def test_without_an_answer_each_says_so() -> None:
    """A greeting is not an answer."""
    said = [Said("utter_greet")]
    lines = [
        after_answer.tell_more(said, RESPONSES, SOURCES),
        after_answer.say_shorter(said, RESPONSES),
        after_answer.ask_source(said, RESPONSES, SOURCES),
        after_answer.ask_author(said, RESPONSES),
    ]
    assert {line.say for line in lines} == {"utter_no_answer_yet"}


def test_more_is_the_longer_text() -> None:
    """Also when something else was said since."""
    said = [*CAFFEINE, Said("utter_thanks")]
    assert after_answer.tell_more(said, RESPONSES, SOURCES).say == "utter_more_caffeine"


def test_more_the_second_time_is_an_honest_no() -> None:
    """With every source of the topic, and its buttons."""
    line = after_answer.tell_more([*CAFFEINE, Said("utter_more_caffeine")], RESPONSES, SOURCES)
    assert line.say == "utter_no_more"
    assert line.fill["buttons_of"] == "utter_faq/caffeine"
    assert [row.split()[1] for row in line.fill["source_list"].splitlines()] == [
        "Twitching",
        "Spasms",
        "Relaxing",
    ]


def test_a_topic_without_a_longer_text_has_no_more() -> None:
    """An author has not written it yet."""
    line = after_answer.tell_more([Said("utter_faq/sleep")], RESPONSES, SOURCES)
    assert line.say == "utter_no_more"


def test_shorter_is_the_short_wording_with_the_doctor_in_it() -> None:
    """The whole answer said when to see a doctor, so the short form does too."""
    line = after_answer.say_shorter(CAFFEINE, RESPONSES)
    assert line.say == "utter_faq/caffeine"
    assert line.fill == {"wording": 1, "adds": ["utter_doctor_line"]}


def test_no_doctor_is_added_where_the_answer_names_none() -> None:
    """The short form leaves nothing out."""
    assert after_answer.say_shorter([Said("utter_faq/sleep")], RESPONSES).fill["adds"] == []


def test_shorter_after_more_is_the_short_wording_again() -> None:
    """However often it was said: the longer text came last."""
    said = [*CAFFEINE, Said("utter_faq/caffeine", 1), Said("utter_more_caffeine")]
    line = after_answer.say_shorter(said, RESPONSES)
    assert (line.say, line.fill["wording"]) == ("utter_faq/caffeine", 1)


def test_shorter_than_the_short_wording_is_its_one_step() -> None:
    """And still when to see a doctor."""
    line = after_answer.say_shorter([*CAFFEINE, Said("utter_faq/caffeine", 1)], RESPONSES)
    assert line.say == "utter_shortest"
    assert line.fill == {"step": "Have less coffee.", "adds": ["utter_doctor_line"]}


def test_a_short_wording_without_a_step_is_the_shortest() -> None:
    """Nothing is made up for it."""
    line = after_answer.say_shorter([Said("utter_faq/sleep", 1)], RESPONSES)
    assert line.say == "utter_shortest_plain"


def test_sources_are_those_of_the_wording_that_was_said() -> None:
    """Title, publisher, how it was read and when; an address only where there is one."""
    line = after_answer.ask_source(CAFFEINE, RESPONSES, SOURCES)
    assert line.say == "utter_sources"
    assert line.fill["source_list"] == (
        "- Twitching (NHS). Read in summary on 22 November 2026. https://nhs.uk/x\n"
        "- Spasms (Hinge). Read on 2 November 2026."
    )
    short = after_answer.ask_source([Said("utter_faq/caffeine", 1)], RESPONSES, SOURCES)
    assert short.fill["source_list"] == "- Spasms (Hinge). Read on 2 November 2026."


def test_the_address_of_a_copy_is_not_shown() -> None:
    """The publisher's name is; the copy is somebody else's."""
    line = after_answer.ask_source([Said("utter_more_caffeine")], RESPONSES, SOURCES)
    assert line.fill["source_list"] == "- Relaxing (VA). Read on 22 November 2026."


def test_the_author_of_an_answer_nobody_reviewed() -> None:
    """The date it was written, and no reviewer."""
    line = after_answer.ask_author(CAFFEINE, RESPONSES)
    assert (line.say, line.fill) == ("utter_author", {"written": "22 November 2026"})


def test_the_author_of_an_answer_somebody_reviewed() -> None:
    """Name and date of the review."""
    metadata = {"written": "2026-11-22", "reviewed": "2027-01-05", "reviewer": "Dr A. Person"}
    responses = {"utter_faq/caffeine": [{"text": "x", "metadata": metadata}]}
    line = after_answer.ask_author(CAFFEINE, responses)
    assert line.say == "utter_author_reviewed"
    assert line.fill == {
        "written": "22 November 2026",
        "reviewed": "5 January 2027",
        "reviewer": "Dr A. Person",
    }


def test_a_wording_that_is_gone_breaks_nothing() -> None:
    """A conversation may be older than the answers: the first wording stands in."""
    gone = after_answer.ask_source([Said("utter_faq/caffeine", 7)], RESPONSES, SOURCES)
    assert gone == after_answer.ask_source(CAFFEINE, RESPONSES, SOURCES)
    assert after_answer.ask_source([Said("utter_faq/gone")], RESPONSES, SOURCES).fill == {
        "source_list": ""
    }


def test_every_source_of_the_table_makes_a_line() -> None:
    """The authors' own table has what a line needs."""
    table = after_answer.load_sources()
    rows = after_answer.source_list(list(table), table, RESPONSES).splitlines()
    assert len(rows) == len(table)
    assert all(row.startswith("- ") and "()" not in row and "2026" in row for row in rows)
