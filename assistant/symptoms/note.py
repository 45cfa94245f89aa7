"""The note for a doctor: what the person said in this conversation, in their own words.

It is made anew from the conversation each time it is asked for; nothing else is kept for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.symptoms import facts as known
from assistant.symptoms.reading import BODY_PART, DURATION, FREQUENCY, SIDE, TRIGGER
from assistant.symptoms.talk import INTENT, REPORT

NOTE, NOTHING_TOLD = "utter_doctor_note", "utter_doctor_note_nothing"
TOLD_BY = (REPORT, INTENT, "see_doctor", "emergency")
"""What a note is made from. What somebody said in a crisis stands in no note."""
LONGEST_QUOTE = 280
MOST_QUOTES = 8
_LINES = {
    BODY_PART: "utter_note_where",
    SIDE: "utter_note_side",
    DURATION: "utter_note_how_long",
    FREQUENCY: "utter_note_how_often",
    TRIGGER: "utter_note_with",
    known.ANSWER: "utter_note_signs",
}
_VERDICTS = ("yes", "no", "not_sure")

Responses = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Message:
    """One message of the person."""

    text: str
    intent: str | None
    entities: tuple[known.Entity, ...]

    @property
    def pressed(self) -> bool:
        """Whether it was a button."""
        return self.text.lstrip().startswith("/")


def messages(events: Iterable[Mapping[str, Any]]) -> list[Message]:
    """Return what the person has sent since the session began, oldest first."""
    sent: list[Message] = []
    for event in events:
        if event.get("event") == "session_started":
            sent = []
        elif event.get("event") == "user":
            parse = event.get("parse_data") or {}
            name = (parse.get("intent") or {}).get("name")
            text = str(event.get("text") or "")
            sent.append(Message(text, name, tuple(parse.get("entities") or ())))
    return sent


def fill(sent: Sequence[Message], responses: Responses) -> dict[str, str] | None:
    """Return what fills the note, or None where no symptom was spoken of."""
    about = [m for m in sent if m.intent in TOLD_BY and _tells(m)]
    if not about:
        return None
    rows = [_row(kind, _said(kind, about, responses), responses) for kind in _LINES]
    quotes = [_row("", _quote(m.text), responses) for m in about if _is_quoted(m)]
    if len(quotes) > MOST_QUOTES:
        quotes = [quotes[0], *quotes[1 - MOST_QUOTES :]]
    quotes = list(dict.fromkeys(quotes))
    return {"note_lines": "\n".join(r for r in rows if r), "note_quotes": "\n".join(quotes)}


def _tells(message: Message) -> bool:
    """Leave out "skip", "why?" and what was no answer."""
    if message.intent != INTENT:
        return _has_words(message)
    answer = known.answer_of(message.entities)
    return answer in _VERDICTS or known.told(message.entities) != known.Facts()


def _is_quoted(message: Message) -> bool:
    """Leave out a plain yes or no to the signs: it has its line already."""
    return _has_words(message) and known.answer_of(message.entities) not in _VERDICTS


def _has_words(message: Message) -> bool:
    return bool(message.text.strip()) and not message.pressed


def _said(kind: str, about: Sequence[Message], responses: Responses) -> str:
    """Return what counts of one kind, as it was said; the later message counts."""
    said: list[str] = []
    for message in about:
        found = [e for e in message.entities if e.get("entity") == kind]
        if kind == known.ANSWER:
            found = [e for e in found if e.get("value") in _VERDICTS]
        if kind in (BODY_PART, SIDE, DURATION) and not known.adds(message.entities) and found:
            said = []
        said += [_words(message, entity, responses) for entity in found]
    if kind == known.ANSWER:
        said = said[-1:]
    return ", ".join(dict.fromkeys(said))


def _words(message: Message, entity: known.Entity, responses: Responses) -> str:
    if message.pressed:
        return _title(message.text, responses) or str(entity.get("value"))
    start, end = entity.get("start"), entity.get("end")
    return _quote(message.text[start:end])


def _title(payload: str, responses: Responses) -> str:
    """Return what the pressed button said."""
    for key, wordings in responses.items():
        if key.startswith("utter_symptom_"):
            for wording in wordings:
                for button in wording.get("buttons") or ():
                    if button.get("payload") == payload:
                        return str(button.get("title"))
    return ""


def _quote(text: str) -> str:
    """Return words on one line, not too many, and without what would be filled in."""
    plain = " ".join(text.replace("{", "(").replace("}", ")").split())
    return plain if len(plain) <= LONGEST_QUOTE else plain[:LONGEST_QUOTE].rstrip() + " ..."


def _row(kind: str, said: str, responses: Responses) -> str:
    wordings = responses.get(_LINES.get(kind, "utter_note_quote")) or ()
    text = str(wordings[0].get("text") or "") if wordings else ""
    return text.replace("{said}", said) if said else ""
