"""The held-out messages: where they stand, what each should be, and what the model makes of it.

Nobody writes a phrase or a rule from them. The first set is scored at every change; the
others only by name, `make score SET=fourth`, so that work on the first cannot fit them too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from assistant.authoring import agent as trained
from assistant.authoring import scoring
from assistant.authoring.aims import Outcome, key_of, outcome
from assistant.authoring.content import entries, items, line_of, scalar
from assistant.authoring.project import load
from assistant.authoring.rules_topics import held_out_phrases
from assistant.authoring.scoring import TIERS, Case, Heard, Pair


class Files(NamedTuple):
    """Where one set stands, as patterns below the project's root; a file may be missing."""

    topics: tuple[str, ...]
    flags: tuple[str, ...]
    alike: tuple[str, ...]
    several: tuple[str, ...] = ()
    """Messages that ask two things."""
    follow_ups: tuple[str, ...] = ()
    """Messages said after an answer."""


FIRST = Files(
    ("tests/nlu/heldout*.yml",),
    tuple(f"tests/safety/heldout/{tier}.yml" for tier in TIERS),
    ("tests/safety/heldout/lookalikes.yml",),
)
SECOND = Files(
    tuple(f"tests/nlu/second/{name}.yml" for name in ("topics_a", "topics_b", "control")),
    ("tests/safety/second/flags.yml",),
    ("tests/safety/second/lookalikes.yml",),
    ("tests/nlu/second/several.yml",),
    ("tests/nlu/second/follow_ups.yml",),
)
LATER = {
    name: Files(
        (f"tests/nlu/{name}/topics.yml",),
        (f"tests/safety/{name}/flags.yml",),
        (f"tests/safety/{name}/lookalikes.yml",),
    )
    for name in ("third", "fourth")
}
SETS = {"first": FIRST, "second": SECOND, **LATER}


@dataclass(frozen=True)
class Heldout:
    """All messages of a set, each group with what the model made of it."""

    topics: list[Pair]
    flags: list[Pair]
    alike: list[Pair]
    waiting: list[Case] = field(default_factory=list)
    """Messages of labels that nobody has taught yet: held out first, counted later."""
    several: list[Pair] = field(default_factory=list)
    follow_ups: list[Pair] = field(default_factory=list)

    @property
    def harmless(self) -> list[Pair]:
        """Topic messages that carry no red flag."""
        return [pair for pair in self.topics if pair[0].want not in TIERS]

    def figures(self) -> dict[str, Any]:
        """Return every figure."""
        return scoring.all_figures(
            self.topics, self.flags, self.alike, self.several, self.follow_ups
        )

    def outcomes(self) -> dict[str, Outcome]:
        """Return what became of each message of the three groups that are held to the baseline."""
        groups = {"topics": self.topics, "flags": self.flags, "alike": self.alike}
        return {
            key_of(group, pair[0]): outcome(group, *pair)
            for group, pairs in groups.items()
            for pair in pairs
        }


def cases(root: Path, files: Files = FIRST) -> dict[str, list[Case]]:
    """Read the held-out messages of a set, by the names of its groups."""
    return {
        group: [
            _case(row, where, group)
            for pattern in patterns
            for path in sorted(root.glob(pattern))
            for row, where in _rows(path, path.relative_to(root).as_posix())
        ]
        for group, patterns in files._asdict().items()
    }


def _rows(path: Path, name: str) -> Iterator[tuple[dict[str, tuple[str, ...]], str]]:
    """Give each entry's values as tuples, one value or several, and where it stands."""
    top = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for entry in items(top):
        values = {key.value: items(value) or [value] for key, value in entries(entry)}
        row = {name: tuple(filter(None, map(scalar, v))) for name, v in values.items()}
        yield row, f"{name}:{line_of(entry)}"


def _case(row: dict[str, tuple[str, ...]], where: str, group: str) -> Case:
    one = {name: values[0] for name, values in row.items() if values}
    wanted = {"flags": "tier", "alike": ""}.get(group, "expect")
    return Case(
        say=one["say"],
        want=one[wanted] if wanted else "none",
        style=one.get("style", ""),
        code=one.get("code", ""),
        level=one.get("level"),
        kind=one.get("kind", ""),
        also=row.get("also", ()),
        after=one.get("after"),
        where=where,
    )


def also_taught(root: Path) -> list[str]:
    """Return a line for each held-out message that is also a training phrase."""
    return [str(finding) for finding in held_out_phrases(load(root))]


async def measure(agent: Any, root: Path, files: Files = FIRST) -> Heldout:
    """Let `agent` parse every held-out message of a label it was taught."""
    warm = await trained.understand(agent, "warm up")
    taught = set(warm["label_probabilities"])
    groups = cases(root, files)
    waiting = []
    for group in ("topics", "several", "follow_ups"):
        waiting += [case for case in groups[group] if case.want not in taught]
        groups[group] = [case for case in groups[group] if case.want in taught]
    heard = {group: await _hear_all(agent, found) for group, found in groups.items()}
    return Heldout(**heard, waiting=waiting)


async def measure_alone(files: Files = FIRST) -> Heldout:
    """Load the model and measure it."""
    return await measure(await trained.load(), trained.ROOT, files)


async def _hear_all(agent: Any, group: list[Case]) -> list[Pair]:
    return [(case, await hear(agent, case)) for case in group]


async def hear(agent: Any, case: Case) -> Heard:
    """Parse one message; keep what is counted."""
    began = time.perf_counter()
    parse = await trained.understand(agent, case.say, case.after)
    spent = (time.perf_counter() - began) * 1000
    safety = parse.get("safety") or {}
    return Heard(
        label=trained.label_of(parse),
        tier=safety.get("tier"),
        level=safety.get("level"),
        code=safety.get("code"),
        rules=tuple(safety.get("rules") or ()),
        offer=tuple(parse.get("offer") or ()),
        also=tuple(parse.get("also") or ()),
        probabilities=parse.get("label_probabilities") or {},
        nearest=float(parse.get("nearest", -1.0)),
        milliseconds=spent,
    )
