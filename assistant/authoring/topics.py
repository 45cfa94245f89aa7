"""The page of all topics: what each says, on which facts, how old, and which is its neighbour.

    python -m assistant.authoring.topics [--check]

The page is made from the content alone. `--check` writes nothing and fails when the page is old.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from assistant.authoring.content import (
    FACTS,
    SOURCES,
    TITLES,
    Finding,
    Page,
    entries,
    get,
    items,
    scalar,
)
from assistant.authoring.pages import Made
from assistant.authoring.project import Button, Project, Variant, load

PAGE = Made("docs/authors/topics.md", "make topics")
HEAD = """\
# All topics
Made by `make topics`. Change the files in `data/faq/` and `data/control/titles.yml`, not this page.
The questions under "Checks" are the exam of their topic: never teach them.
"""
_NEIGHBOUR = re.compile(r"(?P<about>.+?)\s*\((?P<labels>[a-z_/]+(?:, [a-z_/]+)*)\)\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
# What Markdown would take for markup, in words that authors wrote as plain text.
_MARKUP = re.compile(r"([\\`*_\[\]<>|])")


@dataclass
class Neighbour:
    """One label beside a topic: what is meant for it, and what it leaves to the topic."""

    there: list[str] = field(default_factory=list)
    here: list[str] = field(default_factory=list)


def render(project: Project) -> str:
    """Return the whole page, in the order of the topics' names."""
    names = sorted(project.topics)
    heads = ("Topic", "Question", "Button", "Facts", "Phrases", "Checks", "Written", "Reviewed")
    table = [_row(heads), "|" + "---|" * len(heads), *(_row(_cells(project, n)) for n in names)]
    blocks = ["\n".join(_block(project, name)) for name in names]
    return "\n\n".join([HEAD + "\n" + "\n".join(table), *blocks]) + "\n"


def up_to_date(project: Project) -> Iterator[Finding]:
    """Warn of a page that no longer shows the content.

    Each new phrase changes a count on the page, and an author must be able to go on writing, so
    this is a warning here; `make check`, run before a commit, fails (`--check`).
    """
    if project.broken or not (project.root / PAGE.path).is_file():
        return
    if not PAGE.shows(project.root, render(project)):
        yield Finding(PAGE.path, 1, PAGE.old, warning=True)


def neighbours(project: Project, topic: str) -> dict[str, Neighbour]:
    """Return what titles.yml tells apart from a topic, whichever of the two says so."""
    page = project.pages.get(TITLES)
    own, found = f"faq/{topic}", dict[str, Neighbour]()
    for key, entry in entries(get(page.root, "titles")) if page else []:
        for about, label in _told_apart(scalar(get(entry, "not")) or ""):
            if key.value == own:
                found.setdefault(label, Neighbour()).there.append(about)
            elif label == own:
                found.setdefault(key.value, Neighbour()).here.append(about)
    return found


def _told_apart(text: str) -> Iterator[tuple[str, str]]:
    """Split `not:` into what is asked and the label it is meant for."""
    for part in text.split(";"):
        if match := _NEIGHBOUR.fullmatch(part.strip()):
            for label in match["labels"].split(", "):
                yield match["about"], label


def _cells(project: Project, topic: str) -> list[str]:
    page = project.topics[topic]
    variants = _variants(project, page)
    return [
        f"[{topic}](../../{page.path})",
        f"[{_plain(_question(page))}](#{topic})",
        _plain(_title(project, topic)),
        str(len(_named(variants, "facts"))),
        str(sum(phrase.page == page.path for phrase in project.phrases)),
        str(sum(check.page == page.path for check in project.checks)),
        _written(variants),
        _reviewed(variants),
    ]


def _block(project: Project, topic: str) -> Iterator[str]:
    page = project.topics[topic]
    variants = _variants(project, page)
    yield f"## {topic}"
    yield f"{_plain(_question(page))} [{page.path}](../../{page.path}) · [all](#all-topics)"
    if variants:
        yield f"\n> {_plain(_first_sentence(variants[0].text))}"
    yield from _list("Facts", _facts(project, topic, _named(variants, "facts")))
    buttons = (button for variant in variants for button in variant.buttons)
    yield f"\n**Sources:** {' · '.join(_sources(project, _named(variants, 'sources')))}"
    yield f"\n**Dates:** written {_written(variants)}; reviewed: {_reviewed(variants)}"
    yield f"\n**Buttons:** {' · '.join(dict.fromkeys(_button(project, b) for b in buttons))}"
    yield from _list("Checks", _checks(project, page, topic))
    beside = neighbours(project, topic).items()
    yield from _list("Close to", (_beside(project, label, near) for label, near in beside))


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = [f"- {line}" for line in lines]
    if listed:
        yield f"\n**{title}**\n"
        yield from listed


def _variants(project: Project, page: Page) -> list[Variant]:
    return [variant for variant in project.variants() if variant.page is page]


def _named(variants: Iterable[Variant], name: str) -> list[str]:
    """Return the ids under `facts:` or `sources:`, each once, as first named."""
    listed = (scalar(item) or "" for v in variants for item in items(get(v.metadata, name)))
    return list(dict.fromkeys(listed))


def _facts(project: Project, topic: str, ids: Iterable[str]) -> Iterator[str]:
    table: dict[str, yaml.Node] = {}
    for fact in _listed(project, FACTS, "facts"):
        table[scalar(get(fact, "id")) or ""] = fact
    for number in sorted(ids):
        fact = table.get(number)
        home = scalar(get(fact, "topic")) or topic
        lent = "" if home == topic else f" (of {_label(project, f'faq/{home}')})"
        yield f"{number} {_plain(scalar(get(fact, 'fact')) or '')}{lent}"


def _sources(project: Project, ids: Iterable[str]) -> Iterator[str]:
    page = project.pages.get(SOURCES)
    table = get(page.root, "sources") if page else None
    for name in ids:
        source = get(table, name)
        title, publisher = (scalar(get(source, key)) for key in ("title", "publisher"))
        yield _plain(", ".join(filter(None, [title or name, publisher])))


def _checks(project: Project, page: Page, topic: str) -> Iterator[str]:
    for check in items(get(page.root, "checks")):
        expected = scalar(get(check, "expect")) or f"faq/{topic}"
        where = "" if expected == f"faq/{topic}" else f": {_label(project, expected)}"
        yield f'"{_plain(scalar(get(check, "say")) or "")}"{where}'


def _beside(project: Project, label: str, near: Neighbour) -> str:
    there = f" for {_plain(', '.join(near.there))}" if near.there else ""
    here = f"; here for {_plain(', '.join(near.here))}" if near.here else ""
    return f"{_label(project, label)}{there}{here}"


def _button(project: Project, button: Button) -> str:
    label = button.payload.removeprefix("/").partition("{")[0]
    return f'"{_plain(button.title)}": {_label(project, label)}'


def _label(project: Project, label: str) -> str:
    """Return a link to the block of a topic, and the bare name of anything else."""
    topic = label.removeprefix("faq/")
    if topic != label and topic in project.topics:
        return f"[{topic}](#{topic})"
    return f"`{label}`"


def _listed(project: Project, path: str, section: str) -> list[yaml.Node]:
    page = project.pages.get(path)
    return items(get(page.root, section)) if page else []


def _question(page: Page) -> str:
    first = page.lines[0] if page.lines else ""
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def _title(project: Project, topic: str) -> str:
    page = project.pages.get(TITLES)
    titles = get(page.root, "titles") if page else None
    return scalar(get(get(titles, f"faq/{topic}"), "title")) or ""


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]


def _written(variants: Iterable[Variant]) -> str:
    """Return the newest of the dates."""
    return max((scalar(get(v.metadata, "written")) or "" for v in variants), default="")


def _reviewed(variants: list[Variant]) -> str:
    """Return the oldest review when every wording has one; else how many have."""
    dates = [scalar(get(v.metadata, "reviewed")) for v in variants]
    known = sorted(filter(None, dates))
    if not known:
        return "no"
    return known[0] if len(known) == len(dates) else f"{len(known)} of {len(dates)} wordings"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with `--check` compare it; return 1 when it is old or cannot be made."""
    parser = argparse.ArgumentParser(prog="make topics", description="Make the page of all topics.")
    parser.add_argument("root", nargs="?", type=Path, default=Path())
    parser.add_argument("--check", action="store_true", help="write nothing, fail when it is old")
    options = parser.parse_args(arguments)
    project = load(options.root)
    if project.broken:
        print("A content file cannot be read. Run make check-content.", file=sys.stderr)
        return 1
    if options.check:
        return PAGE.check(options.root, render(project))
    return PAGE.write(options.root, render(project), f"{len(project.topics)} topics")


if __name__ == "__main__":
    raise SystemExit(main())
