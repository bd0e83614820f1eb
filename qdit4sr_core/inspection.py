"""Why a quantized model differs: bits, output error, size and spectrum of every layer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .images import Pixels
from .progress import CancelCheck, Progress, ignore_progress, never_cancelled, stop_if

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .models.super_resolution_model import SuperResolutionModel
    from .quantize.layer.linear import QuantizedLinear
    from .upscale import SamplingSettings

CROP = 32
"""LR pixels a side of the middle of the photo that is run to measure the layers."""


@dataclass(frozen=True)
class LayerInspection:
    """One quantized layer."""

    name: str
    weight_bits: int
    activation_bits: tuple[int, ...]
    """A value for each sampling step; 16 is float."""
    snr_db: float
    """10 log10 of the output's energy over its error's, the layer fed with full-precision inputs."""
    bytes_by_part: dict[str, int]
    """Stored bytes of "codes", "scales" (with zero points and smoothing), "branch", "biases"."""
    macs_per_token: int
    """Multiply-accumulates for one token, the low-rank branch included."""


@dataclass(frozen=True)
class ModelInspection:
    """All quantized layers in order, and the bytes of what stayed in float."""

    layers: tuple[LayerInspection, ...]
    steps: int
    float_bytes: int

    def bytes_by_part(self) -> dict[str, int]:
        """Stored bytes of the whole model by part."""
        total: Counter[str] = Counter()
        for layer in self.layers:
            total.update(layer.bytes_by_part)
        total["float layers"] = self.float_bytes
        return dict(total)


@dataclass(frozen=True, eq=False)
class LayerSpectrum:
    """Singular values of one layer's weight, largest first, relative to the largest."""

    name: str
    weight: np.ndarray
    """Of the full-precision weight."""
    residual: np.ndarray
    """Of what the low-rank branch leaves for the codes; equal to `weight` without a branch."""
    error: np.ndarray
    """Of the difference between the stored layer and the weight."""
    block_energy: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    """(A, C) energy of each local rank-1 block, as a share of the weight's; (0, 0) without a local branch."""


def inspect_model(
    model: SuperResolutionModel,
    quantized: SuperResolutionModel,
    photo: Pixels,
    settings: SamplingSettings,
    *,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> ModelInspection:
    """Run the middle of a photo in full precision and measure every quantized layer on what passes by.

    Each quantized layer gets the input of its full-precision counterpart, so the error is its own.

    Args:
        model: full precision.
        quantized: the same model with a quantized transformer.
        photo: (H, W, 3) uint8, the LR photo.
        settings: sampling settings; steps and schedule are used.
        progress: steps done.
        cancelled: asked at every step and layer.

    Raises:
        Cancelled: when asked to stop.
    """
    from .quantize.artifact.format import layer_entries, weight_bytes
    from .quantize.layer.linear import quantized_layers

    layers = quantized_layers(quantized.transformer)
    snr = _layer_snr(model, quantized, layers, photo, settings, progress, cancelled)
    inspected, stored = [], 0
    for name, layer in layers.items():
        parts: Counter[str] = Counter()
        for entry in layer_entries(name, layer):
            parts[_part(entry.name.rsplit(".", 1)[-1])] += entry.bytes
        stored += sum(parts.values())
        bits = tuple(layer.spec.activation.bits_at(s, settings.steps) for s in range(settings.steps))
        activation = bits if layer.spec.activation.kind != "none" else (16,) * settings.steps
        macs = layer.spec.columns * layer.out_features + layer.branch.parameters()
        inspected.append(
            LayerInspection(name, layer.spec.weight_bits, activation, snr[name], dict(parts), macs)
        )
    rest = max(0, weight_bytes(quantized.transformer) - stored)
    return ModelInspection(tuple(inspected), settings.steps, rest)


def _layer_snr(
    model: SuperResolutionModel,
    quantized: SuperResolutionModel,
    layers: Mapping[str, QuantizedLinear],
    photo: Pixels,
    settings: SamplingSettings,
    progress: Progress,
    cancelled: CancelCheck,
) -> dict[str, float]:
    """dB of every layer's output over its error, both fed with what passes by in full precision."""
    import torch

    from .quantize.layer.sampling_step import listening, set_sampling_step
    from .upscale import upscale
    from .upscale.calibration import middle

    signal: Counter[str] = Counter()
    noise: Counter[str] = Counter()

    def watch(name: str) -> Callable[[nn.Module, tuple[Any, ...], Tensor], None]:
        def hook(_module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:
            stop_if(cancelled)
            error = layers[name](inputs[0]) - output
            signal[name] += float(output.double().square().sum())  # type: ignore[assignment]
            noise[name] += float(error.double().square().sum())  # type: ignore[assignment]

        return hook

    def on_step(step: int, steps: int) -> None:
        set_sampling_step(quantized.transformer, step, steps)

    handles = [model.transformer.get_submodule(n).register_forward_hook(watch(n)) for n in layers]
    try:
        with torch.inference_mode(), listening(model.transformer, on_step):
            side = max(CROP, model.minimum_side)
            upscale(model, middle(photo, side), settings, progress=progress, cancelled=cancelled)
    finally:
        for handle in handles:
            handle.remove()
    return {name: ratio_db(signal[name], noise[name]) for name in layers}


def layer_spectrum(model: SuperResolutionModel, quantized: SuperResolutionModel, name: str) -> LayerSpectrum:
    """Singular values of one layer's weight, of its residual after the branch, and of the total error.

    Raises KeyError when `name` is not a quantized layer.
    """
    from torch.linalg import svdvals

    from .quantize.layer.linear import quantized_layers

    layer: QuantizedLinear = quantized_layers(quantized.transformer)[name]
    weight = model.transformer.get_submodule(name).weight.detach().float()  # type: ignore[operator]
    branch = layer.branch
    basis = weight if layer.smooth is None else weight * layer.smooth
    rotated = layer.rotation(basis)
    matrix = branch.matrix()
    values = svdvals(weight).numpy()
    top = max(float(values[0]), 1e-12)
    residual = values if matrix is None else svdvals(rotated - matrix).numpy()
    error = svdvals(layer.effective_weight() - weight).numpy()
    energy = np.zeros((0, 0))
    if branch.local_up is not None and branch.local_down is not None:
        blocks = branch.local_up.square().sum(-1) * branch.local_down.square().sum(-1)
        energy = (blocks / weight.square().sum()).numpy()
    return LayerSpectrum(name, values / top, residual / top, error / top, energy)


def ratio_db(signal: float, noise: float) -> float:
    """10 log10(signal / noise); infinite without noise, minus infinite without signal."""
    if noise <= 0:
        return math.inf
    return 10 * math.log10(signal / noise) if signal > 0 else -math.inf


def _part(stored: str) -> str:
    from .quantize.artifact.format import STORED_NAMES

    tensor = next(tensor for tensor, name in STORED_NAMES.items() if name == stored)
    if tensor.startswith(("global_", "local_")):
        return "branch"
    return {"packed": "codes", "bias": "biases"}.get(tensor, "scales")
