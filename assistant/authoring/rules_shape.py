"""Files that can be read but do not have the shape Rasa or Settle expects."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import yaml

from assistant.authoring.content import (
    DATE_TAG,
    DOMAIN,
    EXERCISES,
    TABLES,
    Finding,
    Page,
    entries,
    example_lines,
    get,
    is_topic,
    items,
    line_of,
    scalar,
    text_of,
)
from assistant.authoring.project import Project, Variant

DATA_KEYS = {"version", "nlu", "responses", "rules", "stories", "checks"}
DOMAIN_KEYS = {
    *("version", "intents", "entities", "slots", "responses", "forms", "actions"),
    *("session_config", "config"),
}
WORDING_KEYS = {"text", "buttons", "metadata", "channel", "condition", "id", "custom"}
FAQ_METADATA = {"facts", "sources", "written", "reviewed", "reviewer", "again", "step", "note"}


def readable(project: Project) -> Iterator[Finding]:
    """Pass on what was found while the files were read."""
    yield from project.problems


def top_level(project: Project) -> Iterator[Finding]:
    """Report top-level keys that nobody reads."""
    for path, page in project.pages.items():
        known = DOMAIN_KEYS if path == DOMAIN else TABLES.get(path, DATA_KEYS)
        if not (path == DOMAIN or path.startswith("data/") or path in TABLES):
            continue
        if path.endswith(".yaml"):
            yield page.finding(1, "this file name ends in .yaml. End it in .yml like the others.")
        if not isinstance(page.root, yaml.MappingNode):
            yield page.finding(1, f"no `key:` at the left edge. Begin with one of: {_list(known)}.")
        for key, _ in entries(page.root):
            if key.value in known:
                continue
            advice = f"Use one of: {_list(known)}."
            if path != DOMAIN and key.value in DOMAIN_KEYS:
                advice = "Rasa ignores it outside domain.yml. Move it there."
            yield page.finding(key, f"nothing reads `{key.value}:` in this file. {advice}")


def repeated_keys(project: Project) -> Iterator[Finding]:
    """Report a key that stands twice in one mapping: YAML silently keeps only the last."""
    for page in project.pages.values():
        if page.path.startswith(EXERCISES):
            continue  # their own loader reports it
        for node in _walk(page.root):
            seen: dict[str, int] = {}
            for key, _ in entries(node):
                if key.value in seen:
                    message = f"`{key.value}:` also stands on line {seen[key.value]}. Keep one."
                    yield page.finding(key, message)
                seen.setdefault(key.value, line_of(key))


def repeated_responses(project: Project) -> Iterator[Finding]:
    """Report a response kept in two files: one of the two silently wins."""
    for key, places in project.response_lines.items():
        for path, line in places[1:]:
            if path != places[0][0]:
                first = "{}:{}".format(*places[0])
                yield Finding(path, line, f"{key} is also in {first}. Keep it in one.")


def phrase_blocks(project: Project) -> Iterator[Finding]:
    """Report `nlu:` blocks that Rasa would read wrongly or not at all."""
    for page in project.rasa_pages:
        yield from _must_be_list(page, "nlu")
        for block in items(get(page.root, "nlu")):
            names = {key.value for key, _ in entries(block)}
            if not names & {"intent", "synonym", "lookup", "regex"}:
                yield page.finding(block, "this block has no label. Begin it with `- intent: ...`.")
                continue
            examples = get(block, "examples")
            if not isinstance(examples, yaml.ScalarNode) or examples.style != "|":
                place = examples if examples is not None else block
                advice = "Write `examples: |` and below it one phrase a line, each after `- `."
                yield page.finding(place, f"`examples` is not a block of lines. {advice}")
                continue
            for number, line in example_lines(examples):
                if not line.startswith("- ") or not line[2:].strip():
                    yield page.finding(number, "not a phrase. Write `- ` and then the phrase.")


def response_blocks(project: Project) -> Iterator[Finding]:
    """Report `responses:` that Rasa would refuse or show empty."""
    for page in project.pages.values():
        if page.path != DOMAIN and page not in project.rasa_pages:
            continue
        responses = get(page.root, "responses")
        if responses is not None and not isinstance(responses, yaml.MappingNode):
            yield page.finding(responses, "`responses:` has no keys. Write `utter_...:` below it.")
        for key, wordings in entries(responses):
            if not key.value.startswith("utter_"):
                message = f"`{key.value}` is no response name. Begin it with utter_."
                yield page.finding(key, message)
            if not isinstance(wordings, yaml.SequenceNode) or not wordings.value:
                message = (
                    f"{key.value} is not a list of wordings. Begin the first with `- text: >-`."
                )
                yield page.finding(key, message)
            for wording in items(wordings):
                yield from _wording(page, key.value, wording)


def _wording(page: Page, key: str, wording: yaml.Node) -> Iterator[Finding]:
    if not isinstance(wording, yaml.MappingNode):
        yield page.finding(wording, f"a wording of {key} is a bare text. Put `text: >-` before it.")
        return
    for name, _ in entries(wording):
        if name.value not in WORDING_KEYS:
            advice = f"Use one of: {_list(WORDING_KEYS)}."
            yield page.finding(name, f"nothing reads `{name.value}:` in a wording. {advice}")
    text = get(wording, "text")
    if not (scalar(text) or "").strip():
        if get(wording, "custom") is None:
            yield page.finding(
                wording, f"a wording of {key} has no text. Write it after `text: >-`."
            )
    elif text_of(text) is None:
        yield page.finding(
            text, f'YAML does not read this as text. Write "{scalar(text)}" in quotes.'
        )
    buttons = get(wording, "buttons")
    if buttons is not None and not isinstance(buttons, yaml.SequenceNode):
        yield page.finding(
            buttons, "`buttons:` is not a list. Begin each button with `- {title: `."
        )
    for button in items(buttons):
        for part in ("title", "payload"):
            if not text_of(get(button, part)):
                advice = f'Write {part}: "..." with the words in quotes.'
                yield page.finding(button, f"this button has no {part} that is a text. {advice}")


def rule_and_story_blocks(project: Project) -> Iterator[Finding]:
    """Report rules, stories and checks without their two parts."""
    for page in project.rasa_pages:
        for section, head in (("rules", "rule"), ("stories", "story")):
            yield from _must_be_list(page, section)
            for block in items(get(page.root, section)):
                if not scalar(get(block, head)):
                    yield page.finding(block, f"no name here. Begin with `- {head}: what happens`.")
                if not items(get(block, "steps")):
                    yield page.finding(
                        block, f"this {head} has no steps. List them under `steps:`."
                    )
        yield from _must_be_list(page, "checks")
        for check in items(get(page.root, "checks")):
            if not text_of(get(check, "say")):
                yield page.finding(check, 'a check without words. Write `- say: "..."`.')
            expected = get(check, "expect")
            if (
                project.whole
                and expected is not None
                and not _is_label(project, scalar(expected) or "")
            ):
                message = (
                    f"no intent or topic is called `{scalar(expected)}`. Name one that exists."
                )
                yield page.finding(expected, message)


def dates(project: Project) -> Iterator[Finding]:
    """Report dates without quotation marks: training stops on them."""
    for page in project.pages.values():
        for node in _walk(page.root):
            if node.tag == DATE_TAG:
                message = f'a date without quotation marks stops training. Write "{node.value}".'
                yield page.finding(node, message)


def review_dates(project: Project) -> Iterator[Finding]:
    """Report answers that do not say when they were written and who has reviewed them."""
    for variant in project.variants():
        page, metadata = variant.page, variant.metadata
        written, reviewed = get(metadata, "written"), get(metadata, "reviewed")
        keys = {key.value for key, _ in entries(metadata)}
        if is_topic(page.path):
            for key, _ in entries(metadata):
                if key.value not in FAQ_METADATA:
                    advice = f"Use one of: {_list(FAQ_METADATA)}."
                    yield page.finding(key, f"nothing reads `{key.value}:` in metadata. {advice}")
            if "written" not in keys:
                yield _in_metadata(variant, 'no `written:` date. Add written: "2026-11-22".')
            if "reviewed" not in keys:
                yield _in_metadata(variant, "no `reviewed:`. Add reviewed: null until someone has.")
        if "written" in keys and written is not None and not _is_date(written):
            message = 'this is not a date in quotes. Write it as written: "2026-11-22".'
            yield page.finding(written, message)
        if reviewed is not None and scalar(reviewed) is not None:
            if not _is_date(reviewed):
                message = 'this is not a date in quotes. Write null, or reviewed: "2026-11-22".'
                yield page.finding(reviewed, message)
            if not text_of(get(metadata, "reviewer")):
                message = (
                    "reviewed by nobody. Add reviewer: with the name, or write reviewed: null."
                )
                yield page.finding(reviewed, message)


def _in_metadata(variant: Variant, message: str) -> Finding:
    node = variant.metadata if variant.metadata is not None else variant.node
    return variant.page.finding(node, message)


def _is_date(node: yaml.Node) -> bool:
    if node.tag == DATE_TAG:
        return True  # its missing quotation marks are reported by `dates`
    text = text_of(node) or ""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_label(project: Project, name: str) -> bool:
    if name.startswith("faq/"):
        return project.has_topic(name.removeprefix("faq/"))
    return name in project.names("intents")


def _must_be_list(page: Page, section: str) -> Iterator[Finding]:
    node = get(page.root, section)
    if node is not None and not isinstance(node, yaml.SequenceNode):
        yield page.finding(
            node, f"`{section}:` is not a list. Begin each entry below it with `- `."
        )


def _walk(node: yaml.Node | None) -> Iterator[yaml.Node]:
    waiting, seen = [node], set()
    while waiting:
        here = waiting.pop()
        if here is None or id(here) in seen:  # an alias leads to a node already walked
            continue
        seen.add(id(here))
        yield here
        waiting += items(here)
        for key, value in entries(here):
            waiting += [key, value]


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))
