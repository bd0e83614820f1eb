"""Calibration statistics on disk, read back one layer at a time.

So a model that is quantized as a stream is calibrated once, however often it is interrupted, and its
statistics need not lie in memory while it is quantized.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from ...errors import ArtifactError
from ...strict_json import read_json
from ..tensor_file import TensorEntry, write_tensors
from .statistics import Calibration, LayerStatistics

_FIELDS = tuple(f.name for f in dataclasses.fields(LayerStatistics) if f.name != "tokens")


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write all statistics into one safetensors file. Raises `OutputError` when it cannot be written."""

    def entry(name: str, tensor: Tensor) -> TensorEntry:
        load: Callable[[], Tensor] = lambda: tensor  # noqa: E731
        return TensorEntry(name, tensor.dtype, tuple(tensor.shape), load)

    entries, tokens = [], {}
    for name, statistics in calibration.layers.items():
        tokens[name] = statistics.tokens
        for field in _FIELDS:
            value = getattr(statistics, field)
            if value is not None:
                entries.append(entry(f"{name}.{field}", value))
    description = {"steps": calibration.steps, "tokens": tokens, "provenance": calibration.provenance}
    write_tensors(path, entries, {"calibration": json.dumps(description)})


def load_calibration(path: Path) -> Calibration:
    """Open a file of `save_calibration`; a layer's statistics are read when they are asked for.

    Raises:
        ArtifactError: the file is damaged or holds something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            description = read_json((file.metadata() or {})["calibration"])
            names = frozenset(file.keys())
        tokens, steps = dict(description["tokens"]), int(description["steps"])
        provenance = description["provenance"]
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ArtifactError(
            f"{path} holds no calibration statistics; delete it to make them anew."
        ) from error
    layers = StoredStatistics(path, tokens, names)
    return Calibration(layers, steps, provenance)


class StoredStatistics(Mapping[str, LayerStatistics]):
    """The layers of a calibration file by name."""

    def __init__(self, path: Path, tokens: dict[str, int], tensors: frozenset[str]) -> None:
        """`tokens` counts the tokens of every layer, `tensors` names what the file holds."""
        self._path = path
        self._tokens = tokens
        self._tensors = tensors

    def __getitem__(self, name: str) -> LayerStatistics:
        """Read one layer. Raises KeyError for one that was never called."""
        from safetensors import safe_open

        values: dict[str, Any] = {"tokens": self._tokens[name]}
        with safe_open(self._path, framework="pt") as file:
            for field in _FIELDS:
                key = f"{name}.{field}"
                values[field] = file.get_tensor(key) if key in self._tensors else None
        return LayerStatistics(**values)

    def __contains__(self, name: object) -> bool:
        """Whether the layer was ever called; nothing is read."""
        return name in self._tokens

    def __iter__(self) -> Iterator[str]:
        """Names in order."""
        return iter(self._tokens)

    def __len__(self) -> int:
        """Layers."""
        return len(self._tokens)
