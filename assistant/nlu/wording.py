"""The in-process NLG: fills numbers by region, takes the next wording, adds what is owed."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from assistant.nlu import phrasing, refusals
from assistant.nlu.after_answer import ANSWER, short_form
from assistant.nlu.labels import RETRIEVAL
from assistant.nlu.session import replies_by_turn, said_before, session_events
from assistant.nlu.titles import load_titles
from assistant.nlu.topic_list import load_topic_list
from assistant.runtime import boot
from assistant.safety.resources import placeholders
from assistant.symptoms import talk

DISCLOSURE = "utter_disclosure"
DID_YOU_MEAN = "utter_did_you_mean"
TRIPWIRE = "utter_tripwire"
WAITING = "utter_exercise_waiting"
WHO_HELPS = "utter_who_helps"
ALSO_ASKED = "utter_also_asked"
BACK_TO_TALK = "utter_symptom_back"
OFFERS = 2
WORDING = "wording"


class Wording(TemplatedNaturalLanguageGenerator):
    """Named in endpoints.yml; docs/decisions/0006 says why Rasa's own does not do."""

    def __init__(
        self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None
    ) -> None:
        """Take the responses of `domain`; the agent hands over newer ones after a model swap."""
        super().__init__(domain.responses if domain else {})
        # Every Rasa command that can talk builds an NLG: none of them may fall silent.
        boot.install()
        self._titles = load_titles()
        self._topic_list = load_topic_list()

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Return the message for a response key, or None where the domain has none."""
        slots = tracker.current_slot_values()
        session = session_events(tracker)
        if utter_action == refusals.REFUSAL:
            slots.update(refusals.conditions(replies_by_turn(session), parse_of(tracker)))
        if slots.get("exercise_running") and utter_action.startswith(ANSWER):
            # A question in the midst of an exercise is answered in few words.
            said = said_before(tracker)
            kwargs = {**(short_form(utter_action, said, self.responses) or {}), **kwargs}
        wanted = kwargs.get(WORDING)
        chosen = self._choose(utter_action, session, slots, output_channel, wanted)
        if chosen is None:
            return None
        values = self._values(slots, kwargs)
        message: dict[str, Any] = copy.deepcopy(dict(chosen))
        message.pop("condition", None)
        message["buttons"] = list(message.get("buttons") or [])
        if utter_action == DID_YOU_MEAN:
            message["buttons"] += self._offers(tracker)
        for other in self.responses.get(kwargs.get("buttons_of", ""), [])[:1]:
            message["buttons"] += other.get("buttons") or []
        message["buttons"] += self._buttons(kwargs.get("offers") or ())
        asks = self._asks(utter_action, kwargs.get("asks"), session, slots)
        for question in self.responses.get(asks[-1], [])[:1] if asks else []:
            message["buttons"] = question.get("buttons") or []
        also = self._also(utter_action, tracker)
        message["buttons"] = phrasing.led_by(also, message["buttons"])
        if slots.get("safety_tier"):
            message["buttons"] = [
                b for b in message["buttons"] if not phrasing.leads_to_exercise(b["payload"])
            ]
        # REST shows buttons only where there are some.
        if not message["buttons"]:
            del message["buttons"]
        if message.get("text"):
            asked_too = [ALSO_ASKED] if also else []
            owed = self._owed(utter_action, session, slots)
            owed = [*(kwargs.get("adds") or ()), *asked_too, *owed]
            message["text"] = self._text(message["text"], values, session, [*owed, *asks])
        return message

    def _choose(
        self,
        key: str,
        session: list[Event],
        slots: dict[str, Any],
        channel: str,
        wanted: int | None = None,
    ) -> dict[str, Any] | None:
        variants = self._fitting(key, channel, slots)
        # Places in the author's whole list: what fits differs from turn to turn.
        whole = self.responses.get(key) or []
        places = [i for i, v in enumerate(whole) if any(v is w for w in variants)]
        said = [
            int(e.metadata.get(WORDING, 0))
            for e in session
            if isinstance(e, BotUttered) and e.metadata.get("utter_action") == key
        ]
        index = phrasing.pick(variants, [places.index(place) for place in said if place in places])
        if wanted in places:
            index = places.index(wanted)
        return None if index is None else {**variants[index], WORDING: places[index]}

    def _fitting(self, key: str, channel: str, slots: dict[str, Any]) -> list[dict[str, Any]]:
        if key not in self.responses:
            return []
        chooser = ResponseVariationFilter(self.responses)
        return chooser.responses_for_utter_action(key, channel, slots)

    def _owed(self, key: str, session: list[Event], slots: dict[str, Any]) -> list[str]:
        if replied_already(session):
            return []
        owed = list(slots.get("safety_append") or [])
        if slots.get("exercise_running") and phrasing.leaves_exercise_waiting(key):
            owed.append(WAITING)
        return owed

    def _asks(
        self, key: str, asks: str | None, session: list[Event], slots: dict[str, Any]
    ) -> list[str]:
        """Return what ends a reply of the talk about a symptom, or a reply in the midst of it."""
        if asks:
            return [asks]
        left = talk.Talk.from_slot(slots.get(talk.SLOT))
        if left is None or not phrasing.comes_back(key) or replied_already(session):
            return []
        return [BACK_TO_TALK, talk.question_key(left)]

    def _text(
        self, text: str, values: dict[str, Any], session: list[Event], owed: list[str]
    ) -> str:
        said = sum(isinstance(e, BotUttered) for e in session)
        before = [self._line(k, values, said) for k in owed if k in phrasing.SAID_FIRST]
        after = [self._line(k, values, said) for k in owed if k not in phrasing.SAID_FIRST]
        lead = "" if said else self._line(DISCLOSURE, values)
        # The disclosure's place must outlive the filling of the other placeholders.
        filled = phrasing.fill(text, {**values, "disclosure": phrasing.DISCLOSURE_PLACE})
        return phrasing.assemble(filled, before, after, lead)

    def _line(self, key: str, values: dict[str, Any], said: int = 0) -> str:
        return phrasing.fill(phrasing.pick_line(self.responses.get(key) or [], said), values)

    def _values(self, slots: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        values = {**slots, **placeholders(slots.get("region")), **kwargs}
        values["tripwire"] = self._line(TRIPWIRE, values)
        values["who_helps"] = phrasing.pick_line(self._fitting(WHO_HELPS, "", slots), 0)
        values["topic_list"] = self._topic_list
        return values

    def _offers(self, tracker: DialogueStateTracker) -> list[dict[str, str]]:
        parse = parse_of(tracker)
        # After a check question the offer belongs to the message it came between (unsure.py).
        held = tracker.get_slot("safety_question") or {}
        offered = [str(label) for label in parse.get("offer") or held.get("offer") or []]
        if tracker.get_slot("safety_tier"):
            # No exercise may be offered now; where only exercises were meant, the best topics are.
            offered = [label for label in offered if label not in phrasing.EXERCISES]
            offered = offered or best_topics(parse)
        return self._buttons(offered)

    def _also(self, key: str, tracker: DialogueStateTracker) -> list[dict[str, str]]:
        """Return the button of a second question, under the answer to the first alone."""
        parse: Mapping[str, Any] = (
            tracker.latest_message.parse_data if tracker.latest_message else {}
        )
        selected = (parse.get("response_selector") or {}).get(RETRIEVAL) or {}
        if key != (selected.get("response") or {}).get("utter_action"):
            return []
        return self._buttons([str(label) for label in parse.get("also") or []])

    def _buttons(self, labels: Sequence[str]) -> list[dict[str, str]]:
        return [
            {"title": self._titles[label], "payload": f"/{label}"}
            for label in labels
            if label in self._titles
        ]


def parse_of(tracker: DialogueStateTracker) -> Mapping[str, Any]:
    """Return what was made of the latest message."""
    return tracker.latest_message.parse_data if tracker.latest_message else {}


def best_topics(parse: Mapping[str, Any]) -> list[str]:
    """Return the topics a message may have meant, best first."""
    selected: Mapping[str, Any] = (parse.get("response_selector") or {}).get(RETRIEVAL) or {}
    return [str(row["intent_response_key"]) for row in selected.get("ranking") or []][:OFFERS]


def replied_already(session: list[Event]) -> bool:
    """Return whether the bot has said something since the latest user message."""
    for event in reversed(session):
        if isinstance(event, BotUttered):
            return True
        if isinstance(event, UserUttered):
            return False
    return False
