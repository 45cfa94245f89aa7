"""What the words themselves must and must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from assistant.authoring.content import (
    EXERCISES,
    TITLES,
    TOPIC_LIST,
    Finding,
    Page,
    entries,
    get,
    items,
    scalar,
    text_of,
)
from assistant.authoring.project import Project, Variant
from assistant.authoring.reading import Reading, reading, word_count

WORDING = Path(__file__).with_name("wording.yml")

# A reply whose name begins like this is a safety reply.
SAFETY_REPLIES = (
    "utter_emergency",
    "utter_crisis",
    "utter_see_doctor",
    "utter_safety_",
    "utter_help_block",
    "utter_tripwire",
    "utter_support_line",
    "utter_soft_line",
    "utter_panic_line",
    "utter_seizure_line",
    "utter_check_body",
    "utter_check_mood",
    "utter_worry_again",
    "utter_ask_country",
    "utter_not_english",
    "utter_got_help",
    "utter_retract",
    "utter_symptom_begin",
    "utter_symptom_ask_signs",
    "utter_symptom_again_signs",
    "utter_symptom_signs_first",
    "utter_symptom_end",
    "utter_exercise_exit",
    "utter_cramp_line",
    "utter_exercise_refused",
    "utter_exercise_not_now",
)
# Filled by assistant/nlu/wording.py. The first group carries numbers, from the resource file.
NUMBER_PLACEHOLDERS = frozenset(
    {"emergency", "emergency_list", "crisis_lines", "abuse_lines", "child_lines", "care_line"}
    | {"help_block", "tripwire", "disclosure"}
)
# Filled by assistant/nlu/after_answer.py, from the metadata of an answer and the table of sources.
ABOUT_AN_ANSWER = frozenset(
    {"source_list", "source_title", "publisher", "how", "read", "link"}
    | {"step", "written", "reviewed", "reviewer"}
)
# Filled by assistant/symptoms/note.py, from what the person said in this chat.
IN_A_NOTE = frozenset({"note_lines", "note_quotes", "said"})
PLACEHOLDERS = NUMBER_PLACEHOLDERS | {"emergency_label", "title", "evidence", "symptom"}
PLACEHOLDERS |= {"who_helps", "topic_list"} | ABOUT_AN_ANSWER | IN_A_NOTE
# Filled by an action with what assistant/exercises says, so their names live there.
FILLED_BY_EXERCISES = ("utter_breathing_", "utter_exercise_")

SAFETY_GRADE = 6.0
ANSWER_GRADE = 8.0
SAFETY_WORDS = 120
EMERGENCY_WORDS = 90  # safety.md 2 says "about 80"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Forbidden(NamedTuple):
    """One entry of wording.yml, ready to search with."""

    pattern: re.Pattern[str]
    everywhere: bool
    unless_after: tuple[str, ...]
    say_instead: str


class Spoken(NamedTuple):
    """A text that reaches people, and where it is written."""

    text: str
    page: Page
    node: yaml.Node
    safety: bool
    graded: bool


def is_safety(key: str) -> bool:
    """Tell a safety reply from every other response."""
    return key.startswith(SAFETY_REPLIES)


def spoken(project: Project) -> Iterator[Spoken]:
    """Every text people may read: wordings, buttons, titles, exercise lines."""
    for variant in project.variants():
        safety = is_safety(variant.key)
        yield Spoken(variant.text, variant.page, variant.text_node, safety, True)
        for button in items(get(variant.node, "buttons")):
            title = get(button, "title")
            if title is not None and (text := text_of(title)):
                yield Spoken(text, variant.page, title, safety, False)
    for path, page in project.pages.items():
        if path == TITLES:
            for _, entry in entries(get(page.root, "titles")):
                title = get(entry, "title")
                if title is not None and (text := text_of(title)):
                    yield Spoken(text, page, title, False, False)
        elif path.startswith(EXERCISES) or path == TOPIC_LIST:
            for node in _texts(page.root):
                yield Spoken(node.value, page, node, False, path != TOPIC_LIST)


def _texts(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    for item in [*items(node), *(value for _, value in entries(node))]:
        yield from _texts(item)


def placeholders(project: Project) -> Iterator[Finding]:
    """Report {names} that nothing fills: people would read the braces."""
    known = PLACEHOLDERS | project.names("slots").keys()
    for variant in project.variants():
        if variant.key.startswith(FILLED_BY_EXERCISES) and not is_safety(variant.key):
            continue
        text = variant.text
        for match in _PLACEHOLDER.finditer(text):
            if match[1] not in known:
                message = (
                    f"nothing fills {match[0]}. Use one of: {', '.join(sorted(PLACEHOLDERS))}."
                )
                yield _at(variant, match.start(), message)
        left = _PLACEHOLDER.sub("", text)
        if "{" in left or "}" in left:
            message = "a brace without its other half. Write {emergency}, or take the brace out."
            yield variant.page.finding(variant.text_node, message)


def digits(project: Project) -> Iterator[Finding]:
    """Report numbers typed into a safety reply, and replies whose numbers a channel would hide."""
    for said in spoken(project):
        if said.safety and (match := re.search(r"\d+", said.text)):
            line = said.page.line_at(said.node, match.start())
            message = (
                f"{match[0]} is typed into a safety reply. Use a placeholder such as {{emergency}}."
            )
            yield said.page.finding(line, message)
    for key, variants in project.responses.items():
        used = {name for variant in variants for name in _PLACEHOLDER.findall(variant.text)}
        if numbers := sorted(used & NUMBER_PLACEHOLDERS):
            for variant in variants:
                if (channel := get(variant.node, "channel")) is not None:
                    message = f"{key} carries {{{numbers[0]}}}; a wording for one channel hides it."
                    yield variant.page.finding(channel, f"{message} Take `channel:` out.")


def grades(project: Project) -> Iterator[Finding]:
    """Report texts that are harder to read than a frightened person can manage."""
    for said in spoken(project):
        limit = SAFETY_GRADE if said.safety else ANSWER_GRADE
        measured = reading(said.text, needed_words()) if said.graded else None
        if measured and measured.grade > limit:
            yield said.page.finding(said.node, _too_hard(measured, limit))


def _too_hard(measured: Reading, limit: float) -> str:
    sentence = measured.longest_sentence
    start = " ".join(sentence.split()[:6])
    message = f"reading grade {measured.grade:g}, at most {limit:g} here. "
    message += f'Split the longest sentence ({word_count(sentence)} words, "{start} ...")'
    if measured.hardest_words:
        message += f" or find shorter words for: {', '.join(measured.hardest_words)}"
    return message + "."


def lengths(project: Project) -> Iterator[Finding]:
    """Report safety replies that are too long to act on."""
    tripwire = max(
        (word_count(v.text) for v in project.responses.get("utter_tripwire", [])), default=0
    )
    for variant in project.variants():
        if not is_safety(variant.key):
            continue
        # The disclosure is said once, on the first turn, and is not part of the guidance.
        own = variant.text.replace("{disclosure}", "")
        words = word_count(own) + tripwire * own.count("{tripwire}")
        limit = EMERGENCY_WORDS if variant.key.startswith("utter_emergency") else SAFETY_WORDS
        if words > limit:
            more = " with the tripwire" if "{tripwire}" in variant.text else ""
            message = f"{words} words{more}, at most {limit}. Keep what people must do."
            yield variant.page.finding(variant.text_node, message)


def forbidden_words(project: Project) -> Iterator[Finding]:
    """Report what safety.md 2.1 rules out, and offer the wording to use."""
    for said in spoken(project):
        for offset, words, say_instead in violations(said.text, safety=said.safety):
            line = said.page.line_at(said.node, offset)
            yield said.page.finding(line, f'"{words}" is not said here. {say_instead}')


def violations(text: str, *, safety: bool) -> Iterator[tuple[int, str, str]]:
    """Each forbidden piece of a text: where it begins, the piece, what to say instead."""
    plain = text.replace("\n", " ").replace("\u2019", "'")  # keeps every offset
    for rule in forbidden():
        if not (safety or rule.everywhere):
            continue
        for match in rule.pattern.finditer(plain):
            before = plain[: match.start()].casefold().split()
            if not before or before[-1] not in rule.unless_after:
                yield match.start(), match[0], rule.say_instead


def exercises_offered(project: Project) -> Iterator[Finding]:
    """Report a button that offers an exercise where only help may be offered."""
    for variant in project.variants():
        if not variant.key.startswith(("utter_emergency", "utter_crisis")):
            continue
        for button in variant.buttons:
            if button.payload.startswith("/start_") and not button.payload.startswith(
                "/start_over"
            ):
                message = f"{variant.key} may not offer an exercise. Take this button out."
                yield variant.page.finding(button.line, message)


def _at(variant: Variant, offset: int, message: str) -> Finding:
    return variant.page.finding(variant.page.line_at(variant.text_node, offset), message)


@lru_cache(maxsize=1)
def _wording() -> yaml.Node | None:
    return yaml.compose(WORDING.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@lru_cache(maxsize=1)
def needed_words() -> frozenset[str]:
    """Words the reading grade does not hold against an author."""
    words = items(get(_wording(), "needed_words"))
    return frozenset((scalar(word) or "").casefold() for word in words)


@lru_cache(maxsize=1)
def forbidden() -> tuple[Forbidden, ...]:
    """The entries of wording.yml."""
    return tuple(_rule(entry) for entry in items(get(_wording(), "forbidden")))


def _rule(entry: yaml.Node) -> Forbidden:
    written = scalar(get(entry, "pattern")) or ""
    pattern = written.replace("'", "'?")
    if written[0].isalnum() or written[0] in "(\\":
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    after = tuple(scalar(word) or "" for word in items(get(entry, "unless_after")))
    everywhere = scalar(get(entry, "where")) == "all"
    say_instead = scalar(get(entry, "say_instead")) or ""
    return Forbidden(re.compile(pattern, re.IGNORECASE), everywhere, after, say_instead)
