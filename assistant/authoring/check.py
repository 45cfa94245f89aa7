"""Check all content; name the file, the line and the fix.

`python -m assistant.authoring.check [root]`. Authors run this before every change they send, so it
reads the files itself and never loads Rasa: loading Rasa alone takes longer than all the rules.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Iterable
from pathlib import Path

from assistant.authoring import (
    rules_exercises,
    rules_links,
    rules_numbers,
    rules_refusals,
    rules_safety,
    rules_shape,
    rules_topics,
    rules_wording,
    topics,
)
from assistant.authoring.content import Finding
from assistant.authoring.project import Project, load

Rule = Callable[[Project], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    rules_shape.readable,
    rules_shape.top_level,
    rules_shape.repeated_keys,
    rules_shape.repeated_responses,
    rules_shape.phrase_blocks,
    rules_shape.response_blocks,
    rules_shape.rule_and_story_blocks,
    rules_shape.dates,
    rules_shape.review_dates,
    rules_topics.topic_names,
    rules_topics.enough_phrases,
    rules_topics.repeated_phrases,
    rules_topics.held_out_phrases,
    rules_topics.answers,
    rules_topics.short_steps,
    rules_topics.grounds,
    rules_topics.repeated_wordings,
    rules_wording.placeholders,
    rules_wording.digits,
    rules_wording.grades,
    rules_wording.lengths,
    rules_wording.forbidden_words,
    rules_wording.exercises_offered,
    rules_links.payload_table,
    rules_links.buttons,
    rules_links.titles,
    rules_links.steps,
    rules_exercises.exercise_files,
    topics.up_to_date,
    rules_safety.levels,
    rules_refusals.conditions,
    rules_refusals.kinds,
    rules_refusals.rows,
    rules_refusals.topic_list,
)


def check(root: Path, *, today: datetime.date, release: bool = False) -> tuple[int, list[Finding]]:
    """Apply every rule; return how many files were read and what was found, in file order."""
    project = load(root)
    found: set[Finding] = set()  # a shared YAML anchor would otherwise be reported at each use
    for rule in RULES:
        found.update(rule(project))
    found.update(rules_numbers.numbers(project, today))
    if release:
        found = {finding._replace(warning=False) for finding in found}
    return len(project.pages) + len(project.broken), sorted(found)


def main(arguments: list[str] | None = None) -> int:
    """Print one line a finding and a closing line; return 1 when an error stands."""
    parser = argparse.ArgumentParser(prog="check", description="Check all content.")
    parser.add_argument("root", nargs="?", type=Path, default=Path())
    parser.add_argument("--release", action="store_true", help="treat warnings as errors")
    parser.add_argument(
        "--today", type=datetime.date.fromisoformat, default=datetime.date.today(), metavar="DATE"
    )
    options = parser.parse_args(arguments)
    files, findings = check(options.root, today=options.today, release=options.release)
    for finding in findings:
        print(finding)
    warnings = sum(finding.warning for finding in findings)
    errors = len(findings) - warnings
    print(f"{files} files checked: {_count(errors, 'error')}, {_count(warnings, 'warning')}.")
    return 1 if errors else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


if __name__ == "__main__":
    raise SystemExit(main())
