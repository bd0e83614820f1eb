"""Models as the rest of the program sees them: a transformer, its codec and its sampling defaults."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .codec import Codec
from .dit4sr import DiT4SR
from .size_requirements import SizeRequirements
from .text import TextCondition
from .text_encoders import EncodedCaption


@dataclass(frozen=True)
class SuperResolutionModel:
    """Everything that turns an LR photo into an upscaled one, but for the sampling settings."""

    name: str
    transformer: DiT4SR
    codec: Codec
    sampling_defaults: dict[str, Any] = field(default_factory=dict)
    source_hash: str = ""
    """SHA-256 of the weight file, hexadecimal."""
    folder: Path | None = None
    training: dict[str, Any] = field(default_factory=dict)
    """What a nano's file says of how it was trained."""
    text: TextCondition | EncodedCaption | None = None
    """What a model with text is told; None for one without."""
    minimum_side: int = 0
    """LR photos with a shorter side than this are enlarged to it first, and their results reduced again."""

    @property
    def sizes(self) -> SizeRequirements:
        """Which sizes of photo and tile it can work on."""
        return SizeRequirements.of(self.transformer.config, self.codec, self.minimum_side)

    @property
    def device(self) -> torch.device:
        """Where the model runs; for one opened without its weights, where its codec is."""
        if self.transformer.device.type != "meta" or not isinstance(self.codec, nn.Module):
            return self.transformer.device
        return next(self.codec.parameters()).device

    def with_caption(self, caption: str) -> SuperResolutionModel:
        """The same model told another caption; unchanged where there are no text encoders to read it."""
        if not isinstance(self.text, EncodedCaption) or self.text.caption == caption:
            return self
        return dataclasses.replace(self, text=dataclasses.replace(self.text, caption=caption))

    def embed_text(self) -> None:
        """Embed the caption now, which loads the text encoders, instead of in the first denoising step.

        Raises `CheckpointError` when an encoder is damaged.
        """
        if isinstance(self.text, EncodedCaption):
            _ = self.text.condition

    def with_transformer(self, transformer: DiT4SR) -> SuperResolutionModel:
        """The same model with another (quantized) transformer."""
        return dataclasses.replace(self, transformer=transformer)
