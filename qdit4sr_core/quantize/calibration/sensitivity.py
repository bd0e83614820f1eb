"""How much the model's output moves when a linear is disturbed, from one backward pass a step.

For a random probe v with unit variance, E ||d(v . out)/dy||^2 is the energy that white noise of unit
variance in y causes in the output: what rounding an input does. An error of the weight W is another matter,
because it is the same for every token: E <dW, d(v . out)/dW>^2 is the energy that dW causes. Both tell which
layers deserve bits, which the size of weights or inputs alone does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ...models.dit4sr import DiT4SR
from ..targets import is_target


@dataclass
class Sensitivity:
    """The output's response to one linear, normalised by the number of output elements."""

    noise: float
    """Energy caused by white noise of unit variance in the linear's output."""
    gradient: Tensor
    """(N, K + 1) derivative of one random projection of the output by weight and, last column, bias."""


def output_sensitivity(
    transformer: DiT4SR, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int = 0
) -> dict[str, Sensitivity]:
    """Response of the output to each block linear.

    Args:
        transformer: full precision; called once more with these inputs, with gradients.
        args: positional inputs of the call.
        kwargs: named inputs of the call.
        seed: of the probe.

    Returns:
        By layer name; layers that were not called are absent.
    """
    found: dict[str, Sensitivity] = {}

    def add(name: str, x: Tensor, gradient: Tensor) -> None:
        g = gradient.float().flatten(0, -2)
        by_weight = torch.cat([g.t() @ x.float().flatten(0, -2), g.sum(0)[:, None]], 1)
        noise = float(g.square().sum())
        if name in found:
            found[name] = Sensitivity(found[name].noise + noise, found[name].gradient + by_weight)
        else:
            found[name] = Sensitivity(noise, by_weight)

    def watch(name: str) -> Callable[[nn.Module, tuple[Any, ...], Tensor], None]:
        def hook(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001
            if output.requires_grad:
                x = inputs[0].detach()
                output.register_hook(lambda gradient: add(name, x, gradient))

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
