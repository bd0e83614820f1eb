"""Encoding the LR photo and decoding the latent crop by crop, exactly.

A codec without global layers gives the same values for a crop as for the whole, once the crop brings a halo
as wide as the codec's receptive field; the halo's own results are thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ..models.codec import Codec
from ..progress import CancelCheck, never_cancelled, stop_if

Report = Callable[[int, int], None]
"""`report(done, total)` crops."""


@dataclass(frozen=True)
class HaloCrop:
    """A core rectangle of LR pixels, and the larger one with its halo: (top, bottom, left, right)."""

    core: tuple[int, int, int, int]
    outer: tuple[int, int, int, int]

    def inner(self, tensor: Tensor, numerator: int, denominator: int) -> Tensor:
        """The core's part of a result computed on `outer`, at numerator/denominator of the LR resolution."""
        top, bottom, left, right = (
            (inner - self.outer[edge]) * numerator // denominator
            for inner, edge in zip(self.core, (0, 0, 2, 2), strict=True)
        )
        return tensor[..., top:bottom, left:right]


def halo_crops(height: int, width: int, size: int, halo: int, multiple: int) -> list[HaloCrop]:
    """Crops of about `size` LR pixels that cover height x width, all edges on multiples of `multiple`."""
    size = max(size // multiple, 1) * multiple
    halo = -(-halo // multiple) * multiple

    def axis(length: int) -> Iterator[tuple[int, int, int, int]]:
        for start in range(0, length, size):
            stop = min(start + size, length)
            yield start, stop, max(start - halo, 0), min(stop + halo, length)

    return [
        HaloCrop((top, bottom, left, right), (top_out, bottom_out, left_out, right_out))
        for top, bottom, top_out, bottom_out in axis(height)
        for left, right, left_out, right_out in axis(width)
    ]


def _stitch(
    crops: list[HaloCrop],
    compute: Callable[[HaloCrop], Tensor],
    numerator: int,
    denominator: int,
    cancelled: CancelCheck,
    report: Report | None,
) -> Tensor:
    result: Tensor | None = None
    bottom, right = crops[-1].core[1], crops[-1].core[3]
    for number, crop in enumerate(crops):
        stop_if(cancelled)
        part = crop.inner(compute(crop), numerator, denominator)
        if result is None:
            size = (bottom * numerator // denominator, right * numerator // denominator)
            result = torch.empty(*part.shape[:2], *size, dtype=part.dtype, device=part.device)
        edges = [edge * numerator // denominator for edge in crop.core]
        result[..., edges[0] : edges[1], edges[2] : edges[3]] = part
        if report is not None:
            report(number + 1, len(crops))
    if result is None:
        raise ValueError("there are no crops")
    return result


def _layout(codec: Codec, lr: Tensor, size: int) -> list[HaloCrop]:
    height, width = lr.shape[-2:]
    if size == 0 or codec.receptive_field >= max(height, width):
        size = max(height, width)  # every crop would need the whole photo
    return halo_crops(height, width, size, codec.receptive_field, codec.alignment)


def _cut(lr: Tensor, crop: HaloCrop) -> Tensor:
    top, bottom, left, right = crop.outer
    return lr[..., top:bottom, left:right]


def encode_lr_tiled(
    codec: Codec,
    lr: Tensor,
    size: int,
    *,
    cancelled: CancelCheck = never_cancelled,
    report: Report | None = None,
) -> Tensor:
    """`codec.encode_lr` of (1, 3, H, W) in crops of `size` LR pixels (0: at once); H, W fit whole cells."""
    crops = _layout(codec, lr, size)
    return _stitch(
        crops, lambda crop: codec.encode_lr(_cut(lr, crop)), codec.scale, codec.downscale, cancelled, report
    )


def decode_tiled(
    codec: Codec,
    latent: Tensor,
    lr: Tensor,
    size: int,
    *,
    cancelled: CancelCheck = never_cancelled,
    report: Report | None = None,
) -> Tensor:
    """`codec.decode` of (1, C, h, w) to (1, 3, scale*H, scale*W) in crops of `size` LR pixels (0: whole)."""
    cell = codec.downscale // codec.scale

    def decode(crop: HaloCrop) -> Tensor:
        top, bottom, left, right = (edge // cell for edge in crop.outer)
        return codec.decode(latent[..., top:bottom, left:right], _cut(lr, crop))

    return _stitch(_layout(codec, lr, size), decode, codec.scale, 1, cancelled, report)
