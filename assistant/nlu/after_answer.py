"""What is said about an answer already given: more, less, where it is from, who wrote it.

Pure: what the bot has said, its responses and the table of sources in; one response key with its
fillings out. The answer that is meant is the last one about a topic in this session.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.nlu import phrasing
from assistant.nlu.fingerprint import ROOT

ANSWER = "utter_faq/"
MORE = "utter_more_"
NONE_YET = "utter_no_answer_yet"
NO_MORE = "utter_no_more"
SHORTEST, SHORTEST_PLAIN = "utter_shortest", "utter_shortest_plain"
SOURCES = "utter_sources"
AUTHOR, REVIEWED = "utter_author", "utter_author_reviewed"
DOCTOR_LINE = "utter_doctor_line"
SOURCE_LINE, READ, SUMMARY = "utter_source_line", "utter_source_read", "utter_source_summary"
SOURCES_FILE = ROOT / "data" / "sources.yml"
# sources.yml says so of every page that nobody opened.
_AS_SUMMARY = "as summarised"

Responses = Mapping[str, Sequence[Mapping[str, Any]]]
Sources = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Said:
    """One reply of the bot: its response key, and which of the key's wordings."""

    key: str
    wording: int = 0


@dataclass(frozen=True)
class Line:
    """What to say: a response key, and what fills its placeholders or is added to it."""

    say: str
    fill: dict[str, Any] = field(default_factory=dict)


def said_in_session(events: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Return what the bot has said since the session began, oldest first."""
    said: list[Said] = []
    for event in events:
        if event.get("event") == "session_started":
            said = []
        elif event.get("event") == "bot":
            metadata = event.get("metadata") or {}
            key, wording = metadata.get("utter_action"), metadata.get("wording")
            said.append(Said(str(key or ""), int(wording or 0)))
    return said


def topic_of(key: str) -> str | None:
    """Return the topic a response key is about, `caffeine`; None where it is about none."""
    found = (key.removeprefix(start) for start in (ANSWER, MORE) if key.startswith(start))
    return next(found, None)


def last_answer(said: Sequence[Said]) -> Said | None:
    """Return the last thing said about a topic."""
    return next((s for s in reversed(said) if topic_of(s.key)), None)


def tell_more(said: Sequence[Said], responses: Responses, sources: Sources) -> Line:
    """Say the longer text of the topic once; after that, that there is no more."""
    about = last_answer(said)
    if about is None:
        return Line(NONE_YET)
    topic = str(topic_of(about.key))
    more = MORE + topic
    if responses.get(more) and all(s.key != more for s in said):
        return Line(more)
    wordings = [*responses.get(ANSWER + topic, ()), *responses.get(more, ())]
    ids = dict.fromkeys(i for w in wordings for i in _metadata(w).get("sources") or ())
    listed = source_list(list(ids), sources, responses)
    return Line(NO_MORE, {"source_list": listed, "buttons_of": ANSWER + topic})


def say_shorter(said: Sequence[Said], responses: Responses) -> Line:
    """Say the topic's shorter wording, or its one step where that was said just now.

    When to see a doctor is added where the whole answer names it and the short form does not.
    """
    about = last_answer(said)
    if about is None:
        return Line(NONE_YET)
    key = ANSWER + str(topic_of(about.key))
    just_said = _wording(about, responses)
    short = short_form(key, said, responses)
    if short is None or (about.key == key and phrasing.is_again(just_said)):
        step = _metadata(just_said).get("step")
        adds = _doctor_line(responses.get(key, ()), str(step or ""))
        return Line(SHORTEST if step else SHORTEST_PLAIN, {"step": step or "", "adds": adds})
    return Line(key, short)


def short_form(key: str, said: Sequence[Said], responses: Responses) -> dict[str, Any] | None:
    """Return the shorter wording of an answer, and the line it lacks, or None where it has none."""
    wordings = responses.get(key, ())
    index = phrasing.pick_short(wordings, [s.wording for s in said if s.key == key])
    if index is None:
        return None
    adds = _doctor_line(wordings, str(wordings[index].get("text") or ""))
    return {"wording": index, "adds": adds}


def _doctor_line(wordings: Sequence[Mapping[str, Any]], said: str) -> list[str]:
    """Name the line about a doctor where the whole answer has one and what is said has not."""
    doctor = any(_names_doctor(str(w.get("text") or "")) for w in wordings)
    return [DOCTOR_LINE] if doctor and not _names_doctor(said) else []


def ask_source(said: Sequence[Said], responses: Responses, sources: Sources) -> Line:
    """Name what the answer rests on."""
    about = last_answer(said)
    if about is None:
        return Line(NONE_YET)
    ids = _metadata(_wording(about, responses)).get("sources") or []
    return Line(SOURCES, {"source_list": source_list(ids, sources, responses)})


def ask_author(said: Sequence[Said], responses: Responses) -> Line:
    """Say who wrote the answer and when, and whether a clinician has reviewed it."""
    about = last_answer(said)
    if about is None:
        return Line(NONE_YET)
    metadata = _metadata(_wording(about, responses))
    written = in_words(str(metadata.get("written") or ""))
    reviewed, reviewer = metadata.get("reviewed"), metadata.get("reviewer")
    if not reviewed or not reviewer:
        return Line(AUTHOR, {"written": written})
    reviewed_on = in_words(str(reviewed))
    return Line(REVIEWED, {"written": written, "reviewed": reviewed_on, "reviewer": str(reviewer)})


def source_list(ids: Sequence[str], sources: Sources, responses: Responses) -> str:
    """Return one line a source: title, publisher, how and when it was read, and its address.

    An address that leads to somebody's copy (`copy: true`) is not shown.
    """
    lines = []
    for name in ids:
        source = sources.get(name)
        if source is None:
            continue
        how = SUMMARY if str(source.get("note") or "").startswith(_AS_SUMMARY) else READ
        read = {"read": in_words(str(source.get("read") or ""))}
        values = {
            "source_title": source.get("title"),
            "publisher": source.get("publisher"),
            "how": phrasing.fill(_text(how, responses), read),
            "link": "" if source.get("copy") else source.get("link") or "",
        }
        lines.append(phrasing.fill(_text(SOURCE_LINE, responses), values))
    return "\n".join(lines)


def in_words(date: str) -> str:
    """Return "22 November 2026" for "2026-11-22"; anything else as it is."""
    try:
        day = datetime.date.fromisoformat(date)
    except ValueError:
        return date
    return f"{day.day} {day:%B %Y}"


@functools.lru_cache(maxsize=1)
def load_sources(path: Path = SOURCES_FILE) -> Sources:
    """Return the authors' table of sources, by id."""
    table: Sources = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    return table


def _wording(said: Said, responses: Responses) -> Mapping[str, Any]:
    wordings = responses.get(said.key) or ({},)
    # A conversation may be older than the answers: a wording that is gone is the first.
    return wordings[said.wording if said.wording < len(wordings) else 0]


def _metadata(wording: Mapping[str, Any]) -> Mapping[str, Any]:
    return wording.get("metadata") or {}


def _names_doctor(text: str) -> bool:
    return "doctor" in text.casefold()


def _text(key: str, responses: Responses) -> str:
    wordings = responses.get(key) or ()
    return str(wordings[0].get("text") or "") if wordings else ""
