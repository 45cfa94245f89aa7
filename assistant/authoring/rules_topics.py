"""Phrases and the answers they lead to: enough of them, each in one place, each with its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from assistant.authoring.content import (
    DOMAIN,
    FACTS,
    PAYLOADS,
    SOURCES,
    Finding,
    Page,
    entries,
    get,
    is_topic,
    items,
    line_of,
    scalar,
)
from assistant.authoring.project import Project
from assistant.authoring.reading import word_count

# Held-out accuracy still rises at ten examples a label, and people write in very different voices.
ENOUGH_FOR_A_TOPIC = 30
ENOUGH_FOR_AN_INTENT = 40
ENOUGH_OUT_OF_SCOPE = 150
FIRST_WORDING_WORDS = (40, 110)
# safety.md 1.5: these answers end with the signs that need a doctor.
NAMES_A_DOCTOR = {
    "why_anxiety_twitch",
    "is_it_harmless",
    "als_worry",
    "how_long",
    "other_causes",
    "twitch_when_calm",
}
# Up to here two people say the very same thing: "yes" and "chest pain" must be taught and tested.
SHORT_ENOUGH_TO_COINCIDE = 3  # words
HELD_OUT = (
    "tests/nlu/heldout*.yml",
    "tests/nlu/second/*.yml",
    "tests/nlu/third/*.yml",
    "tests/nlu/fourth/*.yml",
    "tests/safety/heldout/*.yml",
    "tests/safety/second/*.yml",
    "tests/safety/third/*.yml",
    "tests/safety/fourth/*.yml",
)
_ANNOTATION = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")  # [slower](control)
_BETWEEN_WORDS = re.compile(r"[^\w\U0001f300-\U0001faff\u2600-\u27bf]+")  # emoji count as words


def fold(phrase: str) -> str:
    """Bring a phrase to the form in which two spellings of one phrase are equal."""
    plain = _ANNOTATION.sub(r"\1", phrase).casefold()
    return _BETWEEN_WORDS.sub(" ", plain).strip() or plain.strip()


def topic_names(project: Project) -> Iterator[Finding]:
    """Report topic files whose file name, intent and answer differ, or that miss one of them."""
    for name, page in project.topics.items():
        intent, answer, more = f"faq/{name}", f"utter_faq/{name}", f"utter_more_{name}"
        labels = [get(block, "intent") for block in items(get(page.root, "nlu"))]
        answers = [key for key, _ in entries(get(page.root, "responses"))]
        for node in labels:
            if node is not None and scalar(node) != intent:
                message = f"the file is called {name}.yml. Write `intent: {intent}`."
                yield page.finding(node, message)
        for key in answers:
            if key.value not in (answer, more):
                yield page.finding(key, f"the file is called {name}.yml. Write `{answer}:`.")
        if not labels:
            yield page.finding(
                1, f"an answer without phrases. Add `- intent: {intent}` under `nlu:`."
            )
        if all(key.value == more for key in answers):
            yield page.finding(1, f"phrases without an answer. Add `{answer}:` under `responses:`.")
    for page in project.rasa_pages:
        if is_topic(page.path):
            continue
        for block in items(get(page.root, "nlu")):
            label = get(block, "intent")
            name = scalar(label) or ""
            if name.startswith("faq/"):
                message = f"topic phrases live with their answer. Move them to data/{name}.yml."
                yield page.finding(label, message)


def enough_phrases(project: Project) -> Iterator[Finding]:
    """Report labels with too few phrases to be told apart."""
    counts = Counter(phrase.label for phrase in project.phrases)
    for page in project.topics.values():
        blocks = items(get(page.root, "nlu"))
        have = sum(phrase.page == page.path for phrase in project.phrases)
        if blocks and have < ENOUGH_FOR_A_TOPIC:
            yield _too_few(page, blocks[0], have, ENOUGH_FOR_A_TOPIC)
    if not project.whole:
        return
    places: dict[str, tuple[Page, yaml.Node]] = {}
    for page in project.rasa_pages:
        for block in items(get(page.root, "nlu")):
            places.setdefault(scalar(get(block, "intent")) or "", (page, block))
    silent = only_buttons(project) | {"faq", "nlu_fallback"}
    known = project.names("intents")
    for name, line in known.items():
        wanted = ENOUGH_OUT_OF_SCOPE if name == "out_of_scope" else ENOUGH_FOR_AN_INTENT
        if name in silent or counts[name] >= wanted:
            continue
        if name in places:
            yield _too_few(*places[name], counts[name], wanted)
        elif PAYLOADS not in project.broken:  # which may say that no phrases are needed
            message = f"{name} has no phrases. Add {wanted} under data/, or take it off this list."
            yield Finding(DOMAIN, line, message)
    for label, (page, block) in places.items():
        if label and not label.startswith("faq/") and label not in known:
            message = f"domain.yml does not list the intent {label}. Add it there, or rename this."
            yield page.finding(block, message)


def _too_few(page: Page, node: yaml.Node, have: int, wanted: int) -> Finding:
    message = f"{have} phrases, {wanted} are needed. Add {wanted - have} that people really say."
    return page.finding(node, message)


def only_buttons(project: Project) -> set[str]:
    """Intents that arrive only by a button, so that nobody has to say them."""
    page = project.pages.get(PAYLOADS)
    entries_ = items(get(page.root, "payloads")) if page else []
    return {
        scalar(get(e, "intent")) or "" for e in entries_ if scalar(get(e, "only_button")) == "true"
    }


def repeated_phrases(project: Project) -> Iterator[Finding]:
    """Report a phrase under two labels, or twice under one."""
    first: dict[str, tuple[str, int]] = {}
    for phrase in project.phrases:
        same = fold(phrase.text)
        if same in first:
            path, line = first[same]
            place = f"on line {line}" if path == phrase.page else f"in {path}:{line}"
            message = f'"{phrase.text}" is also {place}. Keep it in one.'
            yield Finding(phrase.page, phrase.line, message)
        first.setdefault(same, (phrase.page, phrase.line))


def held_out_phrases(project: Project) -> Iterator[Finding]:
    """Report examples that the tests use too: a test that was learned by heart proves nothing."""
    examples = {_bare(phrase.text): phrase for phrase in project.phrases}
    long_ones = {
        words: phrase
        for words, phrase in examples.items()
        if len(words.split()) > SHORT_ENOUGH_TO_COINCIDE
    }
    for check in project.checks:
        if phrase := examples.get(_bare(check.say)):
            message = (
                f'"{check.say}" is also an example in {phrase.page}:{phrase.line}. Change one.'
            )
            yield Finding(check.page, check.line, message)
    for pattern in HELD_OUT:
        for path in sorted(project.root.glob(pattern)):
            for text in _said(path):
                if phrase := long_ones.get(_bare(text)):
                    where = path.relative_to(project.root).as_posix()
                    message = f'"{phrase.text}" is a held-out test ({where}). Write it another way.'
                    yield Finding(phrase.page, phrase.line, message)


def _bare(phrase: str) -> str:
    """Fold harder than between examples, where "dont" beside "don't" is a useful pair."""
    return fold(phrase.replace("'", "").replace("\u2019", ""))


def _said(path: Path) -> Iterator[str]:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return  # the test that reads this file fails by itself
    for entry in items(root):
        if text := scalar(get(entry, "say")):
            yield text


def answers(project: Project) -> Iterator[Finding]:
    """Report answers of the wrong length, without a way on, or without their doctor sentence."""
    for name, page in project.topics.items():
        key = f"utter_faq/{name}"
        wordings = [v for v in project.responses.get(key, []) if v.page is page]
        if not wordings:
            continue
        first = wordings[0]
        if first.again:
            yield page.finding(first.node, "the full wording comes first. Move `again: true` down.")
        words, (least, most) = word_count(first.text), FIRST_WORDING_WORDS
        if not least <= words <= most:
            yield page.finding(first.text_node, f"{words} words. Write {least} to {most}.")
        if not 2 <= len(items(get(first.node, "buttons"))) <= 3:
            yield page.finding(
                first.node, "a full answer offers two or three buttons. Give it those."
            )
        shorter = [v for v in wordings[1:] if v.again]
        if not shorter:
            message = "no wording for the second time. Add a shorter one with `again: true`."
            yield page.finding(first.node, message)
        for variant in shorter:
            if word_count(variant.text) >= words >= least:
                message = (
                    f"{word_count(variant.text)} words, the first has {words}. Make it shorter."
                )
                yield page.finding(variant.text_node, message)
        if name in NAMES_A_DOCTOR and "doctor" not in first.text.casefold():
            message = "this answer must say which signs need a doctor. End it with that sentence."
            yield page.finding(first.text_node, message)


def short_steps(project: Project) -> Iterator[Finding]:
    """Report a `step:` whose words are not in its wording: nobody would have read it there."""
    for variant in project.variants():
        step = get(variant.metadata, "step")
        if step is None:
            continue
        if not variant.again:
            message = "only a wording with `again: true` has a step. Take it out, or move it there."
            yield variant.page.finding(step, message)
        elif " ".join((scalar(step) or "?").split()) not in " ".join(variant.text.split()):
            message = "this wording does not say so. Copy one sentence of its text, word for word."
            yield variant.page.finding(step, message)


def grounds(project: Project) -> Iterator[Finding]:
    """Report wordings that name a fact or a source nobody has listed."""
    known = {"facts": _fact_ids(project), "sources": _source_ids(project)}
    told = set()  # once a file is enough: the remedy is one line in the table
    for variant in project.variants():
        for name, table in (("facts", FACTS), ("sources", SOURCES)):
            named = get(variant.metadata, name)
            empty = not isinstance(named, yaml.SequenceNode) or (
                name == "sources" and not named.value
            )
            if empty and is_topic(variant.page.path):
                node = variant.metadata if variant.metadata is not None else variant.node
                message = f"no `{name}:` list. Add `{name}: [...]` with ids from {table}."
                yield variant.page.finding(node, message)
            for item in items(named):
                missing = (variant.page.path, name, scalar(item))
                if table in project.broken or missing in told:
                    continue
                if scalar(item) not in known[name]:
                    told.add(missing)
                    message = f"{table} has no {scalar(item)}. Add it there, or name one it has."
                    yield variant.page.finding(item, message)


def _fact_ids(project: Project) -> set[str | None]:
    page = project.pages.get(FACTS)
    return {scalar(get(fact, "id")) for fact in items(get(page.root, "facts"))} if page else set()


def _source_ids(project: Project) -> set[str | None]:
    page = project.pages.get(SOURCES)
    return {key.value for key, _ in entries(get(page.root, "sources"))} if page else set()


def repeated_wordings(project: Project) -> Iterator[Finding]:
    """Report one text given as two wordings: people would read the same words twice running."""
    for variants in project.responses.values():
        seen: dict[tuple[str, ...], tuple[str, int]] = {}
        for variant in variants:
            terms = [" ".join(_spell(get(variant.node, k))) for k in ("condition", "channel")]
            same = (fold(variant.text), *terms)
            if same in seen:
                path, line = seen[same]
                place = f"on line {line}" if path == variant.page.path else f"in {path}:{line}"
                message = f"the same words as {place}. Write this one differently."
                yield variant.page.finding(variant.text_node, message)
            seen.setdefault(same, (variant.page.path, line_of(variant.text_node)))


def _spell(node: yaml.Node | None) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value
    for item in items(node):
        yield from _spell(item)
    for key, value in entries(node):
        yield key.value
        yield from _spell(value)
