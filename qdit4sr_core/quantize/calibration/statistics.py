"""Statistics of the inputs of every linear along the sampling trajectory, from a few images.

The trajectory is run by a callback, so that this module need not know how sampling works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ...models.dit4sr import DiT4SR
from ...progress import CancelCheck, never_cancelled, stop_if
from ..layer.codes import group_size
from ..layer.sampling_step import listening
from ..targets import is_target
from .sensitivity import Sensitivity

_SAMPLE_TOKENS = 256
LARGEST_MOMENT = 2048
"""Wider inputs keep the second moment of blocks of channels on the diagonal, each at most this wide."""
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
    """(K, K) mean of x x^T over evenly spaced tokens; (B, k, k) of blocks of channels for wide inputs; None
    when it was not kept."""
    samples: Tensor
    """(S, K) a few tokens spread over steps and images."""
    sample_steps: Tensor
    """(S,) the step each sample comes from."""
    tokens: int
    sensitivity: Tensor | None = None
    """(T,) energy of the final latent per unit of noise in this layer's output at each step; None when not
    measured."""
    mean: Tensor | None = None
    """(K,) mean of x over all tokens."""
    response_root: Tensor | None = None
    """(R, K + 1) root of the final latent's response to an error of weight and bias, see
    `sensitivity.Sensitivity`; None when not measured."""

    @property
    def dense_moment(self) -> Tensor | None:
        """(K, K) second moment, zero between blocks where only blocks were kept."""
        moment = self.second_moment
        return torch.block_diag(*moment) if moment is not None and moment.dim() == 3 else moment


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
        self.block = group_size(width, LARGEST_MOMENT)
        self.moment = torch.zeros(width // self.block, self.block, self.block)
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
        some = tokens[:: max(1, tokens.shape[0] // _MOMENT_TOKENS)]
        parts = some.view(len(some), -1, self.block).transpose(0, 1)  # (B, tokens, k)
        self.moment.baddbmm_(parts.transpose(1, 2), parts)
        self.moment_count += some.shape[0]
        picked = min(keep, tokens.shape[0])
        # different tokens in every call, without a random generator
        index = (torch.arange(picked) * tokens.shape[0]) // picked
        index = (index + self.calls * 7) % tokens.shape[0]
        self.samples.append((step, tokens[index]))
        self.calls += 1

    def finish(self, steps: int, sensitivity: Sensitivity | None) -> LayerStatistics:
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
        moment = self.moment / max(1, self.moment_count)
        if len(moment) == 1:
            moment = moment[0]
        return LayerStatistics(
            energy,
            absmax,
            self.minimum,
            self.maximum,
            moment,
            samples.clone(),
            sample_steps.clone(),
            total,
            None if sensitivity is None else sensitivity.noise,
            (self.sum / total).float(),
            None if sensitivity is None else sensitivity.root,
        )


def collect_statistics(
    transformer: DiT4SR,
    run: Callable[[DiT4SR], Mapping[str, Sensitivity] | None],
    *,
    steps: int,
    provenance: dict[str, Any] | None = None,
    sensitivities: Mapping[str, Sensitivity] | None = None,
    cancelled: CancelCheck = never_cancelled,
) -> Calibration:
    """Run the trajectory and return what the layers saw.

    Args:
        transformer: full precision.
        run: samples some images with the transformer it is given, calling `set_sampling_step` as usual. What
            it does with gradients enabled is not looked at: the same once more. It may return sensitivities.
        steps: T, sampling steps of the trajectory.
        provenance: stored with the result.
        sensitivities: by layer name, stored with the statistics of the layers that have them.
        cancelled: asked at every step.

    Raises:
        Cancelled: when asked to stop.
    """
    collectors: dict[str, _Collector] = {}
    current = 0

    def on_step(step: int, total: int) -> None:
        nonlocal current
        stop_if(cancelled)
        current = min(steps - 1, step * steps // max(1, total))

    def hook_for(name: str, width: int) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        def hook(module: nn.Module, args: tuple[Any, ...]) -> None:  # noqa: ARG001
            if torch.is_grad_enabled():
                return
            if name not in collectors:
                collectors[name] = _Collector(width)
            collectors[name].add(current, args[0], keep=8)

        return hook

    handles = [
        module.register_forward_pre_hook(hook_for(name, module.in_features))
        for name, module in transformer.named_modules()
        if isinstance(module, nn.Linear) and is_target(name)
    ]
    try:
        with torch.no_grad(), listening(transformer, on_step):
            measured = run(transformer)
    finally:
        for handle in handles:
            handle.remove()
    known = {**(sensitivities or {}), **(measured or {})}
    layers = {name: collector.finish(steps, known.get(name)) for name, collector in collectors.items()}
    return Calibration(layers, steps, provenance or {})
