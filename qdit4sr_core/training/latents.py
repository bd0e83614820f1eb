"""Latents and conditions of all training pairs, encoded once by the codec and kept in memory."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..models.nano_codec import NanoCodec
from .pairs import Pairs
from .run import Run, to_images


class LatentCache:
    """Half-precision latents (N, C, h, w) and conditions (N, C', h, w), filled a little at every step.

    Training can begin as soon as the first pairs are in.
    """

    def __init__(self, codec: NanoCodec, pairs: Pairs, run: Run, first: int = 512) -> None:
        self.codec, self.pairs, self.run = codec, pairs, run
        side = pairs.hr.shape[1] // codec.downscale
        shape = (len(pairs), codec.latent_channels, side, side)
        self.latent = torch.empty(shape, dtype=torch.float16)
        self.condition = torch.empty((shape[0], codec.config.condition_channels, side, side), dtype=torch.float16)
        self.filled = 0
        self.fill(first)

    @torch.no_grad()
    def fill(self, count: int) -> None:
        """Encode up to `count` more pairs."""
        end = min(len(self.pairs), self.filled + count)
        for start in range(self.filled, end, 16):
            stop = min(end, start + 16)
            hr = to_images(np.array(self.pairs.hr[start:stop]), self.run.device)
            lr = to_images(np.array(self.pairs.lr[start:stop]), self.run.device)
            with self.run.autocast():
                self.latent[start:stop] = self.codec.encode(hr, lr).half()
                self.condition[start:stop] = self.codec.encode_lr(lr).half()
        self.filled = end

    def draw(self, rng: np.random.Generator, batch: int, side: int, first: int) -> tuple[Tensor, Tensor]:
        """Random windows of `side` latent cells, on even cells, of pairs from `first` on; float32."""
        full = self.latent.shape[-1]
        latents, conditions = [], []
        for k in rng.integers(first, self.filled, batch):
            top, left = (2 * rng.integers(0, (full - side) // 2 + 1, 2)).tolist()
            window = (slice(top, top + side), slice(left, left + side))
            latents.append(self.latent[(k, slice(None), *window)])
            conditions.append(self.condition[(k, slice(None), *window)])
        device = self.run.device
        return torch.stack(latents).to(device).float(), torch.stack(conditions).to(device).float()
