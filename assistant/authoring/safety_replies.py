"""The page of all safety replies, filled with numbers, for whoever signs them.

    make safety-replies
    python -m assistant.authoring.safety_replies [--check] [--region NZ]

Made from domain.yml and the resource file alone. `--check` writes nothing and fails when the page
is old; `--region` prints it for another country instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from assistant.authoring.blocks import Block, Head, Table, Text, as_markdown, escaped
from assistant.authoring.content import get, scalar
from assistant.authoring.pages import Made
from assistant.authoring.project import Project, Variant, load
from assistant.nlu import phrasing
from assistant.safety import resources

PAGE = Made("docs/safety/replies.md", "make safety-replies")
DOMAIN, DISCLOSURE, TRIPWIRE = "domain.yml", "utter_disclosure", "utter_tripwire"
WHEN = Path(__file__).with_name("safety_replies.yml")
SHOWN: tuple[str | None, ...] = (None, "UK")
"""The regions of the page; nobody's country is known before they say it."""
GROUPS = {
    "Emergency": ("utter_emergency", "utter_panic", "utter_seizure"),
    "Crisis": ("utter_crisis",),
    "See a doctor": ("utter_see_doctor", TRIPWIRE),
    "Beside the tiers": ("utter_",),
}


def render(project: Project, regions: Sequence[str | None] = SHOWN) -> str:
    """Return the whole page."""
    return as_markdown([*_opening(project), *_numbers(), *_replies(project, regions)])


def _opening(project: Project) -> Iterator[Block]:
    variants = [v for key in _keys(project) for v in project.responses[key]]
    signed = sum(scalar(get(v.metadata, "reviewed")) is not None for v in variants)
    yield Head("Every safety reply", 1)
    yield Text(
        "Made by `make safety-replies`; change `domain.yml`, or `assistant/safety/resources.yml` "
        "for a number, not this page. The words come in the order they are said: a repeat gets "
        "the next wording, so that no text comes twice running."
    )
    yield Text(
        f"**{signed} of {len(variants)} wordings are signed by a clinician.** "
        "`[disclosure]` is the disclosure of the first reply of a chat, and nothing later."
    )


def _keys(project: Project) -> list[str]:
    """Return the replies of domain.yml in its order, and the disclosure."""
    own = [key for key, found in project.responses.items() if found[0].page.path == DOMAIN]
    return [*own, *(key for key in (DISCLOSURE,) if key in project.responses)]


def _numbers() -> Iterator[Block]:
    yield Head("The numbers, by country")
    yield Text("Read, not called: see each contact's `verified_how`.")
    names = ("emergency", "crisis_lines", "abuse_lines", "child_lines", "care_line")
    rows = []
    for region in (*resources.REGIONS, None):
        filled = resources.placeholders(region)
        rows.append([region or "not known", *(_lines(filled[name]) for name in names)])
    yield Table(["country", *(f"`{{{name}}}`" for name in names)], rows)


def _replies(project: Project, regions: Sequence[str | None]) -> Iterator[Block]:
    told: dict[str, str] = yaml.safe_load(WHEN.read_text(encoding="utf-8"))
    values = {region: _values(project, region) for region in regions}
    left = _keys(project)
    for title, beginnings in GROUPS.items():
        own = [key for key in left if key.startswith(beginnings)]
        left = [key for key in left if key not in own]
        if own:
            yield Head(title)
        for key in own:
            yield Head(f"`{key}`", 3)
            if key in told:
                yield Text(f"Said for: {told[key]}.")
            yield _table(project.responses[key], values)


def _values(project: Project, region: str | None) -> dict[str, str]:
    values = {**resources.placeholders(region), "disclosure": "[disclosure]"}
    tripwire = project.responses.get(TRIPWIRE)
    values["tripwire"] = phrasing.fill(tripwire[0].text, values) if tripwire else ""
    return values


def _table(variants: Sequence[Variant], values: Mapping[str | None, Mapping[str, str]]) -> Table:
    rows = []
    for number, variant in enumerate(variants, start=1):
        buttons = "".join(f"\n[{button.title}]" for button in variant.buttons)
        shown = (phrasing.fill(variant.text, filled) + buttons for filled in values.values())
        dates = (scalar(get(variant.metadata, name)) or "no" for name in ("written", "reviewed"))
        rows.append([str(number), *map(_lines, shown), *dates])
    heads = (region or "country not known" for region in values)
    return Table(["", *heads, "written", "reviewed"], rows)


def _lines(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.splitlines())


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with `--check` compare it; return 1 when it is old or cannot be made."""
    parser = argparse.ArgumentParser(prog="make safety-replies", description="Show the replies.")
    parser.add_argument("root", nargs="?", type=Path, default=Path())
    parser.add_argument("--check", action="store_true", help="write nothing, fail when it is old")
    parser.add_argument("--region", choices=resources.REGIONS, help="print it for this country")
    options = parser.parse_args(arguments)
    project = load(options.root)
    if project.broken:
        print("A content file cannot be read. Run make check-content.", file=sys.stderr)
        return 1
    if options.region:
        print(render(project, [options.region]))
        return 0
    if options.check:
        return PAGE.check(options.root, render(project))
    return PAGE.write(options.root, render(project), f"{len(_keys(project))} replies")


if __name__ == "__main__":
    raise SystemExit(main())
