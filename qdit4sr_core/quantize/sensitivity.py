"""How much the model's output moves when a linear's output is disturbed, from one backward pass a step.

For a random probe v with unit variance, E ||d(v . out)/dy||^2 is the energy that white noise of unit
variance in y causes in the output. It tells which layers and steps deserve bits, which the size of weights
or inputs alone does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ..models.dit4sr import DiT4SR
from .targets import is_target


def output_sensitivity(
    transformer: DiT4SR, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int = 0
) -> dict[str, float]:
    """Energy of the output's response to unit noise in each block linear's output, summed over its elements.

    Args:
        transformer: full precision; called once more with these inputs, with gradients.
        args: positional inputs of the call.
        kwargs: named inputs of the call.
        seed: of the probe.

    Returns:
        By layer name; layers that were not called are absent. Normalised by the number of output elements.
    """
    found: dict[str, float] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Any, ...], Tensor], None]:
        def add(gradient: Tensor) -> None:
            found[name] = found.get(name, 0.0) + float(gradient.float().square().sum())

        def hook(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001
            if output.requires_grad:
                output.register_hook(add)

        return hook

    handles = [
        module.register_forward_hook(watch(name))
        for name, module in transformer.named_modules()
        if isinstance(module, nn.Linear) and is_target(name)
    ]
    try:
        with torch.inference_mode(False), torch.enable_grad():
            output = transformer(*map(_tracked, args), **{k: _tracked(v) for k, v in kwargs.items()})
            generator = torch.Generator().manual_seed(seed)
            probe = torch.randn(output.shape, generator=generator).to(output)
            (output * probe).sum().div(output.numel() ** 0.5).backward()
    finally:
        for handle in handles:
            handle.remove()
    return found


def _tracked(value: Any) -> Any:
    if isinstance(value, Tensor) and value.is_floating_point():
        return value.detach().clone().requires_grad_(True)
    return value
