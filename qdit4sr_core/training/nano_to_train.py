"""A nano whose training goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import CheckpointError
from ..models.dit4sr import DiT4SR
from ..models.nano_codec import NanoCodec
from ..models.registry import NANO, is_nano, load_model


@dataclass(frozen=True, eq=False)
class NanoToTrain:
    """Transformer and codec of a nano, and the hash of its weights."""

    transformer: DiT4SR
    codec: NanoCodec
    source_hash: str


def nano_to_train(source: str) -> NanoToTrain:
    """Open the folder of a nano, or "nano" for the bundled one. Raises `CheckpointError` for all else."""
    if source != NANO and not is_nano(Path(source)):
        raise CheckpointError(f"{source} is no folder of a nano, and only a nano can be trained further.")
    model = load_model(source)
    assert isinstance(model.codec, NanoCodec)
    return NanoToTrain(model.transformer, model.codec, model.source_hash)
