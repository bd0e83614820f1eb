"""The block linears of a run: their size, how many rows pass through them, and at how many bits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from ...models.config import TEXT_TOKENS, DiT4SRConfig
from ...models.dit4sr import DiT4SR
from ..layer.linear import QuantizedLinear
from ..targets import is_target

if TYPE_CHECKING:
    from ..artifact.format import ArtifactHeader


@dataclass(frozen=True)
class Workload:
    """The run whose operations are counted; the defaults are the paper's: 512 x 512, 40 steps, guidance."""

    height: int = 512
    width: int = 512
    steps: int = 40
    passes: float = 2
    """Model calls a step: 2 with classifier-free guidance, 1 without; between when some steps have it."""
    text_tokens: int = TEXT_TOKENS
    """Of models with a text; the others have none."""
    downscale: int = 8
    """Output pixels of one latent cell."""

    @property
    def steps_text(self) -> str:
        """ "40 steps, 2 model calls a step", "12 steps, 1.58 model calls a step (guidance in some)"."""
        steps = f"{self.steps} step{'s' if self.steps != 1 else ''}"
        calls = f"{self.passes:.3g} model call{'s' if self.passes != 1 else ''} a step"
        return f"{steps}, {calls}" + ("" if float(self.passes).is_integer() else " (guidance in some)")

    def to_dict(self) -> dict[str, float]:
        """JSON-ready."""
        return {
            "width": self.width,
            "height": self.height,
            "steps": self.steps,
            "model_calls_per_step": round(self.passes, 6),
        }

    def tokens(self, config: DiT4SRConfig) -> int:
        """Tokens of one stream."""
        side = self.downscale * config.patch_size
        return math.ceil(self.height / side) * math.ceil(self.width / side)


@dataclass(frozen=True)
class LinearCost:
    """One block linear: its size, how many rows pass through it in a model call, and its precision."""

    name: str
    outputs: int
    inputs: int
    rows: int
    weight_bits: float
    act_bits: float
    branch_parameters: int = 0
    rotated: bool = False
    transform_size: int = 0
    """Multiplies of an input transform, in blocks and across them, for one row and input channel."""
    stored_bits: float | None = None
    """All stored bits but the bias's; None: codes, 16-bit scales a channel and 16-bit branches."""
    padding: int = 0
    """Zeros behind the inputs, which are multiplied like them."""

    @property
    def weights(self) -> int:
        """Number of weights of the layer that was quantized."""
        return self.outputs * self.inputs

    @property
    def products(self) -> int:
        """Multiplies a row."""
        return self.outputs * (self.inputs + self.padding)

    @property
    def bits(self) -> float:
        """Stored bits."""
        if self.stored_bits is not None:
            return self.stored_bits
        scales = 16 * self.outputs if self.weight_bits < 16 else 0
        return self.weights * self.weight_bits + scales + 16 * self.branch_parameters


def linear_rows(name: str, tokens: int, text_tokens: int) -> int:
    """Rows that pass through a block linear in one model call of batch 1.

    `to_q`, `to_k` and `to_v` see the noise and the LR tokens; `attn2.add_*` is never executed.
    """
    _, _, part, *rest = name.split(".")
    leaf = rest[0]
    if part.startswith("norm"):
        return 1
    if part in ("attn", "attn2"):
        if leaf in ("to_q", "to_k", "to_v"):
            return 2 * tokens
        if leaf.startswith(("add_", "to_add_")):
            return text_tokens if part == "attn" else 0
        return tokens
    return text_tokens if part == "ff_context" else 2 * tokens


def uniform_costs(
    config: DiT4SRConfig,
    workload: Workload,
    weight_bits: float = 32,
    act_bits: float = 32,
    rank: int = 0,
    rotated: bool = False,
) -> list[LinearCost]:
    """Every block linear of an architecture at one precision, with a branch of `rank` (no weights needed)."""
    with torch.device("meta"):
        model = DiT4SR(config)
    tokens = workload.tokens(config)
    return [
        LinearCost(
            name,
            module.out_features,
            module.in_features,
            linear_rows(name, tokens, workload.text_tokens if config.has_text else 0),
            weight_bits,
            act_bits,
            rank * (module.in_features + module.out_features),
            rotated,
        )
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and is_target(name)
    ]


def model_costs(model: DiT4SR, workload: Workload) -> list[LinearCost]:
    """The cost of every block linear of a model, with schedules averaged over steps.

    Branches and scales count as they are stored.
    """
    from ..artifact.format import weight_bits_of
    from ..layer.codes import storage_dtype

    tokens = workload.tokens(model.config)
    text = workload.text_tokens if model.config.has_text else 0
    costs = []
    for name, module in model.named_modules():
        if not is_target(name):
            continue
        if isinstance(module, QuantizedLinear):
            activation = module.spec.activation
            rounded = activation.kind != "none"
            widths = [activation.bits_at(i, workload.steps) if rounded else 16 for i in range(workload.steps)]
            costs.append(
                LinearCost(
                    name,
                    module.out_features,
                    module.in_features,
                    linear_rows(name, tokens, text),
                    module.spec.weight_bits,
                    sum(widths) / len(widths),
                    module.branch.parameters(),
                    module.rotation.active,
                    sum(t.shape[-1] for t in (module.transform, module.across) if t is not None),
                    float(weight_bits_of(name, module)),
                    module.spec.columns - module.in_features,
                )
            )
        elif isinstance(module, nn.Linear):
            bits = 8 * storage_dtype(module.weight).itemsize
            rows = linear_rows(name, tokens, text)
            costs.append(LinearCost(name, module.out_features, module.in_features, rows, bits, bits))
    return costs


def header_costs(header: ArtifactHeader, workload: Workload) -> list[LinearCost]:
    """Every quantized linear of a file by its description alone; its tensors are not read."""
    tokens = workload.tokens(header.transformer)
    text = workload.text_tokens if header.transformer.has_text else 0
    costs = []
    for name, spec in header.layers.items():
        own = {n: size for n, size in header.sizes.items() if n.rpartition(".")[0] == name}
        branch = sum(
            math.prod(header.shapes[n])
            for n in own
            if n.endswith((".proj_up", ".proj_down", ".local_u", ".local_v"))
        )
        rounded = spec.activation.kind != "none"
        steps = range(workload.steps)
        widths = [spec.activation.bits_at(i, workload.steps) if rounded else 16 for i in steps]
        stored = 8.0 * sum(size for n, size in own.items() if not n.endswith(".bias"))
        stored += spec.activation.stored_bits
        costs.append(
            LinearCost(
                name,
                spec.out_features,
                spec.in_features,
                linear_rows(name, tokens, text),
                spec.weight_bits,
                sum(widths) / len(widths),
                branch,
                spec.rotation != "none",
                sum(header.shapes.get(f"{name}.{t}", (0,))[-1] for t in ("input_transform", "input_across")),
                stored,
                spec.columns - spec.in_features,
            )
        )
    return costs
