"""`QuantizedLinear`: the only place where a quantized product happens.

y = Q_a(z) Q_w^T + z L^T + b with z = ((x - c) / s) T H: optional centre c, smoothing s, blockwise transform T
and rotation H, integer codes Q_w, an optional full-precision low-rank branch L (global factors and local
rank-1 blocks) that sees the unrounded z, and an activation width that may depend on the sampling step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...engines import compute_dtype, fits_int8, int8_product, int8_runs_on, kernel, reference_product
from .activations import ActivationSpec, quantize_activation
from .branch import Branch
from .codes import WeightCodes, storage_dtype
from .input_transform import changed_basis, transform_input
from .kernel_form import KernelForm, kernel_form, kernel_refusal, layer_operands
from .operands import Operands
from .packed_weight import PackedWeight
from .packing import pack
from .rotation import Rotation, RotationKind
from .shared_input import SharedInput
from .spec import TENSOR_NAMES, LinearSpec

_SHARED = SharedInput()


class QuantizedLinear(nn.Module):
    """Stands in for an `nn.Linear`; built by a method, or from an artifact's spec and tensors.

    It holds what an artifact stores, codes packed and floats in the narrowest exact type, and keeps that
    precision whatever the model around it is cast to. `Operands` are kept between calls or made in each, see
    `residency.py`. The kernel engine reads codes in an order of its own: from its first call on they are held
    in that order only.
    """

    scale: Tensor
    zero: Tensor | None
    bias: Tensor | None
    smooth: Tensor | None
    shift: Tensor | None
    transform: Tensor | None
    """(B, k, k): every k input channels are multiplied by a matrix of their own, B k = K, or all by one."""
    across: Tensor | None
    """(A, A) beside a `transform` with A k = K: mixes the blocks, so that both make a Kronecker product."""

    def __init__(self, spec: LinearSpec, tensors: dict[str, Tensor]) -> None:
        """`tensors` holds entries of `TENSOR_NAMES`; "packed" (uint8) and "scale" are required."""
        super().__init__()
        self.spec = spec
        self.rotation = Rotation(spec.rotation, spec.in_features, spec.rotation_block)
        self._packed: Tensor | None
        for name in TENSOR_NAMES:
            tensor = tensors.get(name)
            buffer = "_packed" if name == "packed" else name
            self.register_buffer(buffer, None if tensor is None else _held(name, tensor))
        self.engine = "reference"
        self.not_by_kernel = ""
        """Why the kernel was wanted and does not run this layer; empty where it does or was not asked."""
        self.rounding = replace(spec.activation, schedule=None, ranges=None)
        """How the input is rounded in the sampling step that was chosen last."""
        self._keeps = False
        self._kept: dict[tuple[torch.dtype, bool], Operands] = {}
        self._kernel_form: KernelForm | None = None

    @classmethod
    def build(
        cls,
        codes: WeightCodes,
        activation: ActivationSpec,
        *,
        bias: Tensor | None = None,
        smooth: Tensor | None = None,
        shift: Tensor | None = None,
        transform: Tensor | None = None,
        across: Tensor | None = None,
        rotation: RotationKind = "none",
        rotation_block: int | None = None,
        branch: Branch | None = None,
        in_features: int | None = None,
    ) -> QuantizedLinear:
        """Assemble a layer; `in_features` is said where the rotation pads the input.

        `shift` is taken from the input, `smooth` divides it, `transform` and `across` multiply it; the given
        codes and bias already allow for them.
        """
        rows, columns = codes.codes.shape
        spec = LinearSpec(
            in_features or columns, rows, codes.bits, activation, codes.offset, rotation, rotation_block
        )
        tensors: dict[str, Tensor | None] = {
            "packed": pack(codes.codes, codes.bits),
            "scale": codes.scale,
            "zero": codes.zero,
            "bias": None if bias is None else bias.detach().float(),
            "smooth": smooth,
            "shift": shift,
            "transform": transform,
            "across": across,
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
    def packed(self) -> Tensor:
        """(bytes,) uint8: the codes as an artifact stores them; made anew while the kernel has its own."""
        if self._packed is not None:
            return self._packed
        assert self._kernel_form is not None
        with torch.inference_mode(False):
            return pack(self._kernel_form.operands.codes(), self.spec.weight_bits)

    @property
    def stored_weight(self) -> PackedWeight:
        """The weight without the branch, in the rotated basis, as it is held."""
        shape = (self.out_features, self.spec.columns)
        return PackedWeight(
            self.packed, self.scale, shape, self.spec.weight_bits, self.spec.weight_offset, self.zero
        )

    @property
    def weight_codes(self) -> WeightCodes:
        """The codes with their scales, unpacked."""
        return self.stored_weight.unpacked()

    @property
    def weight(self) -> Tensor:
        """(N, K or more) float32: that weight in numbers, made anew at each look."""
        return self.stored_weight.dequantize()

    @property
    def branch(self) -> Branch:
        """The low-rank branch in float32 (possibly empty)."""
        parts = (getattr(self, name) for name in ("global_up", "global_down", "local_up", "local_down"))
        return Branch(*(None if part is None else part.float() for part in parts))

    def keep_operands(self, keep: bool) -> None:
        """Whether operands stay in memory after a call, which is faster, or are made in each."""
        self._keeps = keep
        self._kept.clear()

    def held_tensors(self) -> list[Tensor]:
        """Every tensor in memory: what is stored, and what an engine has made of it and kept."""
        kept = [t for operands in self._kept.values() for t in vars(operands).values() if t is not None]
        form = [] if self._kernel_form is None else self._kernel_form.tensors()
        return [*self.buffers(), *kept, *form]

    @property
    def code_bytes(self) -> int:
        """Bytes in memory of the weight: codes as they are held, and numbers made of them that were kept."""
        form = self._kernel_form
        codes = self.packed.nbytes if form is None else form.operands.code_bytes
        return codes + sum(operands.weight.nbytes for operands in self._kept.values())

    def _leave_kernel(self) -> None:
        """Hold the codes packed again."""
        self._packed = self.packed
        self._kernel_form = None

    def __getstate__(self) -> dict[str, Any]:
        """Copies and pickles hold the codes packed; the kernel's form is made anew where it is called."""
        state = {**self.__dict__, "_kernel_form": None, "_kept": {}}
        state["_buffers"] = {**self._buffers, "_packed": self.packed}
        return state

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> QuantizedLinear:
        """Moves to other devices; a cast of the model leaves the stored precision as it is."""
        self._kept.clear()
        self._leave_kernel()

        def move(tensor: Tensor) -> Tensor:
            moved = fn(tensor)
            return moved if moved.dtype == tensor.dtype else tensor.to(moved.device)

        super()._apply(move, recurse)
        return self

    def _operands(self, dtype: torch.dtype) -> Operands:
        """For a product in `dtype`, or in integers where the engine is `int8`."""
        integer = self.engine == "int8" and int8_runs_on(
            self.scale.device, self.out_features, self.spec.columns
        )
        kept = self._kept.get((dtype, integer))
        if kept is not None:
            return kept
        with torch.inference_mode(False), torch.no_grad():  # what is kept must be of use in any mode
            operands = self._make_operands(dtype, integer)
        if self._keeps:
            self._kept = {(dtype, integer): operands}
        return operands

    def _make_operands(self, dtype: torch.dtype, integer: bool) -> Operands:
        stored = self.stored_weight
        channel = None
        if integer:
            halvings = 0.5 ** (int(self.spec.activation.half_integers) + int(self.spec.weight_offset != 0))
            channel = self.scale.float().view(-1) * halvings
        factors = self.branch.factors()
        return Operands(
            stored.integers() if integer else stored.dequantize(dtype),
            channel,
            None if factors is None else factors[1].t().to(dtype).contiguous(),
            None if factors is None else factors[0].t().to(dtype).contiguous(),
            None if self.shift is None else self.shift.float(),
            None if self.smooth is None else 1.0 / self.smooth.float(),
        )

    def effective_weight(self) -> Tensor:
        """(N, K) in the original basis: what a float linear would need to reproduce the weight part."""
        weight = self.weight
        branch = self.branch.matrix()
        if branch is not None:
            weight += branch
        weight = self.rotation.inverse(weight)
        if self.transform is not None:
            across = None if self.across is None else self.across.float().t()
            weight = transform_input(weight, self.transform.float().transpose(1, 2), across)
        return weight if self.smooth is None else weight * (1.0 / self.smooth.float())

    def effective_bias(self) -> Tensor | None:
        """(N,) the bias of that float linear; None without one."""
        if self.shift is None:
            return self.bias
        moved = -(self.effective_weight() @ self.shift.float())
        return moved if self.bias is None else self.bias + moved

    def set_step(self, step: int, steps: int) -> None:
        """Choose the input's rounding of sampling step `step` (0-based) of `steps`."""
        self.rounding = self.spec.activation.at(step, steps)

    def set_engine(self, engine: str) -> bool:
        """Choose how products are executed; returns whether by integers, not simulated in float.

        Where `kernel` does not take this layer `int8` does, and where that is not exact `reference`; `auto`
        is the kernel where it has a build for this processor.
        """
        refusal = self._kernel_refusal(engine) if engine in ("auto", "kernel") else "not asked"
        chosen = "reference"
        if not refusal:
            chosen = "kernel"
        elif engine != "reference" and self._int8_takes():
            chosen = "int8"
        if chosen != self.engine:
            self._kept.clear()
            self._leave_kernel()
        self.engine = chosen
        self.not_by_kernel = refusal if engine in ("auto", "kernel") and self.executed_by != "float" else ""
        return chosen != "reference"

    @property
    def executed_by(self) -> str:
        """The engine, or `float` where the method leaves the input unrounded: that is no simulation."""
        activation = self.spec.activation
        rounded = activation.kind != "none" and activation.widths[0] < 16
        return self.engine if rounded else "float"

    def _kernel_refusal(self, engine: str) -> str:
        if not kernel.available():
            return "no kernel here"
        if engine == "auto" and not kernel.fast():
            return "no fast build for this processor"
        if self.scale.device.type != "cpu":
            return "weights on another device than the CPU"
        spec = self.spec
        return kernel_refusal(spec.activation, spec.columns, self.scale.shape[1], spec.weight_bits)

    def _int8_takes(self) -> bool:
        spec, activation = self.spec, self.spec.activation
        widest = activation.widths[-1]
        return (
            int8_runs_on(self.scale.device, self.out_features, spec.columns)
            and activation.kind != "none"
            and activation.group is None
            and self.zero is None
            and self.scale.shape[1] == 1
            and fits_int8(spec.weight_bits, spec.weight_offset != 0)
            and widest < 16
            and fits_int8(widest, activation.half_integers, activation.kind in ("minmax", "static"))
        )

    def _for_kernel(self) -> KernelForm:
        """The kernel's operands, made at the first call; from then on the packed codes are not held."""
        form = self._kernel_form
        if form is None:
            with torch.inference_mode(False), torch.no_grad():
                activation = self.spec.activation
                operands = layer_operands(self.weight_codes, activation, self.bias, self.branch)
                parts = (self.shift, self.smooth, self.transform, self.across)
                form = kernel_form(operands, self.rotation, *parts)
            self._kernel_form, self._packed = form, None
        return form

    def _runs_kernel(self, x: Tensor) -> bool:
        tracked = torch.is_grad_enabled() and x.requires_grad
        return self.engine == "kernel" and x.device.type == "cpu" and not tracked

    def gelu(self, x: Tensor) -> Tensor:
        """tanh-GELU of `forward`, in the same pass where the kernel runs."""
        if self._runs_kernel(x) and not self._forward_hooks:
            return self._for_kernel()(x, self.rounding, gelu=True).to(x.dtype)
        return F.gelu(self(x), approximate="tanh")

    def together(self, layers: Sequence[nn.Module], x: Tensor) -> list[Tensor]:
        """The outputs of `layers` (this one is among them) for one input, which the kernel prepares once."""
        forms = []
        for layer in layers:
            if not isinstance(layer, QuantizedLinear) or not layer._shares_kernel_input(self, x):
                return [one(x) for one in layers]
            forms.append(layer._for_kernel().at(layer.rounding))
        return [y.to(x.dtype) for y in kernel.multiply(forms, x)]

    def _shares_kernel_input(self, other: QuantizedLinear, x: Tensor) -> bool:
        parts = (self.smooth, self.shift, self.transform)
        plain = all(part is None for part in parts) and not self._forward_hooks
        plain = plain and self.spec.columns == self.in_features
        return plain and self._runs_kernel(x) and self.rotation.recipe == other.rotation.recipe

    def forward(self, x: Tensor) -> Tensor:
        """(..., K) to (..., N) in x's precision."""
        if self._runs_kernel(x):
            return self._for_kernel()(x, self.rounding).to(x.dtype)
        dtype = compute_dtype(x)
        operands = self._operands(dtype)
        z, values, scale = self._round_input(x, dtype, operands)
        if operands.channel is not None and scale is not None:
            doubled = self.spec.activation.half_integers
            y = int8_product(values, scale, operands.weight, operands.channel, self.bias, doubled).to(dtype)
        else:
            y = reference_product(values, scale, operands.weight, self.bias)
        if operands.down is not None and operands.up is not None:
            y = y.addmm_(z @ operands.down, operands.up)
        return y.view(*x.shape[:-1], self.out_features).to(x.dtype)

    def _round_input(
        self, x: Tensor, dtype: torch.dtype, operands: Operands
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """z (M, K), and its rounded values with their scale; layers with the same input share the work."""
        z = x.reshape(-1, x.shape[-1]).to(dtype)
        rounding = self.rounding
        changed = (operands.inverse_smooth, operands.shift, self.transform)
        if any(part is not None for part in changed):
            z = changed_basis(z, operands.shift, operands.inverse_smooth, self.transform, self.across)
            z = self._rotate(z)
            return z, *quantize_activation(z.float(), rounding)
        # what is kept for x must not be a view of x, or x would never be freed
        if self.rotation.active:
            flat = z
            z = _SHARED.get(x, (self.rotation.recipe, self._by_factors(flat)), lambda: self._rotate(flat))
        elif rounding.kind == "none" or rounding.bits >= 16:
            return z, z, None
        recipe = (self.rotation.recipe, self._by_factors(z), rounding)
        values, scale = _SHARED.get(x, recipe, lambda: quantize_activation(z.float(), rounding))
        return z, values, scale

    def _by_factors(self, z: Tensor) -> bool:
        """Whether the rotation is split: where it would cost as much as the integer product saves."""
        return self.engine == "int8" and z.device.type == "cpu" and z.dtype == torch.float32

    def _rotate(self, z: Tensor) -> Tensor:
        return self.rotation.by_factors(z) if self._by_factors(z) else self.rotation(z)

    def extra_repr(self) -> str:
        """Shown by print(model)."""
        bits = f"W{self.spec.weight_bits} A{self.spec.activation.bits}"
        return f"{self.in_features} -> {self.out_features}, {bits}"


def _held(name: str, tensor: Tensor) -> Tensor:
    """A stored tensor in the type it is held in: codes and zero points as bytes, biases in float32."""
    if name == "packed":
        return tensor
    if name == "zero":
        return tensor.to(torch.int8)
    return tensor.float() if name == "bias" else tensor.to(storage_dtype(tensor))


def quantized_layers(model: nn.Module) -> dict[str, QuantizedLinear]:
    """Every quantized linear of a model by its name; empty for full precision."""
    return {name: m for name, m in model.named_modules() if isinstance(m, QuantizedLinear)}
