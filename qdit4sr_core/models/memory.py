"""How much memory a model needs, before anything is loaded, and how much there is."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import torch

from .config import DiT4SRConfig

WORKING_TENSORS = 26
"""Token-wide tensors alive at once in a block: the FF's hidden layer (4 wide) in four forms (before and
after the activation, convolved, joined), queries, keys and values of all streams, attention output, norms.
Counted from the block's code; measured peaks lie below."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes by purpose, for one LR photo sampled with guidance, at one dtype."""

    transformer: int
    positions: int
    codec: int
    activations: int
    text_encoder: int = 0
    """The largest encoder; each is loaded, used and freed before the transformer runs."""

    @property
    def peak(self) -> int:
        """The most that is held at a time: sampling, or embedding the caption beside the loaded model."""
        held = self.transformer + self.positions + self.codec
        return held + max(self.activations, self.text_encoder)


def parameter_count(config: DiT4SRConfig) -> int:
    """Parameters of the transformer, never-executed ones included, the position table not."""
    from .checkpoint import empty_transformer

    return sum(p.numel() for p in empty_transformer(config).parameters())


def estimate_memory(
    config: DiT4SRConfig,
    dtype: torch.dtype = torch.float16,
    *,
    tile: int = 64,
    text_tokens: int = 333,
    guided: bool = True,
    codec_parameters: int = 83_819_683,
    text_encoder: int = 0,
) -> MemoryEstimate:
    """Bytes for sampling latent tiles of side `tile` and decoding a photo of one such tile (8 pixels a cell).

    The VAE runs in float32.
    """
    size = dtype.itemsize
    tokens = 2 * (tile // config.patch_size) ** 2 + (text_tokens if config.has_text else 0)
    batch = 2 if guided and config.has_text else 1
    block = batch * tokens * config.width * size * WORKING_TENSORS
    decoding = 4 * 256 * (8 * tile) ** 2 * 4  # four maps of the decoder's widest full-size layer
    return MemoryEstimate(
        transformer=parameter_count(config) * size,
        positions=config.pos_embed_max_size**2 * config.width * size,
        codec=codec_parameters * 4,
        activations=max(block, decoding),
        text_encoder=text_encoder,
    )


def available_bytes(device: torch.device | str = "cpu") -> int | None:
    """Free memory of a device now; None where the system does not say."""
    device = torch.device(device)
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    if sys.platform.startswith("linux"):
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    return None


def reset_peak(device: torch.device | str) -> None:
    """Start measuring `peak_bytes` anew, where the system allows it (CUDA)."""
    if torch.device(device).type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def peak_bytes(device: torch.device | str = "cpu") -> int | None:
    """The most memory held at a time: on CUDA since `reset_peak`, else by this process since it started.

    None where the system does not say.
    """
    device = torch.device(device)
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def readable(count: int) -> str:
    """`5.43 GB`, `84 MB`: decimal units, as model files are usually quoted."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def best_device() -> torch.device:
    """CUDA or Apple's GPU when there is one, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def best_dtype(config: DiT4SRConfig, device: torch.device | str) -> torch.dtype:
    """Half precision on CUDA (as published), float32 elsewhere unless only bfloat16 fits in free memory."""
    device = torch.device(device)
    if device.type == "cuda":
        return torch.float16
    free = available_bytes(device)
    if free is None or estimate_memory(config, torch.float32).peak <= free:
        return torch.float32
    return torch.bfloat16
