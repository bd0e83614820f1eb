"""The sizes of a DiT4SR transformer, and how they are read from a `config.json`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CheckpointError, unreadable
from ..setting_words import KEY_MODES, KeyMode
from ..strict_json import read_json

LARGEST = {
    "num_layers": 512,
    "num_attention_heads": 512,
    "attention_head_dim": 1024,
    "sample_size": 8192,
    "patch_size": 64,
    "in_channels": 4096,
    "out_channels": 4096,
    "joint_attention_dim": 1 << 16,
    "caption_projection_dim": 1 << 16,
    "pooled_projection_dim": 1 << 16,
    "pos_embed_max_size": 4096,
    "lr_channels": 4096,
}
"""What a file may ask for: far above every model there is, far below what would fill the memory."""
LARGEST_WIDTH = 1 << 16
LARGEST_FILE = 1 << 20
"""Bytes of a config.json."""


def _check_size(name: str, value: object, largest: int) -> None:
    if value is None and name in ("joint_attention_dim", "pooled_projection_dim", "lr_channels"):
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= largest:
        raise CheckpointError(f"{name} must be a whole number from 1 to {largest}, but it is {value!r:.60}.")


CLIP_TOKENS = 77
T5_TOKENS = 256
TEXT_TOKENS = CLIP_TOKENS + T5_TOKENS
"""Of a caption, as Stable Diffusion 3.5 encodes it."""


@dataclass(frozen=True)
class DiT4SRConfig:
    """Every size and behaviour switch of one DiT4SR transformer.

    The defaults are the published 2.7B model (SD3.5-medium plus control layers). Names follow
    diffusers' `SD3Transformer2DModel` configuration; the fields below `qk_norm` are ours.
    """

    sample_size: int = 128
    patch_size: int = 2
    in_channels: int = 16
    out_channels: int = 16
    num_layers: int = 24
    num_attention_heads: int = 24
    attention_head_dim: int = 64
    joint_attention_dim: int | None = 4096
    """Width of a text token; None for a model without a text stream."""
    caption_projection_dim: int = 1536
    pooled_projection_dim: int | None = 2048
    """Width of the pooled text vector; None for a model without one."""
    dual_attention_layers: tuple[int, ...] = tuple(range(13))
    """Blocks with a second, image-only attention (`attn2`)."""
    pos_embed_max_size: int = 384
    qk_norm: str = "rms_norm"
    lr_channels: int | None = None
    """Channels of the LR latent when it has a patch embedding of its own; None shares the noise one."""
    attn2_has_context: bool = True
    """Keep the never-executed text projections of `attn2`, which published checkpoints contain."""
    key_control_mode: KeyMode = "legacy"
    """How LR keys are made: `legacy` normalises the noise keys twice, `fixed` uses `to_k_control`."""
    null_condition: bool = False
    """Trained with some conditions set to zero, so that guidance can steer away from the photo's absence."""
    control_conv_scale: float = 1.2
    """Weight of the cross-stream convolution (1.2 in inference, 1.0 in the published training)."""

    def __post_init__(self) -> None:
        for name, largest in LARGEST.items():
            _check_size(name, getattr(self, name), largest)
        _check_size("width", self.width, LARGEST_WIDTH)
        _check_size("positions", self.pos_embed_max_size**2 * self.width, 1 << 28)
        if not isinstance(self.control_conv_scale, int | float) or not abs(self.control_conv_scale) < 1e6:
            raise CheckpointError(f"control_conv_scale {self.control_conv_scale!r} is no usable number.")
        if self.qk_norm != "rms_norm":
            raise CheckpointError(f"qk_norm {self.qk_norm!r} is not supported; DiT4SR uses 'rms_norm'.")
        if self.key_control_mode not in KEY_MODES:
            raise CheckpointError(f"key mode {self.key_control_mode!r} is neither 'legacy' nor 'fixed'.")
        if self.has_text and self.caption_projection_dim != self.width:
            raise CheckpointError(
                f"caption_projection_dim {self.caption_projection_dim} must equal heads x head size "
                f"= {self.width}."
            )
        if len(self.dual_attention_layers) > LARGEST["num_layers"] or not all(
            isinstance(i, int) for i in self.dual_attention_layers
        ):
            raise CheckpointError("dual_attention_layers is not a list of layers.")
        outside = [i for i in self.dual_attention_layers if not 0 <= i < self.num_layers]
        if outside:
            raise CheckpointError(f"dual_attention_layers {outside} lie outside 0..{self.num_layers - 1}.")

    @property
    def width(self) -> int:
        """D, the number of channels of a token."""
        return self.num_attention_heads * self.attention_head_dim

    @property
    def largest_tile(self) -> int:
        """Side of the largest tile in latent cells: as many as there are positions for."""
        return self.patch_size * self.pos_embed_max_size

    @property
    def has_text(self) -> bool:
        """Whether the model has a text stream."""
        return self.joint_attention_dim is not None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary that `from_dict` reads back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> DiT4SRConfig:
        """Read a diffusers-style dictionary; unknown and underscore keys are ignored."""
        known = {f.name for f in dataclasses.fields(cls)}
        chosen = {k: v for k, v in values.items() if k in known}
        if "dual_attention_layers" in chosen:
            chosen["dual_attention_layers"] = tuple(chosen["dual_attention_layers"] or ())
        if chosen.get("out_channels", 0) is None:
            chosen["out_channels"] = chosen.get("in_channels", cls.in_channels)
        return cls(**chosen)

    @classmethod
    def from_file(cls, path: Path) -> DiT4SRConfig:
        """Read a `config.json`. Raises `CheckpointError` with the file's name."""
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise CheckpointError(f"{path} is too large for a model configuration.")
            values = read_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CheckpointError(unreadable(path, error)) from error
        except ValueError as error:
            raise CheckpointError(f"{path} could not be read as a model configuration: {error}.") from error
        if not isinstance(values, dict):
            raise CheckpointError(f"{path} holds no model configuration.")
        try:
            return cls.from_dict(values)
        except CheckpointError as error:
            raise CheckpointError(f"{path}: {error}") from error
        except (TypeError, OverflowError) as error:
            raise CheckpointError(f"{path} has a field of the wrong kind: {error}.") from error
