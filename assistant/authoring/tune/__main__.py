"""Tune the encoder's last layers on the phrases and the worked examples.

    python -m assistant.authoring.tune

Writes assistant/nlu/weights/model.onnx and card.yml. About fifteen minutes on two cores. Run it
after many new red flags or look-alikes were added, never on held-out messages, then `make train`,
`make score` and `make safety-report`, and commit all of it together.
"""

from __future__ import annotations

import datetime
import hashlib

import numpy as np
import yaml

from assistant.authoring.agent import ROOT
from assistant.authoring.heldout import also_taught
from assistant.authoring.project import load
from assistant.authoring.tune import graph, training
from assistant.nlu import flag_examples, payloads
from assistant.nlu.labels import SAFETY_LABELS
from assistant.nlu.minilm import open_tokenizer
from assistant.nlu.speller import shared_speller
from assistant.nlu.tuned import CARD, MODEL, MOST_TOKENS


def main() -> int:
    """Tune, build and write."""
    if also_taught(ROOT):
        print("Held-out messages are among the phrases: take them out first. See `make score`.")
        return 1
    texts, taught, labels = gathered()
    names = sorted({label for label in labels if label})
    known = {name: place for place, name in enumerate(names)}
    messages = training.Messages(
        tokens([shared_speller().correct(text) for text in texts]),
        tokens(texts),
        np.array([flag_examples.TAUGHT.index(one) for one in taught]),
        np.array([known[label] if label else -1 for label in labels]),
        np.array([float(name in SAFETY_LABELS) for name in names]),
    )
    print(f"{len(texts)} messages, {len(names)} labels")
    net = training.train(messages, len(names), len(flag_examples.TAUGHT))
    model = graph.quantized(graph.built(*net.tuned()))
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_bytes(model)
    card = {
        "tuned": datetime.date.today().isoformat(),
        "messages": len(texts),
        "flags": sum(one != flag_examples.NONE for one in taught),
        "sha256": hashlib.sha256(model).hexdigest(),
        "labels": names,
    }
    head = "# Made by `make tune`, with model.onnx: what it learned from, its labels in order.\n"
    CARD.write_text(head + yaml.safe_dump(card, sort_keys=False), encoding="utf-8")
    print(f"{MODEL.relative_to(ROOT)}: {len(model) / 1e6:.1f} MB")
    return 0


def gathered() -> tuple[list[str], list[str], list[str | None]]:
    """Return text, what it stands for and label (None for a look-alike) of all there is."""
    from rasa.shared.nlu.training_data.entities_parser import replace_entities

    texts, taught, labels = [], [], list[str | None]()
    for phrase in load(ROOT).phrases:
        texts.append(payloads.plain_words(replace_entities(phrase.text)).strip())
        taught.append(flag_examples.taught_by(phrase.label, phrase.level))
        labels.append(phrase.label)
    for text, one in flag_examples.load_examples():
        texts.append(payloads.plain_words(text).strip())
        taught.append(one)
        labels.append(flag_examples.label_of(one))
    return texts, taught, labels


def tokens(texts: list[str]) -> list[np.ndarray]:
    """Return the token ids of each text, cut as the encoder cuts them."""
    tokenizer = open_tokenizer(MOST_TOKENS)
    return [np.array(tokenizer.encode(text).ids, np.int64) for text in texts]


if __name__ == "__main__":
    raise SystemExit(main())
