"""The resource file: every phone number with its source and the day somebody checked it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import yaml

from assistant.authoring.content import (
    DATE_TAG,
    RESOURCES,
    Finding,
    Page,
    entries,
    get,
    items,
    scalar,
    text_of,
)
from assistant.authoring.project import Project

MAX_AGE = datetime.timedelta(days=180)


def numbers(project: Project, today: datetime.date) -> Iterator[Finding]:
    """Report contacts without a source or a date, and dates that are too old."""
    page = project.pages.get(RESOURCES)
    if page is None:
        return  # the missing file is already reported
    regions = get(page.root, "regions")
    if not entries(regions):
        yield page.finding(1, "no `regions:` here. List each region with its contacts.")
    sources = {key.value for key, _ in entries(get(page.root, "sources"))}
    for start in (regions, get(page.root, "anywhere")):
        for contact in _contacts(start):
            yield from _contact(page, contact, sources, today)


def _contact(
    page: Page, contact: yaml.Node, sources: set[str], today: datetime.date
) -> Iterator[Finding]:
    number = get(contact, "number")
    name = scalar(number) or "a contact"
    if text_of(number) is None:
        message = f'YAML may change this number ({name}). Write it in quotes, as in number: "999".'
        yield page.finding(number, message)
    source, url = scalar(_merged(contact, "source")), scalar(_merged(contact, "source_url"))
    if not (source or url):
        yield page.finding(contact, f"{name} has no source. Add source: with an id of `sources:`.")
    elif source and sources and source not in sources:
        yield page.finding(contact, f"`sources:` has no {source}. Add it there, with its address.")
    verified = _merged(contact, "verified_on")
    date = _date(scalar(verified) or "")
    if verified is not None and verified.tag == DATE_TAG:
        return  # the missing quotation marks are reported with all other dates
    if verified is None or date is None:
        message = f'{name} has no date. Add verified_on: "2026-11-22", the day you checked it.'
        yield page.finding(verified if verified is not None else contact, message)
    elif date > today:
        yield page.finding(verified, f"{date} is still to come. Write the day you checked it.")
    elif today - date > MAX_AGE:
        message = (
            f"last checked on {date}, over {MAX_AGE.days} days ago. Check again, set the new date."
        )
        yield page.finding(verified, message)._replace(warning=True)


def _contacts(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Whatever has a `number:`, however deep."""
    if node is not None and get(node, "number") is not None:
        yield node
        return
    for part in [*items(node), *(value for key, value in entries(node) if key.value != "<<")]:
        yield from _contacts(part)


def _merged(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Look a key up, also in what `<<: *shared` brings in."""
    own = get(node, key)
    return own if own is not None else get(get(node, "<<"), key)


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
