"""A nano whose training goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CheckpointError, SettingsError
from ..models.dit4sr import DiT4SR
from ..models.nano_codec import NanoCodec
from ..models.registry import NANO, is_nano, load_model
from ..presence import file_is_there
from ..strict_json import read_json
from ..whole_file import write_text
from .run import TRAINED
from .transformer_stage import TransformerTraining

RECORD = "begun.json"
"""In a folder of training: what it was begun with."""


@dataclass(frozen=True, eq=False)
class NanoToTrain:
    """Transformer and codec of a nano, the hash of its weights, and what is written about its training."""

    transformer: DiT4SR
    codec: NanoCodec
    source_hash: str
    training: dict[str, Any]


def nano_to_train(source: str) -> NanoToTrain:
    """Open the folder of a nano, or "nano" for the bundled one. Raises `CheckpointError` for all else."""
    if source != NANO and not is_nano(Path(source)):
        raise CheckpointError(f"{source} is no folder of a nano, and only a nano can be trained further.")
    model = load_model(source)
    assert isinstance(model.codec, NanoCodec)
    if not model.transformer.config.null_condition:
        raise CheckpointError(
            f"{source} was not trained for guidance, as every nano is that is trained here."
        )
    config = model.transformer.config
    if config.pos_embed_max_size * config.patch_size < TransformerTraining.wide_side:
        raise CheckpointError(
            f"{source} has {config.pos_embed_max_size} positions a side, too few for the windows of training."
        )
    return NanoToTrain(model.transformer, model.codec, model.source_hash, model.training)


def require_same_beginning(folder: Path, nano: NanoToTrain | None, *, begins: bool) -> None:
    """Write down what training in a folder begins with, if it `begins`; hold it against what was written.

    Another codec would give the stages' weights another meaning. Raises `SettingsError` for another
    beginning, `CheckpointError` for a record that cannot be read, `OutputError`.
    """
    now, record = "" if nano is None else nano.source_hash, folder / RECORD
    if not any(file_is_there(folder / f"{name}.pt") for name in TRAINED):
        if begins:
            write_text(record, json.dumps({"begun_with": now}) + "\n")
        return
    before = ""
    if file_is_there(record):
        try:
            before = read_json(record.read_bytes())["begun_with"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CheckpointError(f"{record} cannot be read: {error}.") from error
        if not isinstance(before, str):
            raise CheckpointError(f"{record} does not say what the training was begun with.")
    if before != now:
        begun = "with the weights of a nano" if before else "from scratch"
        raise SettingsError(
            f"Training in {folder} was begun {begun}: go on with the same --from, or in another folder."
        )
