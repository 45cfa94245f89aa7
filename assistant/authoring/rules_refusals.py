"""How the bot says no: kinds of phrases and their wordings, rows of refusals, the topic list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import yaml

from assistant.authoring.content import (
    TOPIC_LIST,
    Finding,
    Page,
    entries,
    example_lines,
    get,
    items,
    line_of,
    scalar,
    text_of,
)
from assistant.authoring.project import Project, Variant
from assistant.nlu.refusals import FAR, FIRST, KIND, LATER, NONE_FITS, REFUSAL, REFUSALS, SECOND

OUT_OF_SCOPE = "out_of_scope"
WHO_HELPS = "utter_who_helps"
ENOUGH_OF_A_KIND = 50
ENOUGH_FAR = 150
# A row goes on and on, and the same text never comes twice running.
LEAST_WORDINGS = {SECOND: 1, LATER: 2}
# What was not understood may be a cry for help (docs/decisions/0009).
CARRIES_A_NUMBER = ("{emergency_list}", "{emergency}", "{help_block}")


def conditions(project: Project) -> Iterator[Finding]:
    """Report `condition:` entries that can never be true: their wording would never be said."""
    if not project.whole:
        return
    slots = {name.value: node for name, node in entries(get(project.domain, "slots"))}
    for variant in project.variants():
        for entry in items(get(variant.node, "condition")):
            name, value = scalar(get(entry, "name")) or "", get(entry, "value")
            if scalar(get(entry, "type")) != "slot" or value is None:
                message = "no condition. Write {type: slot, name: a slot, value: its value}."
                yield variant.page.finding(entry, message)
            elif name not in slots:
                message = f"there is no slot {name}. Name one from domain.yml."
                yield variant.page.finding(entry, message)
            else:
                allowed = [scalar(v) for v in items(get(slots[name], "values"))]
                if allowed and scalar(value) not in allowed:
                    names = ", ".join(filter(None, allowed))
                    message = f"{name} is never {scalar(value)}. Use one of: {names}."
                    yield variant.page.finding(entry, message)


def kinds(project: Project) -> Iterator[Finding]:
    """Report kinds without phrases, without enough of them, or without words that answer them."""
    if not project.whole or REFUSAL not in project.responses:
        return
    taught: Counter[str] = Counter()
    places: dict[str, tuple[Page, yaml.Node]] = {}
    for page, block in _refused_blocks(project):
        kind = scalar(get(get(block, "metadata"), "kind"))
        if kind is None:
            message = f"no kind here. Write `metadata: {{kind: {FAR}}}`, or the kind that fits."
            yield page.finding(block, message)
            continue
        taught[kind] += len(example_lines(get(block, "examples")))
        places.setdefault(kind, (page, block))
    if not places:
        return
    for kind, (page, block) in places.items():
        wanted = ENOUGH_FAR if kind == FAR else ENOUGH_OF_A_KIND
        if taught[kind] < wanted:
            message = f"{taught[kind]} phrases of the kind {kind}, {wanted} are needed."
            yield page.finding(block, f"{message} Add {wanted - taught[kind]} that people say.")
    answered = {REFUSAL: {FAR, NONE_FITS}, WHO_HELPS: {FAR}}
    for key, silent in answered.items():
        for variant in project.responses.get(key, []):
            named = condition(variant, KIND)
            silent.add(scalar(named) or "")
            if named is not None and scalar(named) not in {*places, NONE_FITS}:
                message = f"no phrases have the kind {scalar(named)}. Use one of: "
                yield variant.page.finding(named, f"{message}{', '.join(sorted(places))}.")
        for kind in places.keys() - silent:
            page, block = places[kind]
            message = f"{key} has no wording for the kind {kind}."
            yield page.finding(block, f"{message} Add one with the condition {KIND} = {kind}.")


def rows(project: Project) -> Iterator[Finding]:
    """Report refusals that fit no place in a row, or leave somebody in danger without a number."""
    variants = project.responses.get(REFUSAL, [])
    conditional = [v for v in variants if get(v.node, "condition") is not None]
    for variant in variants:
        if not any(name in variant.text for name in CARRIES_A_NUMBER):
            message = "a refusal without a number to call. Add {emergency_list}: what was not"
            yield variant.page.finding(
                variant.text_node, f"{message} understood may be a cry for help."
            )
    for variant in conditional:
        if condition(variant, REFUSALS) is None:
            message = f"said again and again in a row. Add the condition {REFUSALS} = {FIRST}."
            yield variant.page.finding(variant.node, message)
    if not conditional:
        return
    if len(conditional) == len(variants):
        message = f"{REFUSAL} has conditions everywhere. Take them off one wording, for the rest."
        yield variants[0].page.finding(variants[0].node, message)
    for place, least in LEAST_WORDINGS.items():
        have = sum(scalar(condition(v, REFUSALS)) == place for v in conditional)
        if have < least:
            message = f"{have} wordings of {REFUSAL} with {REFUSALS} = {place}."
            last = conditional[-1]
            yield last.page.finding(last.node, f"{message} Write {least} or more.")


def topic_list(project: Project) -> Iterator[Finding]:
    """Report entries of the topic list that lead nowhere."""
    page = project.pages.get(TOPIC_LIST)
    if page is None:
        return
    if not text_of(get(page.root, "others")):
        message = 'nothing names the topics that stand in no group. Write others: "Also".'
        yield page.finding(1, message)
    seen: dict[str, int] = {}
    for group in items(get(page.root, "groups")):
        if not text_of(get(group, "title")):
            yield page.finding(group, 'a group without a title. Write - title: "...".')
        for key, name in entries(get(group, "topics")):
            topic = key.value.removeprefix("faq/")
            if topic == key.value or not project.has_topic(topic):
                message = f"there is no topic {key.value}. Name one with a file, as in faq/sleep."
                yield page.finding(key, message)
            if not text_of(name):
                message = f'no words here. Write {key.value}: "..." in two to five words.'
                yield page.finding(key, message)
            if key.value in seen:
                message = f"{key.value} is also on line {seen[key.value]}. Keep one."
                yield page.finding(key, message)
            seen.setdefault(key.value, line_of(key))


def condition(variant: Variant, slot: str) -> yaml.Node | None:
    """Return the value this wording asks of a slot."""
    for entry in items(get(variant.node, "condition")):
        if scalar(get(entry, "name")) == slot:
            return get(entry, "value")
    return None


def _refused_blocks(project: Project) -> Iterator[tuple[Page, yaml.Node]]:
    for page in project.rasa_pages:
        for block in items(get(page.root, "nlu")):
            if scalar(get(block, "intent")) == OUT_OF_SCOPE:
                yield page, block
