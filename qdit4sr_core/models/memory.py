"""How much memory a model needs, before anything is loaded, and how much there is."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .. import process_memory
from .config import TEXT_TOKENS, DiT4SRConfig

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
    unpacked: int = 0
    """The largest quantized layer in numbers, where layers are unpacked one at a time."""

    @property
    def peak(self) -> int:
        """The most that is held at a time: sampling, or embedding the caption beside the loaded model."""
        held = self.transformer + self.positions + self.codec
        return held + max(self.activations + self.unpacked, self.text_encoder)


@dataclass(frozen=True)
class QuantizedBytes:
    """What a quantized transformer holds in memory."""

    layers: int
    """Packed codes, scales, branches and biases of the quantized layers."""
    rest: int
    """Everything outside them, the position table not."""
    numbers: int
    """All quantized weights in numbers, were they kept."""
    largest: int
    """The largest of them in numbers."""


def quantized_bytes(
    config: DiT4SRConfig,
    dtype: torch.dtype,
    bits: float = 4.0,
    rank: int | None = None,
    group: int | None = None,
) -> QuantizedBytes:
    """Bytes of a transformer whose block linears are quantized, worked out from its architecture.

    Args:
        config: the architecture.
        dtype: of the part outside and of the products.
        bits: mean code width.
        rank: of 16-bit branches, global and local together; None for the paper's share of the width (40 at
            1536), 0 for none.
        group: input channels to a 16-bit scale; None for one scale a channel.
    """
    from torch import nn

    from .checkpoint import empty_transformer

    model = empty_transformer(config)
    rank = round(40 * config.width / 1536) if rank is None else rank
    rest = sum(p.numel() for p in model.parameters())
    layers, numbers, largest = 0.0, 0, 0
    for name, module in model.named_modules():
        if not (isinstance(module, nn.Linear) and name.startswith("transformer_blocks.")):
            continue
        outputs, inputs = module.out_features, module.in_features
        biases = 0 if module.bias is None else outputs
        groups = 1 if group is None else -(-inputs // group)
        rest -= outputs * inputs + biases
        layers += outputs * inputs * bits / 8 + 2 * outputs * groups + 2 * rank * (outputs + inputs)
        layers += 4 * biases
        numbers += outputs * inputs * dtype.itemsize
        largest = max(largest, outputs * inputs * dtype.itemsize)
    return QuantizedBytes(round(layers), rest * dtype.itemsize, numbers, largest)


def parameter_count(config: DiT4SRConfig) -> int:
    """Parameters of the transformer, never-executed ones included, the position table not."""
    from .checkpoint import empty_transformer

    return sum(p.numel() for p in empty_transformer(config).parameters())


def block_bytes(
    config: DiT4SRConfig, dtype: torch.dtype, cells: tuple[int, int], text_tokens: int, batch: int
) -> int:
    """Bytes of the tensors alive at once in a block, for `batch` latents of (height, width) `cells`."""
    tokens = 2 * (cells[0] // config.patch_size) * (cells[1] // config.patch_size)
    tokens += text_tokens if config.has_text else 0
    return batch * tokens * config.width * dtype.itemsize * WORKING_TENSORS


def estimate_memory(
    config: DiT4SRConfig,
    dtype: torch.dtype = torch.float16,
    *,
    tile: int = 64,
    text_tokens: int = TEXT_TOKENS,
    guided: bool = True,
    codec_parameters: int = 83_819_683,
    codec_width: int = 256,
    text_encoder: int = 0,
    quantized: QuantizedBytes | None = None,
) -> MemoryEstimate:
    """Bytes for sampling latent tiles of side `tile` and decoding a photo of one such tile (8 pixels a cell).

    The codec runs in float32; `codec_width` is that of its widest full-size layer (256 in SD3's VAE). With
    `quantized` the transformer is quantized and too large to keep its weights in numbers.
    """
    size = dtype.itemsize
    batch = 2 if guided and config.has_text else 1
    block = block_bytes(config, dtype, (tile, tile), text_tokens, batch)
    decoding = 4 * codec_width * (8 * tile) ** 2 * 4  # four maps of the decoder's widest full-size layer
    whole = parameter_count(config) * size if quantized is None else quantized.layers + quantized.rest
    return MemoryEstimate(
        transformer=whole,
        positions=config.pos_embed_max_size**2 * config.width * size,
        codec=codec_parameters * 4,
        activations=max(block, decoding),
        text_encoder=text_encoder,
        unpacked=0 if quantized is None else quantized.largest,
    )


def available_bytes(device: torch.device | str = "cpu") -> int:
    """Free memory of a device now."""
    device = torch.device(device)
    return int(torch.cuda.mem_get_info(device)[0]) if device.type == "cuda" else process_memory.free_bytes()


def reset_peak(device: torch.device | str) -> None:
    """Start measuring `peak_bytes` anew, where the system allows it: on CUDA, and for a process on Linux."""
    if torch.device(device).type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    else:
        process_memory.reset_peak()


def peak_bytes(device: torch.device | str = "cpu") -> int:
    """The most memory held at a time since `reset_peak`: on CUDA by tensors, else by this process.

    Where the system cannot start anew: since the process started.
    """
    device = torch.device(device)
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return process_memory.peak_bytes()


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
    if estimate_memory(config, torch.float32).peak <= free:
        return torch.float32
    return torch.bfloat16
