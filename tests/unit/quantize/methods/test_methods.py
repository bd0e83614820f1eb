"""Every method at every published setting, and what they share: the rounding of weights."""

import dataclasses
import itertools

import pytest
import torch

from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import (
    METHODS,
    Calibration,
    needs_calibration,
    quantize,
    quantized_layers,
    set_sampling_step,
)
from qdit4sr_core.quantize.methods.base import MethodConfig
from qdit4sr_core.quantize.methods.q_dit import QDiT
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR
from qdit4sr_core.quantize.methods.q_dit4sr_plus import QDiT4SRPlus
from qdit4sr_core.quantize.methods.quarot import QuaRot
from qdit4sr_core.quantize.methods.svdquant import SVDQuant
from qdit4sr_core.quantize.variants import parse_variant

Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]

SETTINGS = ((8, 8), (4, 8), (4, 6), (4, 4), (3, 4))
ROUNDED: dict[type[MethodConfig], dict[str, object]] = {
    QuaRot: {},
    QDiT: {},
    SVDQuant: {},
    QDiT4SR: {"vatmp": False},
    QDiT4SRPlus: {},
}


def output_error(
    config: MethodConfig, model: SuperResolutionModel, calibration: Calibration, inputs: Inputs
) -> float:
    """Relative error of the model's output, over the calibrated steps."""
    quantized = quantize(model.transformer, config, calibration)
    noisy, lr, timestep = inputs
    error = norm = 0.0
    for step in range(calibration.steps):
        share = 1 - step / calibration.steps
        set_sampling_step(quantized, step, calibration.steps)
        given = (noisy * share, lr * share, timestep * share)
        exact = model.transformer(*given)
        output = quantized(*given)
        assert torch.isfinite(output).all()
        error += float((output - exact).square().sum())
        norm += float(exact.square().sum())
    return (error / norm) ** 0.5


@pytest.mark.parametrize("name", [*METHODS, "rtn:group=64,act_group=64", "ptq4dit:reconstruct=true"])
def test_every_setting_runs_and_fewer_bits_are_worse(
    name: str, tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tiny_inputs: Inputs
) -> None:
    config = parse_variant(name).config
    assert config is not None
    errors = []
    for weight_bits, act_bits in SETTINGS:
        chosen = dataclasses.replace(config, weight_bits=weight_bits, act_bits=act_bits)
        if hasattr(chosen, "iterations"):
            chosen = dataclasses.replace(chosen, iterations=20)
        errors.append(output_error(chosen, tiny_model, tiny_calibration, tiny_inputs))
    assert errors[0] < 0.1
    for better, worse in itertools.pairwise(errors):
        assert better < 1.15 * worse
    assert errors[0] < 0.5 * errors[3]
    assert max(errors[:3]) < errors[4] < 1.5


@pytest.mark.parametrize("kind", list(ROUNDED))
def test_second_order_rounding_lowers_the_error_on_calibrated_inputs(
    kind: type[MethodConfig], tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    """Summed over layers, E ||(W - Q) x||^2 falls when weights are rounded with error feedback."""
    total = {}
    for rounding in ("nearest", "gptq"):
        config = kind(4, 8, rounding=rounding, **ROUNDED[kind])  # type: ignore[call-arg]
        model = quantize(tiny_model.transformer, config, tiny_calibration)
        total[rounding] = 0.0
        for name, layer in quantized_layers(model).items():
            if name not in tiny_calibration.layers:
                continue
            moment = tiny_calibration.layers[name].second_moment
            assert moment is not None
            missed = layer.effective_weight() - tiny_model.transformer.get_submodule(name).weight
            total[rounding] += float(((missed @ moment) * missed).sum())
    assert total["gptq"] < 0.9 * total["nearest"]


def test_rounding_is_named_in_a_variant_and_decides_the_need_for_photos() -> None:
    for name in ("quarot", "q-dit"):
        assert needs_calibration(parse_variant(f"{name}-w4a4").config)  # type: ignore[arg-type]
        assert not needs_calibration(parse_variant(f"{name}-w4a4:rounding=nearest").config)  # type: ignore[arg-type]
    assert not needs_calibration(QDiT4SR(4, 6))
    assert needs_calibration(QDiT4SR(4, 6, rounding="gptq"))
    assert QDiT4SR().rounding == "nearest"


def test_group_scales_help_weights_of_uneven_size(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tiny_inputs: Inputs
) -> None:
    plain = QDiT4SR(3, 8, hadamard=False, global_rank=0, local_rank=0)
    grouped = dataclasses.replace(plain, group=16, act_group=16)
    errors = [output_error(c, tiny_model, tiny_calibration, tiny_inputs) for c in (plain, grouped)]
    assert errors[1] < errors[0]
