"""The nano's own codec: a small conditional latent autoencoder that works at LR resolution.

The decoder adds to the bicubic upscaling, so an empty latent gives a soft but correct picture; the
latent carries the detail. All heavy layers run on LR pixels, which keeps decoding cheap on a CPU.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class NanoCodecConfig:
    """Sizes of the nano codec."""

    latent_channels: int = 8
    condition_channels: int = 32
    """Channels of the LR latent; the first `latent_channels` estimate the latent's mean given the LR."""
    width: int = 64
    trunk_blocks: int = 5
    encoder_blocks: int = 3
    decoder_blocks: int = 6

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return dataclasses.asdict(self)


class ResidualBlock(nn.Module):
    """x + conv(silu(conv(x))), 3x3, constant width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        assert self.second.bias is not None
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) to the same shape."""
        y: Tensor = x + self.second(F.silu(self.first(x)))
        return y


def _blocks(count: int, width: int) -> nn.Sequential:
    return nn.Sequential(*(ResidualBlock(width) for _ in range(count)))


def upscale_bicubic_tensor(lr: Tensor, scale: int) -> Tensor:
    """Bicubic upscaling of (N, 3, H, W), the image that the decoder adds detail to."""
    return F.interpolate(lr, scale_factor=scale, mode="bicubic", align_corners=False)


class NanoCodec(nn.Module):
    """Codec of the bundled model: scale 4, a latent cell for 8x8 output pixels (2x2 LR pixels).

    LR height and width must be even; images are (N, 3, H, W) in [-1, 1].
    """

    scale = 4
    downscale = 8

    def __init__(self, config: NanoCodecConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or NanoCodecConfig()
        width, latent = config.width, config.latent_channels
        self.latent_channels = latent
        detail = 3 * self.scale**2
        self.trunk = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), _blocks(config.trunk_blocks, width))
        self.condition = nn.Sequential(
            nn.Conv2d(width, 2 * width, 2, stride=2),
            ResidualBlock(2 * width),
            nn.Conv2d(2 * width, config.condition_channels, 3, padding=1),
        )
        self.encoder = nn.Sequential(
            nn.Conv2d(detail + width, width, 3, padding=1),
            _blocks(config.encoder_blocks, width),
            nn.Conv2d(width, 2 * width, 2, stride=2),
            ResidualBlock(2 * width),
            nn.Conv2d(2 * width, 2 * latent, 3, padding=1),
        )
        self.latent_in = nn.Conv2d(latent, 4 * width, 3, padding=1)
        self.merge = nn.Conv2d(2 * width, width, 3, padding=1)
        self.decoder = _blocks(config.decoder_blocks, width)
        self.detail_out = nn.Conv2d(width, detail, 3, padding=1)

    @property
    def receptive_field(self) -> int:
        """LR pixels of halo that make tiled encoding of the condition and tiled decoding exact."""
        config = self.config
        trunk = 1 + 2 * config.trunk_blocks
        decoder = 2 + 2 * config.decoder_blocks + 2  # merge, detail_out, blocks, latent_in (one cell)
        condition = 2 * 3 + 2
        return trunk + max(decoder, condition) + 2

    def features(self, lr: Tensor) -> Tensor:
        """Shared LR features (N, width, H, W)."""
        y: Tensor = self.trunk(lr)
        return y

    def encode_lr(self, lr: Tensor) -> Tensor:
        """The condition latent (N, condition_channels, H/2, W/2)."""
        y: Tensor = self.condition(self.features(lr))
        return y

    def posterior(self, image: Tensor, lr: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (N, latent_channels, H/2, W/2) of the latent of an output-size image."""
        detail = F.pixel_unshuffle(image - upscale_bicubic_tensor(lr, self.scale), self.scale)
        mean, log_variance = self.encoder(torch.cat([detail, features], dim=1)).chunk(2, dim=1)
        return mean, log_variance.clamp(-8.0, 2.0)

    def encode(self, image: Tensor, lr: Tensor) -> Tensor:
        """The posterior mean: (N, 3, 4H, 4W) to (N, latent_channels, H/2, W/2)."""
        return self.posterior(image, lr, self.features(lr))[0]

    def decode(self, latent: Tensor, lr: Tensor) -> Tensor:
        """(N, latent_channels, H/2, W/2) to (N, 3, 4H, 4W)."""
        return self.decode_features(latent, lr, self.features(lr))

    def decode_features(self, latent: Tensor, lr: Tensor, features: Tensor) -> Tensor:
        """`decode` with LR features computed before."""
        carried = F.pixel_shuffle(self.latent_in(latent), 2)  # (N, width, H, W)
        hidden = self.merge(torch.cat([carried, features], dim=1))
        detail = F.pixel_shuffle(self.detail_out(F.silu(self.decoder(hidden))), self.scale)
        return upscale_bicubic_tensor(lr, self.scale) + detail
