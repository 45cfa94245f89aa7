"""Fill number placeholders from `resources.yml`, by region; no number and no word lives here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

RESOURCE_FILE = Path(__file__).with_name("resources.yml")
REGIONS = ("US", "CA", "UK", "IE", "AU", "NZ", "IN", "EU")
MAX_AGE_DAYS = 180

_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=1)
def load() -> dict[str, Any]:
    """Read the resource file once."""
    data: dict[str, Any] = yaml.safe_load(RESOURCE_FILE.read_text(encoding="utf-8"))
    return data


def placeholders(region: str | None) -> dict[str, str]:
    """Give every placeholder a reply may use, for a region or for a region we do not know."""
    known = region if region in REGIONS else None
    emergency = _emergency(known)
    crisis = _lines(known, "crisis")
    return {
        "emergency": emergency,
        "emergency_label": load()["regions"][known]["label"] if known else "",
        "emergency_list": _emergency_list(known),
        "crisis_lines": crisis,
        "abuse_lines": _lines(known, "abuse"),
        "child_lines": _child_lines(known, emergency),
        "care_line": _care_line(known),
        "help_block": "\n".join(
            [_template("emergency_line").format(list=_emergency_list(known)), crisis]
        ),
    }


def contacts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every contact with the region it belongs to, emergency numbers included."""
    data = load()
    for region, entry in data["regions"].items():
        yield region, {"id": f"{region.lower()}_emergency", **entry["emergency"]}
        for kind in ("crisis", "abuse", "child"):
            for contact in entry[kind]:
                yield region, contact
        if "care" in entry:
            yield region, entry["care"]
    for contact in data["anywhere"]:
        yield "anywhere", contact


def digit_strings() -> frozenset[str]:
    """Every run of digits a filled reply may carry; anything else in a reply is a mistake."""
    found: set[str] = set()
    for _, contact in contacts():
        for field in ("number", "also", "service", "hours"):
            found.update(_DIGITS.findall(str(contact.get(field, ""))))
    return frozenset(found)


def overdue(today: date, *, max_age_days: int = MAX_AGE_DAYS) -> tuple[str, ...]:
    """Name the contacts nobody has checked for too long."""
    return tuple(
        contact["id"]
        for _, contact in contacts()
        if (today - date.fromisoformat(contact["verified_on"])).days > max_age_days
    )


def _template(name: str) -> str:
    return str(load()["templates"][name])


def _region_label(region: str) -> str:
    return str(load()["regions"][region]["label"])


def _emergency_number(region: str) -> str:
    entry = load()["regions"][region]["emergency"]
    numbers = [entry["number"], *([entry["also"]] if "also" in entry else [])]
    return _template("or").join(numbers)


def _by_number(pairs: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Group countries that share a number, in the order they first appear."""
    grouped: dict[str, list[str]] = {}
    for number, country in pairs:
        grouped.setdefault(number, []).append(country)
    return list(grouped.items())


def _emergency_groups() -> list[tuple[str, list[str]]]:
    data = load()
    return _by_number(
        [
            # Ireland and the UK share both numbers, so they are listed once, in the UK's order.
            (_emergency_number("UK" if r == "IE" else r), data["regions"][r]["label"])
            for r in data["order"]
        ]
    )


def _emergency(region: str | None) -> str:
    if region:
        number = load()["regions"][region]["emergency"]["number"]
        return _template("emergency_known").format(number=number, label=_region_label(region))
    return _template("emergency_unknown").format(list=_with_countries(_emergency_groups()))


def _emergency_list(region: str | None) -> str:
    if region:
        return _template("emergency_known").format(
            number=_emergency_number(region), label=_region_label(region)
        )
    return _template("emergency_list_unknown").format(list=_with_countries(_emergency_groups()))


def _with_countries(groups: list[tuple[str, list[str]]]) -> str:
    return _template("list_joiner").join(
        _template("number_with_countries").format(
            number=number, countries=_template("country_joiner").join(countries)
        )
        for number, countries in groups
    )


def _line(contact: dict[str, Any], region: str) -> str:
    if contact["channel"] == "web":
        return _template("web").format(number=contact["number"])
    details = [_region_label(region)]
    details += [str(contact[key]) for key in ("cost", "hours") if contact.get(key)]
    return _template(contact["channel"]).format(
        service=contact["service"],
        number=contact["number"],
        details=_template("details_joiner").join(details),
    )


def _lines(region: str | None, kind: str) -> str:
    """One call and one text line for a known region, the compact list for an unknown one."""
    web = load()["anywhere"][0]
    if region is None:
        return _compact(kind)
    shown = [c for c in load()["regions"][region][kind] if c.get("primary")]
    lines = [_line(contact, region) for contact in shown]
    if not any(contact["channel"] in ("text", "chat") for contact in shown):
        lines.append(_line(web, region))
    return "\n".join(lines)


def _compact(kind: str) -> str:
    """List every country's line on one row a channel; only crisis lines get a text row."""
    data = load()
    rows = [("call", f"compact_{kind}")]
    if kind == "crisis":
        rows.append(("text", "compact_text"))
    lines = []
    for channel, template in rows:
        pairs = [
            (contact["number"], data["regions"][region]["label"])
            for region in data["order"]
            for contact in data["regions"][region][kind]
            # The EU line exists in some countries only, so the list leaves it to the finder.
            if contact.get("primary") and contact["channel"] == channel and region != "EU"
        ]
        lines.append(_template(template).format(list=_with_countries(_by_number(pairs))))
    lines.append(_template("anywhere_else").format(list=data["anywhere"][0]["number"]))
    return "\n".join(lines)


def _child_lines(region: str | None, emergency: str) -> str:
    if region is None:
        return _compact("child")
    if load()["regions"][region]["child"]:
        return _lines(region, "child")
    return "\n".join(
        [
            _template("no_child_line").format(emergency=emergency),
            _line(load()["anywhere"][0], region),
        ]
    )


def _care_line(region: str | None) -> str:
    """Name the health line where there is one; elsewhere the neutral words of the reply do."""
    data = load()
    regions = [region] if region else data["order"]
    listed = [
        _template("care_known").format(
            service=care["service"], number=care["number"], label=data["regions"][r]["label"]
        )
        for r in regions
        if (care := data["regions"][r].get("care"))
    ]
    return _template("or").join(listed) or _template("care_neutral")
