"""The nano's own codec: what bicubic upscaling misses, as a small latent, at LR resolution.

The latent of an image is the leading principal components of the 8x8 blocks of (image - bicubic), with
amplitudes compressed by a signed square root. It is zero where bicubic is right, so a weak or damaged
latent gives a soft picture, and its errors weigh least where the picture is smooth. The decoder expands
the components, adds them to the bicubic picture and refines the sum with a convolutional network that
runs on LR pixels, which keeps it cheap on a CPU. The condition is a small network of its own, so that
the decoder can be trained while the transformer is.
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

    latent_channels: int = 16
    """Principal components kept of an 8x8 block of the missing detail (192 values)."""
    condition_channels: int = 32
    """Channels of the LR latent."""
    width: int = 64
    condition_width: int = 96
    condition_blocks: int = 2
    trunk_blocks: int = 5
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

    LR height and width must be even; images are (N, 3, H, W) in [-1, 1]. `basis` holds the principal
    components, `latent_scale` the root mean squares that give latents unit variance; both are measured
    on the training photos.
    """

    basis: Tensor
    latent_scale: Tensor
    scale = 4
    downscale = 8

    def __init__(self, config: NanoCodecConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or NanoCodecConfig()
        width, latent = config.width, config.latent_channels
        self.latent_channels = latent
        detail = 3 * self.scale**2
        block = 3 * self.downscale**2
        inner = config.condition_width
        self.condition = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(width, inner, 2, stride=2),
            _blocks(config.condition_blocks, inner),
            nn.Conv2d(inner, config.condition_channels, 3, padding=1),
        )
        self.trunk = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), _blocks(config.trunk_blocks, width))
        self.merge = nn.Conv2d(detail + width, width, 3, padding=1)
        self.decoder = _blocks(config.decoder_blocks, width)
        self.detail_out = nn.Conv2d(width, detail, 3, padding=1)
        self.register_buffer("basis", torch.eye(block)[:latent].contiguous())
        self.register_buffer("latent_scale", torch.ones(1, latent, 1, 1))

    @property
    def receptive_field(self) -> int:
        """LR pixels of halo that make tiled encoding of the condition and tiled decoding exact."""
        condition = 1 + 2 * (2 * self.config.condition_blocks + 1)
        decoder = 1 + 2 * self.config.trunk_blocks + 1 + 2 * self.config.decoder_blocks + 1
        bicubic = 2
        return max(condition, decoder) + bicubic

    def features(self, lr: Tensor) -> Tensor:
        """LR features for the decoder (N, width, H, W)."""
        y: Tensor = self.trunk(lr)
        return y

    def encode_lr(self, lr: Tensor) -> Tensor:
        """The condition latent (N, condition_channels, H/2, W/2); learned together with the transformer."""
        y: Tensor = self.condition(lr)
        return y

    def encode(self, image: Tensor, lr: Tensor) -> Tensor:
        """Components of what bicubic misses: (N, 3, 4H, 4W) to (N, latent_channels, H/2, W/2)."""
        missing = F.pixel_unshuffle(image - upscale_bicubic_tensor(lr, self.scale), self.downscale)
        return compress(F.conv2d(missing, self.basis[..., None, None])) / self.latent_scale

    def synthesise(self, latent: Tensor) -> Tensor:
        """The image detail (N, 3, 4H, 4W) that the latent's components stand for."""
        components = expand(latent * self.latent_scale)
        return F.pixel_shuffle(F.conv2d(components, self.basis.t()[..., None, None]), self.downscale)

    def decode(self, latent: Tensor, lr: Tensor) -> Tensor:
        """(N, latent_channels, H/2, W/2) to (N, 3, 4H, 4W)."""
        return self.decode_features(latent, lr, self.features(lr))

    def decode_features(self, latent: Tensor, lr: Tensor, features: Tensor) -> Tensor:
        """`decode` with LR features computed before."""
        draft = upscale_bicubic_tensor(lr, self.scale) + self.synthesise(latent)
        hidden = self.merge(torch.cat([F.pixel_unshuffle(draft, self.scale), features], dim=1))
        return draft + F.pixel_shuffle(self.detail_out(F.silu(self.decoder(hidden))), self.scale)
