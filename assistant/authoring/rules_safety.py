"""What the phrases of red flags must carry."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.authoring.content import Finding, get, items, scalar
from assistant.authoring.project import Project
from assistant.nlu.flag_examples import LEVELS, SEE_DOCTOR


def levels(project: Project) -> Iterator[Finding]:
    """Report phrases for a doctor that do not say how soon: `make tune` learns it from them."""
    for page in project.rasa_pages:
        for block in items(get(page.root, "nlu")):
            if scalar(get(block, "intent")) != SEE_DOCTOR:
                continue
            if scalar(get(get(block, "metadata"), "level")) not in LEVELS:
                message = "no level here. Write `metadata: {level: urgent}` for today, or routine."
                yield page.finding(block, message)
