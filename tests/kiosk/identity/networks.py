"""Small networks for tests, written to files as an operator would bring them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def write_embedder(path: Path, *, numbers: int = 64, seed: int = 1) -> str:
    """A network of ArcFace's shape, 1 x 3 x 112 x 112 to ``numbers``; returns the file's SHA-256.

    Averages cells of 8 x 8 pixels, takes their mean brightness away, and mixes
    what is left by fixed random weights: it knows nothing of faces, but the
    same picture gives the same vector and a similar one a similar vector.
    """
    rng = np.random.default_rng(seed)
    mix = rng.normal(0.0, 0.1, (3 * 14 * 14, numbers)).astype(np.float32)
    shape = np.array([1, 3 * 14 * 14], np.int64)
    nodes = [
        helper.make_node("AveragePool", ["input"], ["cells"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Reshape", ["cells", "shape"], ["row"]),
        helper.make_node("ReduceMean", ["row"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["row", "mean"], ["contrast"]),
        helper.make_node("MatMul", ["contrast", "mix"], ["embedding"]),
    ]
    tensors: dict[str, NDArray[Any]] = {"mix": mix, "shape": shape}
    return _write(path, nodes, tensors, (1, 3, 112, 112), ("embedding", (1, numbers)))


def write_attack_network(path: Path, *, side: int = 80) -> str:
    """Three outputs of which the second is "live": the brighter the picture, the surer. Returns the SHA-256."""
    weights = np.array([[-1.0, 1.0, -1.0]], np.float32) / 20
    bias = np.array([[5.0, -5.0, 5.0]], np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["brightness"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Reshape", ["brightness", "shape"], ["one"]),
        helper.make_node("MatMul", ["one", "weights"], ["weighed"]),
        helper.make_node("Add", ["weighed", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
    ]
    tensors: dict[str, NDArray[Any]] = {"weights": weights, "bias": bias, "shape": np.array([1, 1], np.int64)}
    return _write(path, nodes, tensors, (1, 3, side, side), ("scores", (1, 3)))


def _write(
    path: Path,
    nodes: list[onnx.NodeProto],
    tensors: dict[str, NDArray[Any]],
    shape: tuple[int, ...],
    output: tuple[str, tuple[int, ...]],
) -> str:
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, output[1])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=7)
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()
