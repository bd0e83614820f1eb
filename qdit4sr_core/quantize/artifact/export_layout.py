"""Exports of an artifact in the layout of another program, one layer in memory at a time.

A folder with `config.json` and one safetensors file; layers that the format has no form for become plain
floats under the original names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from ...errors import ArtifactError, VariantError
from ...model_files import PUBLISHED_WEIGHTS
from ...progress import CancelCheck, Progress, ignore_progress, never_cancelled
from ..tensor_file import TensorEntry, write_tensors
from .content import STORED_NAMES
from .export import float_entries, restored_layer, transformer_config, write_description
from .format import ArtifactHeader, read_header
from .layouts import INT8_VALUES, LAYOUTS, Layout, convrot_values


@dataclass(frozen=True)
class LayoutExport:
    """What an export has written."""

    path: Path
    layers: int
    """In the other program's layout."""
    floats: int
    """Quantized layers that became plain floats."""
    loses: str


def export_layout(
    artifact: Path,
    folder: Path,
    name: str,
    *,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> LayoutExport:
    """Write an artifact in the layout `name` of `LAYOUTS`.

    Raises:
        VariantError: no such layout.
        ArtifactError: the artifact is damaged, or none of its layers has a form there.
        OutputError: the folder cannot be written.
        Cancelled: when asked to stop.
    """
    if name not in LAYOUTS:
        raise VariantError(f"There is no export layout {name!r}; the known ones are {', '.join(LAYOUTS)}.")
    layout, header = LAYOUTS[name], read_header(artifact)
    chosen = [n for n, spec in header.layers.items() if layout.fits(spec, _stored(header, n))]
    if not chosen:
        raise ArtifactError(f"No layer of {artifact} has a form in {name}: {layout.loses}.")
    config = transformer_config(header.transformer) | _folder_description(layout, header, chosen)
    write_description(folder, config)
    inside = {f"{n}.weight" for n in chosen}
    entries = [e for e in float_entries(artifact, header, torch.float16, progress) if e.name not in inside]
    last = _LastLayer(artifact, header, layout)
    for layer in chosen:
        entries += _layer_entries(header, layout, layer, last)
    record = header.record
    metadata = {"format": "pt", "exported_from": record.label, "source_sha256": record.source_hash}
    metadata |= _file_description(layout, header, chosen)
    write_tensors(folder / PUBLISHED_WEIGHTS, entries, metadata, cancelled=cancelled)
    return LayoutExport(
        folder / PUBLISHED_WEIGHTS, len(chosen), len(header.layers) - len(chosen), layout.loses
    )


def _stored(header: ArtifactHeader, layer: str) -> set[str]:
    return {stored for stored in STORED_NAMES.values() if f"{layer}.{stored}" in header.sizes}


def _layer_entries(header: ArtifactHeader, layout: Layout, layer: str, last: _LastLayer) -> list[TensorEntry]:
    spec = header.layers[layer]
    rank = header.shapes.get(f"{layer}.proj_up", (0, 0))[1]
    return [
        TensorEntry(f"{layer}.{suffix}", dtype, shape, partial(last.get, layer, suffix))
        for suffix, (dtype, shape) in layout.shapes(spec, rank).items()
    ]


class _LastLayer:
    """The tensors of the layer asked for last, so that each layer is restored once."""

    def __init__(self, artifact: Path, header: ArtifactHeader, layout: Layout) -> None:
        self._artifact, self._header, self._layout = artifact, header, layout
        self._name, self._tensors = "", dict[str, Tensor]()

    def get(self, layer: str, suffix: str) -> Tensor:
        if layer != self._name:
            restored = restored_layer(self._artifact, layer, self._header.layers[layer])
            self._name, self._tensors = layer, self._layout.tensors(restored)
        return self._tensors[suffix]


def _file_description(layout: Layout, header: ArtifactHeader, chosen: list[str]) -> dict[str, str]:
    """What stands in the header of the safetensors file."""
    if layout.name == "nunchaku_lite":
        return {"quantization_config": json.dumps(_nunchaku_config(header, chosen))}
    values = {
        n: convrot_values(header.layers[n]) if layout.name == "convrot_w4a4" else INT8_VALUES for n in chosen
    }
    return {"_quantization_metadata": json.dumps({"format_version": "1.0", "layers": values})}


def _folder_description(layout: Layout, header: ArtifactHeader, chosen: list[str]) -> dict[str, object]:
    if layout.name != "nunchaku_lite":
        return {}
    return {"quantization_config": _nunchaku_config(header, chosen)}


def _nunchaku_config(header: ArtifactHeader, chosen: list[str]) -> dict[str, object]:
    ranks = [header.shapes[f"{n}.proj_up"][1] for n in chosen]
    return {
        "quant_method": "nunchaku_lite",
        "compute_dtype": "float16",
        "svdq_w4a4": {"precision": "int4", "group_size": 64, "rank": max(ranks), "targets": chosen},
    }
