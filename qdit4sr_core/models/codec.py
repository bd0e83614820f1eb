"""What every codec can do: between images and the latents the transformer works on."""

from typing import Protocol

from torch import Tensor


class Codec(Protocol):
    """Image to latent and back, both seen beside the LR photo.

    Images are (N, 3, height, width) in [-1, 1], sRGB. `lr` is the low-resolution photo at its own size;
    an output image is `scale` times as large. Latents have one cell for `downscale` x `downscale`
    output pixels and unit variance, so that the transformer's noise schedule fits.
    """

    latent_channels: int
    downscale: int
    scale: int
    alignment: int
    """LR pixels whose multiples a crop must start and end on, and an LR photo's sides must be."""

    @property
    def receptive_field(self) -> int:
        """LR pixels around a crop that can influence its decoding; a halo this wide makes tiles exact."""
        ...

    def encode_lr(self, lr: Tensor) -> Tensor:
        """LR photo (N, 3, H, W) to the condition latent (N, C', scale*H/downscale, scale*W/downscale)."""
        ...

    def encode(self, image: Tensor, lr: Tensor) -> Tensor:
        """Output-size image (N, 3, scale*H, scale*W) to its latent (N, latent_channels, h, w)."""
        ...

    def decode(self, latent: Tensor, lr: Tensor) -> Tensor:
        """Latent (N, latent_channels, h, w) to an image (N, 3, scale*H, scale*W), about [-1, 1]."""
        ...
