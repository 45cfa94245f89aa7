"""The official float weights of all-MiniLM-L6-v2, read from the installed package."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

from assistant.nlu.minilm import tokenizer_path

LAYERS, HEADS, WIDTH = 6, 12, 384
Weights = dict[str, np.ndarray]


def weights_file() -> Path:
    """Return the float weights that lie beside the tokenizer."""
    return tokenizer_path().parent / "model.safetensors"


def official(path: Path | None = None) -> Weights:
    """Return every tensor by name, float32; the file is a length, a JSON head, and raw numbers."""
    raw = (path or weights_file()).read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8 : 8 + size])
    found: Weights = {}
    for name, entry in head.items():
        if entry.get("dtype") == "F32":
            begin, end = (8 + size + place for place in entry["data_offsets"])
            found[name] = np.frombuffer(raw[begin:end], dtype=np.float32).reshape(entry["shape"])
    return found


def layer(weights: Weights, index: int) -> Weights:
    """Return the tensors of one layer, counted from 0, by their names inside it."""
    start = f"encoder.layer.{index}."
    return {k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)}
