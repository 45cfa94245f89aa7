"""The component that says of what kind a refused message is."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.authoring.content import example_lines, get, items, scalar
from assistant.authoring.project import load
from assistant.nlu.classifier import NEXT_BEST
from assistant.nlu.encoder import ORIGIN
from assistant.nlu.labels import Reading
from assistant.nlu.refusal_kind import RefusalKind, kind_taught
from assistant.nlu.spelling import CORRECTED

ROOT = Path(__file__).parents[2]
FILE = ROOT / "data" / "control" / "out_of_scope.yml"
PET, DOSE, FAR = np.eye(4)[:3]
CONFIG = RefusalKind.get_default_config()


class Folder:
    """A model storage that is a plain folder."""

    def __init__(self, path: Path) -> None:
        """Keep everything in one place."""
        self.path = path

    @contextmanager
    def write_to(self, resource: Any) -> Any:
        """Give the folder."""
        yield self.path

    read_from = write_to


def _message(text: str, vector: np.ndarray | None, **data: Any) -> Message:
    message = Message({TEXT: text, CORRECTED: text, **data})
    if vector is not None:
        feature = Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, ORIGIN)
        message.add_features(feature)
    return message


def _phrase(
    text: str, vector: np.ndarray, kind: str | None, intent: str = "out_of_scope"
) -> Message:
    given = {"metadata": {"intent": {"kind": kind}}} if kind else {}
    return _message(text, vector, intent=intent, **given)


PHRASES = [
    *(_phrase(f"the dog has fleas {n}", PET, "pet") for n in range(6)),
    *(_phrase(f"which dose of this {n}", DOSE, "dose") for n in range(6)),
    *(_phrase(f"what is the weather in town {n}", FAR, "far") for n in range(6)),
    *(_phrase(f"good morning {n}", DOSE, None, "greet") for n in range(3)),
]


def _trained(
    tmp_path: Path, phrases: list[Message] = PHRASES, config: dict[str, Any] = CONFIG
) -> RefusalKind:
    storage: Any = Folder(tmp_path)
    RefusalKind(config, storage, None).train(TrainingData(phrases))  # type: ignore[arg-type]
    return RefusalKind.load(config, storage, None, None)  # type: ignore[arg-type]


def _heard(component: RefusalKind, message: Message) -> Any:
    component.process([message])
    return message.as_dict(only_output_properties=True).get("refusal_kind")


REFUSED = {"name": "out_of_scope", "confidence": 0.9}


def test_a_refused_message_gets_its_kind(tmp_path: Path) -> None:
    """Learned from phrases, kept through saving and loading, and visible in the parse."""
    component = _trained(tmp_path)
    assert _heard(component, _message("my dog has fleas", PET, intent=REFUSED)) == "pet"
    assert _heard(component, _message("which dose is it", DOSE, intent=REFUSED)) == "dose"


def test_a_message_between_two_kinds_is_far(tmp_path: Path) -> None:
    """Unsure is unknown."""
    between = _message("dog dose", (PET + DOSE) / 2, intent=REFUSED)
    sure = {**CONFIG, "least": 0.99}
    assert _heard(_trained(tmp_path, config=sure), between) == "far"


def test_an_answered_message_has_no_kind(tmp_path: Path) -> None:
    """Every stored message would carry it for nothing."""
    greeted = _message("my dog has fleas", PET, intent={"name": "greet", "confidence": 0.9})
    assert _heard(_trained(tmp_path), greeted) is None


def test_a_message_refused_but_for_its_safety_label_has_a_kind(tmp_path: Path) -> None:
    """The safety check, which comes later, may go back to the next best reading."""
    flagged = _message("my dog has fleas", PET, intent={"name": "see_doctor", "confidence": 0.1})
    flagged.set(NEXT_BEST, Reading("out_of_scope", 0.4, (), 0.5, ()))
    assert _heard(_trained(tmp_path), flagged) == "pet"


def test_a_message_without_a_vector_has_no_kind(tmp_path: Path) -> None:
    """Blank text is refused, and nothing raises."""
    assert _heard(_trained(tmp_path), _message("  ", None, intent=REFUSED)) is None


@pytest.mark.parametrize("phrases", [PHRASES[:12], PHRASES[18:], []])
def test_without_three_kinds_nothing_is_learned(tmp_path: Path, phrases: list[Message]) -> None:
    """An author's first file without kinds trains, loads and answers."""
    component = _trained(tmp_path, phrases)
    assert _heard(component, _message("my dog has fleas", PET, intent=REFUSED)) is None


def test_kinds_of_other_intents_are_not_learned() -> None:
    """`metadata` belongs to any group of phrases; only what is refused has a kind to us."""
    assert kind_taught(_phrase("hello", PET, "pet", "greet")) is None
    assert kind_taught(_phrase("fleas", PET, "pet")) == "pet"
    assert kind_taught(_phrase("fleas", PET, None)) is None


def test_rasa_reads_every_kind_from_the_authors_file() -> None:
    """Several groups of one intent keep each their own metadata."""
    read = RasaYAMLReader().reads(FILE.read_text(encoding="utf-8"), filename=str(FILE))
    page = load(ROOT).pages["data/control/out_of_scope.yml"]
    written = [
        (line[2:].strip(), scalar(get(get(block, "metadata"), "kind")))
        for block in items(get(page.root, "nlu"))
        for _, line in example_lines(get(block, "examples"))
    ]
    heard = [(m.get(TEXT), kind_taught(m)) for m in read.training_examples]
    assert sorted(heard) == sorted(written)
    assert len({kind for _, kind in heard}) > 5
