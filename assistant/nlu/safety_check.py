"""Graph component, last in the pipeline: red flags and slashes.

Every raw message goes through the detector, payloads included. What it finds
overrules the classifier; the classifier's own safety labels are OR-ed in and
never lower a tier. A slash that is not on the authors' list is taken off, so
that Rasa's own payload reader, which runs after the pipeline, leaves it alone.
"""

from __future__ import annotations

import dataclasses
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
from assistant.nlu.classifier import NEXT_BEST, PROBABILITIES, write_reading
from assistant.nlu.fingerprint import ROOT
from assistant.nlu.flag_classifier import SOONNESS
from assistant.nlu.flag_examples import ROUTINE, SEE_DOCTOR, URGENT
from assistant.nlu.labels import Reading
from assistant.nlu.payloads import Payload
from assistant.nlu.session import user_turn
from assistant.nlu.spelling import CORRECTED
from assistant.nlu.symptom_finder import TOLD
from assistant.safety import unsure
from assistant.safety.detector import Context, Finding, detect
from assistant.safety.finding import TIER_RANK, rank, stronger

SAFETY = "safety"
BY_CLASSIFIER = "NLU"
MARKER_TURNS = 10
# The rules read a flag and a reason why it is none (denied, long past, a film): the
# classifier, which is poor at "no" and "years ago", must then be much surer to be followed.
EXCUSES = {
    "negated_flag",
    "past",
    "plain_cause",
    "film",
    "diagnosed",
    "disease_worry",
    "family_history",
    "killing_me",
    "homework",
    "unreadable",
}
# The same among the rules that spoke: "I am not suicidal" is `denied:crisis`, "can't breathe for
# laughing" an idiom of the body.
KNOWN_HARMLESS = ("denied:", "idiom", "body_idiom")
FAQ_FOLDER = ROOT / "data" / "faq"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyCheck(GraphComponent):
    """Overrule the classifier when a message carries a red flag; guard payloads."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every number stands, with its measurement, in config.yml."""
        return {
            "emergency": 0.08,
            "crisis": 0.08,
            "see_doctor": 0.25,
            "excused": 0.7,
            "sure": 0.5,
            "plain": 0.85,
            "beside": 0.5,
            "urgent": 0.4,
            "check": {"emergency": 0.05, "crisis": 0.03, "see_doctor": 0.1},
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Hold the least probability at which each safety label counts on its own."""
        config = {**self.get_default_config(), **config}
        self._least = {label: float(config[label]) for label in labels.SAFETY_LABELS}
        self._excused = float(config["excused"])
        self._sure = float(config["sure"])
        self._plain = float(config["plain"])
        self._beside = float(config["beside"])
        self._urgent = float(config["urgent"])
        check = {**self.get_default_config()["check"], **config["check"]}
        self._check_from = {label: float(check[label]) for label in labels.SAFETY_LABELS}
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
        finding = strongest(detect(payloads.plain_words(text), context), message, context)
        finding = with_all_told(finding, message, context)
        payload = payloads.read_payload(text, self._listed)
        if payload is not None and finding.tier is None:
            self._press(message, text, payload)
        else:
            if text.lstrip().startswith("/"):
                message.set(TEXT, payloads.without_slash(text), add_to_output=True)
            finding = self.second_opinion(message, finding)
        if finding.tier is not None:
            overrule(message, finding.tier)
        if finding != Finding():
            message.set(SAFETY, as_output(finding), add_to_output=True)

    def second_opinion(self, message: Message, finding: Finding) -> Finding:
        """Let the classifier's safety labels raise the tier; unsure ones are not followed.

        Nor is it followed where the rules end an exercise: "dizzy" said of deep
        breaths is row 27, and what is graver the rules would have found.
        """
        probabilities: dict[str, float] = message.get(PROBABILITIES) or {}
        harmless = any(rule.startswith(KNOWN_HARMLESS) for rule in finding.rules)
        excused = harmless or bool(EXCUSES & set(finding.soft))
        floor = self._excused if excused else 0.0
        # The rules bound the words of this very message: to go above them takes more.
        floor = max(floor, self._sure) if finding.tier else floor
        urgent = (message.get(SOONNESS) or 0.0) >= self._urgent
        others = (p for label, p in probabilities.items() if label not in labels.SAFETY_LABELS)
        if max(others, default=0.0) >= self._plain:
            floor = max(floor, self._beside)
        for label in labels.SAFETY_LABELS if not finding.exercise_exit else ():
            probability = probabilities.get(label, 0.0)
            # Nobody's body is in such a question (row 12); urgent has the call in front of it.
            # Only where the classifier leans to emergency more than to a doctor is it followed.
            asked = finding.variant == "asked" and label == "emergency"
            if asked and probability <= probabilities.get("see_doctor", 0.0):
                continue
            if probability >= max(self._least[label], floor):
                finding = raised(finding, label, merge=probability >= self._sure, urgent=urgent)
        # Where the rules know why it is no sign, the person has just said so: nothing to ask.
        if finding.tier is None and not excused and not finding.exercise_exit:
            kind = unsure.kind_to_ask(
                probabilities, counts=self._least, check=self._check_from, plain=self._plain
            )
            finding = dataclasses.replace(finding, check=kind)
        if (message.get(INTENT) or {}).get("name") in labels.SAFETY_LABELS:
            write_reading(message, message.get(NEXT_BEST))
        return finding

    def _press(self, message: Message, text: str, payload: Payload) -> None:
        """Answer a topic's button; the other listed ones are left to Rasa's own reader."""
        if not payload.intent.startswith("faq/"):
            return
        message.set(TEXT, payloads.without_slash(text), add_to_output=True)
        known = payload.intent.removeprefix("faq/") in self._topics
        label = payload.intent if known else labels.OUT_OF_SCOPE
        write_reading(message, Reading(label, 1.0, ((label, 1.0),), 1.0, ()))


def strongest(finding: Finding, message: Message, context: Context) -> Finding:
    """Return the higher of `finding` and what the corrected text shows; never less than either."""
    corrected = message.get(CORRECTED)
    if not corrected or corrected == (message.get(TEXT) or "").lower():
        return finding
    return stronger(finding, detect(corrected, context))


def with_all_told(finding: Finding, message: Message, context: Context) -> Finding:
    """Return the tier of all that was said in a talk, where that is higher.

    "Suddenly, last night" means little alone, and much after "my eyelid twitches".
    """
    told = message.get(TOLD)
    whole = detect(told, context) if told else Finding()
    return whole if rank(whole.tier, whole.level) > rank(finding.tier, finding.level) else finding


def context_of(tracker: DialogueStateTracker) -> Context:
    """Return what the conversation adds: a running exercise, recent crisis words, the latch."""
    recent = [e for e in reversed(tracker.events) if isinstance(e, UserUttered)][:MARKER_TURNS]
    latch = tracker.get_slot("safety_latch") or {}
    return Context(
        # Slots outlive a session: an exercise left open yesterday is no longer running.
        in_exercise=bool(tracker.get_slot("exercise_running")) and user_turn(tracker) > 0,
        recent_markers=any((e.parse_data.get(SAFETY) or {}).get("markers") for e in recent),
        latched=latch.get("tier"),
    )


def raised(finding: Finding, label: str, *, merge: bool = True, urgent: bool = False) -> Finding:
    """Return `finding` with what the classifier saw; its tier can only go up.

    Emergency and crisis together get the merged reply (safety.md 0.4), but only
    where the classifier is sure enough to `merge`: it speaks of what was taken.
    Else the emergency reply carries the crisis lines below it. See a doctor is
    `urgent` or else routine.
    """
    together = {finding.tier, label} == {"emergency", "crisis"}
    merged = merge and together
    if together and not merge:
        owed = tuple(dict.fromkeys((*finding.append, "support_line")))
        finding = dataclasses.replace(finding, append=owed)
    finding = dataclasses.replace(
        finding,
        both=finding.both or merged,
        markers=finding.markers or label == "crisis",
    )
    if TIER_RANK[label] <= TIER_RANK[finding.tier]:
        return finding
    return dataclasses.replace(
        finding,
        tier=label,
        level=(URGENT if urgent else ROUTINE) if label == SEE_DOCTOR else None,
        code=BY_CLASSIFIER,
        append=tuple(a for a in finding.append if a != "soft_line"),
        # The other variants belong to the tier that was left.
        variant="other" if finding.variant == "other" else None,
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
