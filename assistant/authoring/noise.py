"""How far each held figure moves between trainings that differ in nothing that matters.

A training is repeatable to the last digit, so noise is made by leaving out a random part of
the phrases: what no author would call better or worse. docs/decisions/0013 has the reasons.
"""

from __future__ import annotations

import datetime
from typing import Any

from assistant.authoring import agent as trained
from assistant.authoring import refit
from assistant.authoring.aims import GAUGES
from assistant.authoring.baseline import noise_of
from assistant.authoring.heldout import measure as measure_heldout
from assistant.nlu import minilm

TRAININGS = 12
LEFT_OUT = 0.05
EVERY_TEXT = 20_000
"""The encoder remembers so many texts meanwhile: each training reads the same messages."""


async def measure(trainings: int = TRAININGS) -> dict[str, Any]:
    """Train the classifier several times, each without other phrases; return what moved.

    The new classifier is put into the loaded pipeline, so that spelling, safety check and
    thresholds are those of every day.
    """
    agent = await trained.load()
    component = trained.classifier_of(agent)
    phrases = refit.taught(trained.ROOT)
    minilm.LIVE_CACHE = EVERY_TEXT
    trained_one, values = component._model, []
    for seed in range(trainings):
        rows = refit.without(len(phrases.labels), LEFT_OUT, seed)
        component._model = refit.fit(phrases, rows, trained.ROOT)
        outcomes = (await measure_heldout(agent, trained.ROOT)).outcomes().values()
        values.append({gauge.name: gauge.value(outcomes) for gauge in GAUGES})
    component._model = trained_one
    return {
        "how": f"{trainings} trainings, each without another random {LEFT_OUT:.0%} of the phrases; "
        "widest: the largest difference between any two of them",
        "measured": datetime.date.today().isoformat(),
        "trainings": trainings,
        "left_out": LEFT_OUT,
        "phrases": len(phrases.labels),
        "figures": noise_of(values),
    }


def lines(noise: dict[str, Any]) -> list[str]:
    """Return what was measured as lines to read."""
    return [
        f"Noise: {noise['how']}",
        *(
            f"  {name:28} {spread['widest']:.4f}  (sd {spread['sd']:.4f})"
            for name, spread in noise["figures"].items()
        ),
    ]
