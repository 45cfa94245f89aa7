"""Graph component: one classifier that fills intent, ranking and response_selector.

What went before can change what a short message means (`follow_up`), and a message may hold two
questions (`several`). Neither ever changes a message that was understood as a red flag, nor the
probabilities the safety check looks at; but for an answer to what an exercise has just asked that
says nothing else ("a bit better", "can't smell anything"), which the word rules alone judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.exercises import Progress, asks_for_words, asks_form, at_checkin
from assistant.nlu import follow_up, labels, several, titles
from assistant.nlu.encoder import both, vector_of
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.follow_up import Before, Followed
from assistant.nlu.labels import LabelModel, Reading, Thresholds
from assistant.nlu.minilm import shared_encoder
from assistant.nlu.places import Values
from assistant.nlu.session import said_before
from assistant.nlu.speller import shared_speller
from assistant.nlu.spelling import CORRECTED
from assistant.nlu.tuned import shared_tuned

RESPONSE_SELECTOR = "response_selector"
OFFER = "offer"
ALSO = "also"
PROBABILITIES = "label_probabilities"
NEAREST = "nearest"
NEXT_BEST = "reading_without_safety_labels"
RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Decide among all labels, offer two or three when unsure, refuse what is not ours."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every number stands, with its measurement, in config.yml."""
        return {
            "strength": 0.5,
            "sharpness": 4.7,
            "answer": 0.3,
            "known": 0.4,
            "offer": 0.05,
            "tuned": 0.4,
            "question": 0.65,
            "question_known": 0.5,
            "alone": 0.5,
            "kept": 0.75,
            "margin": 0.05,
            "refused": 0.35,
            "quiet": 0.1,
            "loud": 0.3,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LabelModel | None = None,
    ) -> None:
        """Hold settings and, after training or loading, the model."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model
        self._thresholds = Thresholds(config["answer"], config["known"], config["offer"])
        self._titles = titles.load_titles()
        self._offerable = set(self._titles)
        names = ("alone", "kept", "margin", "refused", "quiet", "loud")
        self._sure = follow_up.Sure(**{name: config[name] for name in names})
        self._values = Values()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the pure classifier changes."""
        return files_fingerprint([Path(labels.__file__)])

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every phrase that has an intent."""
        vectors, texts, names = [], [], []
        for message in training_data.intent_examples:
            vector = vector_of(message)
            if vector is not None:
                vectors.append(vector)
                texts.append(message.get(CORRECTED))
                names.append(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT))
        self._model = LabelModel.fit(
            np.stack(vectors),
            texts,
            names,
            strength=self._config["strength"],
            sharpness=self._config["sharpness"],
        )
        with self._storage.write_to(self._resource) as folder:
            (folder / "labels.pkl").write_bytes(self._model.to_bytes())
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """Load the trained component."""
        with model_storage.read_from(resource) as folder:
            model = LabelModel.from_bytes((folder / "labels.pkl").read_bytes())
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Fill the parse of each message; one without a vector is not understood."""
        progress = Progress.from_slots(tracker.current_slot_values())
        gone_before = follow_up.before(
            said_before(tracker),
            running=bool(tracker.get_slot("exercise_running")),
            asks_feeling=at_checkin(progress),
            asks_form=asks_form(progress),
            asks_for_words=asks_for_words(progress),
        )
        for message in messages:
            vector = vector_of(message)
            if vector is None or self._model is None:
                write_reading(message, Reading(labels.OUT_OF_SCOPE, 0.0, (), -1.0, ()))
            else:
                reading = self._understood(vector, message.get(CORRECTED) or "")
                flags = self._write_in_context(message, reading, gone_before)
                message.set(PROBABILITIES, {**dict(reading.ranking), **flags})
                message.set(NEAREST, reading.nearest)
                message.set(NEXT_BEST, self._without_safety_labels(reading))
        return messages

    def _write_in_context(
        self, message: Message, plain: Reading, gone_before: Before
    ) -> Mapping[str, float]:
        """Write what a message means after what went before it, and its second question.

        Returns the probabilities of safety labels that are to be weighed otherwise than those of
        the whole message.
        """
        text = message.get(TEXT) or ""
        reading = plain
        also = None
        flags: Mapping[str, float] = {}
        pressed = text.lstrip().startswith("/")
        answer = None if pressed else self._answer(text, reading, gone_before)
        if answer:
            reading, flags = answer.reading, answer.flags
        elif reading.label not in labels.SAFETY_LABELS and not pressed:
            controls = {found.value for found in self._values.find(text, "control")}
            reading = follow_up.in_its_place(reading, controls, gone_before)
            questions = several.questions(text)
            if len(questions) > 1:
                reading, also = self._several(reading, questions)
            elif gone_before.topic:
                title = self._titles.get(gone_before.topic, "")
                followed = follow_up.resolve(
                    text, reading, gone_before.topic, title, self._read, self._sure
                )
                reading, flags = followed.reading, followed.flags
        write_reading(message, reading)
        if also:
            message.set(ALSO, [also], add_to_output=True)
        return flags

    def _answer(self, text: str, reading: Reading, gone_before: Before) -> Followed | None:
        """Return what a message means as an answer to an exercise; None if it is none."""
        if not gone_before.exercise_spoke:
            return None
        spans = (
            [(found.start, found.end) for found in self._values.find(text, entity)]
            for entity in ("feeling", "form", "noticed")
        )
        return follow_up.answers_exercise(text, reading, follow_up.Named(*spans), gone_before)

    def _several(self, whole: Reading, questions: Sequence[str]) -> tuple[Reading, str | None]:
        """Return the first of two clear questions and the topic of the second, or the whole."""
        parts = [self._read(question) for question in questions]
        least, known = self._config["question"], self._config["question_known"]
        two = several.two_topics(parts, least=least, known=known)
        return (two.first, two.also) if two else (whole, None)

    def _read(self, text: str) -> Reading:
        """Understand some other words than the whole message."""
        corrected = shared_speller().correct(text)
        return self._understood(both(text, corrected, shared_encoder().embed), corrected)

    def _understood(self, vector: np.ndarray, corrected: str) -> Reading:
        assert self._model is not None
        told = shared_tuned().read(corrected)
        return self._model.read(
            vector, corrected, self._thresholds, self._offerable, told.labels, self._config["tuned"]
        )

    def _without_safety_labels(self, reading: Reading) -> Reading:
        """Read again what is left when the safety check does not follow a safety label."""
        rest = [(n, p) for n, p in reading.ranking if n not in labels.SAFETY_LABELS]
        return labels.decide(rest, reading.nearest, self._thresholds, self._offerable)


def write_reading(message: Message, reading: Reading) -> None:
    """Put `reading` on `message` in the shapes Rasa's own components use."""
    name = labels.RETRIEVAL if reading.label.startswith(f"{labels.RETRIEVAL}/") else reading.label
    message.set(INTENT, {"name": name, "confidence": reading.confidence}, add_to_output=True)
    message.set(INTENT_RANKING_KEY, intent_ranking(name, reading.ranking), add_to_output=True)
    message.set(RESPONSE_SELECTOR, response_selector(reading), add_to_output=True)
    if reading.label == labels.UNSURE:
        message.set(OFFER, list(reading.offer), add_to_output=True)


def intent_ranking(chosen: str, ranking: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """Return Rasa's `intent_ranking`: FAQ topics folded into one entry by their best."""
    folded: dict[str, float] = {}
    for label, probability in ranking:
        name = label.split("/")[0]
        folded[name] = max(folded.get(name, 0.0), probability)
    rows = [{"name": n, "confidence": p} for n, p in folded.items()]
    rows.sort(key=lambda row: (row["name"] != chosen, -float(str(row["confidence"]))))
    return rows[:RANKING_LENGTH]


def response_selector(reading: Reading) -> dict[str, Any]:
    """Return Rasa's `response_selector` entry for the FAQ topics.

    `responses` stays empty: the texts would be stored again with every message
    of every conversation, and the NLG looks them up by `utter_action` anyway.
    """
    topics = [(n, p) for n, p in reading.ranking if n.startswith(f"{labels.RETRIEVAL}/")]
    if reading.label.startswith(f"{labels.RETRIEVAL}/") and not topics:
        topics = [(reading.label, reading.confidence)]
    best, confidence = topics[0] if topics else ("", 0.0)
    return {
        "all_retrieval_intents": [labels.RETRIEVAL],
        labels.RETRIEVAL: {
            "response": {
                "responses": [],
                "confidence": confidence,
                "intent_response_key": best,
                "utter_action": f"utter_{best}",
            },
            "ranking": [
                {"confidence": p, "intent_response_key": n} for n, p in topics[:RANKING_LENGTH]
            ],
        },
    }
