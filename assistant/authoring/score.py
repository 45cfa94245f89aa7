"""Score the trained model on the held-out messages, which no phrase and no rule was written from.

    python -m assistant.authoring.score [--texts] [--json FILE] [--floors FILE]

ALL=1 does what --texts does. Loads the model once and parses each message as the
first of a conversation. Ends with code 1 when a held-out message was also taught.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.authoring import agent as trained
from assistant.authoring import scoring
from assistant.authoring.project import load
from assistant.authoring.rules_topics import held_out_phrases
from assistant.authoring.scoring import TIERS, Case, Heard, Pair

TOPICS = "tests/nlu/heldout*.yml"
FLAGS = "tests/safety/heldout/{}.yml"
LOOKALIKES = "tests/safety/heldout/lookalikes.yml"
MOST_CONFUSIONS = 12


@dataclass(frozen=True)
class Heldout:
    """All held-out messages, each group with what the model made of it."""

    topics: list[Pair]
    flags: list[Pair]
    alike: list[Pair]
    waiting: list[Case] = field(default_factory=list)
    """Messages of topics that nobody has taught yet: held out first, counted later."""

    @property
    def harmless(self) -> list[Pair]:
        """Topic messages that carry no red flag."""
        return [pair for pair in self.topics if pair[0].want not in TIERS]

    def figures(self) -> dict[str, Any]:
        """Return every figure."""
        return scoring.all_figures(self.topics, self.flags, self.alike)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return 1 when there is no model or a held-out message was taught."""
    parser = argparse.ArgumentParser(prog="make score", description="Score the trained model.")
    parser.add_argument("--texts", action="store_true", help="show the messages behind the counts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--floors", type=Path, metavar="FILE", help="raise the floors in FILE")
    options = parser.parse_args(arguments)
    if not trained.MODEL.is_file():
        print(trained.NO_MODEL, file=sys.stderr)
        return 1
    if taught := also_taught(trained.ROOT):
        print("\n".join(taught), file=sys.stderr)
        print("Held-out messages were also taught: no figure would mean anything.", file=sys.stderr)
        return 1
    heldout = asyncio.run(measure_alone())
    figures = heldout.figures()
    print("\n".join(report(figures)))
    if heldout.waiting:
        labels = {case.want for case in heldout.waiting}
        print(f"Not counted: {len(heldout.waiting)} messages of {len(labels)} untaught labels")
    if options.texts or os.environ.get("ALL"):
        print("\n".join(messages(heldout)))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.floors:
        print("\n".join(raise_floors(options.floors, figures, datetime.date.today())))
    return 0


def also_taught(root: Path) -> list[str]:
    """Return a line for each held-out message that is also a training phrase."""
    return [str(finding) for finding in held_out_phrases(load(root))]


def cases(root: Path) -> tuple[list[Case], list[Case], list[Case]]:
    """Read the held-out messages: topics, red flags, look-alikes."""
    return (
        [
            Case(r["say"], r["expect"], r["style"])
            for path in sorted(root.glob(TOPICS))
            for r in _rows(path)
        ],
        [
            Case(r["say"], r["tier"], r["style"], r["code"], r.get("level"))
            for tier in TIERS
            for r in _rows(root / FLAGS.format(tier))
        ],
        [Case(r["say"], "none", r["style"], kind=r["kind"]) for r in _rows(root / LOOKALIKES)],
    )


def _rows(path: Path) -> list[dict[str, str]]:
    return list(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


async def measure(agent: Any, root: Path) -> Heldout:
    """Let `agent` parse every held-out message of a label it was taught."""
    warm = await trained.understand(agent, "warm up")
    topics, flags, alike = cases(root)
    taught = set(warm["label_probabilities"])
    return Heldout(
        await _hear_all(agent, [case for case in topics if case.want in taught]),
        await _hear_all(agent, flags),
        await _hear_all(agent, alike),
        [case for case in topics if case.want not in taught],
    )


async def measure_alone() -> Heldout:
    """Load the model and measure it."""
    return await measure(await trained.load(), trained.ROOT)


async def _hear_all(agent: Any, group: list[Case]) -> list[Pair]:
    return [(case, await hear(agent, case)) for case in group]


async def hear(agent: Any, case: Case) -> Heard:
    """Parse one message; keep what is counted."""
    began = time.perf_counter()
    parse = await trained.understand(agent, case.say)
    spent = (time.perf_counter() - began) * 1000
    safety = parse.get("safety") or {}
    return Heard(
        label=trained.label_of(parse),
        tier=safety.get("tier"),
        level=safety.get("level"),
        code=safety.get("code"),
        rules=tuple(safety.get("rules") or ()),
        offer=tuple(parse.get("offer") or ()),
        probabilities=parse.get("label_probabilities") or {},
        milliseconds=spent,
    )


def report(figures: dict[str, Any]) -> list[str]:
    """Return the figures as lines to read."""
    accuracy, safety, false = (figures[k] for k in ("accuracy", "safety", "false_alarms"))
    asked, scope = figures["did_you_mean"], figures["out_of_scope"]
    lines = [f"Right label            {_rate(accuracy['overall'])}"]
    lines += _table("  by style", accuracy["by_style"])
    lines += _table("  by label", accuracy["by_label"])
    lines += ["  wanted -> got"]
    lines += [f"    {n:3}  {w} -> {g}" for w, g, n in figures["confusions"][:MOST_CONFUSIONS]]
    lines += [
        f"Out of scope refused   {_rate(scope['recall'])}",
        f"Refused, rightly       {_rate(scope['precision'])}",
        f"Asked 'did you mean'   {_rate(asked['offered'])}",
        f"  right button offered {_rate(asked['clarified_right'])}",
        f"Answered, rightly      {_rate(asked['answered_right'])}",
        "Red flags caught (the tier or a higher one; then with its level)",
    ]
    for tier, caught in safety["recall"].items():
        lines.append(f"  {tier:20} {_rate(caught)}; level {_rate(safety['level'][tier])}")
    lines += _table("  by code", safety["by_code"])
    lines += [f"  emergency or crisis answered as nothing: {safety['grave_unnoticed']}"]
    lines += [f"  raised: {_counts(safety['raised_by'])}", "False alarms"]
    for tier in TIERS:
        alike, topic = false["lookalikes"][tier], false["topic_messages"][tier]
        lines.append(f"  {tier:20} look-alikes {_rate(alike)}; topics {_rate(topic)}")
    lines += ["  look-alikes by kind"]
    lines += [f"    {kind:18} {_counts(counts)}" for kind, counts in false["by_kind"].items()]
    lines += [f"  raised: {_counts(false['raised_by'])}"]
    times = figures["milliseconds"]
    return [*lines, f"One message takes {times['p50']} ms (95 in 100: {times['p95']} ms)"]


def _rate(figure: dict[str, Any]) -> str:
    spread = f"{figure['low']:.2f}-{figure['high']:.2f}"
    return f"{figure['rate']:.3f}  ({figure['hits']} of {figure['of']}; {spread})"


def _table(title: str, figures: dict[str, dict[str, Any]]) -> list[str]:
    return [title, *(f"    {name:24} {_rate(figure)}" for name, figure in figures.items())]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def messages(heldout: Heldout) -> list[str]:
    """Return every message that went wrong. Never write a phrase or a rule from these."""
    groups: list[tuple[str, Iterable[Pair]]] = [
        ("Wrong label", [p for p in heldout.topics if not scoring.right(*p)]),
        ("Red flag missed", [p for p in heldout.flags if not scoring.caught(*p)]),
        ("False alarm", [p for p in [*heldout.alike, *heldout.harmless] if p[1].tier]),
    ]
    return [
        f"{title}: {case.code or case.kind or case.want} -> {heard.tier or heard.label}: {case.say}"
        for title, pairs in groups
        for case, heard in pairs
    ]


def gates(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the figures that a change may not make worse; a false alarm as what is left quiet."""
    accuracy, safety, false = (figures[k] for k in ("accuracy", "safety", "false_alarms"))
    found = {"accuracy": accuracy["overall"]}
    found |= {f"accuracy {style}": f for style, f in accuracy["by_style"].items()}
    found["out_of_scope recall"] = figures["out_of_scope"]["recall"]
    found |= {f"recall {tier}": f for tier, f in safety["recall"].items()}
    for group in ("lookalikes", "topic_messages"):
        for tier, figure in false[group].items():
            found[f"quiet {tier} {group}"] = _rest(figure)
    return found


def _rest(figure: dict[str, Any]) -> dict[str, Any]:
    return scoring.Share(figure["of"] - figure["hits"], figure["of"]).as_dict()


def raise_floors(path: Path, figures: dict[str, Any], today: datetime.date) -> list[str]:
    """Write the floors that are higher than those in `path`; lower none on the same messages."""
    old = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    floors: dict[str, dict[str, Any]] = dict((old or {}).get("floors") or {})
    raised: Sequence[str] = [
        name
        for name, figure in gates(figures).items()
        if name not in floors
        # On another number of messages the old figure says nothing about the new one.
        or not str(floors[name]["measured"]).endswith(f" of {figure['of']}")
        or figure["low"] > floors[name]["floor"]
    ]
    for name in raised:
        figure = gates(figures)[name]
        floors[name] = {
            "floor": figure["low"],
            "measured": f"{figure['hits']} of {figure['of']}",
            "on": today.isoformat(),
        }
    rows = [f"  {name}: {json.dumps(floors[name])}" for name in floors]
    path.write_text("\n".join([FLOORS_HEAD, "floors:", *rows, ""]), encoding="utf-8")
    return [f"{name}: now at least {floors[name]['floor']}" for name in raised]


FLOORS_HEAD = """\
# What `make test` holds the trained model to. Each floor is the lower end of Wilson's interval
# (95 in 100) of what was measured on the held-out messages that day: a smaller difference is noise,
# a larger one is a step back. `quiet` counts messages that rightly raised no alarm.
# Never lower a floor to make a change pass. To raise them after an improvement:
#   .venv/bin/python -m assistant.authoring.score --floors tests/nlu/floors.yml"""


if __name__ == "__main__":
    raise SystemExit(main())
