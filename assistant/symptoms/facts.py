"""What is known of a symptom, from the entities of a message or a button, in Rasa's own shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.symptoms.reading import (
    BODY_PART,
    DURATION,
    FREQUENCY,
    KIND,
    SIDE,
    TRIGGER,
    Mention,
    Reading,
)

ANSWER = "answer"
BOTH = "both"
SEVERAL = "several places"
LONG_DAYS = 14
"""From more than two weeks on a doctor is named (safety specification, 1.5)."""
DAILY_LONG_DAYS = 42
"""And for longer than this, every day, a visit is advised (ruling 14)."""
OFTEN = ("constant", "daily")
Entity = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What was told. Normalised names only, never anybody's words."""

    parts: tuple[str, ...] = ()
    side: str | None = None
    timed: bool = False
    """How long is told, in days or by an event."""
    days: float | None = None
    frequency: str | None = None
    named: tuple[str, ...] = ()
    """What it comes with, and its kind: caffeine, cramp."""

    @property
    def long(self) -> bool:
        """More than two weeks, or since an event nobody here can date."""
        return self.timed and (self.days is None or self.days > LONG_DAYS)

    @property
    def many(self) -> bool:
        """In more than one place."""
        return len(self.parts) > 1 or SEVERAL in self.parts or self.side == BOTH

    @property
    def constant(self) -> bool:
        """Without a pause; with other words that is a sign for a doctor (D7)."""
        return self.frequency == OFTEN[0]

    @property
    def daily_for_long(self) -> bool:
        """Every day for more than about six weeks."""
        return (self.days or 0) > DAILY_LONG_DAYS and self.frequency in OFTEN


def entities_of(reading: Reading, extractor: str) -> list[dict[str, Any]]:
    """Return what a message says in Rasa's own entity shape."""
    return [_entity(reading, mention, extractor) for mention in reading.mentions]


def _entity(reading: Reading, mention: Mention, extractor: str) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "entity": mention.kind,
        "value": mention.value,
        "start": mention.start,
        "end": mention.end,
        "extractor": extractor,
    }
    if mention.kind == DURATION:
        info = {"days": mention.days, "text": reading.said(mention)}
        entity["additional_info"] = info
    elif mention.kind == BODY_PART and reading.adds:
        entity["additional_info"] = {"adds": True}
    return entity


def told(entities: Iterable[Entity]) -> Facts:
    """Return what one message's entities tell."""
    entities = list(entities)
    lengths = [days_of(entity) for entity in entities if entity.get("entity") == DURATION]
    dated = [days for days in lengths if days is not None]
    sides = _values(entities, SIDE)
    often = _values(entities, FREQUENCY)
    return Facts(
        parts=tuple(dict.fromkeys(_values(entities, BODY_PART))),
        side=BOTH if len(set(sides)) > 1 else sides[-1] if sides else None,
        timed=bool(lengths),
        # "Three weeks, and worse for two days": the longer one is how long it has been there.
        days=max(dated) if dated else None,
        frequency=next((o for o in OFTEN if o in often), often[-1] if often else None),
        named=tuple(dict.fromkeys(_values(entities, TRIGGER) + _values(entities, KIND))),
    )


def merged(before: Facts, new: Facts, *, adds: bool) -> Facts:
    """Return what is known after a message; of two that differ the later counts."""
    parts = tuple(dict.fromkeys((*before.parts, *new.parts))) if adds else new.parts
    return replace(
        before,
        parts=parts if new.parts else before.parts,
        side=new.side or before.side,
        timed=before.timed or new.timed,
        days=new.days if new.timed else before.days,
        frequency=new.frequency or before.frequency,
        named=tuple(dict.fromkeys((*before.named, *new.named))),
    )


def adds(entities: Iterable[Entity]) -> bool:
    """Return whether the places named are more places, not others."""
    return any((e.get("additional_info") or {}).get("adds") for e in entities)


def answer_of(entities: Iterable[Entity]) -> str | None:
    """Return what a message does in the talk: an answer to the signs, `skip`, `why`, `unclear`."""
    return next((str(e["value"]) for e in entities if e.get("entity") == ANSWER), None)


def days_of(entity: Entity) -> float | None:
    """Return the days of a duration; a button gives them in its value alone."""
    info = entity.get("additional_info")
    if info:
        days: float | None = info.get("days")
        return days
    number = str(entity.get("value") or "").split(" ")[0]
    return float(number) if number.isdigit() else None


def _values(entities: Sequence[Entity], kind: str) -> list[str]:
    return [str(e.get("value")) for e in entities if e.get("entity") == kind]
