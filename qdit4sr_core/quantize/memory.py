"""How much memory a comparison will need, worked out before any weight is quantized."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import torch
from torch import nn

from ..errors import ArtifactError
from ..models.config import DiT4SRConfig
from ..models.memory import MemoryEstimate, QuantizedBytes, estimate_memory, parameter_count, quantized_bytes
from ..models.super_resolution_model import SuperResolutionModel
from .artifact.format import read_header
from .layer.residency import KEPT_BYTES
from .methods import MethodConfig
from .methods.base import resolve_ranks
from .variants import Variant


def method_bytes(config: DiT4SRConfig, method: MethodConfig, dtype: torch.dtype) -> QuantizedBytes:
    """What a transformer quantized by a method will hold; ranks left open count as the paper's."""
    rank: int | None = 0
    if hasattr(method, "global_rank"):
        rank = sum(resolve_ranks(method.global_rank, getattr(method, "local_rank", None), config.width))
    elif hasattr(method, "rank"):
        rank = method.rank
    return quantized_bytes(config, dtype, method.weight_bits, rank, getattr(method, "group", None))


def variant_bytes(config: DiT4SRConfig, variant: Variant, dtype: torch.dtype) -> QuantizedBytes | None:
    """What a variant's quantized transformer will hold; None where there is none.

    Raises:
        ArtifactError: the variant is an artifact that cannot be read.
    """
    if variant.kind == "method" and variant.config is not None:
        return method_bytes(config, variant.config, dtype)
    if variant.kind != "artifact" or variant.path is None:
        return None
    header = read_header(variant.path)
    return dataclasses.replace(quantized_bytes(header.transformer, dtype), layers=header.layer_bytes)


def estimate_comparison(
    model: SuperResolutionModel, variants: Sequence[Variant], *, tile: int, guided: bool
) -> MemoryEstimate:
    """The most that a comparison will hold, but for the program itself: every quantized model is kept.

    Args:
        model: loaded, or opened without its weights.
        variants: see `qdit4sr_core.quantize.variants`.
        tile: side of a latent tile.
        guided: whether two evaluations run as one batch.

    An artifact that cannot be read counts nothing: its variant will fail, and the others go on.
    """
    transformer = model.transformer
    config, dtype = transformer.config, transformer.dtype
    held, unpacked = 0, 0
    if transformer.device.type != "meta":
        held += parameter_count(config) * dtype.itemsize
    for variant in variants:
        try:
            quantized = variant_bytes(config, variant, dtype)
        except ArtifactError:
            continue
        if quantized is None:
            continue
        held += quantized.layers
        if variant.kind == "artifact":
            held += quantized.rest  # a method's model shares that part with full precision
        if quantized.numbers <= KEPT_BYTES:
            held += quantized.numbers
        else:
            unpacked = max(unpacked, quantized.largest)
    codec = model.codec
    parameters = list(codec.parameters()) if isinstance(codec, nn.Module) else []
    width = max((p.shape[0] for p in parameters if p.dim() == 4), default=0)
    estimate = estimate_memory(
        config,
        dtype,
        tile=tile,
        guided=guided,
        codec_parameters=sum(p.numel() for p in parameters),
        codec_width=min(width, 256),
    )
    return dataclasses.replace(estimate, transformer=held, unpacked=unpacked)
