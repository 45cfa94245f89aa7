"""Graph component: entities `region`, `control` and `technique` from the authors' tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu import places
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.places import Found, Places, Values

EXTRACTOR = "ValueFinder"
ENTITIES_OF_INTENT = {
    "exercise_control": ("control", "part"),
    "exercise_feeling": ("feeling",),
    "start_breathing": ("technique",),
    "start_muscle_relaxation": ("form", "control"),
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ValueFinder(GraphComponent):
    """Add the entity an intent takes, and the region wherever someone says where they are."""

    def __init__(self) -> None:
        """Read the tables."""
        self._places = Places()
        self._values = Values()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ValueFinder:
        """Make the component."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the finder or a table changes."""
        return files_fingerprint([Path(places.__file__), places.REGIONS_FILE, places.VALUES_FILE])

    def process(self, messages: list[Message]) -> list[Message]:
        """Add entities to messages that are not payloads."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.strip() and not text.lstrip().startswith("/"):
                intent = (message.get(INTENT) or {}).get("name")
                found = self._find(text, intent)
                message.set(ENTITIES, [_entity(f) for f in found], add_to_output=True)
        return messages

    def _find(self, text: str, intent: str | None) -> list[Found]:
        place = self._places.find(text, says_where=intent == "set_region")
        found = [place] if place else []
        for entity in ENTITIES_OF_INTENT.get(intent or "", ()):
            found += self._values.find(text, entity)
        return found


def _entity(found: Found) -> dict[str, Any]:
    return {
        "entity": found.entity,
        "value": found.value,
        "start": found.start,
        "end": found.end,
        "extractor": EXTRACTOR,
    }
