"""The nano's own codec: everything finer than a quarter of the LR photo's resolution, as a small latent.

The latent of an image is the leading principal components of the 8x8 blocks of (image - base), where
the base is the LR photo reduced to one pixel a token and enlarged again, with amplitudes compressed by a
signed square root. So edges and texture alike pass through the transformer, and a blurred picture
remains without it. The decoder expands the components, adds them to the base and refines the sum with a
convolutional network that sees nothing else of the LR photo and runs at LR resolution, which keeps it
cheap on a CPU. The condition is the latent of the bicubic upscaling beside learned features of the LR
photo.
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

    latent_channels: int = 24
    """Principal components kept of an 8x8 block of detail (192 values)."""
    feature_channels: int = 16
    """Learned channels of the LR latent, beside the `latent_channels` of the bicubic estimate."""
    width: int = 64
    feature_width: int = 96
    feature_blocks: int = 2
    decoder_blocks: int = 8

    @property
    def condition_channels(self) -> int:
        """Channels of the LR latent."""
        return self.latent_channels + self.feature_channels

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return dataclasses.asdict(self)


class ResidualBlock(nn.Module):
    """x + conv(silu(conv(x))), 3x3, constant width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.normal_(self.second.weight, std=0.1 / (3 * width**0.5))
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


def compress(x: Tensor) -> Tensor:
    """Signed square root: makes the heavy-tailed detail amplitudes close to normal."""
    return x.sign() * x.abs().sqrt()


def expand(x: Tensor) -> Tensor:
    """The inverse of `compress`."""
    return x * x.abs()


class NanoCodec(nn.Module):
    """Codec of the bundled model: scale 4, a latent cell for 8x8 output pixels (2x2 LR pixels).

    LR height and width must be multiples of 4; images are (N, 3, H, W) in [-1, 1]. `basis` holds the
    principal components, `latent_scale` the root mean squares that give latents unit variance; both are
    measured on the training photos.
    """

    basis: Tensor
    latent_scale: Tensor
    scale = 4
    downscale = 8
    alignment = 4

    def __init__(self, config: NanoCodecConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or NanoCodecConfig()
        width, latent = config.width, config.latent_channels
        self.latent_channels = latent
        detail = 3 * self.scale**2
        block = 3 * self.downscale**2
        inner = config.feature_width
        self.condition = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(width, inner, 2, stride=2),
            _blocks(config.feature_blocks, inner),
            nn.Conv2d(inner, config.feature_channels, 3, padding=1),
        )
        self.merge = nn.Conv2d(detail, width, 3, padding=1)
        self.decoder = _blocks(config.decoder_blocks, width)
        self.detail_out = nn.Conv2d(width, detail, 3, padding=1)
        self.register_buffer("basis", torch.eye(block)[:latent].contiguous())
        self.register_buffer("latent_scale", torch.ones(1, latent, 1, 1))

    @property
    def receptive_field(self) -> int:
        """LR pixels of halo that make tiled encoding of the condition and tiled decoding exact."""
        condition = 1 + 2 * (2 * self.config.feature_blocks + 1)
        decoder = 1 + 2 * self.config.decoder_blocks + 1
        base = 2 * self.alignment
        return max(condition, decoder) + base

    def base(self, lr: Tensor) -> Tensor:
        """The LR photo (N, 3, H, W), reduced and enlarged: the output (N, 3, 4H, 4W) without any detail."""
        return upscale_bicubic_tensor(F.avg_pool2d(lr, self.alignment), self.alignment * self.scale)

    def encode_lr(self, lr: Tensor) -> Tensor:
        """The condition latent (N, condition_channels, H/2, W/2).

        The first `latent_channels` are the latent of the bicubic upscaling, the rest learned features.
        """
        estimate = self.encode(upscale_bicubic_tensor(lr, self.scale), lr)
        learned = self.condition(lr)
        return torch.cat([estimate, learned.to(estimate.dtype)], dim=1)

    def estimate_latent(self, condition: Tensor) -> Tensor:
        """The latent of the bicubic upscaling, out of the condition latent."""
        return condition[:, : self.latent_channels]

    def detail(self, image: Tensor, lr: Tensor) -> Tensor:
        """The blocks (N, 192, H/2, W/2) of what an image (N, 3, 4H, 4W) has beyond the base."""
        return F.pixel_unshuffle(image - self.base(lr), self.downscale)

    def encode(self, image: Tensor, lr: Tensor) -> Tensor:
        """An image (N, 3, 4H, 4W) to its latent (N, latent_channels, H/2, W/2)."""
        return compress(F.conv2d(self.detail(image, lr), self.basis[..., None, None])) / self.latent_scale

    def draft(self, latent: Tensor, lr: Tensor) -> Tensor:
        """The base with the latent's components added: (N, 3, 4H, 4W), before refinement."""
        components = expand(latent * self.latent_scale)
        blocks = F.conv2d(components, self.basis.t()[..., None, None])
        return self.base(lr) + F.pixel_shuffle(blocks, self.downscale)

    def decode(self, latent: Tensor, lr: Tensor) -> Tensor:
        """(N, latent_channels, H/2, W/2) to (N, 3, 4H, 4W)."""
        draft = self.draft(latent, lr)
        hidden = self.decoder(self.merge(F.pixel_unshuffle(draft, self.scale)))
        return draft + F.pixel_shuffle(self.detail_out(F.silu(hidden)), self.scale)
