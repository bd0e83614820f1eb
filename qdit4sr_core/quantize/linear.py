"""`QuantizedLinear`: the only place where a quantized product happens.

y = Q_a(z) Q_w^T + z L^T + b with z = ((x - c) / s) H: optional centre c, smoothing s and rotation H,
integer codes Q_w, an optional full-precision low-rank branch L (global factors and local rank-1 blocks)
that sees the unrounded z, and an activation width that may depend on the sampling step.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..engines import fits_int8, int8_product, reference_product
from .activations import ActivationSpec, quantize_activation
from .codes import WeightCodes
from .hadamard import Rotation, RotationKind
from .shared_input import SharedInput

_SHARED = SharedInput()

TENSOR_NAMES = (
    "codes",
    "scale",
    "zero",
    "bias",
    "smooth",
    "shift",
    "global_up",
    "global_down",
    "local_up",
    "local_down",
)
"""Every tensor a quantized layer may store; those it does not use are absent."""


@dataclass(frozen=True)
class LinearSpec:
    """All of a quantized linear but its tensors."""

    in_features: int
    out_features: int
    weight_bits: int
    activation: ActivationSpec
    weight_offset: float = 0.0
    """0.5 when weight codes stand for half-integers (mid-rise grid)."""
    rotation: RotationKind = "none"
    rotation_block: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary that `from_dict` reads back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> LinearSpec:
        """Read `to_dict`'s dictionary. Raises TypeError or KeyError for one that is not."""
        activation = dict(values["activation"])
        if activation.get("schedule") is not None:
            activation["schedule"] = tuple(int(b) for b in activation["schedule"])
        return cls(**{**values, "activation": ActivationSpec(**activation)})


@dataclass(frozen=True)
class Branch:
    """A low-rank branch: `global_up` (out, r) and `global_down` (r, in); local rank-1 blocks on a grid of
    A x C blocks of (s_o, s_i): `local_up` (A, C, s_o) and `local_down` (A, C, s_i).
    """

    global_up: Tensor | None = None
    global_down: Tensor | None = None
    local_up: Tensor | None = None
    local_down: Tensor | None = None

    def matrix(self) -> Tensor | None:
        """The branch as a dense (out, in) matrix, None when empty."""
        factors = self.factors()
        return None if factors is None else factors[0] @ factors[1]

    def factors(self) -> tuple[Tensor, Tensor] | None:
        """The branch as one pair of dense factors (out, R) and (R, in); R = r + A C."""
        ups, downs = [], []
        if self.global_up is not None and self.global_down is not None:
            ups.append(self.global_up)
            downs.append(self.global_down)
        if self.local_up is not None and self.local_down is not None:
            up, down = _spread(self.local_up, self.local_down)
            ups.append(up)
            downs.append(down)
        return (torch.cat(ups, 1), torch.cat(downs, 0)) if ups else None

    def parameters(self) -> int:
        """Stored numbers."""
        tensors = (self.global_up, self.global_down, self.local_up, self.local_down)
        return sum(t.numel() for t in tensors if t is not None)


def _spread(local_up: Tensor, local_down: Tensor) -> tuple[Tensor, Tensor]:
    """Local blocks as sparse factors (A s_o, A C) and (A C, C s_i)."""
    rows, columns, height = local_up.shape
    width = local_down.shape[2]
    up = local_up.new_zeros(rows, height, rows, columns)
    down = local_down.new_zeros(rows, columns, columns, width)
    for p in range(rows):
        up[p, :, p] = local_up[p].t()
    for q in range(columns):
        down[:, q, q] = local_down[:, q]
    return up.reshape(rows * height, rows * columns), down.reshape(rows * columns, columns * width)


class QuantizedLinear(nn.Module):
    """Stands in for an `nn.Linear`; built by a method, or from an artifact's spec and tensors."""

    codes: Tensor
    scale: Tensor
    zero: Tensor | None
    bias: Tensor | None
    smooth: Tensor | None
    shift: Tensor | None
    weight: Tensor
    up: Tensor | None
    down: Tensor | None
    inverse_smooth: Tensor | None
    integer_weight: Tensor | None

    def __init__(self, spec: LinearSpec, tensors: dict[str, Tensor]) -> None:
        """`tensors` holds entries of `TENSOR_NAMES`; "codes" (int8) and "scale" are required."""
        super().__init__()
        self.spec = spec
        self.rotation = Rotation(spec.rotation, spec.in_features, spec.rotation_block)
        for name in TENSOR_NAMES:
            self.register_buffer(name, tensors.get(name))
        for name, value in self._execution_tensors().items():
            self.register_buffer(name, value, persistent=False)
        self.engine = "reference"
        self.bits = spec.activation.bits
        self.register_buffer("integer_weight", None, persistent=False)

    @classmethod
    def build(
        cls,
        codes: WeightCodes,
        activation: ActivationSpec,
        *,
        bias: Tensor | None = None,
        smooth: Tensor | None = None,
        shift: Tensor | None = None,
        rotation: RotationKind = "none",
        rotation_block: int | None = None,
        branch: Branch | None = None,
    ) -> QuantizedLinear:
        """Assemble a layer; `shift` is taken from the input and `smooth` divides it: codes and
        bias know both.
        """
        rows, columns = codes.codes.shape
        spec = LinearSpec(columns, rows, codes.bits, activation, codes.offset, rotation, rotation_block)
        tensors: dict[str, Tensor | None] = {
            "codes": codes.codes,
            "scale": codes.scale,
            "zero": codes.zero,
            "bias": None if bias is None else bias.detach().float(),
            "smooth": smooth,
            "shift": shift,
        }
        if branch is not None:
            tensors |= {
                name: getattr(branch, name) for name in ("global_up", "global_down", "local_up", "local_down")
            }
        return cls(spec, {name: t.contiguous() for name, t in tensors.items() if t is not None})

    @property
    def in_features(self) -> int:
        """K, input channels."""
        return self.spec.in_features

    @property
    def out_features(self) -> int:
        """N, output channels."""
        return self.spec.out_features

    @property
    def weight_codes(self) -> WeightCodes:
        """The stored codes with their scales."""
        return WeightCodes(self.codes, self.scale, self.spec.weight_bits, self.spec.weight_offset, self.zero)

    @property
    def branch(self) -> Branch:
        """The stored low-rank branch (possibly empty)."""
        return Branch(
            getattr(self, "global_up", None),
            getattr(self, "global_down", None),
            getattr(self, "local_up", None),
            getattr(self, "local_down", None),
        )

    def _execution_tensors(self) -> dict[str, Tensor | None]:
        factors = self.branch.factors()
        return {
            "weight": self.weight_codes.dequantize(),
            "up": None if factors is None else factors[0].t().contiguous(),  # (R, N)
            "down": None if factors is None else factors[1].t().contiguous(),  # (K, R)
            "inverse_smooth": None if self.smooth is None else 1.0 / self.smooth,
        }

    def effective_weight(self) -> Tensor:
        """(N, K) in the original basis: what a float linear would need to reproduce the weight part."""
        weight = self.weight.clone()
        branch = self.branch.matrix()
        if branch is not None:
            weight += branch
        weight = self.rotation.inverse(weight)
        return weight if self.inverse_smooth is None else weight * self.inverse_smooth

    def effective_bias(self) -> Tensor | None:
        """(N,) the bias of that float linear; None without one."""
        if self.shift is None:
            return self.bias
        moved = -(self.effective_weight() @ self.shift)
        return moved if self.bias is None else self.bias + moved

    def set_step(self, step: int, steps: int) -> None:
        """Choose the activation bits of sampling step `step` (0-based) of `steps`."""
        self.bits = self.spec.activation.bits_at(step, steps)

    def set_engine(self, engine: str) -> bool:
        """Choose `reference`, or `int8` where its integers are exact; returns whether int8 is now used."""
        spec, activation = self.spec, self.spec.activation
        widest = max(activation.schedule or (activation.bits,))
        possible = (
            engine in ("int8", "auto")
            and activation.kind != "none"
            and activation.group is None
            and self.zero is None
            and self.scale.shape[1] == 1
            and fits_int8(spec.weight_bits, spec.weight_offset != 0)
            and widest < 16
            and fits_int8(widest, self._half_activations, activation.kind in ("minmax", "static"))
        )
        self.engine = "int8" if possible else "reference"
        if possible:
            self.integer_weight = self.codes * 2 + 1 if spec.weight_offset else self.codes
        else:
            self.integer_weight = None
        return possible

    @property
    def _half_activations(self) -> bool:
        activation = self.spec.activation
        return activation.kind == "gaussian" and activation.grid == "midrise"

    def forward(self, x: Tensor) -> Tensor:
        """(..., K) to (..., N)."""
        z, values, scale = self._round_input(x)
        if self.integer_weight is not None and scale is not None and values.device.type == "cpu":
            doubled = self._half_activations
            halvings = 0.5 ** (int(doubled) + int(self.spec.weight_offset != 0))
            channel = self.scale.view(-1) * halvings
            y = int8_product(values, scale, self.integer_weight, channel, self.bias, doubled)
        else:
            y = reference_product(values, scale, self.weight, self.bias)
        if self.down is not None and self.up is not None:
            y = y.addmm_(z @ self.down, self.up)
        return y.view(*x.shape[:-1], -1).to(x.dtype)

    def _round_input(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """z (M, K), and its rounded values with their scale; layers with the same input share the work."""
        z = x.reshape(-1, x.shape[-1]).to(self.weight.dtype)
        activation, bits = self.spec.activation, self.bits
        if self.inverse_smooth is not None or self.shift is not None:
            if self.shift is not None:
                z = z - self.shift
            if self.inverse_smooth is not None:
                z = z * self.inverse_smooth
            z = self.rotation(z)
            return z, *quantize_activation(z, activation, bits)
        # what is kept for x must not be a view of x, or x would never be freed
        if self.rotation.active:
            flat = z
            z = _SHARED.get(x, self.rotation.recipe, lambda: self.rotation(flat))
        elif activation.kind == "none" or bits >= 16:
            return z, z, None
        recipe = (self.rotation.recipe, activation, bits)
        values, scale = _SHARED.get(x, recipe, lambda: quantize_activation(z, activation, bits))
        return z, values, scale

    def extra_repr(self) -> str:
        """Shown by print(model)."""
        bits = f"W{self.spec.weight_bits} A{self.spec.activation.bits}"
        return f"{self.in_features} -> {self.out_features}, {bits}"


def quantized_layers(model: nn.Module) -> dict[str, QuantizedLinear]:
    """Every quantized linear of a model by its name; empty for full precision."""
    return {name: m for name, m in model.named_modules() if isinstance(m, QuantizedLinear)}
