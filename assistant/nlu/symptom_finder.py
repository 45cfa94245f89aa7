"""Graph component: what a message says of a symptom, and whether it answers the talk about one.

It runs before the safety check, so that a red flag in an answer overrules what is decided here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

import assistant.symptoms
from assistant.nlu import phrasing
from assistant.nlu.classifier import NEXT_BEST, PROBABILITIES, RESPONSE_SELECTOR
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.labels import RETRIEVAL, SAFETY_LABELS
from assistant.nlu.places import Values, typed_answer
from assistant.nlu.session import said_before, session_events, user_turn
from assistant.nlu.several import questions
from assistant.symptoms import facts, talk
from assistant.symptoms.reading import KIND, Reading, shared_reader
from assistant.symptoms.talk import Talk

EXTRACTOR = "SymptomFinder"
TOLD = "told_in_symptom_talk"
"""All that was said in the talk, for the safety check to read as one."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SymptomFinder(GraphComponent):
    """Add body part, side, duration and the like; make an answer of the talk `symptom_answer`."""

    def __init__(self) -> None:
        """Read the tables."""
        self._reader = shared_reader()
        self._values = Values()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SymptomFinder:
        """Make the component."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the reader, the talk or the table of words changes."""
        return files_fingerprint([Path(assistant.symptoms.__file__).parent])

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Read messages that are not payloads; what a button sets, it sets itself."""
        running = bool(tracker.get_slot("exercise_running"))
        turn = user_turn(tracker) + 1
        open_talk = talk.open_talk(tracker.get_slot(talk.SLOT), turn, exercise_running=running)
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.strip() or text.lstrip().startswith("/"):
                continue
            if open_talk:
                self._answer(message, open_talk, tracker)
            else:
                self._report(message)
        return messages

    def _report(self, message: Message) -> None:
        """Add what a first message says; a red flag's words are in a note for a doctor too."""
        name = (message.get(INTENT) or {}).get("name")
        if name != talk.REPORT and name not in SAFETY_LABELS:
            return
        reading = self._reader.read(message.get(TEXT) or "")
        entities = facts.entities_of(reading, EXTRACTOR)
        _add(message, entities)
        # "My calf, for two days" may mean anything.
        if _label(message) == talk.REPORT and reading.of(KIND):
            _weigh(message, reading, facts.told(entities))

    def _answer(self, message: Message, open_talk: Talk, tracker: DialogueStateTracker) -> None:
        text = message.get(TEXT) or ""
        reading = self._reader.read(text)
        deed = self._deed(message, reading, open_talk, tracker)
        if deed is None:
            return
        if deed == talk.END:
            message.set(INTENT, {"name": "stop", "confidence": 1.0}, add_to_output=True)
            return
        entities = facts.entities_of(reading, EXTRACTOR)
        if deed != talk.TOLD:
            whole = {"start": 0, "end": len(text), "extractor": EXTRACTOR}
            entities.append({"entity": facts.ANSWER, "value": deed, **whole})
        _add(message, entities)
        message.set(INTENT, {"name": talk.INTENT, "confidence": 1.0}, add_to_output=True)
        known = facts.merged(
            open_talk.facts, facts.told(entities), adds=facts.adds(entities)
        )  # fmt: skip
        _weigh(message, reading, known)
        texts = [*_told_before(session_events(tracker), open_talk), text]
        message.set(TOLD, talk.whole_text(texts, known))

    def _deed(
        self, message: Message, reading: Reading, open_talk: Talk, tracker: DialogueStateTracker
    ) -> str | None:
        said = said_before(tracker)
        return talk.deed_of(
            reading,
            open_talk.asking,
            _label(message),
            asks=bool(questions(reading.text)),
            typed=typed_answer(self._values, reading.text),
            put=bool(said) and phrasing.puts_question(said[-1].key),
        )


def _label(message: Message) -> str | None:
    """Return what the classifier took a message for, or would have without the safety labels."""
    name: str | None = (message.get(INTENT) or {}).get("name")
    if name in SAFETY_LABELS:
        next_best = message.get(NEXT_BEST)
        return next_best.label if next_best else None
    if name != RETRIEVAL:
        return name
    selected: dict[str, Any] = (message.get(RESPONSE_SELECTOR) or {}).get(RETRIEVAL) or {}
    key: str | None = (selected.get("response") or {}).get("intent_response_key")
    return key


def _weigh(message: Message, reading: Reading, known: facts.Facts) -> None:
    """Leave the classifier's safety labels out where nothing but a plain twitch can be meant.

    "Left calf" and "for two days" look to it like the messages of people who add worse things.
    The word rules still read the message, and all that was said in the talk.
    """
    if reading.nothing_else and not known.constant and not known.daily_for_long:
        weighed = dict(message.get(PROBABILITIES) or {})
        message.set(PROBABILITIES, {**weighed, **dict.fromkeys(SAFETY_LABELS, 0.0)})


def _told_before(session: list[Event], open_talk: Talk) -> list[str]:
    """Return what the person wrote in this talk, from the message that began it."""
    sent = [event for event in session if isinstance(event, UserUttered)][open_talk.began - 1 :]
    about = (talk.REPORT, talk.INTENT)
    texts = [e.text or "" for e in sent if e.intent.get("name") in about]
    return [text for text in texts if not text.lstrip().startswith("/")]


def _add(message: Message, entities: list[dict[str, Any]]) -> None:
    found = [*(message.get(ENTITIES) or []), *entities]
    message.set(ENTITIES, found, add_to_output=True)
