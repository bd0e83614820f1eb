"""Quantizing a checkpoint on disk layer by layer, into an artifact, with little memory and with resumption.

Every finished layer is put into a working folder next to the artifact; an interrupted run goes on at the next
layer, provided that the weights, the settings and the calibration are still the same. The artifact is then
assembled from the pieces, again one tensor at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ...errors import OutputError, reason
from ...file_names import hidden_beside
from ...models.checkpoint import Checkpoint, empty_transformer, require_fit
from ...progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ...strict_json import read_json
from ...whole_file import write_text
from ..apply import check_recalibration, make_plan, quantize_source, record_of
from ..layer.codes import storage_dtype
from ..layer.linear import LinearSpec
from ..methods import MethodConfig, method_of
from ..methods.base import LayerSettings, Plan
from ..record import QuantizationRecord
from ..targets import LayerSource, is_target, stoppable
from ..tensor_file import TensorEntry, checksum, write_tensors
from .format import STORED_NAMES, encode_header
from .piece import piece_metadata, write_piece

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration


@dataclass(frozen=True)
class StreamReport:
    """What a streamed run did."""

    path: Path
    layers: int
    resumed: int
    """Layers found finished from an earlier, interrupted run."""
    bytes: int


def checkpoint_sources(checkpoint: Checkpoint) -> list[LayerSource]:
    """The linears of a checkpoint that get quantized, read from the memory map when wanted."""
    weights = checkpoint.weights

    def loader(name: str, has_bias: bool) -> Callable[[], tuple[Tensor, Tensor | None]]:
        return lambda: (
            weights.read(f"{name}.weight", torch.float32),
            weights.read(f"{name}.bias", torch.float32) if has_bias else None,
        )

    return [
        LayerSource(
            name, (module.out_features, module.in_features), loader(name, f"{name}.bias" in weights.tensors)
        )
        for name, module in empty_transformer(checkpoint.config).named_modules()
        if isinstance(module, nn.Linear) and is_target(name)
    ]


def quantize_checkpoint(
    checkpoint: Checkpoint,
    config: MethodConfig,
    path: Path,
    calibration: Calibration | None = None,
    *,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> StreamReport:
    """Quantize `checkpoint` into the artifact `path`, keeping one layer in memory.

    The pieces lie in `.NAME.layers` beside the artifact until it is complete; they stay there when the run is
    interrupted.

    Raises:
        CheckpointError: the weights do not fit the architecture or are damaged.
        VariantError: the method needs a calibration.
        OutputError: the artifact cannot be written.
        Cancelled: when asked to stop.
    """
    check_recalibration(config, None)
    require_fit(checkpoint)
    sources = stoppable(checkpoint_sources(checkpoint), cancelled)
    source_hash = checkpoint.sha256()
    key = _run_key(config, source_hash, calibration)
    folder = hidden_beside(path, ".layers")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} could not be made for the finished layers: {reason(error)}.") from error
    with torch.inference_mode(False), torch.no_grad():
        progress(0, len(sources), Activity(Phase.PLANNING))
        plan = _kept_plan(
            folder, key, lambda: make_plan(config, sources, checkpoint.config.width, calibration)
        )
        resumed = 0
        for index, source in enumerate(sources):
            stop_if(cancelled)
            progress(index, len(sources), Activity(Phase.QUANTIZING, index + 1, len(sources), source.name))
            piece = folder / f"{index:04d}.safetensors"
            if _piece_key(piece) == f"{key} {source.name}":
                resumed += 1
                continue
            layer = quantize_source(config, source, plan, calibration, cancelled)
            write_piece(piece, f"{key} {source.name}", source.name, layer)
    record = record_of(config, plan, calibration, source_hash)
    progress(len(sources), len(sources), Activity(Phase.SAVING))
    _assemble(path, folder, checkpoint, sources, record, cancelled)
    shutil.rmtree(folder)
    return StreamReport(path, len(sources), resumed, path.stat().st_size)


def _run_key(config: MethodConfig, source_hash: str, calibration: Calibration | None) -> str:
    from ...version import __version__

    description = {
        "version": __version__,
        "method": method_of(config).name,
        "config": asdict(config),
        "source": source_hash,
        "calibration": None if calibration is None else calibration.provenance,
    }
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()


def _kept_plan(folder: Path, key: str, make: Callable[[], Plan]) -> Plan:
    """The plan of an interrupted run with the same key, or a new one."""
    path = folder / "plan.json"
    try:
        values = read_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        values = {}
    if isinstance(values, dict) and values.get("key") == key:
        with contextlib.suppress(KeyError, TypeError, AttributeError):  # altered: it is made again
            return Plan({n: _settings(s) for n, s in values["layers"].items()}, values["resolved"])
    plan = make()
    write_text(
        path,
        json.dumps(
            {"key": key, "layers": {n: asdict(s) for n, s in plan.layers.items()}, "resolved": plan.resolved}
        ),
    )
    return plan


def _settings(values: dict[str, Any]) -> LayerSettings:
    schedule = values.get("schedule")
    return LayerSettings(**{**values, "schedule": None if schedule is None else tuple(schedule)})


def _piece_key(piece: Path) -> str | None:
    """The key of a finished layer; None for one that is absent or unreadable (it is made again)."""
    from safetensors import SafetensorError

    if not piece.is_file():
        return None
    try:
        return piece_metadata(piece).get("key")
    except (SafetensorError, OSError):
        return None


def _assemble(
    path: Path,
    folder: Path,
    checkpoint: Checkpoint,
    sources: list[LayerSource],
    record: QuantizationRecord,
    cancelled: CancelCheck,
) -> None:
    from safetensors import safe_open

    entries: list[TensorEntry] = []
    checksums: dict[str, str] = {}
    specs: dict[str, LinearSpec] = {}
    for index, source in enumerate(sources):
        piece = folder / f"{index:04d}.safetensors"
        metadata = piece_metadata(piece)
        specs[source.name] = LinearSpec.from_dict(read_json(metadata["spec"]))
        checksums |= read_json(metadata["checksums"])
        with safe_open(piece, framework="pt") as file:
            for stored in STORED_NAMES.values():
                name = f"{source.name}.{stored}"
                if name in file.keys():  # noqa: SIM118 (a safetensors handle is not a mapping)
                    tensor = file.get_tensor(name)
                    shape = tuple(tensor.shape)
                    entries.append(TensorEntry(name, tensor.dtype, shape, _piece_reader(piece, name)))
    quantized = {f"{source.name}.{part}" for source in sources for part in ("weight", "bias")}
    for name in sorted(checkpoint.weights.tensors.keys() - quantized):
        stop_if(cancelled)
        tensor = checkpoint.weights.read(name)
        dtype = storage_dtype(tensor)
        checksums[name] = checksum(tensor.to(dtype))
        entries.append(TensorEntry(name, dtype, tuple(tensor.shape), _weight_reader(checkpoint, name, dtype)))
    header = encode_header(record, checkpoint.config, specs, checksums)
    write_tensors(path, entries, header, cancelled=cancelled)


def _piece_reader(piece: Path, name: str) -> Callable[[], Tensor]:
    def read() -> Tensor:
        from safetensors import safe_open

        with safe_open(piece, framework="pt") as file:
            tensor: Tensor = file.get_tensor(name)
            return tensor

    return read


def _weight_reader(checkpoint: Checkpoint, name: str, dtype: torch.dtype) -> Callable[[], Tensor]:
    return lambda: checkpoint.weights.read(name, dtype)
