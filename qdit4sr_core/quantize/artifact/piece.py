"""One finished layer as a file of its own: what a run that is interrupted goes on from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from torch import Tensor

from ...errors import ArtifactError
from ...strict_json import read_json
from ..layer.linear import LinearSpec, QuantizedLinear
from ..tensor_file import checksum, write_tensors
from .format import MISFITS, layer_entries, restore_layer


def write_piece(piece: Path, key: str, name: str, layer: QuantizedLinear) -> None:
    """Write `layer`, called `name`, whole or not at all. Raises `OutputError`.

    `key` says what the layer was made from.
    """
    entries = list(layer_entries(name, layer))
    checksums = json.dumps({entry.name: checksum(entry.load()) for entry in entries})
    spec = json.dumps(layer.spec.to_dict())
    description = {"key": key, "spec": spec, "checksums": checksums, "sha256": _sha256(spec, checksums)}
    write_tensors(piece, entries, description)


def _sha256(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def piece_metadata(piece: Path) -> dict[str, str]:
    """The texts of a piece. Raises SafetensorError or OSError for what cannot be read."""
    from safetensors import safe_open

    with safe_open(piece, framework="pt") as file:
        return file.metadata() or {}


def read_piece(piece: Path, key: str, name: str) -> QuantizedLinear:
    """The layer of `write_piece`; its outputs are bit-identical to those of the one that was written.

    Raises:
        ArtifactError: absent, damaged, or made from something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        metadata = piece_metadata(piece)
        if metadata["key"] != key:
            raise ArtifactError(f"{piece} was made from something else.")
        if metadata["sha256"] != _sha256(metadata["spec"], metadata["checksums"]):
            raise ArtifactError(f"{piece} was altered: its description does not match its checksum.")
        spec = LinearSpec.from_dict(read_json(metadata["spec"]))
        checksums = read_json(metadata["checksums"])
        with safe_open(piece, framework="pt") as file:
            tensors: dict[str, Tensor] = {tensor: file.get_tensor(tensor).clone() for tensor in checksums}
        altered = [tensor for tensor, value in tensors.items() if checksum(value) != checksums[tensor]]
        if altered:
            raise ArtifactError(f"{piece} was altered: {altered[0]} does not match its checksum.")
        return restore_layer(name, spec, tensors)
    except (SafetensorError, OSError, *MISFITS) as error:
        raise ArtifactError(f"{piece} holds no finished layer ({error!r:.80}).") from error
