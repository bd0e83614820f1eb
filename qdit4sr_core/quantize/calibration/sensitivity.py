"""How much the final latent moves when a linear is disturbed, from random probes drawn back through sampling.

For a random probe v with unit variance, E ||d(v . latent)/dy||^2 is the energy that white noise of unit
variance in y causes in the latent: what rounding an input does. An error of the weight W is another matter,
because it is the same for every token and step: E <dW, d(v . latent)/dW>^2 is the energy that dW causes. Both
tell which layers deserve bits, which the size of weights or inputs alone does not. Who runs the sampling
backwards is told nothing of layers (`upscale/sensitivity.py`), and this file nothing of sampling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ...models.dit4sr import DiT4SR
from ..targets import is_target

SKETCH_ROWS = 32
"""Rows that a probe's gradient by weight is compressed to; its energy keeps its mean, within some 20 %."""


@dataclass(frozen=True)
class Sensitivity:
    """The final latent's response to one linear, a latent element, averaged over probes."""

    noise: Tensor
    """(T,) energy caused by white noise of unit variance in the linear's output at each sampling step."""
    root: Tensor
    """(R, K + 1) root of the response to an error of the weight and, last column, of the bias: the error
    dW (N, K) with independent rows of covariance C causes the energy trace(root C root^T)."""


class SensitivityMeter:
    """Watches the linears of a transformer while gradients of probes run back through it."""

    def __init__(self, transformer: DiT4SR, steps: int, seed: int = 0, rows: int = SKETCH_ROWS) -> None:
        self._transformer, self._steps, self._seed, self._rows = transformer, steps, seed, rows
        self.step = 0
        """The sampling step that is run backwards."""
        self.probe = 0
        """The probe whose gradient is on its way, counted over all photos."""
        self._noise: dict[str, Tensor] = {}
        self._sketches: dict[tuple[str, int], Tensor] = {}
        self._probes: set[int] = set()
        self._known_signs: dict[tuple[int, int], Tensor] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside, a call of the transformer makes a graph, and its backward pass is measured."""
        handles = [self._transformer.register_forward_pre_hook(_track, with_kwargs=True)]
        handles += [
            module.register_forward_hook(self._watch(name))
            for name, module in self._transformer.named_modules()
            if isinstance(module, nn.Linear) and is_target(name)
        ]
        try:
            with torch.inference_mode(False), torch.enable_grad():
                yield
        finally:
            for handle in handles:
                handle.remove()

    def result(self) -> dict[str, Sensitivity]:
        """By layer name; layers that no gradient has passed are absent."""
        count = max(1, len(self._probes))
        found = {}
        for name, noise in self._noise.items():
            sketches = [self._sketches[name, p] for p in sorted(self._probes) if (name, p) in self._sketches]
            found[name] = Sensitivity(noise / count, torch.cat(sketches) / count**0.5)
        return found

    def _watch(self, name: str) -> Callable[[nn.Module, tuple[Any, ...], Tensor], None]:
        def hook(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001
            if output.requires_grad:
                x = inputs[0].detach()
                output.register_hook(lambda gradient: self._add(name, x, gradient))

        return hook

    def _add(self, name: str, x: Tensor, gradient: Tensor) -> None:
        g = gradient.detach().float().flatten(0, -2)  # (tokens, N)
        tokens = x.float().flatten(0, -2)  # (tokens, K)
        self._probes.add(self.probe)
        if name not in self._noise:
            self._noise[name] = torch.zeros(self._steps)
        self._noise[name][self.step] += float(g.square().sum())
        mixed = g @ self._signs(g.shape[1]).to(g.device)  # (tokens, R)
        sketch = torch.cat([mixed.t() @ tokens, mixed.sum(0)[:, None]], 1).cpu()
        key = name, self.probe
        self._sketches[key] = self._sketches[key] + sketch if key in self._sketches else sketch

    def _signs(self, width: int) -> Tensor:
        """(N, R) signs of variance 1 / R, others for each probe, or the identity if that is smaller."""
        key = self.probe, width
        if key not in self._known_signs:
            if width <= self._rows:
                self._known_signs[key] = torch.eye(width)
            else:
                seed = self._seed * 1_000_003 + self.probe
                self._known_signs[key] = random_signs((width, self._rows), seed) / self._rows**0.5
        return self._known_signs[key]


def random_signs(shape: tuple[int, ...], seed: int) -> Tensor:
    """Independent +1 and -1: a probe of least variance, never like the noise that sampling starts from."""
    bits = torch.randint(0, 2, shape, generator=torch.Generator().manual_seed(seed))
    return 2.0 * bits.float() - 1.0


def _track(
    module: nn.Module,  # noqa: ARG001
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Lets every float input carry a gradient, so that layers that see the condition alone have one too."""

    def tracked(value: Any) -> Any:
        if isinstance(value, Tensor) and value.is_floating_point() and not value.requires_grad:
            return value.detach().clone().requires_grad_(True)
        return value

    return tuple(map(tracked, args)), {name: tracked(value) for name, value in kwargs.items()}
