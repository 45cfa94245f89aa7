"""The tuned network as an ONNX file, in int8: what runs at every message."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from assistant.authoring.tune.weights import HEADS, LAYERS, WIDTH, Weights, layer

OPSET = 17
EPSILON = 1e-12
FAR = -1e4


class Graph:
    """An ONNX graph as it grows: each method adds a step and gives the name of its output."""

    def __init__(self) -> None:
        """Begin empty."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        """Hold a tensor."""
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, kind: str, *inputs: str, out: str | None = None, **settings: Any) -> str:
        """Add one operation."""
        name = out or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def shaped(self, x: str, *shape: int) -> str:
        """Reshape: 0 keeps a dimension, -1 is what is left."""
        name = "shape_" + "_".join(map(str, shape)).replace("-", "m")
        return self.add("Reshape", x, self.constant(name, np.array(shape, np.int64)))

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Multiply by a weight of shape (in, out) and add the bias."""
        product = self.add("MatMul", x, self.constant(f"{name}.weight", weight))
        return self.add("Add", product, self.constant(f"{name}.bias", bias))

    def normed(self, x: str, name: str, scale: np.ndarray, shift: np.ndarray) -> str:
        """Layer normalisation over the last axis."""
        parts = self.constant(f"{name}.scale", scale), self.constant(f"{name}.shift", shift)
        return self.add("LayerNormalization", x, *parts, axis=-1, epsilon=EPSILON)

    def model(
        self, inputs: Mapping[str, int], outputs: Mapping[str, tuple[str | int, ...]]
    ) -> bytes:
        """Return the finished model: inputs by name and element type, outputs by name and shape."""
        graph = helper.make_graph(
            self._nodes,
            "tuned",
            [helper.make_tensor_value_info(n, t, ["n", "tokens"]) for n, t in inputs.items()],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
            list(self._constants.values()),
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 8  # what every onnxruntime of the last years reads
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())


def built(weights: Weights, heads: Weights) -> bytes:
    """Return the float model: `input_ids` and `attention_mask` in, vector, tiers and labels out."""
    g = Graph()
    mask = g.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    x = _words(g, weights)
    one = g.constant("one", np.array(1, np.float32))
    far = g.add("Mul", g.add("Sub", one, mask), g.constant("far", np.array(FAR, np.float32)))
    axes = g.constant("axes_1_2", np.array([1, 2], np.int64))
    over_keys = g.add("Unsqueeze", far, axes)
    for index in range(LAYERS):
        x = _layer(g, x, over_keys, f"layer{index}", layer(weights, index))
    last = g.constant("axis_2", np.array([2], np.int64))
    tokens = g.constant("axis_1", np.array([1], np.int64))
    kept, away = g.add("Unsqueeze", mask, last), g.add("Unsqueeze", far, last)
    total = g.add("ReduceSum", g.add("Mul", x, kept), tokens, keepdims=0)
    mean = g.add("Div", total, g.add("ReduceSum", kept, tokens, keepdims=0), out="vector")
    scores = g.add("MatMul", x, g.constant("attend", heads["attend"]))
    share = g.add("Softmax", g.add("Add", scores, away), axis=1)
    attended = g.add("ReduceSum", g.add("Mul", x, share), tokens, keepdims=0)
    highest = g.add("ReduceMax", g.add("Add", x, away), axes=[1], keepdims=0)
    pooled = g.add("Concat", mean, attended, highest, axis=1)
    sizes: dict[str, tuple[str | int, ...]] = {"vector": ("n", WIDTH)}
    for name, source in (("tiers", pooled), ("labels", mean)):
        scored = g.linear(source, name, heads[name], heads[f"{name}_bias"])
        g.add("Identity", scored, out=f"{name}_scores")
        sizes[f"{name}_scores"] = ("n", heads[name].shape[1])
    ids = {"input_ids": TensorProto.INT64, "attention_mask": TensorProto.INT64}
    return g.model(ids, sizes)


def _words(g: Graph, weights: Weights) -> str:
    words = g.add("Gather", g.constant("words", weights["embeddings.word_embeddings.weight"]),
                  "input_ids")  # fmt: skip
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    places = weights["embeddings.position_embeddings.weight"] + kind
    zero, one = (g.constant(f"at_{n}", np.array([n], np.int64)) for n in (0, 1))
    two = g.constant("at_2", np.array([2], np.int64))
    tokens = g.add("Slice", g.add("Shape", "input_ids"), one, two, zero)
    place = g.add("Slice", g.constant("places", places), zero, tokens, zero)
    scale, shift = (weights[f"embeddings.LayerNorm.{k}"] for k in ("weight", "bias"))
    return g.normed(g.add("Add", words, place), "embeddings", scale, shift)


def _layer(g: Graph, x: str, far: str, name: str, p: Weights) -> str:
    def linear(z: str, part: str) -> str:
        return g.linear(z, f"{name}.{part}", p[f"{part}.weight"].T, p[f"{part}.bias"])

    def by_head(part: str, order: list[int]) -> str:
        split = g.shaped(linear(x, f"attention.self.{part}"), 0, 0, HEADS, WIDTH // HEADS)
        return g.add("Transpose", split, perm=order)

    query, value = by_head("query", [0, 2, 1, 3]), by_head("value", [0, 2, 1, 3])
    key = by_head("key", [0, 2, 3, 1])
    scale = g.constant("scale", np.array(np.sqrt(WIDTH // HEADS), np.float32))
    scores = g.add("Add", g.add("Div", g.add("MatMul", query, key), scale), far)
    mixed = g.add("MatMul", g.add("Softmax", scores, axis=-1), value)
    joined = g.shaped(g.add("Transpose", mixed, perm=[0, 2, 1, 3]), 0, 0, WIDTH)
    norm = "attention.output.LayerNorm"
    x = g.normed(
        g.add("Add", x, linear(joined, "attention.output.dense")),
        f"{name}.{norm}", p[f"{norm}.weight"], p[f"{norm}.bias"],
    )  # fmt: skip
    inner = linear(x, "intermediate.dense")
    root = g.constant("root2", np.array(np.sqrt(2), np.float32))
    half, one = (g.constant(n, np.array(v, np.float32)) for n, v in (("half", 0.5), ("one", 1)))
    spread = g.add("Add", g.add("Erf", g.add("Div", inner, root)), one)
    active = g.add("Mul", g.add("Mul", inner, half), spread)
    out = linear(active, "output.dense")
    norm = "output.LayerNorm"
    return g.normed(g.add("Add", x, out), f"{name}.{norm}", p[f"{norm}.weight"], p[f"{norm}.bias"])


def quantized(model: bytes) -> bytes:
    """Return the model with its weights in int8: a quarter of the size and of the time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        source.write_bytes(model)
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True)
        return target.read_bytes()
