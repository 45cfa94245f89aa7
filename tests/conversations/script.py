"""Conversation scripts: what a YAML file may hold, and how it is held against the bot.

    conversation: a red flag during the exercise stops it and is answered first
    steps:
      - say: can we do a breathing exercise
        bot: [utter_breathing_ready]

`known_miss` beside `steps` says why the bot does not follow the script yet. Such a script must fail:
whoever mends the cause takes the line out.

A step holds `say`, what the person types or the payload of the button they press, and any of:

    bot                     every response key of the reply, in order
    one_of                  response keys, one of which is the reply
    never                   response keys that may not be among them
    intent                  what the message is understood as
    buttons                 payloads among those offered
    slot                    {name: value} after the turn
    lines                   response keys whose words stand in the reply besides its own
    no_lines                response keys whose words do not stand in it
    numbers_for             a region whose emergency number is shown, or `anywhere` for all of them
    starts_with_disclosure  whether the reply opens with what the bot is

Keys, never texts: a better wording breaks nothing. Three things hold in every script and need no
line: the bot always says something and never the same text twice running (but for a step of an
exercise that was asked for again), it tells what it is in the first reply only, and it offers no
exercise while a red flag stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.authoring.project import load
from assistant.nlu import phrasing
from assistant.safety.resources import REGIONS, placeholders

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
FOLDERS = (
    *("happy_path", "interruptions", "corrections", "digressions", "negations", "cancellations"),
    "safety",
)
ANYWHERE = "anywhere"
DISCLOSURE = "utter_disclosure"
STARTED_OVER = "utter_started_over"
TOP = {"conversation", "known_miss", "steps"}
KEY_LISTS = ("bot", "one_of", "never", "lines", "no_lines")
FIELDS = {*KEY_LISTS, "say", "intent", "buttons", "slot", "numbers_for", "starts_with_disclosure"}


@dataclass(frozen=True)
class Known:
    """What a script may name."""

    responses: dict[str, list[str]]
    """Response key -> its wordings."""
    intents: frozenset[str]
    slots: frozenset[str]


@lru_cache(maxsize=1)
def known() -> Known:
    """Everything domain.yml and data/ hold."""
    project = load(ROOT)
    texts: dict[str, list[str]] = {}
    for variant in project.variants():
        texts.setdefault(variant.key, []).append(variant.text)
    return Known(texts, frozenset(project.names("intents")), frozenset(project.names("slots")))


def script_files() -> list[Path]:
    """Every script, in a stable order."""
    return sorted(HERE.glob("*/*.yml"))


def read(path: Path) -> dict[str, Any]:
    """Read one script file."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, dict) else {}


def faults(script: dict[str, Any], names: Known) -> list[str]:
    """Say what is wrong with a script itself, before anything is said to the bot."""
    found = [f"unknown field {field!r} beside steps" for field in sorted(script.keys() - TOP)]
    if not isinstance(script.get("known_miss", ""), str):
        found.append("known_miss: is no reason")
    title = script.get("conversation")
    if not isinstance(title, str) or len(title.split()) < 3:
        found.append("conversation: is no sentence")
    steps = script.get("steps")
    if not isinstance(steps, list) or not steps:
        return [*found, "there are no steps"]
    for number, step in enumerate(steps, 1):
        found += [f"step {number}: {fault}" for fault in _step_faults(step, names)]
    return found


def _step_faults(step: Any, names: Known) -> Iterator[str]:
    if not isinstance(step, dict) or not isinstance(step.get("say"), str):
        yield "say: is no text (yes, no and numbers need quotes)"
        return
    yield from (f"unknown field {field!r}" for field in sorted(step.keys() - FIELDS))
    if step.keys() == {"say"}:
        yield "nothing is expected here"
    for field in KEY_LISTS:
        if field not in step:
            continue
        keys = step[field]
        if not isinstance(keys, list) or not keys:
            yield f"{field}: is no list of response keys"
            continue
        yield from (f"{field}: no response {k!r}" for k in keys if k not in names.responses)
    if "intent" in step and step["intent"] not in names.intents:
        yield f"intent: no intent {step['intent']!r} in domain.yml"
    if not isinstance(step.get("slot", {}), dict):
        yield "slot: is no {name: value}"
    else:
        yield from (f"slot: no slot {n!r}" for n in step.get("slot", {}) if n not in names.slots)
    if not isinstance(step.get("buttons", []), list):
        yield "buttons: is no list of payloads"
    if step.get("numbers_for", ANYWHERE) not in (ANYWHERE, *REGIONS):
        yield f"numbers_for: no region {step['numbers_for']!r}"
    if not isinstance(step.get("starts_with_disclosure", True), bool):
        yield "starts_with_disclosure: is neither true nor false"


@dataclass
class Talk:
    """One conversation as it goes on; `wrong` says where it left the script."""

    chat: Any
    transcript: str = ""
    last_text: str = ""
    turns: int = 0

    def take(self, step: dict[str, Any]) -> list[str]:
        """Say one line and return what is not as the step wants it."""
        turn = self.chat.say(step["say"])
        self.turns += 1
        buttons = "".join(f" [{payload}]" for payload in turn.payloads)
        indented = turn.text.replace("\n", "\n        ")
        self.transcript += (
            f"\n  person: {step['say']}   ({turn.intent})"
            f"\n  bot:    {' '.join(turn.keys) or 'no response key'}\n        {indented}{buttons}"
        )
        wrong = [*self._always(turn), *self._wanted(step, turn)]
        self.last_text = turn.text
        return wrong

    def _always(self, turn: Any) -> Iterator[str]:
        if not turn.text.strip():
            yield "the bot said nothing"
        asked_again = turn.intent == "exercise_control" and self.chat.slot("exercise_running")
        if turn.text == self.last_text and not asked_again:
            yield "the same text came twice running"
        first = self.turns == 1 or turn.keys == [STARTED_OVER]
        if first != self.says(DISCLOSURE, turn):
            yield "what the bot is, is " + ("left out" if first else "said again")
        if self.chat.slot("safety_tier"):
            for payload in filter(phrasing.leads_to_exercise, turn.payloads):
                yield f"{payload} is offered while a red flag stands"

    def _wanted(self, step: dict[str, Any], turn: Any) -> Iterator[str]:
        if "bot" in step and turn.keys != step["bot"]:
            yield f"bot: expected {step['bot']}, got {turn.keys}"
        if "one_of" in step and turn.keys not in [[key] for key in step["one_of"]]:
            yield f"one_of: expected one of {step['one_of']}, got {turn.keys}"
        for key in set(step.get("never", ())) & set(turn.keys):
            yield f"never: {key} came"
        if "intent" in step and turn.intent != step["intent"]:
            yield f"intent: expected {step['intent']}, got {turn.intent}"
        for payload in step.get("buttons", ()):
            if payload not in turn.payloads:
                yield f"buttons: {payload} is not offered"
        for slot, value in step.get("slot", {}).items():
            if self.chat.slot(slot) != value:
                yield f"slot: {slot} is {self.chat.slot(slot)!r}, expected {value!r}"
        for key in step.get("lines", ()):
            if not self.says(key, turn):
                yield f"lines: the words of {key} are not in the reply"
        for key in step.get("no_lines", ()):
            if self.says(key, turn):
                yield f"no_lines: the words of {key} are in the reply"
        if "numbers_for" in step:
            yield from _numbers(step["numbers_for"], turn.text)
        if "starts_with_disclosure" in step:
            wordings = self._words(DISCLOSURE)
            starts = any(_plain(turn.text).startswith(words) for words in wordings)
            if starts != step["starts_with_disclosure"]:
                yield f"starts_with_disclosure: {starts}"

    def says(self, key: str, turn: Any) -> bool:
        """Whether some wording of `key` stands in the reply, paragraph for paragraph."""
        said = _plain(turn.text)
        return any(words in said for words in self._words(key))

    def _words(self, key: str) -> list[str]:
        values: dict[str, object] = dict(placeholders(self.chat.slot("region")))
        tripwire = known().responses["utter_tripwire"][0]
        values["tripwire"] = phrasing.fill(tripwire, values)
        return [_plain(phrasing.fill(text, values)) for text in known().responses[key]]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _numbers(region: str, text: str) -> Iterator[str]:
    wanted = placeholders(None if region == ANYWHERE else region)
    everywhere = placeholders(None)
    if wanted["emergency"] not in text and wanted["emergency_list"] not in text:
        yield f"numbers_for: no emergency number for {region}"
    if region != ANYWHERE and everywhere["emergency_list"] in text:
        yield f"numbers_for: the numbers of every country are shown, not those for {region}"
