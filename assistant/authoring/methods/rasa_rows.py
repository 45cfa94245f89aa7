"""Rasa's own classifiers for the table, trained by its command in a folder of their own."""

from __future__ import annotations

import asyncio
import logging
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.authoring import bench
from assistant.authoring.agent import ROOT, label_of
from assistant.authoring.methods.batch import Batch
from assistant.nlu.labels import RETRIEVAL

# The slash would make Rasa train one intent `faq` and leave the topic to a second network.
SLASH = "__"
LOOKS = """
recipe: default.v1
assistant_id: diet
language: en
pipeline:
  - name: assistant.nlu.spelling.SpellingCorrector
  - name: assistant.authoring.methods.diet_features.WholeMessage
"""
LETTERS = """
  - name: WhitespaceTokenizer
  - name: assistant.authoring.methods.diet_features.WholeLetters
    analyzer: char_wb
    min_ngram: 2
    max_ngram: 5
    min_df: 2
"""
DECIDES = """
  - {name: DIETClassifier, epochs: 100, entity_recognition: false, constrain_similarities: true}
"""
DIETS = {
    "DIET on the two embeddings": LOOKS + DECIDES,
    "DIET on the same features": LOOKS + LETTERS + DECIDES,
}
MODEL = "trained"


@dataclass(frozen=True)
class Told:
    """What a trained Rasa pipeline said of the held-out messages."""

    labels: np.ndarray
    seconds: float | None
    """Processor time of the training; unknown for a model from before."""
    milliseconds: float
    """Processor time within which half of the messages were parsed."""


def diet(config: str, train: Batch, tests: Sequence[Batch], folder: Path) -> list[Told]:
    """Train one of `DIETS` on `train` in an empty `folder` and let it parse each of `tests`."""
    (folder / "data").mkdir(parents=True)
    (folder / "config.yml").write_text(config, encoding="utf-8")
    (folder / "data" / "nlu.yml").write_text(as_rasa(train), encoding="utf-8")
    seconds = train_nlu(folder)
    model = folder / "models" / f"{MODEL}.tar.gz"
    return [parse(model, test, seconds) for test in tests]


def as_rasa(train: Batch) -> str:
    """Return the phrases as a file Rasa trains on, without the slash of the topics."""
    blocks = [
        {
            "intent": str(name).replace("/", SLASH),
            "examples": "".join(f"- {text}\n" for text in train.texts[train.labels == name]),
        }
        for name in np.unique(train.labels)
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10_000)


def stock_folder(folder: Path, phrases: int) -> None:
    """Lay out this content for the pipeline of `rasa init`, cut to `phrases` a label."""
    bench.prepare(bench.stock(folder.parent))
    for file in (folder / "data").rglob("*.yml"):
        bench.keep_phrases(file, phrases)


def stock(test: Batch, folder: Path) -> Told:
    """Let the stock pipeline parse `test`; train it first where the folder has no model."""
    models = sorted((folder / "models").glob("*.tar.gz"))
    seconds = None if models else train_nlu(folder)
    return parse(models[0] if models else folder / "models" / f"{MODEL}.tar.gz", test, seconds)


def train_nlu(folder: Path) -> float:
    """Train what understands, not the dialogue, in `folder`; return seconds of processor time."""
    command = [bench.rasa(), "train", "nlu", "--fixed-model-name", MODEL]
    if (folder / "domain.yml").is_file():
        command += ["--domain", "domain.yml"]
    began = _children_seconds()
    done = subprocess.run(
        command, cwd=folder, env={**bench.quiet(), "PYTHONPATH": str(ROOT)}, capture_output=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"training failed: {done.stderr.decode(errors='replace')[-500:]}")
    return _children_seconds() - began


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def parse(model: Path, test: Batch, seconds: float | None) -> Told:
    """Load `model` and parse every message of `test`, none of them remembered."""
    from assistant.nlu.minilm import shared_encoder

    shared_encoder.cache_clear()
    labels, taken = asyncio.run(_parse(model, [str(text) for text in test.texts]))
    return Told(np.array(labels, dtype=object), seconds, float(np.median(taken)))


async def _parse(model: Path, texts: Sequence[str]) -> tuple[list[str], list[float]]:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)  # else each message is printed
    agent: Any = Agent.load(str(model))
    await agent.parse_message("warm up")
    labels, taken = [], []
    for text in texts:
        began = time.process_time()
        parsed = await agent.parse_message(text)
        taken.append((time.process_time() - began) * 1000)
        labels.append(_label(parsed))
    return labels, taken


def _label(parsed: dict[str, Any]) -> str:
    """Return the best label, below the fallback's threshold too: the others never ask back."""
    ranking = [r for r in parsed.get("intent_ranking") or [] if r["name"] != "nlu_fallback"]
    best = ranking[0] if ranking else parsed["intent"]
    # Stock's one selector is for every retrieval intent, and is filed under another name.
    selected = parsed.get("response_selector") or {}
    selected = {**selected, RETRIEVAL: selected.get(RETRIEVAL) or selected.get("default")}
    read = {**parsed, "intent": best, "response_selector": selected}
    return label_of(read).replace(SLASH, "/")
