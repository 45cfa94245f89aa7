"""A change in a helper file or a word list must train anew, though Rasa looks at neither."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import assistant.safety
from assistant.nlu import encoder, labels, minilm, places, refusals, speller
from assistant.nlu.classifier import TopicClassifier
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.fingerprint import files_fingerprint
from assistant.nlu.refusal_kind import RefusalKind
from assistant.nlu.safety_policy import SafetyPolicy
from assistant.nlu.spelling import SpellingCorrector
from assistant.nlu.value_finder import ValueFinder

DEPENDS = [
    (SpellingCorrector, speller, "__file__"),
    (SpellingCorrector, speller, "WORDS_FILE"),
    (SentenceEncoder, minilm, "__file__"),
    (TopicClassifier, labels, "__file__"),
    (RefusalKind, labels, "__file__"),
    (RefusalKind, refusals, "__file__"),
    (ValueFinder, places, "__file__"),
    (ValueFinder, places, "REGIONS_FILE"),
    (ValueFinder, places, "VALUES_FILE"),
]


@pytest.mark.parametrize(("component", "module", "name"), DEPENDS)
def test_a_changed_helper_changes_the_fingerprint(
    component: Any,
    module: ModuleType,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A copy gives the same fingerprint; one more line gives another."""
    before = component.fingerprint_addon({})
    copy = Path(shutil.copy(getattr(module, name), tmp_path))
    monkeypatch.setattr(module, name, copy if name != "__file__" else str(copy))
    assert component.fingerprint_addon({}) == before
    copy.write_text(copy.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    assert component.fingerprint_addon({}) != before


def test_a_changed_lexicon_changes_the_policys_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every Python and YAML file of the safety package counts, in folders too."""
    before = SafetyPolicy.fingerprint_addon({})
    folder = Path(assistant.safety.__file__).parent
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    monkeypatch.setattr(assistant.safety, "__file__", str(copy / "__init__.py"))
    assert SafetyPolicy.fingerprint_addon({}) == before
    lists = sorted(copy.rglob("*.yml"))
    assert lists
    with lists[0].open("a", encoding="utf-8") as lexicon:
        lexicon.write("# one more\n")
    assert SafetyPolicy.fingerprint_addon({}) != before


def test_new_weights_change_the_encoders_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors of other weights mean something else."""
    before = SentenceEncoder.fingerprint_addon({})
    monkeypatch.setattr(encoder.minilm, "model_key", lambda: "other")
    assert SentenceEncoder.fingerprint_addon({}) != before


def test_a_renamed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    """The names count, and the order they are found in does not."""
    (tmp_path / "a.yml").write_text("x", encoding="utf-8")
    before = files_fingerprint([tmp_path])
    (tmp_path / "a.yml").rename(tmp_path / "b.yml")
    assert files_fingerprint([tmp_path]) != before


def test_compiled_files_do_not_count(tmp_path: Path) -> None:
    """Running the code must not train anew."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    before = files_fingerprint([tmp_path])
    (tmp_path / "a.pyc").write_bytes(b"0")
    assert files_fingerprint([tmp_path]) == before
