"""Whether a description makes sense: known kinds, possible widths, tensors that fit their layer.

A checksum tells that a file is what was written, not that what was written can be run.
"""

from __future__ import annotations

from typing import Any, get_args

import torch
from torch import nn

from ...errors import ArtifactError
from ...models.config import DiT4SRConfig
from ...models.dit4sr import DiT4SR
from ..layer.activations import ActivationKind, ActivationSpec
from ..layer.grids import GridKind
from ..layer.linear import LinearSpec
from ..layer.packing import packed_size
from ..layer.rotation import LARGEST_REGULAR, RotationKind
from ..targets import is_target

STORED_NAMES = {
    "packed": "qweight",
    "scale": "wscales",
    "zero": "wzeros",
    "bias": "bias",
    "smooth": "smooth_factor",
    "shift": "input_shift",
    "transform": "input_transform",
    "across": "input_across",
    "global_up": "proj_up",
    "global_down": "proj_down",
    "local_up": "local_u",
    "local_down": "local_v",
}
"""Tensor of a quantized layer -> its name in the file, behind the layer's name and a dot."""

Shapes = dict[str, tuple[int, ...]]


def checked_layers(
    described: dict[str, Any], transformer: DiT4SRConfig, shapes: Shapes
) -> dict[str, LinearSpec]:
    """Every layer's spec, held against the architecture and the shapes of its stored tensors.

    Raises:
        ArtifactError: a sentence about the first layer that cannot be run.
    """
    with torch.device("meta"):
        model = DiT4SR(transformer)
    linears = {n: m for n, m in model.named_modules() if isinstance(m, nn.Linear) and is_target(n)}
    specs = {}
    for name, values in described.items():
        spec = LinearSpec.from_dict(values)
        if name not in linears:
            raise ArtifactError(f"The quantized file names a layer {name} that its architecture has not.")
        wanted = linears[name].in_features, linears[name].out_features
        if (spec.in_features, spec.out_features) != wanted:
            raise ArtifactError(
                f"The quantized file says {name} maps {spec.in_features} to {spec.out_features} numbers, "
                f"but its architecture maps {wanted[0]} to {wanted[1]}."
            )
        problem = spec_problem(spec) or shape_problem(name, spec, shapes)
        if problem:
            raise ArtifactError(f"Layer {name} of the quantized file {problem}.")
        specs[name] = spec
    return specs


def spec_problem(spec: LinearSpec) -> str:
    """What is impossible about a layer's settings; empty when nothing is."""
    activation = spec.activation
    if not _whole(spec.weight_bits, 2, 8):
        return f"has weights of {spec.weight_bits!r} bits; 2 to 8 are known"
    if spec.weight_offset not in (0.0, 0.5):
        return f"has an unknown offset of its codes, {spec.weight_offset!r}"
    if spec.rotation not in get_args(RotationKind):
        return f"has an unknown rotation {spec.rotation!r}"
    if spec.rotation_block is not None and not _block_fits(spec):
        return f"has a rotation of blocks of {spec.rotation_block!r}, which do not fit its width"
    if activation.kind not in get_args(ActivationKind):
        return f"rounds its input by an unknown kind {activation.kind!r}"
    if activation.grid not in get_args(GridKind):
        return f"has an unknown grid {activation.grid!r}"
    return _activation_problem(activation)


def _block_fits(spec: LinearSpec) -> bool:
    """A block divides the width; a regular one, which has powers of four, may reach beyond it."""
    block = spec.rotation_block
    most = LARGEST_REGULAR if spec.rotation == "regular" else spec.in_features
    if not _whole(block, 1, max(most, spec.in_features)):
        return False
    return spec.columns % block == 0 if block else False


def _activation_problem(activation: ActivationSpec) -> str:
    widths = (activation.bits, *(activation.schedule or ()))
    wrong = [w for w in widths if not (_whole(w, 2, 8) or w == 16)]
    if wrong:
        return f"has inputs of {wrong[0]!r} bits; 2 to 8 and 16 are known"
    if activation.group is not None and not _whole(activation.group, 1, 1 << 30):
        return f"has groups of {activation.group!r} input channels"
    bounds = [activation.low, activation.high, *(v for pair in activation.ranges or () for v in pair)]
    finite = all(isinstance(v, int | float) and abs(v) < 1e30 for v in bounds)
    if not finite or not (isinstance(activation.clip, int | float) and 0 < activation.clip <= 1):
        return "has an impossible range of its input"
    return ""


def shape_problem(name: str, spec: LinearSpec, shapes: Shapes) -> str:
    """Which stored tensor does not fit the layer; empty when all do. Absent tensors are not judged."""
    m, n, columns = spec.out_features, spec.in_features, spec.columns
    found = {part: shapes.get(f"{name}.{stored}") for part, stored in STORED_NAMES.items()}
    exact = {
        "bias": (m,),
        "smooth": (n,),
        "shift": (n,),
        "packed": (packed_size(m * columns, spec.weight_bits),),
    }
    for part, wanted in exact.items():
        if found[part] is not None and found[part] != wanted:
            return f"stores {STORED_NAMES[part]} of shape {found[part]}, but {wanted} fits"
    transform = found["transform"]
    if transform is not None and (len(transform) != 3 or transform[1] != transform[2]):
        return f"stores an input transform of shape {transform}"
    across = found["across"]
    if across is not None and (
        transform is None
        or not transform[1]
        or n % transform[1]
        or across != (n // transform[1],) * 2
        or transform[0] not in (1, n // transform[1])
    ):
        return f"stores a transform of shape {across} across blocks of shape {transform}"
    if transform is not None and across is None and transform[0] * transform[1] != n:
        return f"stores an input transform of shape {transform} for inputs of {n} channels"
    scale, zero = found["scale"], found["zero"]
    if scale is not None and (len(scale) != 2 or scale[0] != m or not scale[1] or columns % scale[1]):
        return f"stores scales of shape {scale} for {m} x {columns} weights"
    if zero is not None and zero != scale:
        return f"stores zero points of shape {zero} and scales of shape {scale}"
    up, down = found["global_up"], found["global_down"]
    fits = (
        up is None or down is None or ((len(up), len(down)) == (2, 2) and up[0] == m and down == (up[1], n))
    )
    if (up is None) != (down is None) or not fits:
        return f"stores a branch of shapes {up} and {down} for {m} x {n} weights"
    up, down = found["local_up"], found["local_down"]
    if (up is None) != (down is None):
        return "stores half of a local branch"
    if up is not None and down is not None:
        whole = (len(up), len(down)) == (3, 3) and up[:2] == down[:2]
        if not whole or up[0] * up[2] != m or down[1] * down[2] != n:
            return f"stores local blocks of shapes {up} and {down} for {m} x {n} weights"
    return ""


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
