"""DiT4SR transformers from folders on disk: published, base SD3.5, training checkpoints, the nano.

Strict: every tensor is accounted for by name and shape before any is read. Safetensors only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import CheckpointError
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ..setting_words import KeyMode
from ..strict_json import read_json
from ..user_folders import expanded
from .config import DiT4SRConfig
from .control_init import init_added_parameters, is_added_to_base
from .dit4sr import DiT4SR
from .findings import Code, Remark
from .weight_files import LazyWeights, WeightLayout, find_weights, refuse_pickles, shortened

_CHECKPOINT = re.compile(r"^checkpoint-(\d+)$")
POSITION_TABLE = "pos_embed.pos_embed"
_DEAD = re.compile(r"\.attn2\.(add_[qkv]_proj|to_add_out|norm_added_[qk])\.")


class CheckpointWarning(UserWarning):
    """Something about a checkpoint that the user should know, but that does not stop loading."""


@dataclass(frozen=True)
class Mismatch:
    """How stored tensors differ from what an architecture needs; all empty when they fit."""

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    misshaped: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.misshaped)

    def sentence(self, where: Path | str) -> str:
        """One sentence naming the tensors, long lists shortened with their count."""
        parts = []
        for label, names in (("missing", self.missing), ("unexpected", self.unexpected)):
            if names:
                parts.append(f"{len(names)} {label} ({shortened(names)})")
        if self.misshaped:
            parts.append(f"{len(self.misshaped)} of another shape ({shortened(self.misshaped)})")
        return f"The tensors in {where} do not fit the model: {'; '.join(parts)}."


def mismatch(expected: Mapping[str, tuple[int, ...]], stored: Mapping[str, tuple[int, ...]]) -> Mismatch:
    """Compare stored shapes by name with the expected ones."""
    return Mismatch(
        missing=tuple(sorted(expected.keys() - stored.keys())),
        unexpected=tuple(sorted(stored.keys() - expected.keys())),
        misshaped=tuple(
            f"{name} is {_shape(stored[name])} instead of {_shape(shape)}"
            for name, shape in sorted(expected.items())
            if name in stored and stored[name] != shape
        ),
    )


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a single number"


def empty_transformer(config: DiT4SRConfig) -> DiT4SR:
    """The architecture on the meta device: names and shapes without memory."""
    with torch.device("meta"):
        return DiT4SR(config)


def expected_shapes(config: DiT4SRConfig) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor a checkpoint of this configuration must hold."""
    return {name: tuple(tensor.shape) for name, tensor in empty_transformer(config).state_dict().items()}


def find_transformer_folder(source: str | Path) -> Path:
    """The folder with the transformer's config.json: `source`, its `transformer/`, or its newest checkpoint.

    Raises `CheckpointError` when there is none, or when several models lie side by side.
    """
    folder = expanded(source)
    if folder.is_file():
        folder = folder.parent
    if not folder.is_dir():
        raise CheckpointError(f"{folder} does not exist; give the folder of a DiT4SR model.")
    for candidate in (folder / "transformer", folder):
        if (candidate / "config.json").is_file():
            return candidate
    numbered = [(int(match[1]), path) for path in folder.iterdir() if (match := _CHECKPOINT.match(path.name))]
    for _, path in sorted(numbered, reverse=True):
        if (path / "transformer" / "config.json").is_file():
            return path / "transformer"
    nested = sorted(p.parent.parent.name for p in folder.glob("*/transformer/config.json"))
    if len(nested) == 1:
        return folder / nested[0] / "transformer"
    if nested:
        raise CheckpointError(f"{folder} holds several models ({shortened(nested, 5)}); choose one of them.")
    refuse_pickles(folder)
    raise CheckpointError(
        f"{folder} is not a DiT4SR model: no config.json lies in it or in a transformer/ folder."
    )


class Checkpoint:
    """One opened checkpoint: configuration, tensors by name, and what was noticed on the way.

    Attributes:
        folder: the folder that holds config.json and the weights.
        config: with the key mode resolved (see `open_checkpoint`).
        layout: the files and how they were recognised.
        weights: lazy access to the tensors.
        mismatch: what keeps the weights from fitting the configuration, by name.
        is_base: True for plain SD3.5 weights, which lack exactly what DiT4SR adds.
        notes: for the user, also issued as `CheckpointWarning`.
    """

    def __init__(self, folder: Path, key_mode: KeyMode | None = None, positions: int | None = None) -> None:
        self.folder = folder
        self.layout: WeightLayout = find_weights(folder)
        self.weights = LazyWeights(self.layout.files)
        self.notes: tuple[Remark, ...] = ()
        stated = DiT4SRConfig.from_file(folder / "config.json")
        names = self.weights.tensors.keys()
        if stated.num_layers > len(names):
            raise CheckpointError(
                f"{folder / 'config.json'} asks for {stated.num_layers} layers, but the weights hold only "
                f"{len(names)} tensors."
            )
        has_control = any("_control" in name for name in names)
        has_dead = any(_DEAD.search(name) for name in names)
        if has_control and not has_dead and stated.has_text and stated.attn2_has_context:
            stated = dataclasses.replace(stated, attn2_has_context=False)
        expected = expected_shapes(stated)
        self.mismatch: Mismatch = mismatch(expected, self.weights.shapes)
        added = {name for name in expected if is_added_to_base(name)}
        self.is_base = bool(added) and set(self.mismatch.missing) == added
        self.config = dataclasses.replace(stated, key_control_mode=self._resolve_key_mode(stated, key_mode))
        if positions is not None and not self.mismatch.misshaped and POSITION_TABLE in self.weights.tensors:
            self._crop_positions(positions)

    def _crop_positions(self, positions: int) -> None:
        size, width = self.config.pos_embed_max_size, self.config.width
        kept = positions + (size - positions) % 2  # the same number of rows goes on either side
        if kept >= size:
            return
        edge = (size - kept) // 2

        def crop(table: Tensor) -> Tensor:
            middle = table.view(1, size, size, width)[:, edge : edge + kept, edge : edge + kept]
            return middle.reshape(1, kept * kept, width)

        self.weights.change(POSITION_TABLE, (1, kept * kept, width), crop)
        self.config = dataclasses.replace(self.config, pos_embed_max_size=kept)

    def key_mode_hint(self) -> KeyMode | None:
        """`legacy` when every to_k_control.weight is zero (it never got a gradient), else `fixed`."""
        names = [name for name in self.weights.tensors if name.endswith("to_k_control.weight")]
        if not names:
            return None
        return "fixed" if any(bool(self.weights.read(name).any()) for name in sorted(names)) else "legacy"

    def _resolve_key_mode(self, config: DiT4SRConfig, asked: KeyMode | None) -> KeyMode:
        if asked is None and "key_control_mode" in _raw_config(self.folder):
            asked = config.key_control_mode
        hint = self.key_mode_hint()
        if asked is None:
            return hint or "fixed"
        if hint is not None and hint != asked:
            doubt = Code.UNLIKELY_LEGACY_KEYS if asked == "legacy" else Code.UNLIKELY_FIXED_KEYS
            self.notes += (Remark(doubt),)
        return asked

    def sha256(self) -> str:
        """SHA-256 of the weight files' headers, sizes and sampled bytes: an identity that is cheap for 6 GB.

        Files up to 64 MiB are hashed whole; of larger ones the first MiB, the last MiB and 62 evenly spaced
        MiB between.
        """
        digest = hashlib.sha256()
        mebibyte = 1 << 20
        for path in self.layout.files:
            size = path.stat().st_size
            digest.update(f"{size};".encode())
            offsets = range(0, size, mebibyte)
            if size > 64 * mebibyte:
                offsets = range(0, size - mebibyte + 1, (size - mebibyte) // 63)
            with path.open("rb") as file:
                for offset in offsets:
                    file.seek(offset)
                    digest.update(file.read(mebibyte))
        return digest.hexdigest()


def _raw_config(folder: Path) -> dict[str, Any]:  # read and checked by `DiT4SRConfig.from_file` before
    values = read_json((folder / "config.json").read_text(encoding="utf-8"))
    return values if isinstance(values, dict) else {}


def open_checkpoint(
    source: str | Path, key_mode: KeyMode | None = None, positions: int | None = None
) -> Checkpoint:
    """Open a checkpoint without loading it: headers, configuration and key mode.

    The key mode is `key_mode`, else the one written in config.json, else the hint in the weights. `positions`
    keeps only the centre of the position table, this many tokens a side (and `config` says so): every grid
    up to that size sees the same values as with the whole table, which is 453 MB in half precision.

    Raises:
        CheckpointError: the folder, its config.json or its weight files cannot be used.
    """
    return Checkpoint(find_transformer_folder(source), key_mode, positions)


def load_transformer(
    folder: str | Path,
    key_mode: KeyMode | None = None,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    init_from_base: bool = False,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> DiT4SR:
    """Load a DiT4SR in evaluation mode, one tensor at a time, all tensors cast to `dtype`.

    Tensors stored in `dtype` on 64-byte boundaries stay memory-mapped on the CPU.

    Args:
        folder: a model folder in any layout (see `find_transformer_folder` and `find_weights`).
        key_mode: overrides config.json and the hint in the weights; a disagreement warns.
        dtype: of every tensor in the loaded model (files may mix them).
        device: where the tensors go.
        init_from_base: accept plain SD3.5 weights and initialise the control layers as for training.
        progress: told about each tensor.
        cancelled: asked before each tensor.

    Raises:
        CheckpointError: anything missing, unexpected, misshaped, not finite or damaged.
    """
    checkpoint = open_checkpoint(folder, key_mode)
    return materialise(
        checkpoint,
        dtype=dtype,
        device=device,
        init_from_base=init_from_base,
        progress=progress,
        cancelled=cancelled,
    )


def require_fit(checkpoint: Checkpoint, init_from_base: bool = False) -> None:
    """Raise `CheckpointError` unless every tensor fits (base weights pass with `init_from_base`)."""
    found = checkpoint.mismatch
    if checkpoint.is_base and not found.unexpected and not found.misshaped:
        if init_from_base:
            return
        raise CheckpointError(
            f"{checkpoint.folder} holds base SD3.5 weights without the {len(found.missing)} tensors DiT4SR "
            "adds; choose a DiT4SR folder, or ask for an initialisation from base to train one."
        )
    if found:
        raise CheckpointError(found.sentence(checkpoint.folder))


def _aligned(tensor: Tensor) -> Tensor:
    """The tensor on a 64-byte boundary, where products round the same however the file was laid out."""
    return tensor.clone() if tensor.data_ptr() % 64 else tensor


def materialise(
    checkpoint: Checkpoint,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    init_from_base: bool = False,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> DiT4SR:
    """`load_transformer` for a checkpoint that is already open."""
    require_fit(checkpoint, init_from_base)
    for note in checkpoint.notes:
        warnings.warn(note.text(), CheckpointWarning, stacklevel=3)
    model = empty_transformer(checkpoint.config)
    names = sorted(checkpoint.weights.tensors)
    state = {}
    for done, name in enumerate(names):
        stop_if(cancelled)
        state[name] = _aligned(checkpoint.weights.read(name, dtype)).to(device)
        progress(done + 1, len(names), Activity(Phase.LOADING, done + 1, len(names), name))
    model.load_state_dict(state, strict=not checkpoint.is_base, assign=True)
    if checkpoint.is_base:
        init_added_parameters(model, dtype, torch.device(device))
    return model.eval().requires_grad_(False)
