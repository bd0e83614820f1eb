"""Statistics of the inputs of every linear along the sampling trajectory, from a few images.

The trajectory is run by a callback, so that this module need not know how sampling works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ...models.dit4sr import DiT4SR
from ...progress import CancelCheck, never_cancelled, stop_if
from ..layer.sampling_step import listening
from ..targets import is_target
from .sensitivity import Sensitivity, output_sensitivity

_SAMPLE_TOKENS = 256
_LARGEST_HESSIAN = 2048
_LARGEST_PROBED = 200_000_000
_MOMENT_TOKENS = 256
"""Tokens of one call that enter the second moment, evenly spaced."""


@dataclass(frozen=True)
class LayerStatistics:
    """Statistics of one layer's input x over all tokens it saw; T sampling steps, K channels."""

    energy: Tensor
    """(T,) mean of x^2 a step; 0 for a step in which the layer was not called."""
    absmax: Tensor
    """(T, K) largest magnitude of each channel a step."""
    minimum: Tensor
    """(K,) over all steps."""
    maximum: Tensor
    """(K,) over all steps."""
    second_moment: Tensor | None
    """(K, K) mean of x x^T over evenly spaced tokens, None for inputs too wide to keep it."""
    samples: Tensor
    """(S, K) a few tokens spread over steps and images."""
    sample_steps: Tensor
    """(S,) the step each sample comes from."""
    tokens: int
    sensitivity: Tensor | None = None
    """(T,) energy of the model's output per unit of noise in this layer's output; None when not measured."""
    mean: Tensor | None = None
    """(K,) mean of x over all tokens."""
    weight_response: Tensor | None = None
    """(K + 1, K + 1) G^T G, G (N, K + 1) the gradient of the output by weight and bias, all steps together;
    None when not measured.
    """


@dataclass(frozen=True)
class Calibration:
    """Statistics by layer name; layers that were never called are absent."""

    layers: Mapping[str, LayerStatistics]
    steps: int
    provenance: dict[str, Any] = field(default_factory=dict)
    """What it was made from: image names and hashes, sampling settings, model hash. JSON-ready."""


class _Collector:
    """Accumulates the statistics of one layer."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.square_sum: dict[int, float] = {}
        self.count: dict[int, int] = {}
        self.absmax: dict[int, Tensor] = {}
        self.minimum = torch.full((width,), float("inf"))
        self.maximum = torch.full((width,), float("-inf"))
        self.moment = torch.zeros(width, width) if width <= _LARGEST_HESSIAN else None
        self.moment_count = 0
        self.sum = torch.zeros(width, dtype=torch.float64)
        self.samples: list[tuple[int, Tensor]] = []
        self.calls = 0

    def add(self, step: int, x: Tensor, keep: int) -> None:
        tokens = x.detach().reshape(-1, self.width).float().cpu()
        self.square_sum[step] = self.square_sum.get(step, 0.0) + float(tokens.square().sum())
        self.count[step] = self.count.get(step, 0) + tokens.shape[0]
        self.sum += tokens.sum(0)
        low, high = torch.aminmax(tokens, dim=0)
        self.minimum = torch.minimum(self.minimum, low)
        self.maximum = torch.maximum(self.maximum, high)
        magnitude = torch.maximum(-low, high)
        self.absmax[step] = torch.maximum(self.absmax[step], magnitude) if step in self.absmax else magnitude
        if self.moment is not None:
            some = tokens[:: max(1, tokens.shape[0] // _MOMENT_TOKENS)]
            self.moment.addmm_(some.t(), some)
            self.moment_count += some.shape[0]
        picked = min(keep, tokens.shape[0])
        # different tokens in every call, without a random generator
        index = (torch.arange(picked) * tokens.shape[0]) // picked
        index = (index + self.calls * 7) % tokens.shape[0]
        self.samples.append((step, tokens[index]))
        self.calls += 1

    def finish(self, steps: int, sensitivity: Tensor | None, gradient: Tensor | None) -> LayerStatistics:
        total = sum(self.count.values())
        energy = torch.zeros(steps)
        absmax = torch.zeros(steps, self.width)
        for step, count in self.count.items():
            energy[step] = self.square_sum[step] / (count * self.width)
            absmax[step] = self.absmax[step]
        samples = torch.cat([rows for _, rows in self.samples])
        sample_steps = torch.cat([torch.full((len(rows),), step) for step, rows in self.samples])
        if len(samples) > _SAMPLE_TOKENS:
            keep = (torch.arange(_SAMPLE_TOKENS) * len(samples)) // _SAMPLE_TOKENS
            samples, sample_steps = samples[keep], sample_steps[keep]
        moment = None if self.moment is None else self.moment / max(1, self.moment_count)
        return LayerStatistics(
            energy,
            absmax,
            self.minimum,
            self.maximum,
            moment,
            samples.clone(),
            sample_steps.clone(),
            total,
            sensitivity,
            (self.sum / total).float(),
            None if gradient is None else (gradient.t() @ gradient).cpu(),
        )


def collect_statistics(
    transformer: DiT4SR,
    run: Callable[[DiT4SR], None],
    *,
    steps: int,
    provenance: dict[str, Any] | None = None,
    probe: bool | None = None,
    cancelled: CancelCheck = never_cancelled,
) -> Calibration:
    """Run the trajectory and return what the layers saw.

    Args:
        transformer: full precision.
        run: samples some images with the transformer it is given, calling `set_sampling_step` as usual.
        steps: T, sampling steps of the trajectory.
        provenance: stored with the result.
        probe: also measure the output's sensitivity, by one backward pass a step on the first image; None
        does
            so for models small enough to hold the graph.
        cancelled: asked at every step.

    Raises:
        Cancelled: when asked to stop.
    """
    if probe is None:
        probe = sum(p.numel() for p in transformer.parameters()) <= _LARGEST_PROBED
    responses: dict[int, dict[str, float]] = {}
    gradients: dict[str, Tensor] = {}
    collectors: dict[str, _Collector] = {}
    current = 0

    def on_step(step: int, total: int) -> None:
        nonlocal current
        stop_if(cancelled)
        current = min(steps - 1, step * steps // max(1, total))

    def hook_for(name: str, width: int) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        def hook(module: nn.Module, args: tuple[Any, ...]) -> None:  # noqa: ARG001
            if name not in collectors:
                collectors[name] = _Collector(width)
            collectors[name].add(current, args[0], keep=8)

        return hook

    def watch() -> list[RemovableHandle]:
        return [
            module.register_forward_pre_hook(hook_for(name, module.in_features))
            for name, module in transformer.named_modules()
            if isinstance(module, nn.Linear) and is_target(name)
        ]

    handles = watch()
    busy = False

    def keep(found: dict[str, Sensitivity]) -> None:
        responses[current] = {name: s.noise for name, s in found.items()}
        for name, s in found.items():  # an error of the weight is the same in every step, so it adds up
            gradients[name] = gradients[name] + s.gradient if name in gradients else s.gradient

    def before_call(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:  # noqa: ARG001
        nonlocal busy
        if busy or current in responses:
            return
        busy = True
        for handle in handles:
            handle.remove()
        keep(output_sensitivity(transformer, args, kwargs))
        handles[:] = watch()
        busy = False

    outer = transformer.register_forward_pre_hook(before_call, with_kwargs=True) if probe else None
    try:
        with torch.no_grad(), listening(transformer, on_step):
            run(transformer)
    finally:
        for handle in handles:
            handle.remove()
        if outer is not None:
            outer.remove()

    def sensitivity(name: str) -> Tensor | None:
        if not probe:
            return None
        return torch.tensor([responses.get(step, {}).get(name, 0.0) for step in range(steps)])

    layers = {
        name: collector.finish(steps, sensitivity(name), gradients.get(name))
        for name, collector in collectors.items()
    }
    return Calibration(layers, steps, provenance or {})
