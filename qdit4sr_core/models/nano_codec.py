"""The nano's own codec: what a photo has beyond its bicubic upscaling, as a small learned latent.

The encoder looks at the residual (image - bicubic) and at the LR photo and says, in eight numbers for 8x8
output pixels, what the LR photo does not tell: where edges lie and which texture fills them. The decoder sees
the LR photo and the latent. With a latent of zeros it gives a soft picture: the texture is the latent's, and
the latent is the transformer's. All wide layers run at LR resolution, which keeps decoding cheap on a CPU.
Detail may be no more colourful than the LR photo is nearby, so that grey stays grey.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..colours import LUMA


@dataclass(frozen=True)
class NanoCodecConfig:
    """Sizes of the nano codec."""

    latent_channels: int = 8
    """Numbers for a cell of 8x8 output pixels."""
    feature_channels: int = 16
    """Learned channels of the condition, beside a guess of the latent."""
    width: int = 64
    """Channels of the decoder at LR resolution."""
    feature_width: int = 96
    """Channels of the encoder and of the condition network, at half the LR resolution."""
    feature_blocks: int = 3
    decoder_blocks: int = 14
    tail_width: int = 32
    """Channels at twice the LR resolution; half as many at the output's."""
    colour_share: float | None = None
    """Most colour that decoded detail may have, relative to the LR photo's nearby; None: any."""

    def __post_init__(self) -> None:
        if self.colour_share is not None and not 0 <= self.colour_share < float("inf"):
            raise ValueError(f"colour_share is {self.colour_share}, not a number from 0 on")

    @property
    def condition_channels(self) -> int:
        """Channels of the condition latent."""
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


def bound_colour(detail: Tensor, lr: Tensor, share: float) -> Tensor:
    """Detail whose colour is at most `share` of that of the LR photo nearby; its luma is kept.

    Colour is the largest minus the smallest channel, after luma (Rec. 601) has been taken from the detail;
    nearby means 3x3 LR pixels. Colour that noise or a wrong latent brings into grey goes, edges between
    colours stay.

    Args:
        detail: (N, 3, sH, sW), what is added to the upscaled photo.
        lr: (N, 3, H, W), the photo.
        share: 0 for detail in grey only.
    """
    nearby = F.max_pool2d(_colourfulness(lr), 3, stride=1, padding=1)
    allowed = share * F.interpolate(nearby, detail.shape[-2:], mode="bilinear", align_corners=False)
    luma = (detail * detail.new_tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    colour = detail - luma
    return luma + colour * (allowed / (_colourfulness(colour) + 1e-6)).clamp(max=1)


def _colourfulness(image: Tensor) -> Tensor:
    """(N, 3, H, W) to (N, 1, H, W): zero where all channels are equal."""
    return image.amax(1, keepdim=True) - image.amin(1, keepdim=True)


class Decoder(nn.Module):
    """Latent cells and the LR photo to the residual that the bicubic upscaling lacks."""

    def __init__(self, config: NanoCodecConfig, cell: int) -> None:
        super().__init__()
        width, tail = config.width, config.tail_width
        self.cell = cell
        self.photo = nn.Conv2d(3, width, 3, padding=1)
        self.latent = nn.Conv2d(config.latent_channels, width * cell**2, 1)
        self.body = _blocks(config.decoder_blocks, width)
        self.twice = nn.Conv2d(width, 4 * tail, 3, padding=1)
        self.finer = nn.Conv2d(tail, 2 * tail, 3, padding=1)
        self.out = nn.Conv2d(tail // 2, 3, 3, padding=1)
        nn.init.normal_(self.out.weight, std=0.02)

    def forward(self, latent: Tensor, lr: Tensor) -> Tensor:
        """(N, C, H/2, W/2) latents and (N, 3, H, W) photos to (N, 3, 4H, 4W)."""
        x = self.photo(lr) + F.pixel_shuffle(self.latent(latent), self.cell)
        x = x + self.body(x)
        x = F.pixel_shuffle(F.silu(self.twice(x)), 2)  # (N, tail, 2H, 2W)
        x = F.pixel_shuffle(F.silu(self.finer(x)), 2)  # (N, tail/2, 4H, 4W)
        y: Tensor = self.out(x)
        return y


class Condition(nn.Module):
    """The LR photo as the transformer sees it: a guess of the latent, and features of unit variance."""

    def __init__(self, config: NanoCodecConfig, cell: int) -> None:
        super().__init__()
        width, inner = config.width, config.feature_width
        self.guessed = config.latent_channels
        self.network = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(width, inner, cell, stride=cell),
            _blocks(config.feature_blocks, inner),
            nn.SiLU(),
            nn.Conv2d(inner, config.condition_channels, 3, padding=1),
        )
        self.norm = nn.BatchNorm2d(config.feature_channels, momentum=0.02, affine=False)

    def forward(self, lr: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, latent_channels + feature_channels, H/2, W/2)."""
        guess, features = self.network(lr).tensor_split([self.guessed], dim=1)
        return torch.cat([guess, self.norm(features)], dim=1)


class NanoCodec(nn.Module):
    """Codec of the bundled model: scale 4, a latent cell for 8x8 output pixels (2x2 LR pixels).

    LR height and width must be multiples of 4; images are (N, 3, H, W) in [-1, 1]. Latents have unit variance
    and zero mean in every channel, measured on the training photos.
    """

    scale = 4
    downscale = 8
    alignment = 4

    def __init__(self, config: NanoCodecConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or NanoCodecConfig()
        self.latent_channels = config.latent_channels
        inner = config.feature_width
        cell = self.downscale // self.scale
        self.condition = Condition(config, cell)
        self.encoder = nn.Sequential(
            nn.Conv2d(3 * self.downscale**2 + 3 * cell**2, inner, 3, padding=1),
            _blocks(config.feature_blocks, inner),
            nn.Conv2d(inner, config.latent_channels, 3, padding=1),
            nn.BatchNorm2d(config.latent_channels, momentum=0.02, affine=False),
        )
        self.decoder = Decoder(config, cell)

    @property
    def receptive_field(self) -> int:
        """LR pixels of halo that make tiled encoding of the condition and tiled decoding exact."""
        condition = 1 + 2 * (2 * self.config.feature_blocks + 1)
        decoder = 1 + 2 * self.config.decoder_blocks + 3
        bicubic = 2
        return max(condition, decoder + bicubic)

    def encode_lr(self, lr: Tensor) -> Tensor:
        """The condition latent (N, condition_channels, H/2, W/2), see `Condition`."""
        y: Tensor = self.condition(lr)
        return y

    def estimate_latent(self, condition: Tensor) -> Tensor:
        """The latent's expected value (N, latent_channels, h, w), out of the condition latent."""
        return condition[:, : self.latent_channels]

    def encode(self, image: Tensor, lr: Tensor) -> Tensor:
        """An image (N, 3, 4H, 4W) to its latent (N, latent_channels, H/2, W/2)."""
        residual = image - upscale_bicubic_tensor(lr, self.scale)
        cells = F.pixel_unshuffle(residual, self.downscale)  # (N, 192, H/2, W/2)
        photo = F.pixel_unshuffle(lr, self.downscale // self.scale)  # (N, 12, H/2, W/2)
        y: Tensor = self.encoder(torch.cat([cells, photo], dim=1))
        return y

    def decode(self, latent: Tensor, lr: Tensor) -> Tensor:
        """(N, latent_channels, H/2, W/2) to (N, 3, 4H, 4W)."""
        detail: Tensor = self.decoder(latent, lr)
        if self.config.colour_share is not None:
            detail = bound_colour(detail, lr, self.config.colour_share)
        return upscale_bicubic_tensor(lr, self.scale) + detail
