"""Exports of an artifact for other programs: a checkpoint of plain floats under the original key names.

What is lost: activations are no longer rounded, and the file has full size. What stays: the damage that the
weights took, with branches, rotation and smoothing multiplied in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from ...errors import ArtifactError, OutputError, unwritable
from ...model_files import PUBLISHED_DESCRIPTION, PUBLISHED_WEIGHTS
from ...models.checkpoint import POSITION_TABLE
from ...models.config import DiT4SRConfig
from ...models.layers import sincos_position_table
from ...progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled
from ..layer.linear import LinearSpec, QuantizedLinear
from ..tensor_file import TensorEntry, write_tensors
from .format import ArtifactHeader, read_header, restore_layer


def export_dequantized(
    artifact: Path,
    folder: Path,
    dtype: torch.dtype = torch.float16,
    *,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Path:
    """Write `folder`/config.json and one safetensors file that the original code loads; returns the latter.

    Layers are read, multiplied out and written one at a time.

    Raises:
        ArtifactError: the artifact is damaged.
        OutputError: the folder cannot be written.
        Cancelled: when asked to stop.
    """
    header = read_header(artifact)
    write_description(folder, transformer_config(header.transformer))
    entries = float_entries(artifact, header, dtype, progress)
    record = header.record
    metadata = {"format": "pt", "dequantized_from": record.label, "source_sha256": record.source_hash}
    write_tensors(folder / PUBLISHED_WEIGHTS, entries, metadata, cancelled=cancelled)
    return folder / PUBLISHED_WEIGHTS


def write_description(folder: Path, description: dict[str, object]) -> None:
    """Make `folder` and its config.json. Raises `OutputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(description, indent=2)
        (folder / PUBLISHED_DESCRIPTION).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(unwritable(folder, error)) from error


def transformer_config(config: DiT4SRConfig) -> dict[str, object]:
    """What `config.json` holds, in the original's words."""
    return {"_class_name": "SD3Transformer2DModel", **config.to_dict()}


def float_entries(
    artifact: Path, header: ArtifactHeader, dtype: torch.dtype, progress: Progress
) -> list[TensorEntry]:
    """Every weight, bias and buffer of an artifact in plain floats under the original names."""
    entries = []
    count = len(header.layers)
    for index, (name, spec) in enumerate(header.layers.items()):
        what = Activity(Phase.EXPORTING, index + 1, count, name)
        load = _layer_weight(artifact, name, spec, dtype, partial(progress, index + 1, count, what))
        shape = (spec.out_features, spec.in_features)
        entries.append(TensorEntry(f"{name}.weight", dtype, shape, load))
        if f"{name}.bias" in header.sizes:
            bias = _layer_bias(artifact, name, spec, dtype)
            entries.append(TensorEntry(f"{name}.bias", dtype, (spec.out_features,), bias))
    from safetensors import safe_open

    with safe_open(artifact, framework="pt") as file:
        for name in sorted(n for n in header.sizes if not header.in_layers(n)):
            shape = tuple(file.get_slice(name).get_shape())
            entries.append(TensorEntry(name, dtype, shape, _stored(artifact, name, dtype)))
    if POSITION_TABLE not in header.sizes:
        config = header.transformer
        base = config.sample_size // config.patch_size
        table = sincos_position_table(config.width, config.pos_embed_max_size, base).to(dtype)
        entries.append(TensorEntry(POSITION_TABLE, dtype, tuple(table.shape), lambda: table))
    return entries


def restored_layer(artifact: Path, name: str, spec: LinearSpec) -> QuantizedLinear:
    """One layer of an artifact. Raises `ArtifactError` when its tensors do not fit."""
    from safetensors import safe_open

    with safe_open(artifact, framework="pt") as file:
        own = {n: file.get_tensor(n) for n in file.keys() if n.startswith(f"{name}.")}  # noqa: SIM118
    try:
        return restore_layer(name, spec, own)
    except (KeyError, ValueError) as error:
        raise ArtifactError(f"{artifact}: layer {name} cannot be restored ({error}).") from error


def _layer_weight(
    artifact: Path, name: str, spec: LinearSpec, dtype: torch.dtype, done: Callable[[], None]
) -> Callable[[], Tensor]:
    def load() -> Tensor:
        weight = restored_layer(artifact, name, spec).effective_weight().to(dtype)
        done()
        return weight

    return load


def _layer_bias(artifact: Path, name: str, spec: LinearSpec, dtype: torch.dtype) -> Callable[[], Tensor]:
    def load() -> Tensor:
        bias = restored_layer(artifact, name, spec).effective_bias()
        assert bias is not None
        return bias.to(dtype)

    return load


def _stored(artifact: Path, name: str, dtype: torch.dtype) -> Callable[[], Tensor]:
    def load() -> Tensor:
        from safetensors import safe_open

        with safe_open(artifact, framework="pt") as file:
            tensor: Tensor = file.get_tensor(name)
            return tensor.to(dtype)

    return load
