"""What the safety check catches and cries, on a held-out set, beside simpler ways of looking.

    make safety-report [SET=third]
    python -m assistant.authoring.safety_report [--set NAME]

Writes docs/safety/report.md, and the same with plots as report.html; other sets have pages of
their own (report-third.md). Below the last heading stand held-out messages: nobody who writes
phrases or rules may read there.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.authoring import agent as trained
from assistant.authoring import blocks, keywords, thresholds
from assistant.authoring import safety_figures as figures
from assistant.authoring.blocks import Block, Fold, Head, Picture, Said, Table, Text
from assistant.authoring.dots import Line, draw
from assistant.authoring.heldout import SETS, Heldout, also_taught, cases, measure_alone
from assistant.authoring.refit import settings
from assistant.authoring.safety_figures import (
    ANY,
    BOTH,
    CLASSIFIER,
    FOREIGN,
    IN_SCOPE,
    KEYWORDS,
    LOOK_ALIKES,
    RULES,
    Decided,
    Times,
    Way,
)
from assistant.authoring.scoring import TIERS, Case, Heard, Pair, Share, percentile

FOLDER = trained.ROOT / "docs" / "safety"
HERE = Path(__file__).parent
FIRST = "first"
SEALED = "held-out: nobody who writes phrases or rules may read below"
WHOLE = "whole message, trained model"
LENGTHS = (2_500, 5_000, 10_000)
FILLER = "we went to the shops and then had tea with the neighbours, nothing special. "
FLAG = "my left arm suddenly went numb"


def main(arguments: list[str] | None = None) -> int:
    """Measure and write; return 1 where nothing can be measured."""
    parser = argparse.ArgumentParser(prog="make safety-report", description=__doc__.split("\n")[0])
    default = os.environ.get("SET") or FIRST
    parser.add_argument("--set", choices=SETS, default=default, help="which held-out set")
    options = parser.parse_args(arguments)
    if options.set not in SETS:  # argparse does not look at a default
        parser.error(f"SET={options.set} is none of {', '.join(SETS)}")
    if fault := _fault(options.set):
        print(fault, file=sys.stderr)
        return 1
    heldout = asyncio.run(measure_alone(SETS[options.set]))
    ways, times = compare(heldout)
    page = report(ways, times, options.set, datetime.date.today(), in_use())
    path = path_of(options.set)
    path.write_text(blocks.as_markdown(page), encoding="utf-8")
    path.with_suffix(".html").write_text(blocks.as_html(page), encoding="utf-8")
    print("\n".join(summary(ways)))
    print(f"Written to {path.relative_to(trained.ROOT)} and {path.stem}.html.")
    return 0


def _fault(name: str) -> str | None:
    if not trained.MODEL.is_file():
        return trained.NO_MODEL
    if also_taught(trained.ROOT):
        return "Held-out messages were also taught: see `make score`."
    if not any(cases(trained.ROOT, SETS[name]).values()):
        return f"There is no message in the {name} set."
    return None


def path_of(name: str) -> Path:
    """Return where the report on a set stands."""
    return FOLDER / ("report.md" if name == FIRST else f"report-{name}.md")


def compare(heldout: Heldout) -> tuple[list[Way], Times]:
    """Let each way of looking decide every message, and time it in the same run."""
    everything = [*heldout.flags, *heldout.alike, *heldout.harmless]
    texts = [case.say for case, _ in everything]
    from assistant.safety.detector import detect

    detect(FLAG)  # reads the lexicon
    keywords.tier_of(FLAG)
    spent = {
        KEYWORDS: [_timed(keywords.tier_of, text) for text in texts],
        RULES: [_timed(detect, text) for text in texts],
        WHOLE: [heard.milliseconds for _, heard in everything],
    }
    long = [FILLER * (size // len(FILLER)) + FLAG for size in LENGTHS]
    times = Times(spent, [(len(text), _timed(detect, text)) for text in long])
    deciders: dict[str, figures.Decide] = {
        KEYWORDS: _by(lambda case, _: Decided(keywords.tier_of(case.say))),
        CLASSIFIER: _by(classifier_alone()),
        RULES: _by(rules_alone),
        BOTH: lambda case, heard: heard,
    }
    return [figures.way(name, heldout, decide) for name, decide in deciders.items()], times


def _timed(look: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    look(text)
    return (time.perf_counter() - began) * 1000


def _by(decide: Callable[[Case, Heard], Decided]) -> figures.Decide:
    return lambda case, heard: figures.with_decision(heard, decide(case, heard))


def rules_alone(case: Case, heard: Heard) -> Decided:
    """Return what the lexicon finds, in the raw and in the corrected text."""
    finding = thresholds.by_rules(case.say)
    return Decided(finding.tier, finding.level, finding.code)


def classifier_alone() -> Callable[[Case, Heard], Decided]:
    """Return what the safety check's own code makes of the probabilities without any rule."""
    from rasa.shared.nlu.training_data.message import Message

    from assistant.nlu.classifier import PROBABILITIES
    from assistant.nlu.safety_check import SafetyCheck
    from assistant.safety.finding import Finding

    check = SafetyCheck({k: v for k, v in in_use().items() if k != "name"})

    def decide(case: Case, heard: Heard) -> Decided:
        message: Any = Message({"text": case.say})
        message.set(PROBABILITIES, dict(heard.probabilities))
        finding = check.second_opinion(message, Finding())
        return Decided(finding.tier, finding.level, finding.code)

    return decide


def in_use() -> dict[str, Any]:
    """Return the settings of the safety check in config.yml."""
    return settings(trained.ROOT, "SafetyCheck")


def summary(ways: Sequence[Way]) -> list[str]:
    """Return the aims and the comparison as lines for the terminal."""
    lines = ["Aims"]
    for aim in figures.aims(_used(ways)):
        verdict = "reached" if aim.reached else "NOT reached"
        lines.append(f"  {aim.name:38} {_share(aim.share)}  aim {_aimed(aim)}: {verdict}")
    lines.append("Beside simpler ways")
    table = _comparison(ways)
    return [*lines, *(f"  {'  '.join(cell.ljust(17) for cell in row)}" for row in table.rows)]


def _used(ways: Sequence[Way]) -> Way:
    return next(way for way in ways if way.name == BOTH)


def report(
    ways: Sequence[Way],
    times: Times,
    name: str,
    today: datetime.date,
    settings: Mapping[str, Any],
) -> list[Block]:
    """Return the whole report."""
    used = _used(ways)
    return [
        *_opening(used, name, today, settings),
        *_aims(used),
        *_recall(ways),
        *_levels(used),
        *_codes(used),
        *_alarms(used),
        *_beside(ways),
        *_time(times),
        *_published(used),
        *_listed(used),
    ]


def _opening(
    used: Way, name: str, today: datetime.date, settings: Mapping[str, Any]
) -> Iterator[Block]:
    counts = {group: len(pairs) for group, pairs in used.harmless.items()}
    numbers = ", ".join(f"{k} {v}" for k, v in settings.items() if k != "name")
    command = "make safety-report" + ("" if name == FIRST else f" SET={name}")
    yield Head("What the safety check catches, and what it cries", 1)
    yield Text(
        f"Written by `{command}` on {today.isoformat()}; change nothing here by hand. The "
        f"{name} held-out set: {len(used.flags)} red flags, {counts[LOOK_ALIKES]} messages made "
        f"to look like one, {counts[IN_SCOPE]} ordinary messages in scope and {counts[FOREIGN]} "
        "out of scope. All invented, none of more than three words ever taught, each judged as "
        f"the first thing somebody says. Thresholds in config.yml: {numbers}."
    )
    yield Text(
        "**Caught** is the tier or a higher one. Beside each share stands Wilson's interval: "
        "where the true rate lies, 95 in 100 sure, if people wrote as our writers did. They "
        "were few and they invented; real messages will do worse."
    )
    yield Text(f"With pictures: [{path_of(name).stem}.html]({path_of(name).stem}.html).")


def _aims(used: Way) -> Iterator[Block]:
    yield Head("Aims")
    rows = [
        [aim.name, *_cells(aim.share), _aimed(aim), "yes" if aim.reached else "**no**"]
        for aim in figures.aims(used)
        if aim.share.of
    ]
    yield Table(["figure", "share", "95 in 100", "messages", "aim", "reached"], rows)


def _aimed(aim: figures.Aim) -> str:
    return f"{'at most' if aim.at_most else 'at least'} {aim.aim:.2f}"


def _recall(ways: Sequence[Way]) -> Iterator[Block]:
    recall = {way.name: way.recall() for way in ways}
    tiers = figures.tiers_with(recall[BOTH])
    yield Head("Red flags caught, by tier")
    yield Picture(
        draw(
            "Red flags caught by tier (dashed: the aim)",
            [
                Line(tier, {way.name: recall[way.name][tier] for way in ways}, _aim_of(tier))
                for tier in tiers
            ],
        )
    )
    rows = [[tier, *_cells(recall[BOTH][tier])] for tier in tiers]
    yield Table(["tier", "caught", "95 in 100", "messages"], rows)


def _aim_of(tier: str) -> float:
    return figures.CAUGHT_AIMS[tier]


def _levels(used: Way) -> Iterator[Block]:
    counted = figures.levels(used.flags)
    wanted = [
        level for level in ("urgent", "routine", "any") if any(k[0] == level for k in counted)
    ]
    yield Head("See a doctor: today, or soon")
    yield Text(
        f"Of the urgent ones {_share(figures.level_safe(used.flags))} were told urgent or more. "
        f"Of all caught see_doctor messages {_share(figures.level_right(used.flags))} got the "
        "very level that was wanted."
    )
    yield Table(
        ["wanted", *(f"got {step}" for step in figures.STEPS)],
        [[level, *(str(counted[level, step]) for step in figures.STEPS)] for level in wanted],
    )


def _codes(used: Way) -> Iterator[Block]:
    signs: dict[str, str] = yaml.safe_load((HERE / "codes.yml").read_text(encoding="utf-8"))
    found = used.by_code()
    yield Head("Red flags caught, by code")
    yield Text("Few messages a code: read the interval, not the share.")
    lines = [Line(f"{c} {_cut(signs.get(c, ''))}", {"": s}) for c, s in found.items()]
    yield Picture(draw("Red flags caught by code", lines))
    rows = [[c, signs.get(c, ""), *_cells(s)] for c, s in found.items()]
    yield Table(["code", "sign", "caught", "95 in 100", "messages"], rows)


def _cut(words: str, most: int = 34) -> str:
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]} ..."


def _alarms(used: Way) -> Iterator[Block]:
    yield Head("False alarms")
    groups = {name: used.alarms(name) for name in used.harmless}
    kinds = {f"look-alike: {kind}": shares for kind, shares in used.by_kind().items()}
    shown = {name: s for name, s in {**groups, **kinds}.items() if s[ANY].of}
    yield Picture(
        draw(
            "Harmless messages that got any tier",
            [Line(name, {"": shares[ANY]}) for name, shares in shown.items()],
            high=_ceiling(shares[ANY] for shares in shown.values()),
        )
    )
    yield Table(
        ["messages", *TIERS, "any tier", "95 in 100", "messages"],
        [[name, *(str(s[t].hits) for t in TIERS), *_cells(s[ANY])] for name, s in shown.items()],
    )


def _ceiling(shares: Iterable[Share]) -> float:
    highest = max((share.interval()[1] for share in shares), default=1.0)
    return min(1.0, int(highest * 10 + 1) / 10)


def _beside(ways: Sequence[Way]) -> Iterator[Block]:
    yield Head("Beside simpler ways of looking")
    lists = keywords.lists()
    yield Text(
        f"The same messages, four ways. The keyword list has {sum(map(len, lists.values()))} "
        "words and phrases, taken from the safety specification alone "
        "(`assistant/authoring/keywords.yml`). Rules and classifier are the two halves of what is "
        "in use. `grave` counts emergencies and crises that got no tier at all."
    )
    yield _comparison(ways)
    yield Picture(
        draw(
            "Harmless messages that got any tier",
            [
                Line(group, {way.name: way.alarms(group)[ANY] for way in ways})
                for group in ways[0].harmless
            ],
            high=_ceiling(way.alarms(group)[ANY] for way in ways for group in way.harmless),
        )
    )


def _comparison(ways: Sequence[Way]) -> Table:
    head = ["", *(f"{tier} caught" for tier in TIERS), "grave"]
    head += [f"{group}: any tier" for group in ways[0].harmless]
    rows = []
    for way in ways:
        caught = way.recall()
        row = [way.name, *(_brief(caught.get(tier, Share(0, 0))) for tier in TIERS)]
        row += [str(way.grave().hits)]
        rows.append([*row, *(_brief(way.alarms(group)[ANY]) for group in way.harmless)])
    return Table(head, rows)


def _time(times: Times) -> Iterator[Block]:
    yield Head("Time")
    ratio = times.ratio(RULES, WHOLE)
    yield Text(
        "Milliseconds a message, all in one run of one process; the ratios say more than the "
        f"figures, which move with the machine. The rules take {100 * ratio:.0f} in 100 of the "
        "time of a whole message. The rules' time includes spaCy's tokenizer."
    )
    whole = percentile(times.ways[WHOLE], 50)
    rows = [
        [name, f"{percentile(spent, 50):.2f}", f"{percentile(spent, 95):.2f}", _part(spent, whole)]
        for name, spent in times.ways.items()
    ]
    yield Table(["", "half of the messages below", "95 in 100 below", "by whole message"], rows)
    if times.long:
        first = times.long[0]
        yield Text("Long messages, the red flag in the last words, rules alone:")
        rows = [
            [str(size), f"{spent:.0f}", f"{size / first[0]:.1f}", f"{spent / first[1]:.1f}"]
            for size, spent in times.long
        ]
        yield Table(["characters", "ms", "times the characters", "times the ms"], rows)


def _part(spent: Sequence[float], whole: float) -> str:
    return f"{percentile(spent, 50) / whole:.3f}" if whole else "-"


def _published(used: Way) -> Iterator[Block]:
    yield Head("Published figures")
    yield Text(
        "From the safety specification, section 8; figures of the papers named or their "
        "abstracts. Ours stands beside for orientation only: other messages, other people, and "
        "ours are invented. Our precision hangs on how many harmless messages the set has."
    )
    ours = figures.nearest_of_ours(used)
    rows = yaml.safe_load((HERE / "published.yml").read_text(encoding="utf-8"))
    yield Table(
        ["who", "what was measured", "figure", "nearest figure here"],
        [[r["by"], r["what"], r["figure"], ours[r["ours"]] if "ours" in r else "-"] for r in rows],
    )


def _listed(used: Way) -> Iterator[Block]:
    lists = {
        "Missed": figures.missed(used),
        "Caught, at a lower level than wanted": figures.too_low(used),
        **{f"False alarm: {name}": found for name, found in figures.raised(used).items()},
    }
    yield Head("Exact misses and false alarms")
    yield Text(
        "Where each stands, what it is and what it got. `by` is the code of the rule that decided, "
        "NLU where the classifier did."
    )
    head = ["where", "is", "wanted", "got", "by"]
    for title, pairs in lists.items():
        yield Head(f"{title}: {len(pairs)}", 3)
        if pairs:
            yield Table(head, [_entry(pair) for pair in pairs])
    yield Head("The same with their words")
    told = [
        Table(["where", title.lower()], [[p[0].where, Said(p[0].say)] for p in pairs])
        for title, pairs in lists.items()
        if pairs
    ]
    yield Fold(SEALED, told)


def _entry(pair: Pair) -> list[str]:
    case, heard = pair
    wanted = "none" if case.want not in TIERS else f"{case.want} {case.level or ''}".strip()
    got = f"{heard.tier} {heard.level or ''}".strip() if heard.tier else heard.label
    return [case.where, case.code or case.kind or case.want, wanted, got, heard.code or "-"]


def _cells(share: Share) -> list[str]:
    low, high = share.interval()
    return [f"{share.rate:.3f}", f"{low:.3f}–{high:.3f}", f"{share.hits} of {share.of}"]


def _share(share: Share) -> str:
    rate, interval, messages = _cells(share)
    return f"{rate} ({messages}; {interval})"


def _brief(share: Share) -> str:
    return f"{share.rate:.3f} ({share.hits}/{share.of})"


if __name__ == "__main__":
    raise SystemExit(main())
