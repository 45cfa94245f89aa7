"""What the thresholds of the safety check would catch and cry, measured on the held-out messages.

    python -m assistant.authoring.thresholds [--write]

`--write` renews the tables of docs/safety/thresholds.md; what stands above them is written by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from assistant.authoring import agent as trained
from assistant.authoring import scoring
from assistant.authoring.score import Heldout, also_taught, measure_alone
from assistant.authoring.scoring import RANK, TIERS, Case, Heard, Pair, Share

DOC = trained.ROOT / "docs" / "safety" / "thresholds.md"
MARK = "<!-- Below: python -m assistant.authoring.thresholds --write -->"
STEPS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8)
NEVER = 2.0


class Setting(NamedTuple):
    """One set of thresholds of the safety check, named as in config.yml."""

    emergency: float
    crisis: float
    see_doctor: float
    excused: float
    sure: float


TRIED = (
    Setting(NEVER, NEVER, NEVER, NEVER, NEVER),
    Setting(0.8, 0.8, 0.8, 0.8, 0.8),
    Setting(0.7, 0.7, 0.7, 0.7, 0.7),
    Setting(0.6, 0.6, 0.6, 0.6, 0.6),
    Setting(0.5, 0.5, 0.5, 0.6, 0.5),
    Setting(0.4, 0.4, 0.4, 0.6, 0.5),
    Setting(0.3, 0.3, 0.3, 0.6, 0.5),
    Setting(0.2, 0.2, 0.3, 0.6, 0.5),
    Setting(0.2, 0.2, 0.2, 0.6, 0.5),
    Setting(0.15, 0.15, 0.2, 0.6, 0.5),
    Setting(0.1, 0.1, 0.2, 0.6, 0.5),
    Setting(0.1, 0.1, 0.15, 0.6, 0.5),
    Setting(0.1, 0.1, 0.2, 0.0, 0.5),
    Setting(0.1, 0.1, 0.2, 0.8, 0.5),
    Setting(0.1, 0.1, 0.2, 0.6, 0.0),
    Setting(0.1, 0.1, 0.2, 0.6, 0.7),
)


def main() -> int:
    """Print the tables, or write them."""
    parser = argparse.ArgumentParser(prog="thresholds", description="Try the thresholds.")
    parser.add_argument("--write", action="store_true", help=f"renew {DOC.name}")
    options = parser.parse_args()
    if not trained.MODEL.is_file():
        print(trained.NO_MODEL, file=sys.stderr)
        return 1
    if also_taught(trained.ROOT):
        print("Held-out messages were also taught: see `make score`.", file=sys.stderr)
        return 1
    heldout = asyncio.run(measure_alone())
    tables = "\n".join([*together(heldout), *curves(heldout)])
    if options.write:
        written = DOC.read_text(encoding="utf-8").split(MARK)[0]
        DOC.write_text(f"{written}{MARK}\n{tables}\n", encoding="utf-8")
    else:
        print(tables)
    return 0


def curves(heldout: Heldout) -> list[str]:
    """Return a Markdown table a tier: what each threshold does by itself."""
    names = ["alone: caught", "look-alikes", "topics", "or rules: caught", "look-alikes", "topics"]
    lines: list[str] = []
    for tier in TIERS:
        lines += ["", f"## `{tier}` by itself", "", *_head(["at least", *names])]
        for least in STEPS:
            found = scoring.curve(tier, least, heldout.flags, (heldout.alike, heldout.harmless))
            shares = [*found["classifier"], *found["either"]]
            lines.append(_row([f"{least:.2f}", *(f"{s.rate:.3f}" for s in shares)]))
    return lines


def together(heldout: Heldout) -> list[str]:
    """Return a Markdown table of whole settings, those in use first."""
    groups = ("caught", "look-alikes", "topics")
    names = [f"{group}: {tier}" for group in groups for tier in TIERS]
    lines = ["", "## All together", "", *_head([*Setting._fields, *names, "grave", "over"])]
    current = in_use()
    for setting in (current, *(tried for tried in TRIED if tried != current)):
        flags, alike, harmless = (
            _decided(pairs, setting) for pairs in (heldout.flags, heldout.alike, heldout.harmless)
        )
        caught = scoring.share_by(flags, lambda case: case.want, scoring.caught)
        shares = [caught[tier] for tier in TIERS]
        shares += [s for group in (alike, harmless) for s in scoring.false_alarms(group).values()]
        cells = [f"{value:.2f}" if value <= 1 else "never" for value in setting]
        cells += [f"{s.rate:.3f}" for s in shares]
        cells += [str(len(scoring.nothing_noticed(flags))), f"{_too_high(flags).rate:.3f}"]
        lines.append(_row(cells))
    return lines


def _decided(pairs: Sequence[Pair], setting: Setting) -> list[Pair]:
    """Decide each message again at other thresholds, with the safety check's own code."""
    from rasa.shared.nlu.training_data.message import Message

    from assistant.nlu.classifier import PROBABILITIES
    from assistant.nlu.safety_check import SafetyCheck

    check = SafetyCheck(setting._asdict())

    def again(case: Case, heard: Heard) -> Heard:
        message: Any = Message({"text": case.say})
        message.set(PROBABILITIES, dict(heard.probabilities))
        finding = check.second_opinion(message, by_rules(case.say))
        return Heard(heard.label, finding.tier, finding.level, finding.code)

    return [(case, again(case, heard)) for case, heard in pairs]


@functools.cache
def by_rules(text: str) -> Any:
    """Return what the rules alone find in `text`, raw and corrected."""
    from rasa.shared.nlu.training_data.message import Message

    from assistant.nlu.safety_check import strongest
    from assistant.nlu.speller import shared_speller
    from assistant.nlu.spelling import CORRECTED
    from assistant.safety.detector import Context, detect

    message: Any = Message({"text": text})
    message.set(CORRECTED, shared_speller().correct(text))
    return strongest(detect(text), message, Context())


def in_use() -> Setting:
    """Return the thresholds that stand in config.yml."""
    config = yaml.safe_load((trained.ROOT / "config.yml").read_text(encoding="utf-8"))
    step = next(c for c in config["pipeline"] if c["name"].endswith("SafetyCheck"))
    return Setting(**{name: float(step[name]) for name in Setting._fields})


def _too_high(flags: Sequence[Pair]) -> Share:
    doctor = [pair for pair in flags if pair[0].want == "see_doctor"]
    return scoring.share(doctor, lambda case, heard: RANK[heard.tier] > RANK[case.want])


def _head(names: Sequence[str]) -> list[str]:
    return [_row(names), "|" + "---|" * len(names)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    raise SystemExit(main())
