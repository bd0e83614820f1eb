"""The Stable Diffusion 3 VAE as a codec, through diffusers' `AutoencoderKL`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..errors import CheckpointError
from ..strict_json import read_json
from .checkpoint import mismatch
from .tiled_vae import tiled_decode, tiled_encode
from .weight_files import LazyWeights, find_weights

_OLD_ATTENTION_NAMES = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
WHOLE_IMAGE = 1 << 20
"""A receptive field wider than any photo: the VAE's norms and attention see the whole image."""


class SD3VAE(nn.Module):
    """Codec over an `AutoencoderKL`: latents are (z - shift) * scale, both from its configuration.

    The LR photo is upscaled first, as the published preprocessing does; the VAE itself does not look at it.
    """

    def __init__(
        self, vae: Any, *, scale: int = 4, tile: int = 768, posterior_seed: int | None = None
    ) -> None:
        """Wrap a loaded VAE.

        Args:
            vae: diffusers' `AutoencoderKL`.
            scale: how many times an LR photo is enlarged.
            tile: images with more than tile * tile pixels are coded layer by layer in tiles of this side.
            posterior_seed: None takes the posterior's mean; a number samples it, reproducibly.
        """
        super().__init__()
        self.vae = vae
        self.latent_channels: int = vae.config.latent_channels
        self.downscale: int = 2 ** (len(vae.config.block_out_channels) - 1)
        self.scale = scale
        self.alignment: int = self.downscale // scale
        self.receptive_field = WHOLE_IMAGE
        self.tile = tile
        self.posterior_seed = posterior_seed
        self.latent_scale: float = vae.config.scaling_factor
        self.latent_shift: float = vae.config.shift_factor or 0.0

    @property
    def _weight(self) -> Tensor:
        weight: Tensor = self.vae.decoder.conv_in.weight
        return weight

    def _store(self, pixels: int) -> torch.device:
        """Where maps of an image of `pixels` wait: the device, if three of the widest fit it."""
        weight = self._weight
        if weight.device.type != "cuda":
            return weight.device
        channels = self.vae.config.block_out_channels[min(1, len(self.vae.config.block_out_channels) - 1)]
        needed = 3 * channels * pixels * weight.element_size()
        return weight.device if needed < torch.cuda.mem_get_info(weight.device)[0] else torch.device("cpu")

    def encode_lr(self, lr: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] to the condition latent (N, C, scale*H/8, scale*W/8)."""
        return self.encode(upscale_like_published(lr, self.scale), lr)

    def encode(self, image: Tensor, lr: Tensor) -> Tensor:  # noqa: ARG002 (the VAE does not look at the LR photo)
        """(N, 3, scale*H, scale*W) to (N, C, h, w): the posterior's mean, or a seeded sample of it."""
        image = image.to(self._weight.device, self._weight.dtype)
        pixels = image.shape[2] * image.shape[3]
        if pixels > self.tile**2:
            moments = tiled_encode(self.vae.encoder, image, self.tile, self._store(pixels))
        else:
            moments = self.vae.encoder(image)
        if self.vae.quant_conv is not None:
            moments = self.vae.quant_conv(moments)
        mean, log_variance = moments.float().chunk(2, dim=1)
        if self.posterior_seed is not None:
            generator = torch.Generator().manual_seed(self.posterior_seed)
            noise = torch.randn(mean.shape, generator=generator).to(mean.device)
            mean = mean + noise * torch.exp(0.5 * log_variance.clamp(-30, 20))
        return (mean - self.latent_shift) * self.latent_scale

    def decode(self, latent: Tensor, lr: Tensor) -> Tensor:  # noqa: ARG002
        """(N, C, h, w) to (N, 3, scale*H, scale*W), about [-1, 1]."""
        z = latent / self.latent_scale + self.latent_shift
        z = z.to(self._weight.device, self._weight.dtype)
        if self.vae.post_quant_conv is not None:
            z = self.vae.post_quant_conv(z)
        pixels = latent.shape[2] * latent.shape[3] * self.downscale**2
        if pixels > self.tile**2:
            image = tiled_decode(self.vae.decoder, z, self.tile, self._store(pixels))
        else:
            image = self.vae.decoder(z)
        return image.to(latent.device, latent.dtype)


def upscale_like_published(lr: Tensor, scale: int) -> Tensor:
    """Bicubic enlargement (N, 3, H, W) -> (N, 3, scale*H, scale*W) in 8-bit steps, values in [-1, 1].

    The published preprocessing resizes an 8-bit image with Pillow's bicubic filter: a = -0.5, columns first,
    rounded and clamped to 8 bits after each pass. torch's antialiased bicubic has the same kernel.
    """
    levels = (lr.float() + 1) * 127.5
    height, width = lr.shape[-2:]
    for size in ((height, width * scale), (height * scale, width * scale)):
        levels = F.interpolate(levels, size, mode="bicubic", antialias=True).round().clamp(0, 255)
    return (levels / 127.5 - 1).to(lr.dtype)


def read_vae_config(folder: Path) -> dict[str, Any]:
    """The VAE's config.json. Raises `CheckpointError` when it is none or of another kind of VAE."""
    path = folder / "config.json"
    try:
        config = read_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} could not be read as a VAE configuration: {error}.") from error
    kind = config.get("_class_name", "AutoencoderKL") if isinstance(config, dict) else None
    if kind != "AutoencoderKL" or "latent_channels" not in config:
        raise CheckpointError(f"{path} does not describe an AutoencoderKL; choose the SD3.5 folder's vae/.")
    blocks = config.get("block_out_channels", [])
    if not isinstance(blocks, list | tuple):
        raise CheckpointError(f"{path} has a field of the wrong kind: block_out_channels.")
    sizes = [config["latent_channels"], config.get("layers_per_block", 1), len(blocks) or 1, *blocks]
    largest = [4096, 32, 8, *[8192] * len(blocks)]
    for size, most in zip(sizes, largest, strict=True):
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= most:
            raise CheckpointError(f"{path} asks for impossible sizes ({size!r:.40}); it is damaged.")
    return dict(config)


def require_latent_width(config: dict[str, Any], channels: int, folder: Path) -> None:
    """Raise `CheckpointError` unless the VAE's latents have as many channels as the transformer expects."""
    if config["latent_channels"] != channels:
        raise CheckpointError(
            f"The VAE in {folder} makes latents of {config['latent_channels']} channels, but the transformer "
            f"expects {channels}; choose the VAE the model was trained with (SD3.5's has 16)."
        )


def load_sd3_vae(
    folder: Path,
    *,
    latent_channels: int | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    scale: int = 4,
    posterior_seed: int | None = None,
) -> SD3VAE:
    """Load a VAE folder strictly. `latent_channels` is the transformer's, checked before any weight is read.

    Raises:
        CheckpointError: the folder or its weights do not fit, or diffusers is not installed.
    """
    config = read_vae_config(folder)
    if latent_channels is not None:
        require_latent_width(config, latent_channels, folder)
    weights = LazyWeights(find_weights(folder).files)
    for name in list(weights.tensors):
        *path, module, kind = name.split(".")
        if module in _OLD_ATTENTION_NAMES and "attentions" in path:
            weights.tensors[".".join([*path, _OLD_ATTENTION_NAMES[module], kind])] = weights.tensors.pop(name)
    kind = _autoencoder_class()
    try:
        with torch.device("meta"):
            vae = kind.from_config(config)
    except Exception as error:  # diffusers raises anything for values that do not fit together
        raise CheckpointError(f"{folder} has a configuration that cannot be used: {error}.") from error
    expected = {name: tuple(tensor.shape) for name, tensor in vae.state_dict().items()}
    if found := mismatch(expected, weights.shapes):
        raise CheckpointError(found.sentence(folder))
    state = {name: weights.read(name, dtype).to(device) for name in weights.tensors}
    vae.load_state_dict(state, assign=True)
    vae.eval().requires_grad_(False)
    return SD3VAE(vae, scale=scale, posterior_seed=posterior_seed)


def _autoencoder_class() -> Any:
    from ..metrics.torchvision_operators import import_torchvision

    try:
        import_torchvision()
        from diffusers import AutoencoderKL
    except ImportError as error:
        raise CheckpointError(
            f"The published model's VAE needs diffusers ({error}); run pip install 'qdit4sr[published]'."
        ) from error
    return AutoencoderKL
