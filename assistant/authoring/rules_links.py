"""Names that point at something: buttons, titles, payloads, the steps of rules and stories."""

from __future__ import annotations

import json
from collections.abc import Iterator

import yaml

from assistant.authoring.content import (
    DOMAIN,
    PAYLOADS,
    TITLES,
    Finding,
    Page,
    entries,
    get,
    items,
    line_of,
    scalar,
    text_of,
)
from assistant.authoring.project import Button, Project

# Offered beside the topics when a message is not understood.
OFFERED = (
    "start_breathing",
    "start_muscle_relaxation",
    "start_grounding",
    "start_march",
    "express_anxiety",
    "report_symptom",
    "ask_capabilities",
)
# No button may claim a tier, and none may end one.
NEVER_A_PAYLOAD = ("emergency", "crisis", "see_doctor")
RASA_ACTIONS = {
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "action_extract_slots",
}
Allowed = dict[str, dict[str, list[str]]]


def allowed_payloads(project: Project) -> Allowed:
    """Intents a button may send, with the values of each slot."""
    page = project.pages.get(PAYLOADS)
    allowed: Allowed = {}
    for entry in items(get(page.root, "payloads")) if page else []:
        slots = entries(get(entry, "slots"))
        values = {name.value: [scalar(v) or "" for v in items(node)] for name, node in slots}
        allowed[scalar(get(entry, "intent")) or ""] = values
    return allowed


def payload_table(project: Project) -> Iterator[Finding]:
    """Report entries of payloads.yml that no button can use."""
    page = project.pages.get(PAYLOADS)
    if page is None:
        return
    intents, entities = project.names("intents"), project.names("entities")
    for entry in items(get(page.root, "payloads")):
        intent = scalar(get(entry, "intent")) or ""
        if intent in NEVER_A_PAYLOAD:
            yield page.finding(entry, f"no button may send {intent}. Take this entry out.")
        elif DOMAIN not in project.broken and intent not in intents:
            message = (
                f"domain.yml does not list the intent {intent}. Add it there, or take this out."
            )
            yield page.finding(entry, message)
        for name, values in entries(get(entry, "slots")):
            if DOMAIN not in project.broken and name.value not in entities:
                message = f"domain.yml does not list the entity {name.value}. Add it there."
                yield page.finding(name, message)
            for value in items(values):
                if text_of(value) is None:
                    message = f'YAML does not read this as text. Write "{scalar(value)}" in quotes.'
                    yield page.finding(value, message)


def buttons(project: Project) -> Iterator[Finding]:
    """Report buttons that lead nowhere."""
    allowed = allowed_payloads(project)
    for variant in project.variants():
        for button in variant.buttons:
            if message := _wrong_payload(project, button, allowed):
                yield variant.page.finding(button.line, message)


def _wrong_payload(project: Project, button: Button, allowed: Allowed) -> str | None:
    payload = button.payload
    if not payload.startswith("/"):
        return f'"{payload}" is no payload. Write "/faq/..." or "/" and an intent.'
    intent, brace, rest = payload[1:].partition("{")
    if intent.startswith("faq/") and not brace:
        topic = intent.removeprefix("faq/")
        if project.has_topic(topic):
            return None
        return f"there is no data/faq/{topic}.yml. Name a topic that has a file."
    if PAYLOADS in project.broken:
        return None
    if intent not in allowed:
        return f"{PAYLOADS} does not list {intent}. Use an intent it lists, or add it."
    if not brace:
        return None
    try:
        slots = json.loads(brace + rest)
    except json.JSONDecodeError:
        return "the part in braces is not readable. Write it like " + '{"technique": "gentle"}.'
    for name, value in slots.items():
        if name not in allowed[intent]:
            return f"{PAYLOADS} lists no slot {name} for {intent}. Use one it lists, or add it."
        if value not in allowed[intent][name]:
            return f"{name} may not be {value}. Use one of: {', '.join(allowed[intent][name])}."
    return None


def titles(project: Project) -> Iterator[Finding]:
    """Report topics that cannot be offered by name, and titles of nothing."""
    page = project.pages.get(TITLES)
    if page is None:
        return
    table = entries(get(page.root, "titles"))
    named = {key.value for key, _ in table}
    intents, listed = project.names("intents"), allowed_payloads(project)
    said = {phrase.label for phrase in project.phrases}
    for topic, topic_page in project.topics.items():
        if f"faq/{topic}" not in named:
            yield topic_page.finding(1, f"no title to offer it by. Add faq/{topic} to {TITLES}.")
    for intent in OFFERED:
        if intent in said and intent not in named:
            yield page.finding(1, f"no title for {intent}. Add one.")
    seen: dict[str, int] = {}
    for key, entry in table:
        yield from _title(page, key, entry, seen)
        topic = key.value.removeprefix("faq/")
        if topic != key.value and not project.has_topic(topic):
            yield page.finding(key, f"there is no data/faq/{topic}.yml. Take this entry out.")
        elif topic == key.value and DOMAIN not in project.broken and topic not in intents:
            yield page.finding(key, f"domain.yml has no intent {topic}. Take this entry out.")
        elif topic == key.value and PAYLOADS not in project.broken and topic not in listed:
            message = f"its button would not work. Add {topic} to {PAYLOADS}."
            yield page.finding(key, message)


def _title(
    page: Page, key: yaml.ScalarNode, entry: yaml.Node, seen: dict[str, int]
) -> Iterator[Finding]:
    title = text_of(get(entry, "title"))
    if not title:
        yield page.finding(key, f'no title here. Write {key.value}: {{title: "..."}}.')
        return
    if title in seen:
        yield page.finding(key, f"line {seen[title]} has the same title. Tell the two apart.")
    seen.setdefault(title, line_of(key))
    for name, _ in entries(entry):
        if name.value not in ("title", "not"):
            message = f"nothing reads `{name.value}:` in this table. Use title and not."
            yield page.finding(name, message)


def steps(project: Project) -> Iterator[Finding]:
    """Report rules and stories that name something which does not exist."""
    if not project.whole:
        return
    known = _Known(project)
    for page in project.rasa_pages:
        for section in ("rules", "stories"):
            for block in items(get(page.root, section)):
                for part in ("condition", "steps"):
                    for step in items(get(block, part)):
                        yield from known.check(page, step)
    page = project.pages[DOMAIN]
    for name, line in project.names("actions").items():
        if name.startswith("utter_") and not known.is_action(name):
            yield page.finding(line, f"{name} has no wording. Write one, or take it off this list.")


class _Known:
    """What a step may name."""

    def __init__(self, project: Project) -> None:
        self.intents = set(project.names("intents"))
        self.topics = project.topics.keys()
        self.slots = set(project.names("slots"))
        self.loops = set(project.names("forms"))
        self.responses = set(project.responses)
        own = {name for name in project.names("actions") if not name.startswith("utter_")}
        self.actions = own | self.loops | RASA_ACTIONS

    def is_action(self, name: str) -> bool:
        """A response, a form, or an action of ours or Rasa's."""
        if name == "utter_faq":  # stands for the answer of whichever topic was asked
            return "faq" in self.intents
        return name in (self.responses if name.startswith("utter_") else self.actions)

    def is_intent(self, name: str) -> bool:
        """An intent of domain.yml or a topic."""
        if name.startswith("faq/"):
            return name.removeprefix("faq/") in self.topics
        return name in self.intents

    def check(self, page: Page, step: yaml.Node) -> Iterator[Finding]:
        """Report each unknown name in one step."""
        for key, value in entries(step):
            name = scalar(value)
            if key.value == "or":
                for branch in items(value):
                    yield from self.check(page, branch)
            elif key.value == "intent" and name and not self.is_intent(name):
                message = f"there is no intent {name}. Name one from domain.yml, or add it there."
                yield page.finding(value, message)
            elif key.value == "action" and name and not self.is_action(name):
                kind = "response" if name.startswith("utter_") else "action"
                yield page.finding(value, f"there is no {kind} {name}. Write it, or name another.")
            elif key.value == "active_loop" and name and name not in self.loops:
                yield page.finding(value, f"there is no form {name}. Name one from domain.yml.")
            elif key.value == "slot_was_set":
                for slot in [k for item in items(value) for k, _ in entries(item)]:
                    if slot.value not in self.slots:
                        message = f"there is no slot {slot.value}. Name one from domain.yml."
                        yield page.finding(slot, message)
