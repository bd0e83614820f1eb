"""Quantizing a model: its blocks' linears are replaced, the rest is shared untouched."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from ..engines import round_attention
from ..errors import QDiT4SRError, VariantError
from ..models.dit4sr import DiT4SR
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from .keep import KEPT_BITS, keep_layer, kept_layers
from .layer.linear import QuantizedLinear, quantized_layers
from .layer.residency import choose_residency
from .methods import MethodConfig, method_of
from .methods.base import Layer, LayerSettings, Plan
from .record import QuantizationRecord, attach_record
from .targets import LayerSource, is_modulation, linear_sources, stoppable

if TYPE_CHECKING:
    from .calibration.statistics import Calibration


Keep = Callable[[MethodConfig, Layer, LayerSettings, Callable[[], QuantizedLinear]], QuantizedLinear]
"""Gives a layer that an earlier run has finished, or calls what makes it and keeps the result."""
Recalibrate = Callable[[DiT4SR], "Calibration"]
"""Makes the statistics of a transformer, some of whose layers are quantized: of those that are not."""


def share_copy(model: DiT4SR) -> DiT4SR:
    """A copy with modules of its own and the same tensors."""
    shared: dict[int, Any] = {id(t): t for t in [*model.parameters(), *model.buffers()]}
    return copy.deepcopy(model, shared)


def make_plan(
    config: MethodConfig, sources: Sequence[LayerSource], width: int, calibration: Calibration | None
) -> Plan:
    """The settings of every layer. Raises `VariantError` when a needed calibration is missing."""
    spec = method_of(config)
    if calibration is None and spec.wants_calibration(config):
        raise VariantError(f"{spec.label} needs statistics from calibration images, and none were given.")
    plan = _with_options_of_all(config, spec.plan(config, sources, width, calibration))
    if calibration is None:
        return plan
    return Plan(plan.layers, plan.resolved | {"statistics": statistics_notes(sources, calibration)})


def statistics_notes(sources: Sequence[LayerSource], calibration: Calibration) -> dict[str, str]:
    """By layer name, what the calibration could not give in full; layers it knows wholly are absent."""
    notes = {}
    for source in sources:
        statistics = calibration.layers.get(source.name)
        if statistics is None:
            notes[source.name] = "never called: no statistics, rounded to nearest"
        elif statistics.second_moment is None:
            notes[source.name] = "no second moment: rounded to nearest"
        elif statistics.second_moment.dim() == 3:
            count, size = statistics.second_moment.shape[:2]
            notes[source.name] = f"second moment in {count} blocks of {size} channels"
    return notes


def _with_options_of_all(config: MethodConfig, plan: Plan) -> Plan:
    """What every method can be told: the convention of adaLN inputs, and layers to keep."""
    kept = kept_layers(config.keep, list(plan.layers))
    layers = {}
    for name, settings in plan.layers.items():
        if name in kept:
            settings = LayerSettings(KEPT_BITS, 16, kept=True)
        elif config.modulation == "float" and is_modulation(name):
            settings = dataclasses.replace(settings, act_bits=16, schedule=None)
        layers[name] = settings
    return Plan(layers, plan.resolved | ({"kept_layers": len(kept)} if kept else {}))


def quantize_source(
    config: MethodConfig,
    source: LayerSource,
    plan: Plan,
    calibration: Calibration | None,
    cancelled: CancelCheck = never_cancelled,
    keep: Keep | None = None,
) -> QuantizedLinear:
    """Load and quantize one layer; `keep` is asked for those of methods that learn.

    Raises:
        Cancelled: when asked to stop, within the layer where its rule takes long.
        QDiT4SRError: naming the layer, when its weights are not finite.
    """
    weight, bias = source.load()
    weight = weight.float()
    if not bool(torch.isfinite(weight).all()):
        raise QDiT4SRError(f"Layer {source.name} has weights that are not finite; it cannot be quantized.")
    statistics = None if calibration is None else calibration.layers.get(source.name)
    layer = Layer(source, weight, bias, statistics, cancelled)
    settings = plan.layers[source.name]
    if settings.kept:
        return keep_layer(layer)
    spec = method_of(config)
    if keep is None or not spec.learns:
        return spec.quantize_layer(config, layer, settings)
    return keep(config, layer, settings, lambda: spec.quantize_layer(config, layer, settings))


def quantize(
    model: DiT4SR,
    config: MethodConfig,
    calibration: Calibration | None = None,
    *,
    source_hash: str = "",
    recalibrate: Recalibrate | None = None,
    keep: Keep | None = None,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> DiT4SR:
    """A quantized copy of `model`; the input is left untouched and shares its unquantized tensors.

    Args:
        model: full precision.
        config: a method's settings; its handler is found by type.
        calibration: statistics, for methods that need them.
        source_hash: SHA-256 of the weights, for the record.
        recalibrate: makes the statistics of a transformer whose first blocks are quantized; needed by
            configurations that ask for it.
        keep: where finished layers of methods that learn are found and kept, so that an interrupted run goes
            on where it stopped; None keeps nothing.
        progress: called with layers done.
        cancelled: asked before each layer, and within it by rules that take long.

    Raises:
        VariantError: the method needs a calibration or recalibrations, or the model is quantized already.
        Cancelled: when asked to stop.
    """
    if quantized_layers(model):
        raise VariantError("The model is quantized already; start from the full-precision weights.")
    check_recalibration(config, recalibrate)
    sources = stoppable(linear_sources(model), cancelled)
    with torch.inference_mode(False), torch.no_grad():
        progress(0, len(sources), Activity(Phase.PLANNING))
        stop_if(cancelled)
        plan = make_plan(config, sources, model.config.width, calibration)
        quantized = share_copy(model)
        known, block = calibration, _block(sources[0])
        for index, source in enumerate(sources):
            stop_if(cancelled)
            progress(index, len(sources), Activity(Phase.QUANTIZING, index + 1, len(sources), source.name))
            if config.recalibrate and recalibrate is not None and _block(source) != block:
                choose_residency(quantized)
                known, block = recalibrate(quantized), _block(source)
            layer = quantize_source(config, source, plan, known, cancelled, keep)
            replace_module(quantized, source.name, layer.to(model.device))
    if config.attention is not None:
        round_attention(quantized, config.attention)
    progress(len(sources), len(sources), Activity(Phase.QUANTIZING, len(sources), len(sources)))
    choose_residency(quantized)
    attach_record(quantized, record_of(config, plan, calibration, source_hash))
    return quantized


def record_of(
    config: MethodConfig, plan: Plan, calibration: Calibration | None, source_hash: str
) -> QuantizationRecord:
    """What a model quantized in this way says of itself. `source_hash` is that of the weights."""
    spec = method_of(config)
    statistics = None if calibration is None else calibration.provenance
    return QuantizationRecord(spec.name, spec.label, asdict(config), plan.resolved, statistics, source_hash)


def check_recalibration(config: MethodConfig, recalibrate: Recalibrate | None) -> None:
    """Raises `VariantError` where statistics are to be taken anew, and there are none or nobody can."""
    if not config.recalibrate:
        return
    if not method_of(config).wants_calibration(config):
        label = method_of(config).label
        raise VariantError(f"recalibrate=true does nothing in {label}, which uses no statistics.")
    if recalibrate is None:
        raise VariantError(
            "recalibrate=true samples the photos again behind each quantized block, which needs the model in "
            "memory and the photos of the calibration; here it cannot be done."
        )


def _block(source: LayerSource) -> str:
    return source.name.split(".")[1]


def replace_module(model: nn.Module, name: str, module: nn.Module) -> None:
    """Put `module` at the dotted `name`."""
    parent, _, leaf = name.rpartition(".")
    setattr(model.get_submodule(parent), leaf, module)
