"""Score the trained model on the held-out messages, which no phrase and no rule was written from.

    python -m assistant.authoring.score [--texts] [--keep [worse]] [--noise] [--set NAME]
                                        [--curve [--write]] [--json FILE]

ALL=1, KEEP=1, KEEP=worse, NOISE=1, SET=second, CURVE=1 and WRITE=1 do the same behind
`make score`; SECOND=1 and `--second` are short for the second set. Beside each figure stands
the change since the kept score, `tests/nlu/baseline.json`. Ends with code 1 when a held-out
message was also taught.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import datetime
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.authoring import agent as trained
from assistant.authoring import baseline, curve, noise, scoring
from assistant.authoring.aims import GAUGES, Outcome
from assistant.authoring.baseline import Baseline
from assistant.authoring.heldout import SETS, Heldout, also_taught, cases, measure_alone
from assistant.authoring.scoring import TIERS, Pair

MOST_CONFUSIONS = 12
OWN = "first"
"""The set that has a baseline."""


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return 1 when nothing can be scored or a worse score would be kept."""
    options = _options(arguments)
    if options.keep and options.set != OWN:
        print(f"The {options.set} set has no baseline: it is not worked towards.", file=sys.stderr)
        return 2
    if taught := also_taught(trained.ROOT):
        print("\n".join(taught), file=sys.stderr)
        print("Held-out messages were also taught: no figure would mean anything.", file=sys.stderr)
        return 1
    if options.curve:
        return curve.main(write=bool(options.write))
    if not trained.MODEL.is_file():
        print(trained.NO_MODEL, file=sys.stderr)
        return 1
    if options.noise:
        kept = dataclasses.replace(baseline.read(), noise=asyncio.run(noise.measure()))
        baseline.write(kept)
        print("\n".join(noise.lines(kept.noise)))
        if not options.keep:
            return 0
    return _score(options)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make score", description="Score the trained model.")
    add = parser.add_argument
    told = os.environ.get
    add("--texts", action="store_true", default=told("ALL"), help="show the messages that failed")
    add("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    add(
        "--keep",
        nargs="?",
        const="1",
        default=told("KEEP"),
        help="renew the baseline; `worse` even where a figure fell beyond noise",
    )
    add(
        "--noise",
        action="store_true",
        default=told("NOISE"),
        help="measure how far training alone moves each figure (minutes)",
    )
    default = told("SET") or ("second" if told("SECOND") else OWN)
    add("--set", choices=SETS, default=default, help="which held-out set to score")
    add("--second", action="store_const", const="second", dest="set", help="score the second set")
    add("--curve", action="store_true", default=told("CURVE"), help="draw the learning curve")
    add("--write", action="store_true", default=told("WRITE"), help="keep the curve under docs/")
    options = parser.parse_args(arguments)
    if options.set not in SETS:  # argparse does not look at a default
        parser.error(f"SET={options.set} is none of {', '.join(SETS)}")
    return options


def _score(options: argparse.Namespace) -> int:
    if not any(cases(trained.ROOT, SETS[options.set]).values()):
        print(f"There is no message in the {options.set} set.", file=sys.stderr)
        return 1
    heldout = asyncio.run(measure_alone(SETS[options.set]))
    figures, outcomes = heldout.figures(), heldout.outcomes()
    kept = Baseline() if options.set != OWN else baseline.read()
    print("\n".join([*aims(outcomes, kept), *report(figures, kept.figures)]))
    if heldout.waiting:
        labels = {case.want for case in heldout.waiting}
        print(f"Not counted: {len(heldout.waiting)} messages of {len(labels)} untaught labels")
    if options.texts:
        print("\n".join(messages(heldout)))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    fallen = baseline.falls(kept, outcomes) if kept.messages else []
    print("\n".join(since(kept, outcomes, fallen)))
    if options.keep and fallen and options.keep != "worse":
        print("Not kept: mend it, or say why in the commit and run: make score KEEP=worse")
        return 1
    if options.keep:
        verdicts = {key: one.verdict for key, one in outcomes.items()}
        today = datetime.date.today().isoformat()
        baseline.write(Baseline(today, figures, kept.noise, verdicts))
        print(f"Kept in {baseline.FILE.name}.")
    return 0


def aims(outcomes: Mapping[str, Outcome], kept: Baseline) -> list[str]:
    """Return the figures that have an aim, and whether they reach it."""
    lines = ["Aims"]
    known = {key: one for key, one in outcomes.items() if key in kept.messages}
    was = [one._replace(verdict=kept.messages[key]) for key, one in known.items()]
    for gauge in GAUGES:
        if gauge.aim is None or not any(map(gauge.counted, outcomes.values())):
            continue
        value = gauge.value(outcomes.values())
        change = f" ({value - gauge.value(was):+.3f})" if was else ""
        aim = f"{'at most' if gauge.at_most else 'at least'} {gauge.aim:.2f}"
        reached = "reached" if gauge.reached(value) else "NOT reached"
        lines.append(f"  {gauge.name:28} {value:.3f}{change}  aim {aim}: {reached}")
    return lines


def since(
    kept: Baseline, outcomes: Mapping[str, Outcome], fallen: Iterable[baseline.Fall]
) -> list[str]:
    """Return how many messages changed since the baseline, and what fell by more than noise."""
    if not kept.messages:
        return []
    better, worse = baseline.changed(kept, outcomes)
    odds = baseline.sign_test(better, worse)
    lines = [
        f"Since {kept.measured}: {better} messages better, {worse} worse (by chance {odds:.3f})"
    ]
    if new := len(baseline.strangers(kept, outcomes)[0]):
        lines.append(f"  {new} messages are new since. {baseline.RENEW}")
    lines += [line for fall in fallen for line in ("Fell by more than noise:", *fall.lines())]
    return lines


@dataclass(frozen=True)
class Beside:
    """A figure, or a group of them, beside what it was in the baseline."""

    now: Any
    was: Any = None

    def __getitem__(self, name: str) -> Beside:
        """Return what the group holds under `name`."""
        return Beside(self.now[name], self.was.get(name) if isinstance(self.was, dict) else None)

    def __iter__(self) -> Iterator[tuple[str, Beside]]:
        """Give the names of a group with what they stand for."""
        return ((name, self[name]) for name in self.now)

    @property
    def rate(self) -> str:
        """A share as text: rate, change, hits, how sure."""
        change = f" ({self.now['rate'] - self.was['rate']:+.3f})" if self.was else ""
        then = (
            f", then of {self.was['of']}" if self.was and self.was["of"] != self.now["of"] else ""
        )
        spread = f"{self.now['low']:.2f}-{self.now['high']:.2f}"
        return (
            f"{self.now['rate']:.3f}{change}  "
            f"({self.now['hits']} of {self.now['of']}{then}; {spread})"
        )

    @property
    def count(self) -> str:
        """A number as text, with its change where there is one."""
        moved = isinstance(self.was, (int, float)) and self.now != self.was
        return f"{self.now} ({self.now - self.was:+g})" if moved else str(self.now)

    @property
    def counts(self) -> str:
        """A group of numbers as one line."""
        return ", ".join(f"{name} {number.count}" for name, number in self) or "none"

    def table(self, title: str) -> list[str]:
        """Return a group of shares as lines."""
        return [title, *(f"    {name:24} {figure.rate}" for name, figure in self)]


def report(figures: dict[str, Any], was: dict[str, Any] | None = None) -> list[str]:
    """Return the figures as lines to read, each with its change since `was`."""
    found = Beside(figures, was)
    accuracy, safety, false = (found[k] for k in ("accuracy", "safety", "false_alarms"))
    asked, scope, ours = (found[k] for k in ("did_you_mean", "out_of_scope", "in_scope"))
    lines = [
        f"Right label            {accuracy['overall'].rate}",
        f"  or on a button       {accuracy['or_offered'].rate}",
        *accuracy["by_style"].table("  by style"),
        *accuracy["by_label"].table("  by label"),
        "  wanted -> got",
        *[f"    {n.count:>3}  {pair}" for pair, n in found["confusions"]][:MOST_CONFUSIONS],
        f"Out of scope refused   {scope['recall'].rate}",
        f"Refused, rightly       {scope['precision'].rate}",
        f"In scope refused       {ours['refused'].rate}",
        f"In scope raised        {ours['raised'].rate}",
        f"Asked 'did you mean'   {asked['offered'].rate}",
        f"  right button offered {asked['clarified_right'].rate}",
        f"Answered, rightly      {asked['answered_right'].rate}",
        "Red flags caught (the tier or a higher one; then with its level)",
    ]
    for tier, caught in safety["recall"]:
        lines.append(f"  {tier:20} {caught.rate}; level {safety['level'][tier].rate}")
    lines += safety["by_code"].table("  by code")
    lines += safety["by_style"].table("  by style")
    lines.append(f"  emergency or crisis answered as nothing: {safety['grave_unnoticed'].count}")
    lines += [f"  raised: {safety['raised_by'].counts}", "False alarms"]
    for tier in TIERS:
        alike, topic = false["lookalikes"][tier].rate, false["topic_messages"][tier].rate
        lines.append(f"  {tier:20} look-alikes {alike}; topics {topic}")
    lines += ["  look-alikes by kind"]
    lines += [f"    {kind:18} {counts.counts}" for kind, counts in false["by_kind"]]
    lines += [f"  raised: {false['raised_by'].counts}"]
    lines += found["several"].table("Two things asked") if "several" in figures else []
    lines += (
        [f"After an answer        {found['follow_ups'].rate}"] if "follow_ups" in figures else []
    )
    times = found["milliseconds"]
    return [
        *lines,
        f"One message takes {times['p50'].count} ms (95 in 100: {times['p95'].count} ms)",
    ]


def messages(heldout: Heldout) -> list[str]:
    """Return every message that went wrong. Never write a phrase or a rule from these."""
    asked = [*heldout.topics, *heldout.several, *heldout.follow_ups]
    groups: list[tuple[str, Iterable[Pair]]] = [
        ("Wrong label", [p for p in asked if not scoring.right(*p)]),
        ("Red flag missed", [p for p in heldout.flags if not scoring.caught(*p)]),
        ("False alarm", [p for p in [*heldout.alike, *heldout.harmless] if p[1].tier]),
    ]
    return [
        f"{title}: {case.code or case.kind or case.want} -> {heard.tier or heard.label}: {case.say}"
        for title, pairs in groups
        for case, heard in pairs
    ]


if __name__ == "__main__":
    raise SystemExit(main())
