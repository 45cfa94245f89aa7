"""Graph component: of what kind a refused message is, so that the no can name who helps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu import labels, refusals
from assistant.nlu.classifier import NEXT_BEST
from assistant.nlu.encoder import vector_of
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.labels import LabelModel
from assistant.nlu.spelling import CORRECTED

FILE = "kinds.pkl"
LEAST_KINDS = 3
"""Between two the machine gives one score, not one each."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RefusalKind(GraphComponent):
    """Learn the `kind:` of the out-of-scope phrases; put `refusal_kind` into a refused parse.

    Stands after the classifier, whose decision it never touches.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every number stands, with its measurement, in config.yml."""
        return {"strength": 0.2, "sharpness": 4.5, "least": 0.55}

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

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RefusalKind:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the pure code behind it changes."""
        return files_fingerprint([Path(labels.__file__), Path(refusals.__file__)])

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every phrase that has a kind; with fewer than three, every kind stays unknown."""
        vectors, texts, kinds = [], [], []
        for message in training_data.intent_examples:
            vector, kind = vector_of(message), kind_taught(message)
            if vector is not None and kind:
                vectors.append(vector)
                texts.append(message.get(CORRECTED))
                kinds.append(kind)
        if len(set(kinds)) >= LEAST_KINDS:
            self._model = LabelModel.fit(
                np.stack(vectors),
                texts,
                kinds,
                strength=self._config["strength"],
                sharpness=self._config["sharpness"],
            )
        with self._storage.write_to(self._resource) as folder:
            (folder / FILE).write_bytes(self._model.to_bytes() if self._model else b"")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RefusalKind:
        """Load the trained component."""
        with model_storage.read_from(resource) as folder:
            stored = (folder / FILE).read_bytes()
        model = LabelModel.from_bytes(stored) if stored else None
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the kind to each message that is refused, or would be without its safety label."""
        for message in messages:
            vector = vector_of(message)
            if self._model is not None and vector is not None and refused(message):
                ranking = self._model.probabilities(vector, message.get(CORRECTED) or "")
                kind = refusals.sure_kind(ranking, self._config["least"])
                message.set(refusals.KIND, kind, add_to_output=True)
        return messages


def kind_taught(message: Message) -> str | None:
    """Return the `kind:` an author gave the group of this phrase."""
    given = (message.get(METADATA) or {}).get(METADATA_INTENT)
    if message.get(INTENT) != labels.OUT_OF_SCOPE or not isinstance(given, dict):
        return None
    return given.get("kind")


def refused(message: Message) -> bool:
    """Return whether the classifier refused, or does so where its safety label is not followed."""
    next_best = message.get(NEXT_BEST)
    names = {(message.get(INTENT) or {}).get("name"), next_best.label if next_best else None}
    return labels.OUT_OF_SCOPE in names
