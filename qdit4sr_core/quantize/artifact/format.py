"""A quantized transformer as one safetensors file: packed codes, scales, branches, schedules, provenance.

Every tensor has a checksum in the header and the header has one of its own, so a file that was cut or altered
is refused. Floats are stored in the narrowest type that holds them exactly: a reloaded model gives
bit-identical outputs. Layer tensors follow the names other tools use (`qweight`, `wscales`, `proj_down`,
`proj_up`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...engines import round_attention
from ...errors import ArtifactError, CheckpointError, VariantError
from ...models.checkpoint import POSITION_TABLE
from ...models.config import DiT4SRConfig
from ...models.dit4sr import DiT4SR
from ...models.layers import sincos_position_table
from ...models.weight_files import LARGEST_HEADER, header_bytes
from ...strict_json import read_json
from ..apply import replace_module
from ..layer.codes import storage_dtype
from ..layer.linear import LinearSpec, QuantizedLinear, quantized_layers
from ..layer.packing import packed_size
from ..layer.residency import choose_residency
from ..record import QuantizationRecord, attach_record, quantization_record
from ..tensor_file import TensorEntry, TensorFile, checksum, write_tensors
from .content import STORED_NAMES, checked_layers

FORMAT = "q-dit4sr-artifact"
FORMAT_VERSION = 1


MISFITS = (KeyError, ValueError, RuntimeError, EOFError, AttributeError, TypeError, IndexError)
"""What putting tensors into a model they do not belong to may raise."""


@dataclass(frozen=True)
class ArtifactHeader:
    """All of an artifact but its tensors."""

    record: QuantizationRecord
    transformer: DiT4SRConfig
    layers: dict[str, LinearSpec]
    checksums: dict[str, str]
    sizes: dict[str, int]
    """Bytes by tensor name."""
    shapes: dict[str, tuple[int, ...]]
    """By tensor name."""
    version: str
    """Of the program that wrote it."""

    def in_layers(self, name: str) -> bool:
        """Whether a tensor belongs to a quantized layer."""
        return name.rpartition(".")[0] in self.layers

    @property
    def layer_bytes(self) -> int:
        """Stored bytes of the quantized layers."""
        return sum(size for name, size in self.sizes.items() if self.in_layers(name))


def layer_entries(name: str, layer: QuantizedLinear) -> Iterator[TensorEntry]:
    """What is stored of one quantized layer."""
    codes = packed_size(layer.spec.columns * layer.out_features, layer.spec.weight_bits)
    for part, stored in STORED_NAMES.items():
        if part == "packed":  # asked for only when it is written: it may have to be made
            yield TensorEntry(f"{name}.{stored}", torch.uint8, (codes,), lambda: layer.packed)
            continue
        tensor = getattr(layer, part)
        if tensor is None:
            continue
        dtype = storage_dtype(tensor) if tensor.is_floating_point() else tensor.dtype
        yield TensorEntry(f"{name}.{stored}", dtype, tuple(tensor.shape), _caster(tensor, dtype))


def other_entries(model: nn.Module) -> Iterator[TensorEntry]:
    """The tensors outside quantized layers; a position table that can be recomputed is left out."""
    inside = tuple(f"{name}." for name in quantized_layers(model))
    for name, tensor in model.state_dict().items():
        if inside and name.startswith(inside):
            continue
        if name == POSITION_TABLE and isinstance(model, DiT4SR) and torch.equal(tensor, _table(model.config)):
            continue
        dtype = storage_dtype(tensor)
        yield TensorEntry(name, dtype, tuple(tensor.shape), _caster(tensor, dtype))


def _caster(tensor: Tensor, dtype: torch.dtype) -> Any:
    return lambda: tensor.detach().to(dtype)


def _table(config: DiT4SRConfig) -> Tensor:
    return sincos_position_table(
        config.width, config.pos_embed_max_size, config.sample_size // config.patch_size
    )


def model_entries(model: nn.Module) -> list[TensorEntry]:
    """Everything an artifact of this model stores."""
    entries = [e for name, layer in quantized_layers(model).items() for e in layer_entries(name, layer)]
    return entries + list(other_entries(model))


def weight_bytes(model: nn.Module) -> int:
    """Bytes of all weights as an artifact stores them (packed codes, scales, branches, the float rest).

    For a full-precision model: its tensors in the narrowest type that holds them exactly.
    """
    return sum(entry.bytes for entry in model_entries(model))


def weight_bits_of(name: str, layer: QuantizedLinear) -> int:
    """Stored bits of one layer: codes, scales, zero points, transforms, branches; not the bias."""
    tensors = sum(8 * e.bytes for e in layer_entries(name, layer) if not e.name.endswith(".bias"))
    return tensors + layer.spec.activation.stored_bits


def bits_per_weight(model: nn.Module) -> float:
    """Stored bits of the quantized layers (codes, scales, zero points, smoothing, branches) a weight.

    16 or 32 for full precision, whatever holds its block linears exactly.
    """
    layers = quantized_layers(model)
    if not layers:
        from ..targets import linear_sources

        loaded = [source.load()[0] for source in linear_sources(model)]
        count = sum(w.numel() for w in loaded)
        return sum(8 * storage_dtype(w).itemsize * w.numel() for w in loaded) / max(1, count)
    stored = sum(weight_bits_of(name, layer) for name, layer in layers.items())
    return stored / sum(layer.in_features * layer.out_features for layer in layers.values())


def encode_header(
    record: QuantizationRecord, config: DiT4SRConfig, specs: dict[str, LinearSpec], checksums: dict[str, str]
) -> dict[str, str]:
    """The metadata of an artifact: a JSON description and its checksum."""
    from ...version import __version__

    description = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "quant_method": record.method,
        "record": asdict(record),
        "transformer": config.to_dict(),
        "layers": {name: spec.to_dict() for name, spec in specs.items()},
        "checksums": checksums,
        "versions": {"qdit4sr": __version__, "torch": torch.__version__},
    }
    text = json.dumps(description, sort_keys=True)
    return {"quantization_config": text, "sha256": hashlib.sha256(text.encode()).hexdigest(), "format": "pt"}


def save_artifact(model: DiT4SR, path: Path) -> int:
    """Write a quantized model; returns the file's bytes.

    Raises:
        ArtifactError: the model is not quantized.
        OutputError: the file cannot be written.
    """
    record = quantization_record(model)
    layers = quantized_layers(model)
    if record is None or not layers:
        raise ArtifactError("Only a quantized model can be saved as an artifact; quantize it first.")
    entries = model_entries(model)
    checksums = {entry.name: checksum(entry.load()) for entry in entries}
    specs = {name: layer.spec for name, layer in layers.items()}
    write_tensors(path, entries, encode_header(record, model.config, specs, checksums))
    return path.stat().st_size


def read_header(path: Path) -> ArtifactHeader:
    """Read an artifact's description without its tensors.

    Raises:
        ArtifactError: not an artifact, cut, altered, or of a later format.
    """
    with _open(path) as file:
        metadata = file.metadata() or {}
        sizes, shapes = {}, {}
        for name in file.keys():  # noqa: SIM118 (a safetensors handle is not a mapping)
            view = file.get_slice(name)
            width = {"F32": 4, "F16": 2, "BF16": 2}.get(view.get_dtype(), 1)
            shapes[name] = tuple(view.get_shape())
            sizes[name] = width * int(torch.Size(shapes[name]).numel())
    text = metadata.get("quantization_config")
    if text is None:
        raise ArtifactError(f"{path} is a safetensors file, but no quantized artifact of this program.")
    if hashlib.sha256(text.encode()).hexdigest() != metadata.get("sha256"):
        raise ArtifactError(f"{path} was altered: its description does not match its checksum.")
    try:
        return _described(path, read_json(text), sizes, shapes)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise ArtifactError(f"{path} has a description that cannot be read ({error!r:.80}).") from error
    except (CheckpointError, VariantError) as error:
        raise ArtifactError(f"{path} has an impossible description: {error}") from error


def _described(
    path: Path, values: dict[str, Any], sizes: dict[str, int], shapes: dict[str, tuple[int, ...]]
) -> ArtifactHeader:
    if values.get("format") != FORMAT or values.get("format_version", 0) > FORMAT_VERSION:
        raise ArtifactError(f"{path} was written in a later format; update this program to read it.")
    missing = sorted(set(values["checksums"]) - set(sizes))
    if missing:
        raise ArtifactError(f"{path} lacks the tensor {missing[0]} that its description names.")
    transformer = DiT4SRConfig.from_dict(values["transformer"])
    if transformer.num_layers > len(sizes):
        raise ArtifactError(
            f"{path} describes {transformer.num_layers} layers, but holds only {len(sizes)} tensors."
        )
    record = QuantizationRecord(**values["record"])
    _ = record.attention  # told here, with the rest of the description, if it is impossible
    return ArtifactHeader(
        record,
        transformer,
        checked_layers(values["layers"], transformer, shapes),
        values["checksums"],
        sizes,
        shapes,
        values["versions"]["qdit4sr"],
    )


def _open(path: Path) -> Any:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise ArtifactError(f"{path} does not exist.")
    try:
        if LARGEST_HEADER < header_bytes(path) <= path.stat().st_size:
            raise ArtifactError(f"{path} has an impossibly long header; it is damaged.")
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path} is truncated or is no safetensors file ({error}).") from error


def load_artifact(path: Path, *, expected_source: str | None = None) -> DiT4SR:
    """Load a quantized transformer; its outputs are bit-identical to those of the model that was saved.

    Tensors are read one at a time and codes stay packed: no full-precision weight of a quantized layer is
    ever made here.

    Args:
        path: the file.
        expected_source: SHA-256 of the weights it must have been made from; None accepts any.

    Raises:
        ArtifactError: cut, altered, or made from another model.
    """
    header = read_header(path)
    made_from = header.record.source_hash
    if expected_source and made_from and made_from != expected_source:
        raise ArtifactError(
            f"{path} was made from other weights (SHA-256 {made_from[:12]}, not {expected_source[:12]}); "
            "choose the model it belongs to."
        )
    with torch.device("meta"):
        model = DiT4SR(header.transformer)
    with TensorFile(path) as file:
        try:
            for name, spec in header.layers.items():
                parts = [f"{name}.{stored}" for stored in STORED_NAMES.values()]
                stored = {n: _read(file, path, header, n) for n in parts if n in header.checksums}
                replace_module(model, name, restore_layer(name, spec, stored))
            names = (n for n in header.checksums if not header.in_layers(n))
            rest = {n: _read(file, path, header, n).float() for n in names}
            if POSITION_TABLE not in rest:
                rest[POSITION_TABLE] = _table(header.transformer)
            _fill(model, rest)
        except MISFITS as error:
            raise ArtifactError(f"{path} does not describe a whole model: {error}.") from error
    model.eval().requires_grad_(False)
    choose_residency(model)
    if header.record.attention is not None:
        round_attention(model, header.record.attention)
    attach_record(model, header.record)
    return model


def _read(file: TensorFile, path: Path, header: ArtifactHeader, name: str) -> Tensor:
    tensor = file.read(name)
    if checksum(tensor) != header.checksums[name]:
        raise ArtifactError(f"{path} was altered: tensor {name} does not match its checksum.")
    return tensor


def _fill(model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Put `tensors` into the unquantized part; the quantized layers hold theirs already."""
    own = {f"{name}." for name in quantized_layers(model)}
    wanted = [n for n in model.state_dict() if not n.startswith(tuple(own))]
    lacking = [n for n in wanted if n not in tensors]
    if lacking:
        raise KeyError(f"tensor {lacking[0]} is missing")
    model.load_state_dict({n: tensors[n] for n in wanted}, strict=False, assign=True)


def restore_layer(name: str, spec: LinearSpec, tensors: dict[str, Tensor]) -> QuantizedLinear:
    """A layer from its stored tensors.

    Raises:
        KeyError: codes or scales are missing.
        ValueError: the codes have another size than the layer.
    """
    own = {part: tensors[f"{name}.{s}"] for part, s in STORED_NAMES.items() if f"{name}.{s}" in tensors}
    if not {"packed", "scale"} <= own.keys():
        raise KeyError(f"the codes of {name} are missing")
    size = packed_size(spec.out_features * spec.columns, spec.weight_bits)
    if own["packed"].numel() != size:
        raise ValueError(f"{own['packed'].numel()} bytes cannot hold the {size} of {name}")
    return QuantizedLinear(spec, own)
