"""How other programs lay out a quantized linear: names, shapes and packing of its tensors, and what is lost.

Facts from the published layout rules: ComfyUI's mixed-precision files (`weight`, `weight_scale` and a JSON
description in `comfy_quant`), and the SVDQuant layout of nunchaku (`qweight`, `wscales`, `proj_down`,
`proj_up`, `smooth_factor`). All are row-major; the loaders tile for their kernels.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.linear import QuantizedLinear
from ..layer.spec import LinearSpec

Shape = tuple[torch.dtype, tuple[int, ...]]


@dataclass(frozen=True)
class Layout:
    """One format of another program."""

    name: str
    fits: Callable[[LinearSpec, set[str]], bool]
    """Whether a layer with these stored tensors has a form there; the others are exported in plain floats."""
    shapes: Callable[[LinearSpec, int], dict[str, Shape]]
    """Types and shapes by suffix, for a branch of some rank."""
    tensors: Callable[[QuantizedLinear], dict[str, Tensor]]
    """The same tensors."""
    loses: str
    """One sentence."""


def pack_nibbles(codes: Tensor) -> Tensor:
    """(N, K) codes in -8..7 as (N, K / 2) int8, the even column in the low half."""
    low = codes.to(torch.int16) & 15
    packed: Tensor = low[:, 0::2] | (low[:, 1::2] << 4)
    return torch.where(packed > 127, packed - 256, packed).to(torch.int8)


def comfy_description(values: dict[str, object]) -> Tensor:
    """The JSON of a layer as ComfyUI stores it beside the weight: a tensor of bytes."""
    return torch.tensor(list(json.dumps(values).encode()), dtype=torch.uint8)


def convrot_values(spec: LinearSpec) -> dict[str, object]:
    """A layer's entry in the file's description."""
    return {"format": "convrot_w4a4", "convrot_groupsize": int(spec.rotation_block or spec.in_features)}


INT8_VALUES: dict[str, object] = {"format": "int8_tensorwise"}


def _fits_convrot(spec: LinearSpec, stored: set[str]) -> bool:
    plain = stored <= {"qweight", "wscales", "bias"} and spec.weight_offset == 0
    plain = plain and spec.in_features % 2 == 0 and spec.columns == spec.in_features
    activation = spec.activation
    rounded = activation.kind == "absmax" and activation.group is None and activation.bits == 4
    return plain and rounded and spec.weight_bits == 4 and spec.rotation == "regular"


def _convrot_shapes(spec: LinearSpec, rank: int) -> dict[str, Shape]:  # noqa: ARG001
    described = comfy_description(convrot_values(spec))
    return {
        "weight": (torch.int8, (spec.out_features, spec.in_features // 2)),
        "weight_scale": (torch.float32, (spec.out_features,)),
        "comfy_quant": (torch.uint8, tuple(described.shape)),
    }


def _convrot_tensors(layer: QuantizedLinear) -> dict[str, Tensor]:
    return {
        "weight": pack_nibbles(layer.weight_codes.codes),
        "weight_scale": layer.scale.float().view(-1),
        "comfy_quant": comfy_description(convrot_values(layer.spec)),
    }


def _int8_shapes(spec: LinearSpec, rank: int) -> dict[str, Shape]:  # noqa: ARG001
    return {
        "weight": (torch.int8, (spec.out_features, spec.in_features)),
        "weight_scale": (torch.float32, ()),
        "comfy_quant": (torch.uint8, tuple(comfy_description(INT8_VALUES).shape)),
    }


def _int8_tensors(layer: QuantizedLinear) -> dict[str, Tensor]:
    weight = layer.effective_weight()
    scale = (weight.abs().max() / 127).clamp_min(1e-12)
    codes = (weight / scale).round().clamp(-127, 127).to(torch.int8)
    return {"weight": codes, "weight_scale": scale.float(), "comfy_quant": comfy_description(INT8_VALUES)}


def _fits_nunchaku(spec: LinearSpec, stored: set[str]) -> bool:
    known = {"qweight", "wscales", "bias", "smooth_factor", "proj_up", "proj_down"}
    activation = spec.activation
    rounded = activation.kind == "absmax" and activation.group == 64 and activation.bits == 4
    whole = spec.in_features % 64 == 0 and spec.weight_bits == 4 and spec.weight_offset == 0
    return stored <= known and "proj_up" in stored and rounded and whole and spec.rotation == "none"


def _nunchaku_shapes(spec: LinearSpec, rank: int) -> dict[str, Shape]:
    m, n, half = spec.out_features, spec.in_features, torch.float16
    return {
        "qweight": (torch.int8, (m, n // 2)),
        "wscales": (half, (n // 64, m)),
        "proj_down": (half, (n, rank)),
        "proj_up": (half, (m, rank)),
        "smooth_factor": (half, (n,)),
        "smooth_factor_orig": (half, (n,)),
    }


def _nunchaku_tensors(layer: QuantizedLinear) -> dict[str, Tensor]:
    """Its branch sees the unsmoothed input, so the factors go into `proj_down`."""
    up, down = layer.branch.global_up, layer.branch.global_down
    assert up is not None
    assert down is not None
    smooth = torch.ones(layer.in_features) if layer.smooth is None else layer.smooth.float()
    half = torch.float16
    return {
        "qweight": pack_nibbles(layer.weight_codes.codes),
        "wscales": layer.scale.t().to(half).contiguous(),
        "proj_down": (down / smooth).t().to(half).contiguous(),
        "proj_up": up.to(half).contiguous(),
        "smooth_factor": smooth.to(half),
        "smooth_factor_orig": smooth.to(half),
    }


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "convrot_w4a4",
            _fits_convrot,
            _convrot_shapes,
            _convrot_tensors,
            "layers other than ConvRot's at W4A4, adaLN among them, are plain floats: the format would round "
            "their inputs, and knows no padding (convrot:pad=false has none)",
        ),
        Layout(
            "int8_tensorwise",
            lambda spec, stored: True,  # noqa: ARG005
            _int8_shapes,
            _int8_tensors,
            "weights are rounded once more, to 8 bits with one scale a layer; branches, rotations, "
            "groups and activation schedules are multiplied in or dropped",
        ),
        Layout(
            "nunchaku_lite",
            _fits_nunchaku,
            _nunchaku_shapes,
            _nunchaku_tensors,
            "layers other than SVDQuant's at W4A4 in groups of 64, adaLN among them, are plain floats; "
            "codes are row-major, and its kernels take widths that are multiples of 128",
        ),
    )
}
