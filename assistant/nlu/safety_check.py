"""Graph component, last in the pipeline: red flags and slashes.

Every raw message goes through the detector, payloads included. What it finds
overrules the classifier; the classifier's own safety labels are OR-ed in and
never lower a tier. A slash that is not on the authors' list is taken off, so
that Rasa's own payload reader, which runs after the pipeline, leaves it alone.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu import labels, payloads
from assistant.nlu.classifier import OFFER, PROBABILITIES, write_reading
from assistant.nlu.fingerprint import ROOT
from assistant.nlu.labels import Reading
from assistant.nlu.spelling import CORRECTED
from assistant.safety.detector import Context, Finding, detect
from assistant.safety.finding import rank

SAFETY = "safety"
MARKER_TURNS = 10
LEVELS = {"see_doctor": "routine"}
FAQ_FOLDER = ROOT / "data" / "faq"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyCheck(GraphComponent):
    """Overrule the classifier when a message carries a red flag; guard payloads."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every number stands, with its measurement, in config.yml."""
        return {"emergency": 0.35, "crisis": 0.35, "see_doctor": 0.45}

    def __init__(self, config: dict[str, Any]) -> None:
        """Hold the least probability at which each safety label counts on its own."""
        self._least = {label: float(config[label]) for label in labels.SAFETY_LABELS}
        self._listed = payloads.load_listed()
        # Existing topics are the files authors wrote: a new topic edits no other file.
        self._topics = {path.stem for path in FAQ_FOLDER.glob("*.yml")}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyCheck:
        """Make the component."""
        return cls(config)

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Check every message in the light of the conversation so far."""
        context = context_of(tracker)
        for message in messages:
            self._check(message, context)
        return messages

    def _check(self, message: Message, context: Context) -> None:
        text = message.get(TEXT) or ""
        finding = strongest(detect(plain_words(text), context), message, context)
        if text.lstrip().startswith("/"):
            self._guard(message, text, finding)
        elif finding.tier is None:
            finding = self._second_opinion(message, finding)
        if finding.tier is not None:
            overrule(message, finding.tier)
        if finding != Finding():
            message.set(SAFETY, as_output(finding), add_to_output=True)

    def _second_opinion(self, message: Message, finding: Finding) -> Finding:
        """OR in the classifier's safety labels; below the threshold they are not taken."""
        probabilities: dict[str, float] = message.get(PROBABILITIES) or {}
        for label in labels.SAFETY_LABELS:
            if probabilities.get(label, 0.0) >= self._least[label]:
                return dataclasses.replace(
                    finding,
                    tier=label,
                    level=LEVELS.get(label),
                    code="NLU",
                    append=tuple(a for a in finding.append if a != "soft_line"),
                )
        if (message.get(INTENT) or {}).get("name") in labels.SAFETY_LABELS:
            _take_next_best(message)
        return finding

    def _guard(self, message: Message, text: str, finding: Finding) -> None:
        payload = payloads.read_payload(text, self._listed)
        topic = payload.intent.removeprefix("faq/") if payload else ""
        if payload is None or finding.tier is not None:
            message.set(TEXT, payloads.without_slash(text), add_to_output=True)
            # The encoder left it alone as a payload; as words it is not understood.
            write_reading(message, Reading(labels.OUT_OF_SCOPE, 0.0, (), -1.0, ()))
        elif payload.intent.startswith("faq/"):
            message.set(TEXT, payloads.without_slash(text), add_to_output=True)
            known = topic in self._topics
            label = payload.intent if known else labels.OUT_OF_SCOPE
            write_reading(message, Reading(label, 1.0, ((label, 1.0),), 1.0, ()))


def plain_words(text: str) -> str:
    """Return `text` with the punctuation of a payload turned into spaces."""
    if not text.lstrip().startswith("/"):
        return text
    return re.sub(r"[/{}\":,_\[\]]+", " ", text).strip()


def strongest(finding: Finding, message: Message, context: Context) -> Finding:
    """Return the higher of `finding` and what the corrected text shows; never a lower one."""
    corrected = message.get(CORRECTED)
    if not corrected or corrected == (message.get(TEXT) or "").lower():
        return finding
    other = detect(corrected, context)
    if rank(other.tier, other.level) > rank(finding.tier, finding.level):
        return other
    return finding


def context_of(tracker: DialogueStateTracker) -> Context:
    """Return what the conversation adds: a running exercise, recent crisis words, the latch."""
    recent = [e for e in reversed(tracker.events) if isinstance(e, UserUttered)][:MARKER_TURNS]
    latch = tracker.get_slot("safety_latch") or {}
    return Context(
        in_exercise=bool(tracker.get_slot("exercise_running")),
        recent_markers=any((e.parse_data.get(SAFETY) or {}).get("markers") for e in recent),
        latched=latch.get("tier"),
    )


def overrule(message: Message, tier: str) -> None:
    """Make `tier` the intent of `message`, certain."""
    message.set(INTENT, {"name": tier, "confidence": 1.0}, add_to_output=True)
    others = [r for r in message.get(INTENT_RANKING_KEY) or [] if r["name"] != tier]
    message.set(
        INTENT_RANKING_KEY, [{"name": tier, "confidence": 1.0}, *others], add_to_output=True
    )


def as_output(finding: Finding) -> dict[str, Any]:
    """Return `finding` as it stands in the parse and is read back by `from_output`."""
    fields = dataclasses.asdict(finding)
    fields.pop("why")
    return {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}


def from_output(stored: dict[str, Any] | None) -> Finding:
    """Return the finding that `as_output` wrote."""
    fields: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in (stored or {}).items()
    }
    return Finding(**fields)


def _take_next_best(message: Message) -> None:
    """Answer with the best other label when a safety label led without being sure enough."""
    probabilities: dict[str, float] = message.get(PROBABILITIES) or {}
    rest = [(n, p) for n, p in probabilities.items() if n not in labels.SAFETY_LABELS]
    offer = tuple(n for n in message.get(OFFER) or () if n not in labels.SAFETY_LABELS)
    best = max(rest, key=lambda pair: pair[1], default=(labels.OUT_OF_SCOPE, 0.0))
    write_reading(message, Reading(best[0], best[1], tuple(rest), 1.0, offer))
