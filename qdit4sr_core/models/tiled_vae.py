"""The SD3 VAE in tiles, layer by layer, with the same result as in one piece.

Decoding overlapping tiles separately and blending them leaves tone steps, because every GroupNorm sees only
its tile. Here each layer runs over all tiles before the next starts: group statistics are gathered over the
whole map, and each 3x3 convolution reads one pixel of its neighbours. Nothing is blended, so there is no
seam; the difference to an untiled run is float rounding. The middle block with its global attention runs at
latent size in one piece. Maps wait on `store` (host memory, if the GPU is small), tiles visit the device.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Affine = tuple[Tensor, Tensor]


def _tiles(height: int, width: int, tile: int) -> Iterator[tuple[int, int, int, int]]:
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            yield top, min(top + tile, height), left, min(left + tile, width)


def group_affine(x: Tensor, norm: nn.GroupNorm, tile: int) -> Affine:
    """GroupNorm of the whole map as one scale and shift per channel, each (N, C, 1, 1) float32.

    Means and squared deviations of the tiles are merged pairwise (Chan et al. 1983), which stays exact
    for maps of many million values in float32.
    """
    device, groups = norm.weight.device, norm.num_groups
    count, mean, deviation = 0, None, None
    for top, bottom, left, right in _tiles(x.shape[2], x.shape[3], tile):
        values = x[:, :, top:bottom, left:right].to(device).float().flatten(2)
        values = values.reshape(x.shape[0], groups, -1)  # (N, G, C/G * pixels)
        size = values.shape[2]
        part_mean = values.mean(2)
        part_deviation = (values - part_mean[..., None]).square().sum(2)
        if mean is None or deviation is None:
            count, mean, deviation = size, part_mean, part_deviation
            continue
        total = count + size
        delta = part_mean - mean
        mean = mean + delta * (size / total)
        deviation = deviation + part_deviation + delta.square() * (count * (size / total))
        count = total
    assert mean is not None
    assert deviation is not None
    per_group = x.shape[1] // groups
    inverse = torch.rsqrt(deviation / count + norm.eps).repeat_interleave(per_group, 1)
    scale = inverse * norm.weight.float()
    shift = norm.bias.float() - mean.repeat_interleave(per_group, 1) * scale
    return scale[..., None, None], shift[..., None, None]


def tiled_conv(
    x: Tensor,
    conv: nn.Conv2d,
    tile: int,
    *,
    affine: Affine | None = None,
    upsample: bool = False,
    pad_after: int = 0,
    residual: Tensor | None = None,
    shortcut: nn.Module | None = None,
) -> Tensor:
    """Convolve a map tile by tile.

    Args:
        x: (N, C, h, w), on the storing device.
        conv: square kernel; its own padding is applied at the borders of the map.
        tile: side of an output tile.
        affine: normalise with this and apply SiLU before convolving.
        upsample: repeat each pixel twice in both directions first.
        pad_after: extra zeros right and below (the encoder's downsampling).
        residual: map of the output's size to add, through `shortcut` when given.
        shortcut: 1x1 convolution for the residual.

    Returns:
        (N, C', h', w') on the storing device.
    """
    device, dtype = conv.weight.device, conv.weight.dtype
    kernel, stride, pad = conv.kernel_size[0], conv.stride[0], int(conv.padding[0])
    factor = 2 if upsample else 1
    sizes = [side * factor for side in x.shape[2:]]  # of the map the kernel slides over
    height, width = ((side + 2 * pad + pad_after - kernel) // stride + 1 for side in sizes)
    out = torch.empty(x.shape[0], conv.out_channels, height, width, dtype=dtype, device=x.device)
    for top, bottom, left, right in _tiles(height, width, tile):
        spans = []  # per axis: source start and stop, offset inside the upsampled source, zeros before, after
        for first, last, size in ((top, bottom, sizes[0]), (left, right, sizes[1])):
            start, stop = first * stride - pad, (last - 1) * stride - pad + kernel
            inner_start, inner_stop = max(start, 0), min(stop, size)
            source = inner_start // factor, -(-inner_stop // factor)
            spans.append((*source, inner_start - source[0] * factor, inner_start - start, stop - inner_stop))
        (y0, y1, y_skip, above, below), (x0, x1, x_skip, before, after) = spans
        piece = x[:, :, y0:y1, x0:x1].to(device)
        if affine is not None:
            piece = F.silu(piece.float() * affine[0] + affine[1]).to(dtype)
        if upsample:
            piece = piece.repeat_interleave(2, 2).repeat_interleave(2, 3)
        rows = (bottom - top - 1) * stride + kernel - above - below
        columns = (right - left - 1) * stride + kernel - before - after
        piece = piece[:, :, y_skip : y_skip + rows, x_skip : x_skip + columns]
        piece = F.pad(piece, (before, after, above, below))
        result = F.conv2d(piece, conv.weight, conv.bias, stride)
        if residual is not None:
            added = residual[:, :, top:bottom, left:right].to(device)
            result = result + (shortcut(added) if shortcut is not None else added)
        out[:, :, top:bottom, left:right] = result.to(out.device)
    return out


def _resnet(x: Tensor, block: Any, tile: int) -> Tensor:
    hidden = tiled_conv(x, block.conv1, tile, affine=group_affine(x, block.norm1, tile))
    return tiled_conv(
        hidden,
        block.conv2,
        tile,
        affine=group_affine(hidden, block.norm2, tile),
        residual=x,
        shortcut=block.conv_shortcut,
    )


def _head(x: Tensor, coder: Any, tile: int) -> Tensor:
    return tiled_conv(x, coder.conv_out, tile, affine=group_affine(x, coder.conv_norm_out, tile))


def tiled_decode(decoder: Any, latent: Tensor, tile: int, store: torch.device) -> Tensor:
    """Run diffusers' VAE `Decoder` on (N, C, h, w); the image (N, 3, H, W) lies on `store`."""
    x = decoder.mid_block(decoder.conv_in(latent)).to(store)
    for block in decoder.up_blocks:
        for resnet in block.resnets:
            x = _resnet(x, resnet, tile)
        for up in block.upsamplers or ():
            x = tiled_conv(x, up.conv, tile, upsample=True)
    return _head(x, decoder, tile)


def tiled_encode(encoder: Any, image: Tensor, tile: int, store: torch.device) -> Tensor:
    """Run diffusers' VAE `Encoder` on (N, 3, H, W); the moments (N, 2C, h, w) lie on the encoder's device."""
    x = tiled_conv(image.to(store), encoder.conv_in, tile)
    for block in encoder.down_blocks:
        for resnet in block.resnets:
            x = _resnet(x, resnet, tile)
        for down in block.downsamplers or ():
            x = tiled_conv(x, down.conv, tile, pad_after=0 if down.conv.padding[0] else 1)
    x = encoder.mid_block(x.to(encoder.conv_in.weight.device))
    moments: Tensor = encoder.conv_out(F.silu(encoder.conv_norm_out(x)))
    return moments
