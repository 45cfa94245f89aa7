"""What other thresholds would do, measured on the held-out messages.

    python -m assistant.authoring.thresholds [--write]

`--write` renews the tables of docs/safety/thresholds.md (what the safety check would catch and
cry) and docs/authors/answer-thresholds.md (what would be answered, asked back and refused);
what stands above them is written by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import functools
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from assistant.authoring import agent as trained
from assistant.authoring import answering, scoring
from assistant.authoring.answering import Tried
from assistant.authoring.heldout import Heldout, also_taught, measure_alone
from assistant.authoring.refit import settings
from assistant.authoring.scoring import RANK, TIERS, Case, Heard, Pair, Share
from assistant.nlu.labels import Thresholds
from assistant.nlu.titles import load_titles

DOC = trained.ROOT / "docs" / "safety" / "thresholds.md"
MARK = "<!-- Below: python -m assistant.authoring.thresholds --write -->"
STEPS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8)
NEVER = 2.0
ANSWER_DOC = trained.ROOT / "docs" / "authors" / "answer-thresholds.md"
ANSWERS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
KNOWN = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
OFFERS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15)
CHEAPEST = 10


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
    parser.add_argument("--write", action="store_true", help="renew the two pages")
    options = parser.parse_args()
    if not trained.MODEL.is_file():
        print(trained.NO_MODEL, file=sys.stderr)
        return 1
    if also_taught(trained.ROOT):
        print("Held-out messages were also taught: see `make score`.", file=sys.stderr)
        return 1
    heldout = asyncio.run(measure_alone())
    pages = {DOC: [*together(heldout), *curves(heldout)], ANSWER_DOC: answers(heldout)}
    for page, lines in pages.items():
        tables = "\n".join(lines)
        if options.write:
            written = page.read_text(encoding="utf-8").split(MARK)[0]
            page.write_text(f"{written}{MARK}\n{tables}\n", encoding="utf-8")
        else:
            print(tables)
    return 0


def answers(heldout: Heldout) -> list[str]:
    """Return the tables of the thresholds for answering, offering and refusing."""
    used, offerable = answers_in_use(), set(load_titles())

    @functools.cache
    def at(thresholds: Thresholds) -> Tried:
        return answering.tried(heldout.topics, thresholds, offerable)

    every = [at(thresholds) for thresholds in answering.grid(ANSWERS, KNOWN, OFFERS)]
    best = answering.cheapest([at(used), *every])
    aimed = answering.nearest_to_aims([at(used), *every])
    lines = [
        "",
        f"Measured {datetime.date.today().isoformat()} on {len(best.outcomes)} messages.",
        "",
        "## In use, the cheapest, and the cheapest that misses the fewest aims",
        "",
        *_answer_table([at(used), best, aimed]),
        "",
        f"- In use: aims missed: {', '.join(at(used).missed) or 'none'}.",
        f"- {answering.told('The cheapest', best, at(used))}",
        f"- {answering.told('Nearest to the aims', aimed, at(used))}",
        f"- {answering.raised(best)} of ours are answered with a red flag by the safety check. "
        "That counts as wrong in every row, and none of these numbers changes it.",
    ]
    moved = (
        ("answer", [Thresholds(value, used.known, used.offer) for value in ANSWERS]),
        ("known", [Thresholds(used.answer, value, used.offer) for value in KNOWN]),
        ("offer", [Thresholds(used.answer, used.known, value) for value in OFFERS]),
    )
    for name, row in moved:
        lines += ["", f"## `{name}` moved, the others as in use", "", *_answer_table(map(at, row))]
    cheap = sorted(every, key=lambda one: one.cost)[:CHEAPEST]
    return [*lines, "", f"## The {CHEAPEST} cheapest", "", *_answer_table(cheap)]


def _answer_table(rows: Iterable[Tried]) -> list[str]:
    return [*_head(answering.HEAD), *(_row(one.cells()) for one in rows)]


def answers_in_use() -> Thresholds:
    """Return the thresholds for answering that stand in config.yml."""
    step = settings(trained.ROOT, "TopicClassifier")
    return Thresholds(*(float(step[name]) for name in ("answer", "known", "offer")))


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
    step = settings(trained.ROOT, "SafetyCheck")
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
