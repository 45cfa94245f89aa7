"""Read the content files and keep, for every word in them, the line it stands on.

PyYAML's composer is used instead of its loader: the composer keeps line numbers, repeated keys and
unquoted dates, all of which the loader has already thrown away or changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

DOMAIN = "domain.yml"
PAYLOADS = "data/control/payloads.yml"
TITLES = "data/control/titles.yml"
SOURCES = "data/sources.yml"
REGIONS = "data/control/regions.yml"
VALUES = "data/control/values.yml"
TOPIC_LIST = "data/control/topic_list.yml"
FACTS = "docs/authors/facts.yml"
RESOURCES = "assistant/safety/resources.yml"
EXERCISES = "assistant/exercises/library"
# Author tables: these have their own shape, every other file under data/ has Rasa's.
TABLES = {
    PAYLOADS: {"payloads"},
    TITLES: {"titles"},
    SOURCES: {"sources"},
    FACTS: {"facts"},
    REGIONS: {"places", "codes", "elsewhere"},
    VALUES: {
        *("control", "technique", "form", "part", "feeling", "noticed"),
        *("check_answer", "check_opening"),
    },
    TOPIC_LIST: {"groups", "others"},
}

TEXT_TAG = "tag:yaml.org,2002:str"
NULL_TAG = "tag:yaml.org,2002:null"
DATE_TAG = "tag:yaml.org,2002:timestamp"


class Finding(NamedTuple):
    """One thing to change; the message says what is wrong, then what to write instead."""

    file: str
    line: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.warning else ''}{self.message}"


@dataclass
class Page:
    """One YAML file: its path from the project's root, its nodes, its lines."""

    path: str
    root: yaml.Node | None
    lines: list[str]

    def finding(self, where: yaml.Node | int | None, message: str) -> Finding:
        """Point at a node, a line, or (None) the first line of this page."""
        line = where if isinstance(where, int) else line_of(where) if where is not None else 1
        return Finding(self.path, line, message)

    def line_at(self, node: yaml.Node, offset: int) -> int:
        """Say on which line of the file the character at this offset of a text stands.

        A folded text keeps its words but not its line breaks, so words are counted, not characters.
        """
        if not isinstance(node, yaml.ScalarNode):
            return line_of(node)
        left = len(node.value[:offset].split())
        if offset < len(node.value) and offset and not node.value[offset - 1].isspace():
            left -= 1  # the offset is inside a word, which split() has counted
        first, last = node.start_mark.line, min(node.end_mark.line, len(self.lines) - 1)
        for number in range(first, last + 1):
            source = self.lines[number]
            if number == first:
                source = "" if node.style in ("|", ">") else source[node.start_mark.column :]
            left -= len(source.split())
            if left < 0:
                return number + 1
        return line_of(node)


def is_topic(path: str) -> bool:
    """Tell a topic file from every other file."""
    return path.startswith("data/faq/")


def line_of(node: yaml.Node) -> int:
    """The line a node starts on, counted from 1."""
    return int(node.start_mark.line) + 1


def entries(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Keys and values of a mapping; nothing for any other shape."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [(key, value) for key, value in pairs if isinstance(key, yaml.ScalarNode)]


def get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value under a key; None when absent or when the node is no mapping."""
    return next((value for name, value in entries(node) if name.value == key), None)


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Items of a list; nothing for any other shape."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def scalar(node: yaml.Node | None) -> str | None:
    """The written characters of a plain value; None for lists, mappings and null."""
    if isinstance(node, yaml.ScalarNode) and node.tag != NULL_TAG:
        return str(node.value)
    return None


def text_of(node: yaml.Node | None) -> str | None:
    """The value if it is really a text: `yes`, `3` and a bare date are not."""
    return scalar(node) if node is not None and node.tag == TEXT_TAG else None


def example_lines(node: yaml.Node | None) -> list[tuple[int, str]]:
    """The non-blank lines of an `examples: |` block, with their line numbers."""
    if not isinstance(node, yaml.ScalarNode) or node.style != "|":
        return []
    lines = enumerate(node.value.splitlines(), start=node.start_mark.line + 2)
    return [(number, line) for number, line in lines if line.strip()]


def read_page(root: Path, path: str) -> tuple[Page | None, list[Finding]]:
    """Read one file: its page, if YAML can read it, and what an author has to mend."""
    try:
        source = (root / path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None, [Finding(path, 1, "the file is missing. Put it back, or undo its move.")]
    except UnicodeDecodeError:
        return None, [Finding(path, 1, "not saved as UTF-8. Save it again as UTF-8.")]
    lines = source.splitlines()
    tab = next((number for number, line in enumerate(lines, 1) if "\t" in line), None)
    found = [Finding(path, tab, "a tab stands here. Put spaces in its place.")] if tab else []
    try:
        node = yaml.compose(source, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:  # if there is a tab, it is the reason
        return None, found or [_unreadable(path, error)]
    except yaml.YAMLError:
        return None, [Finding(path, 1, "it holds a character YAML forbids. Type it again.")]
    return Page(path, node, lines), found


# What libyaml says, and what an author can do about it.
_YAML_IN_WORDS = (
    ("mapping values are not", "a colon does not fit here. Put a text that holds one in quotes."),
    ("quoted scalar", "a quotation mark is opened and never closed. Add the closing one."),
    ("expected ':'", "no colon on this line. Indent it like the text it belongs to, or add one."),
    ("start any token", "a text may not begin with this sign. Put the text in double quotes."),
    ("alias", "a text may not begin with * or &. Put the text in double quotes."),
    ("did not find expected", "this line does not line up. Indent it like the entries above it."),
)


def _unreadable(path: str, error: yaml.MarkedYAMLError) -> Finding:
    said = f"{error.context or ''} {error.problem or ''}"
    unclosed = "quoted scalar" in said
    mark = (error.context_mark if unclosed else error.problem_mark) or error.context_mark
    advice = next((words for sign, words in _YAML_IN_WORDS if sign in said), None)
    if advice is None:
        advice = f"YAML cannot read this ({said.strip()}). Compare it with a file that works."
    return Finding(path, mark.line + 1 if mark else 1, advice)
