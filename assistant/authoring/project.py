"""All content of one tree, gathered once and read by every rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from assistant.authoring.content import (
    DOMAIN,
    EXERCISES,
    RESOURCES,
    TABLES,
    Finding,
    Page,
    entries,
    example_lines,
    get,
    is_topic,
    items,
    line_of,
    read_page,
    scalar,
    text_of,
)


@dataclass(frozen=True)
class Phrase:
    """One example of what people say, and the label it teaches."""

    label: str
    text: str
    page: str
    line: int
    level: str | None = None
    """How soon a doctor is needed, where its block says so."""


@dataclass(frozen=True)
class Button:
    """One button under a wording."""

    title: str
    payload: str
    line: int


@dataclass
class Variant:
    """One wording of a response."""

    key: str
    page: Page
    node: yaml.Node
    text_node: yaml.ScalarNode
    buttons: list[Button]
    metadata: yaml.Node | None

    @property
    def text(self) -> str:
        """The words as Rasa sees them."""
        return str(self.text_node.value)

    @property
    def again(self) -> bool:
        """True for the shorter wording, used when the answer comes up a second time."""
        return scalar(get(self.metadata, "again")) == "true"


@dataclass
class Check:
    """One held-out message of a topic file."""

    say: str
    page: str
    line: int


@dataclass
class Project:
    """All content of one tree, gathered once and read by every rule."""

    root: Path
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    phrases: list[Phrase] = field(default_factory=list)
    responses: dict[str, list[Variant]] = field(default_factory=dict)
    response_lines: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    @property
    def domain(self) -> yaml.Node | None:
        """The top of domain.yml."""
        page = self.pages.get(DOMAIN)
        return page.root if page else None

    @property
    def topics(self) -> dict[str, Page]:
        """The FAQ topic files by topic name."""
        return {Path(path).stem: page for path, page in self.pages.items() if is_topic(path)}

    @property
    def whole(self) -> bool:
        """False while a file cannot be read: what it defines would wrongly seem to be missing."""
        return all(path in TABLES or path.startswith(("assistant", "docs")) for path in self.broken)

    def has_topic(self, name: str) -> bool:
        """Say whether a topic has a file, readable or not."""
        return name in self.topics or f"data/faq/{name}.yml" in self.broken

    @property
    def rasa_pages(self) -> list[Page]:
        """The files under data/ that Rasa trains on."""
        return [
            p for path, p in self.pages.items() if path.startswith("data/") and path not in TABLES
        ]

    def names(self, section: str) -> dict[str, int]:
        """The names a section of domain.yml lists (intents, slots, ...), each with its line."""
        node = get(self.domain, section)
        found = {key.value: line_of(key) for key, _ in entries(node)}
        for item in items(node):  # a list item is a bare name or {name: {options}}
            for name in (
                [item] if isinstance(item, yaml.ScalarNode) else [k for k, _ in entries(item)]
            ):
                found[scalar(name) or ""] = line_of(name)
        return found

    def variants(self) -> Iterator[Variant]:
        """Every wording of every response."""
        for variants in self.responses.values():
            yield from variants


def load(root: Path) -> Project:
    """Read the whole content under a root."""
    project = Project(root)
    paths = [DOMAIN, *TABLES, RESOURCES]
    for pattern in ("data/**/*.yml", "data/**/*.yaml", f"{EXERCISES}/*.yml"):
        paths += [path.relative_to(root).as_posix() for path in sorted(root.glob(pattern))]
    for path in dict.fromkeys(paths):
        page, problems = read_page(root, path)
        if page is None:
            project.broken.add(path)
        else:
            project.pages[path] = page
        if not path.startswith(EXERCISES):  # the package that plays them reports their faults
            project.problems += problems
    trained = [project.pages[DOMAIN]] if DOMAIN in project.pages else []
    for page in trained + project.rasa_pages:
        _gather(project, page)
    return project


def _gather(project: Project, page: Page) -> None:
    """Collect phrases, responses and checks; badly shaped parts are left to the shape rules."""
    for block in items(get(page.root, "nlu")):
        label, level = scalar(get(block, "intent")), scalar(get(get(block, "metadata"), "level"))
        for number, line in example_lines(get(block, "examples")):
            if label and line.startswith("- ") and line[2:].strip():
                project.phrases.append(Phrase(label, line[2:].strip(), page.path, number, level))
    for key, wordings in entries(get(page.root, "responses")):
        project.response_lines.setdefault(key.value, []).append((page.path, line_of(key)))
        variants = project.responses.setdefault(key.value, [])
        variants += [v for node in items(wordings) if (v := _variant(key.value, page, node))]
    for check in items(get(page.root, "checks")):
        if say := text_of(get(check, "say")):
            project.checks.append(Check(say, page.path, line_of(check)))


def _variant(key: str, page: Page, node: yaml.Node) -> Variant | None:
    text = get(node, "text")
    if not isinstance(text, yaml.ScalarNode) or text_of(text) is None:
        return None
    buttons = [
        Button(title, payload, line_of(button))
        for button in items(get(node, "buttons"))
        if (title := text_of(get(button, "title"))) and (payload := text_of(get(button, "payload")))
    ]
    return Variant(key, page, node, text, buttons, get(node, "metadata"))
